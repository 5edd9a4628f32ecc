"""The constants of a method by name: what they are, and how they are changed."""

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_type_hints

from lnl_gui.learn.losses.registry import describe_loss
from lnl_gui.learn.methods.method import MethodParameters
from lnl_gui.learn.training.rates import Optimiser
from lnl_gui.util.constants import Constant, as_constant, check_choice
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import message

P = TypeVar("P", bound=MethodParameters)
OF_TUNING = ("epochs", "learning_rate", "weight_decay")
"""In a method of two parts these names mean the part that costs hours."""
NAMES_ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "lr": "learning_rate",
        "wd": "weight_decay",
        "num_epochs": "epochs",
        "warm_up": "warm_up_epochs",
        "lambda_u": "unlabelled_weight",
        "t": "temperature",
        "p_threshold": "clean_threshold",
        "tau": "clean_threshold",
        "rampup_length": "ramp_epochs",
    }
)
"""Our constants by their names in the papers and the code of their authors."""
_TUNING = "tuning_"
_OF_OPTIMISER = ("learning_rate", "weight_decay", "momentum")


def constants_of(parameters: MethodParameters) -> dict[str, Constant]:
    """All constants by name, with their values.

    Those of an optimiser are listed one by one: `tuning_optimiser`, `tuning_learning_rate`.
    """
    found: dict[str, Constant] = {}
    for field in fields(parameters):
        value = getattr(parameters, field.name)
        if isinstance(value, bool | int | float | str):
            found[field.name] = value
        elif isinstance(value, Optimiser):
            found[field.name] = value.name
            prefix = field.name.removesuffix("optimiser")
            found |= {f"{prefix}{name}": getattr(value, name) for name in _OF_OPTIMISER}
        elif field.name == "loss_constants":
            loss = str(getattr(parameters, "loss", "ce"))
            found |= dict(describe_loss(loss).defaults) | dict(value)
    return found


def with_constants(parameters: P, constants: Mapping[str, Constant]) -> P:
    """Parameters with values changed by name, each of the type it has.

    In TURN `epochs`, `learning_rate` and `weight_decay` are those of the fine-tuning.

    Raises:
        UserError: for a name the method does not have, suggesting the nearest, or a value that
            it cannot take.
    """
    known = constants_of(parameters)
    changed: dict[str, Any] = {}
    for given, value in constants.items():
        name = given
        if name not in known and given in OF_TUNING and _TUNING + given in known:
            name = _TUNING + given
        if name not in known:
            raise UserError(
                message("This method has no constant {unknown}.", unknown=given),
                known_names(given, known, elsewhere=NAMES_ELSEWHERE),
                code="unknown_constant",
            )
        _change(parameters, changed, name, as_constant(name, value, known[name]))
    return replace(parameters, **changed)


def _change(
    parameters: MethodParameters, changed: dict[str, Any], name: str, value: Constant
) -> None:
    kinds = {field.name: getattr(parameters, field.name) for field in fields(parameters)}
    if name in kinds and not isinstance(kinds[name], Optimiser):
        changed[name] = _one_of(type(parameters), name, value)
        return
    for field, old in kinds.items():
        if not isinstance(old, Optimiser):
            continue
        prefix = field.removesuffix("optimiser")
        now = changed.get(field, old)
        if name == field:
            changed[field] = replace(now, name=_one_of(Optimiser, "name", value))
            return
        own = name.removeprefix(prefix)
        if name.startswith(prefix) and own in _OF_OPTIMISER:
            changed[field] = replace(now, **{own: value})
            return
    # What is left is a constant of the loss.
    pairs = dict(changed.get("loss_constants", kinds.get("loss_constants", ())))
    changed["loss_constants"] = tuple((pairs | {name: value}).items())


def choices_of(parameters: MethodParameters) -> dict[str, tuple[str, ...]]:
    """The words that constants can be, by name, of those that are not free."""
    kinds = get_type_hints(type(parameters))
    found = {
        name: tuple(map(str, get_args(kinds[name])))
        for name in constants_of(parameters)
        if get_args(kinds.get(name))
    }
    for field in fields(parameters):
        if isinstance(getattr(parameters, field.name), Optimiser):
            found[field.name] = get_args(get_type_hints(Optimiser)["name"])
    return found


def _one_of(kind: type, name: str, value: Constant) -> Constant:
    check_choice(name, value, get_args(get_type_hints(kind).get(name)))
    return value
