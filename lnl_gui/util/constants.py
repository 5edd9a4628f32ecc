"""Constants of recipes and detectors as a person writes them: read, and refused in words."""

import math
from collections.abc import Iterable, Mapping
from typing import Final

from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import message

Constant = bool | int | float | str

SHARE: Final = (0.0, 1.0)
LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "validation_fraction": (0.0, 0.9),
    "learning_rate": (1e-12, 10.0),
    "inner_rate": (1e-12, 10.0),
    "outer_rate": (1e-12, 10.0),
    "weight_decay": (0.0, 10.0),
    "momentum": (0.0, 0.9999),
    "epochs": (1, 100_000),
    "iterations": (1, 1_000_000),
    "inner_steps": (1, 10_000),
    "batch_size": (1, 1_000_000),
    # 0 is sized by the number of classes.
    "turtle.batch_size": (0, 1_000_000),
    "temperature": (1e-6, 1e6),
    "window": (1e-3, 1.0),
    "q": (1e-6, 1.0),
    "clean_threshold": SHARE,
    "noise_rate": SHARE,
    "decay_from": SHARE,
    "fall_at": SHARE,
    "divergence_ceiling": SHARE,
    "factor": SHARE,
    "period_epochs": (1e-3, 1e5),
    "projection": (1, 100_000),
    "loss_history": (1, 1000),
    "head_rate_factor": (0.0, 1e6),
    "rank": (1, 4096),
    "dropout": (0.0, 0.99),
}
"""Least and greatest value by name; also of names that end so, such as `tuning_learning_rate`."""
LISTS: Final = ("gammas",)
"""Names of constants that are several numbers, with commas between them."""
_NEVER_NEGATIVE = (
    "steps",
    "floor",
    "patience",
    "weight",
    "micro_batch",
    "clip_norm",
    "mixup_alpha",
    "cached_samples",
    "penalty",
    "minimum_rate",
    "feature_scale",
    "dimensions",
    "gamma",
    "filter",
)


def as_constant(name: str, value: Constant, like: Constant) -> Constant:
    """A value as one of the type of another, within the limits its name has.

    Args:
        name: of the constant.
        value: text as a person wrote it, or a number.
        like: the value it replaces, whose type it takes.

    Raises:
        UserError: when it cannot be read so, or nothing could be computed with it.
    """
    try:
        if isinstance(like, str):
            if name.rpartition(".")[2] in LISTS:
                numbers_of(name, str(value))
            return str(value)
        if isinstance(like, bool):
            return _truth(value)
        number = float(value)
        if not math.isfinite(number):
            raise ValueError(value)
        # Recipes keep numbers as floats; a batch size must come out an int again.
        if isinstance(like, int) and number != int(number):
            raise ValueError(value)
    except ValueError as error:
        raise UserError(
            message("{name} cannot be {value}.", name=name, value=value),
            message("It is {like} now.", like=like),
            code="bad_constant",
        ) from error
    _check_limits(name, value, number)
    return int(number) if isinstance(like, int) else number


def numbers_of(name: str, text: str) -> tuple[float, ...]:
    """Several numbers, none below 0, of a text with commas or blanks between them.

    Args:
        name: of the constant.
        text: as a person wrote it; nothing gives none.

    Raises:
        UserError: for anything else.
    """
    try:
        found = tuple(map(float, text.replace(",", " ").split()))
    except ValueError:
        found = (-1.0,)
    if any(not 0 <= number < math.inf for number in found):
        raise UserError(
            message("{name} cannot be {value}.", name=name, value=text),
            message("Give numbers with commas between them, such as 1,3,10."),
            code="bad_constant",
        )
    return found


def check_choice(name: str, value: Constant, allowed: Iterable[Constant]) -> None:
    """Refuse a word that a constant cannot be, naming the nearest that it can.

    Args:
        name: of the constant.
        value: numbers pass.
        allowed: the words; none allows all.

    Raises:
        UserError: for any other word.
    """
    words = list(map(str, allowed))
    if isinstance(value, str) and words and value not in words:
        raise UserError(
            message("{name} cannot be {value}.", name=name, value=value),
            known_names(value, words),
            code="bad_constant",
        )


def limits_of(name: str) -> tuple[float, float]:
    """Least and greatest value of a constant of that name; infinite where there is no limit."""
    found = LIMITS.get(name) or next(
        (limits for own, limits in LIMITS.items() if name.endswith((f"_{own}", f".{own}"))), None
    )
    if name in ("warm_up_epochs", "ramp_epochs"):
        # Without them a training begins at once.
        found = (0, LIMITS["epochs"][1])
    if found is not None:
        return found
    return (0.0 if name.endswith(_NEVER_NEGATIVE) else -math.inf), math.inf


def _check_limits(name: str, value: Constant, number: float) -> None:
    least, greatest = limits_of(name)
    if least <= number <= greatest:
        return
    hint = message("It must be {least:g} or more.", least=least)
    if greatest < math.inf:
        hint = message(
            "It must lie between {least:g} and {greatest:g}.", least=least, greatest=greatest
        )
    raise UserError(
        message("{name} cannot be {value}.", name=name, value=value), hint, code="bad_constant"
    )


def _truth(value: Constant) -> bool:
    words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    text = str(value).casefold()
    return words[text] if text in words else bool(float(value))
