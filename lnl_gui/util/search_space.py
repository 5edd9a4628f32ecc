"""The space that a search for training settings draws from: by default that of TURN's Table 7.

Ahn et al. (2023, arXiv:2310.17668, Table 7) search learning rates from 1e-1 to 1e-5, weight decays
from 1e-2 to 1e-6, SGD or AdamW, and batches of 32, 64 or 128. A recipe's own value widens the range
where it lies outside, since it is tried first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lnl_gui.util.constants import Constant, as_constant, check_choice
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import message

LEARNING_RATES: Final = (1e-5, 1e-1)
WEIGHT_DECAYS: Final = (1e-6, 1e-2)
BATCHES: Final = (32, 64, 128)
OPTIMISERS: Final = ("sgd", "adamw")
LOGARITHMIC: Final = 20.0
"""A range whose ends are so many times apart is drawn by its logarithm."""
_TO = ".."


@dataclass(frozen=True)
class SearchRange:
    """Numbers from `low` to `high`, whole ones if both ends are."""

    low: float
    high: float

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are drawn."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def logarithmic(self) -> bool:
        """Whether each factor is as likely as any other, rather than each difference."""
        return self.low > 0 and self.high / self.low >= LOGARITHMIC

    def __str__(self) -> str:
        return f"{self.low:g}{_TO}{self.high:g}"


@dataclass(frozen=True)
class Options:
    """Some values, all as likely."""

    values: tuple[Constant, ...]

    def __str__(self) -> str:
        return ",".join(map(str, self.values))


Dimension = SearchRange | Options
Space = dict[str, Dimension]


def default_space(constants: Mapping[str, Constant]) -> Space:
    """TURN's search space for the constants that a recipe has.

    Args:
        constants: all of a recipe, by name, with its own values.
    """
    found: Space = {}
    for name, own in constants.items():
        if _is(name, "learning_rate"):
            found[name] = _around(float(own), LEARNING_RATES)
        elif _is(name, "weight_decay"):
            found[name] = _decays(float(own))
        elif _is(name, "optimiser"):
            found[name] = _with(OPTIMISERS, own)
        elif name == "batch_size":
            found[name] = _with(BATCHES, own)
    return found


def space_of(
    constants: Mapping[str, Constant],
    changes: Iterable[tuple[str, str]],
    *,
    words: Mapping[str, Sequence[str]],
) -> Space:
    """The space of a search: the default one, and what a person changed of it.

    Args:
        constants: all of a recipe, by name, with its own values.
        changes: names with LOW..HIGH, values with commas between them, or one value that holds.
        words: what constants that are not free can be.

    Raises:
        UserError: for an unknown name, suggesting the nearest, or what is no such text.
    """
    space = default_space(constants)
    for name, text in changes:
        if name not in constants:
            raise UserError(
                message("The recipe has no constant {name}.", name=name),
                known_names(name, constants),
                code="unknown_constant",
            )
        space[name] = _dimension(name, text.strip(), constants[name], words.get(name, ()))
    return space


def start_of(space: Space, constants: Mapping[str, Constant]) -> dict[str, Constant]:
    """The first point of a search: the recipe's own values, or the first where it has another."""
    return {
        name: constants[name] if _holds(dimension, constants[name]) else _first(dimension)
        for name, dimension in space.items()
    }


def _is(name: str, own: str) -> bool:
    return name == own or name.endswith(f"_{own}")


def _around(own: float, usual: tuple[float, float]) -> SearchRange:
    return SearchRange(min(usual[0], own), max(usual[1], own))


def _decays(own: float) -> Dimension:
    if own > 0:
        return _around(own, WEIGHT_DECAYS)
    # No logarithm reaches 0.
    return Options((0.0, *(10.0**power for power in range(-6, -1))))


def _with(usual: Sequence[Constant], own: Constant) -> Options:
    return Options(tuple(usual) if own in usual else (*usual, own))


def _dimension(name: str, text: str, own: Constant, words: Sequence[str]) -> Dimension:
    low, to, high = text.partition(_TO)
    if to and isinstance(own, int | float) and not isinstance(own, bool):
        ends = [as_constant(name, end.strip(), own) for end in (low, high)]
        first, last = (number for number in ends if isinstance(number, int | float))
        if first > last:
            first, last = last, first
        return SearchRange(first, last)
    values = [as_constant(name, value.strip(), own) for value in text.split(",")]
    for value in values:
        check_choice(name, value, words)
    return Options(tuple(dict.fromkeys(values)))


def _holds(dimension: Dimension, value: Constant) -> bool:
    if isinstance(dimension, Options):
        return value in dimension.values
    return isinstance(value, int | float) and dimension.low <= value <= dimension.high


def _first(dimension: Dimension) -> Constant:
    return dimension.values[0] if isinstance(dimension, Options) else dimension.low
