"""Every constant of a recipe by name, with its default, and how a person changes it."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, get_args, get_type_hints

from lnl_gui.learn.data.augmentation import AugmentationName
from lnl_gui.learn.losses.registry import LossChoice, describe_loss, list_losses
from lnl_gui.learn.methods.constants import (
    NAMES_ELSEWHERE,
    OF_TUNING,
    choices_of,
    constants_of,
    with_constants,
)
from lnl_gui.learn.methods.method import MethodParameters, Setting
from lnl_gui.learn.methods.registry import default_parameters
from lnl_gui.learn.recipes.parameters import ON_EMBEDDING, STAGES, Recipe, Stage
from lnl_gui.learn.training.rates import Optimiser, Schedule
from lnl_gui.util.constants import Constant, as_constant, check_choice
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import message

_OF_RECIPE = ("validation_fraction", "probe", "compile", "mixed_precision")
_OF_STAGE = tuple(
    field.name
    for field in fields(Stage)
    if field.name not in ("name", "part", "optimiser", "schedule", "loss", "adapters")
)
_OURS = ("seed", "patience", "least_steps", "least_probe_steps")
"""Constants that no paper has."""
_OF_OPTIMISER = ("learning_rate", "weight_decay", "momentum")
_OF_ADAPTERS = ("rank", "alpha", "dropout")
_OF_SCHEDULE = ("minimum_rate", "warm_up_steps", "period_epochs", "factor")


def settings_of(recipe: Recipe, *, encoder: str = "") -> dict[str, Constant]:
    """All constants of a recipe by name, with their values; of stages those of the last.

    Args:
        recipe: any.
        encoder: on which some defaults depend.
    """
    every: dict[str, Constant] = {name: getattr(recipe, name) for name in _OF_RECIPE}
    # Last, since they are changed least.
    if recipe.method != STAGES:
        return constants_of(method_parameters(recipe, encoder=encoder)) | every
    return (_constants_of_stage(recipe.stages[-1]) if recipe.stages else {}) | every


def _constants_of_stage(last: Stage) -> dict[str, Constant]:
    found: dict[str, Constant] = {name: getattr(last, name) for name in _OF_STAGE}
    found |= {"optimiser": last.optimiser.name, "schedule": last.schedule.name}
    found |= {name: getattr(last.optimiser, name) for name in _OF_OPTIMISER}
    found |= {name: getattr(last.schedule, name) for name in _OF_SCHEDULE}
    if last.adapters is not None:
        found = {name: getattr(last.adapters, name) for name in _OF_ADAPTERS} | found
    return found | {"loss": last.loss.name} | _constants_of_loss(last.loss)


def words_of(recipe: Recipe, *, encoder: str = "") -> dict[str, tuple[str, ...]]:
    """The words that a recipe's constants can be, by name, of those that are not free.

    Args:
        recipe: any.
        encoder: on which some defaults depend.
    """
    if recipe.method != STAGES:
        return choices_of(method_parameters(recipe, encoder=encoder))
    if not recipe.stages:
        return {}
    return {
        "augmentation": get_args(AugmentationName),
        "optimiser": get_args(get_type_hints(Optimiser)["name"]),
        "schedule": get_args(get_type_hints(Schedule)["name"]),
        "loss": tuple(loss.name for loss in list_losses()),
    }


def published_of(recipe: Recipe, *, encoder: str = "") -> dict[str, Constant]:
    """What the method's paper takes, by name; of a recipe of stages nothing.

    Args:
        recipe: any.
        encoder: on which some defaults depend.
    """
    if recipe.method == STAGES:
        return {}
    # Heads on embeddings are in no paper; what their networks from scratch take is printed.
    setting: Setting = "scratch" if dict(recipe.constants).get(ON_EMBEDDING) else "backbone"
    printed = constants_of(default_parameters(recipe.method, setting=setting, encoder=encoder))
    return {name: value for name, value in printed.items() if name not in _OURS}


def method_parameters(recipe: Recipe, *, encoder: str = "") -> MethodParameters:
    """The constants of a recipe that names a method, its own changes applied.

    Raises:
        UserError: for an unknown method, or constants it does not have.
    """
    constants = dict(recipe.constants)
    setting: Setting = "embedding" if constants.pop(ON_EMBEDDING, 0.0) else "backbone"
    return with_constants(
        default_parameters(recipe.method, setting=setting, encoder=encoder), constants
    )


def with_settings(recipe: Recipe, changes: Mapping[str, Constant], *, encoder: str = "") -> Recipe:
    """A recipe with constants changed by name; of stages in the last one.

    Args:
        recipe: any.
        changes: values by name, as a person wrote them.
        encoder: on which the method's defaults depend.

    Raises:
        UserError: for an unknown name, suggesting the nearest, or a value that does not fit.
    """
    # The loss first: what other names there are depends on it.
    for name in sorted(changes, key=lambda name: name != "loss"):
        known = settings_of(recipe, encoder=encoder)
        if name not in known and name not in _of_tuning(known):
            raise UserError(
                message(
                    "The recipe {recipe} has no constant {name}.", recipe=recipe.name, name=name
                ),
                known_names(name, [*_of_tuning(known), *known], elsewhere=NAMES_ELSEWHERE),
                code="unknown_constant",
            )
        value = as_constant(name, changes[name], known.get(name, 0.0))
        recipe = _changed(recipe, name, value, encoder)
    return recipe


def _of_tuning(known: Mapping[str, Constant]) -> list[str]:
    """Short names of what costs hours in a method of two parts."""
    return [name for name in OF_TUNING if f"tuning_{name}" in known]


def _changed(recipe: Recipe, name: str, value: Constant, encoder: str) -> Recipe:
    if name in _OF_RECIPE:
        return replace(recipe, **{name: value})  # type: ignore[arg-type]  # of the type it has
    if recipe.method != STAGES:
        constants: dict[str, float | str] = dict(recipe.constants) | {
            name: value if isinstance(value, str) else float(value)
        }
        changed = replace(recipe, constants=tuple(constants.items()))
        # Refused here and not when the images are read.
        method_parameters(changed, encoder=encoder)
        return changed
    last = _changed_stage(recipe.stages[-1], name, value)
    return replace(recipe, stages=(*recipe.stages[:-1], last))


def _changed_stage(stage: Stage, name: str, value: Any) -> Stage:
    if name in ("optimiser", *_OF_OPTIMISER):
        own = "name" if name == "optimiser" else name
        _check_choice(Optimiser, own, value)
        return replace(stage, optimiser=replace(stage.optimiser, **{own: value}))
    if name in ("schedule", *_OF_SCHEDULE):
        own = "name" if name == "schedule" else name
        _check_choice(Schedule, own, value)
        return replace(stage, schedule=replace(stage.schedule, **{own: value}))
    if stage.adapters is not None and name in _OF_ADAPTERS:
        return replace(stage, adapters=replace(stage.adapters, **{name: value}))
    if name == "loss":
        return replace(stage, loss=LossChoice(describe_loss(value).name))
    if name in _OF_STAGE:
        _check_choice(Stage, name, value)
        return replace(stage, **{name: value})
    pairs = dict(stage.loss.constants) | {name: value}
    return replace(stage, loss=LossChoice(stage.loss.name, tuple(pairs.items())))


def _check_choice(kind: type, name: str, value: Constant) -> None:
    check_choice(name, value, get_args(get_type_hints(kind)[name]))


def _constants_of_loss(loss: LossChoice) -> dict[str, Constant]:
    return {**describe_loss(loss.name).defaults, **dict(loss.constants)}
