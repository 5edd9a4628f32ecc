"""Training methods by name: for images with a backbone, and for small heads on embeddings."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.losses.registry import describe_loss, list_losses
from lnl_gui.learn.methods.co_teaching import CoTeaching, CoTeachingParameters
from lnl_gui.learn.methods.divide_mix import DivideMix, DivideMixParameters
from lnl_gui.learn.methods.plain import Plain, PlainParameters
from lnl_gui.learn.methods.small_loss import SmallLoss, SmallLossParameters
from lnl_gui.learn.methods.turn import Turn, TurnParameters, turn_parameters
from lnl_gui.learn.methods.unicon import Unicon, UniconParameters
from lnl_gui.learn.training.learner import BuildNetwork
from lnl_gui.learn.training.optimisation import Optimiser
from lnl_gui.learn.training.strategy import Strategy
from lnl_gui.learn.training.trainer import Trainer
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

Setting = Literal["scratch", "backbone", "embedding"]
"""From scratch as most papers do it, a pre-trained backbone, or a head on cached embeddings."""
Parameters = (
    PlainParameters
    | SmallLossParameters
    | CoTeachingParameters
    | DivideMixParameters
    | UniconParameters
    | TurnParameters
)
PLAIN = "plain:"


@dataclass(frozen=True)
class MethodInfo:
    """A method as a user meets it."""

    name: str
    title: Message | str
    description: Message | str
    source: str


_INFOS = (
    MethodInfo(
        "small_loss",
        message("Small-loss selection"),
        message("One network learns from the samples it finds easiest."),
        "Jiang et al., ICML 2018",
    ),
    MethodInfo(
        "co_teaching",
        message("Co-teaching"),
        message("Two networks pick small-loss samples for each other."),
        "Han et al., NeurIPS 2018",
    ),
    MethodInfo(
        "divide_mix",
        message("DivideMix"),
        message("Two networks split the data for each other by loss and learn by MixMatch."),
        "Li, Socher and Hoi, ICLR 2020",
    ),
    MethodInfo(
        "unicon",
        message("UNICON"),
        message("Uniform selection by divergence, MixMatch, and a contrastive term."),
        "Karim et al., CVPR 2022",
    ),
    MethodInfo(
        "turn",
        message("TURN"),
        message("A robust probe, then fine-tuning on balanced clean samples of each class."),
        "Ahn et al., 2024",
    ),
)


def list_methods() -> list[MethodInfo]:
    """All methods, plain training with each loss first."""
    plain = [
        MethodInfo(
            PLAIN + loss.name, loss.title, message("Plain training with this loss."), loss.source
        )
        for loss in list_losses()
    ]
    return [*plain, *_INFOS]


def describe_method(name: str) -> MethodInfo:
    """The method of that name.

    Raises:
        UserError: for an unknown name, suggesting the nearest.
    """
    if name.startswith(PLAIN):
        describe_loss(name.removeprefix(PLAIN))
    known = {info.name: info for info in list_methods()}
    if name not in known:
        near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.4)
        guess = f"Did you mean {near[0]}? " if near else ""
        raise UserError(
            message("There is no training method called {name}.", name=name),
            message("{guess}Known are: {known}.", guess=guess, known=", ".join(known)),
            code="unknown_method",
        )
    return known[name]


def default_parameters(name: str, *, setting: Setting, encoder: str = "") -> Parameters:
    """The defaults of a method.

    "scratch" are those published for CIFAR-10; "backbone" those published for pre-trained
    networks (Clothing1M, in TURN its table by `encoder`); "embedding" ours, measured on
    CIFAR-10N.
    """
    describe_method(name)
    return _DEFAULTS[setting](name, encoder)


def with_constants(parameters: Parameters, constants: Mapping[str, float]) -> Parameters:
    """Parameters with numbers changed by name, each cast to the type it has.

    In TURN `epochs` and `learning_rate` are those of the fine-tuning.

    Raises:
        UserError: for a name the method does not have.
    """
    if isinstance(parameters, TurnParameters):
        parameters, constants = _turn_constants(parameters, constants)
    known = {
        field.name: type(getattr(parameters, field.name))
        for field in fields(parameters)
        if isinstance(getattr(parameters, field.name), bool | int | float)
    }
    unknown = sorted(set(constants) - set(known))
    if unknown:
        raise UserError(
            message("This method has no constant {unknown}.", unknown=", ".join(unknown)),
            message("It has: {known}.", known=", ".join(known)),
            code="unknown_constant",
        )
    changed: dict[str, Any] = {name: known[name](value) for name, value in constants.items()}
    return replace(parameters, **changed)


def _turn_constants(
    parameters: TurnParameters, constants: Mapping[str, float]
) -> tuple[TurnParameters, Mapping[str, float]]:
    left = dict(constants)
    if "epochs" in left:
        left["tuning_epochs"] = left.pop("epochs")
    if "learning_rate" in left:
        rate = left.pop("learning_rate")
        tuning = replace(parameters.tuning_optimiser, learning_rate=rate)
        parameters = replace(parameters, tuning_optimiser=tuning)
    return parameters, left


def build_trainer(
    build: BuildNetwork,
    training: LabelledViews,
    *,
    parameters: Parameters,
    dimension: int,
    strategy: Strategy | None = None,
) -> Trainer:
    """A trainer for `loop.fit`; the type of its parameters says which method it is.

    Args:
        build: makes one network with `backbone` and `head`.
        training: what to learn from.
        parameters: see `default_parameters`.
        dimension: of the backbone's features.
        strategy: takes the steps; None computes in float32 on the CPU.
    """
    chosen = strategy or Strategy()
    match parameters:
        case PlainParameters():
            return Plain(build, training, parameters=parameters, strategy=chosen)
        case SmallLossParameters():
            return SmallLoss(build, training, parameters=parameters, strategy=chosen)
        case CoTeachingParameters():
            return CoTeaching(build, training, parameters=parameters, strategy=chosen)
        case DivideMixParameters():
            return DivideMix(build, training, parameters=parameters, strategy=chosen)
        case UniconParameters():
            return Unicon(
                build, training, dimension=dimension, parameters=parameters, strategy=chosen
            )
        case TurnParameters():
            return Turn(build, training, parameters=parameters, strategy=chosen)


def _from_scratch(name: str, encoder: str) -> Parameters:
    if name.startswith(PLAIN):
        loss = name.removeprefix(PLAIN)
        return PlainParameters(
            loss=loss,
            epochs=120,
            optimiser="sgd",
            learning_rate=0.01,
            weight_decay=1e-4,
            clip_norm=5.0,
        )
    published: dict[str, Parameters] = {
        "small_loss": SmallLossParameters(),
        "co_teaching": CoTeachingParameters(),
        "divide_mix": DivideMixParameters(),
        "unicon": UniconParameters(),
        "turn": turn_parameters(encoder),
    }
    return published[name]


def _with_backbone(name: str, encoder: str) -> Parameters:
    if name.startswith(PLAIN):
        return PlainParameters(loss=name.removeprefix(PLAIN))
    published: dict[str, Parameters] = {
        "small_loss": SmallLossParameters(epochs=5, learning_rate=1e-4, ramp_epochs=2),
        "co_teaching": CoTeachingParameters(epochs=5, learning_rate=1e-4, ramp_epochs=2),
        "divide_mix": DivideMixParameters(
            epochs=80,
            warm_up_epochs=1,
            warm_up_part="head",
            batch_size=32,
            warm_up_batch_size=64,
            alpha=0.5,
            unlabelled_weight=0.0,
            learning_rate=2e-3,
            weight_decay=1e-3,
            clip_norm=10.0,
            fall_epoch=40,
        ),
        "unicon": UniconParameters(
            epochs=200,
            warm_up_epochs=1,
            warm_up_part="head",
            batch_size=32,
            warm_up_batch_size=64,
            alpha=0.5,
            unlabelled_weight=0.0,
            learning_rate=5e-3,
            minimum_rate=1e-5,
            weight_decay=1e-3,
            clip_norm=10.0,
        ),
        "turn": turn_parameters(encoder),
    }
    return published[name]


def _on_embeddings(name: str, encoder: str) -> Parameters:
    # Two heads under DivideMix found people's errors best of all methods tried: F1 .920 on the
    # worst labels of CIFAR-10N, 10 000 images.
    if name.startswith(PLAIN):
        loss = name.removeprefix(PLAIN)
        # The decay at which cross-entropy itself does well: below, it learns the wrong labels.
        return PlainParameters(loss=loss, epochs=20, learning_rate=1e-2, weight_decay=1.0)
    ours: dict[str, Parameters] = {
        "small_loss": SmallLossParameters(epochs=20),
        "co_teaching": CoTeachingParameters(epochs=20),
        "divide_mix": DivideMixParameters(epochs=20, warm_up_epochs=5),
        "unicon": UniconParameters(epochs=20, warm_up_epochs=3),
        "turn": TurnParameters(probe_optimiser=Optimiser("sgd", 1e-2, 1e-3)),
    }
    return ours[name]


_DEFAULTS = {"scratch": _from_scratch, "backbone": _with_backbone, "embedding": _on_embeddings}
