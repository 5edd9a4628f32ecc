"""Training methods by name: for images with a backbone, and for small heads on embeddings.

Another package adds a method by an entry point in the group `lnl_gui.methods` whose object is a
`Method`. What trains is imported only when a trainer is built: listing methods loads no torch.
"""

from functools import partial
from typing import TYPE_CHECKING

from lnl_gui.learn.losses.registry import LossInfo, describe_loss, list_losses
from lnl_gui.learn.methods.method import Method, MethodParameters, Setting, Task
from lnl_gui.learn.methods.parameters.divide_mix import (
    DivideMixParameters,
    divide_mix_defaults,
    divide_mix_for_noise,
)
from lnl_gui.learn.methods.parameters.plain import PlainParameters, plain_defaults
from lnl_gui.learn.methods.parameters.small_loss import (
    ASKS_NOISE,
    CoTeachingParameters,
    SmallLossParameters,
    share_of_wrong_labels,
)
from lnl_gui.learn.methods.parameters.turn import TurnParameters, turn_defaults
from lnl_gui.learn.methods.parameters.unicon import (
    UniconParameters,
    unicon_defaults,
    unicon_for_noise,
)
from lnl_gui.util.lookup import by_name, find_by_name
from lnl_gui.util.messages import message
from lnl_gui.util.plugins import plugins

if TYPE_CHECKING:
    from lnl_gui.learn.data.labelled_views import LabelledViews
    from lnl_gui.learn.training.learner import BuildNetwork
    from lnl_gui.learn.training.strategy import Strategy
    from lnl_gui.learn.training.trainer import Trainer

ENTRY_POINT_GROUP = "lnl_gui.methods"
PLAIN = "plain:"
"""What the names of these methods begin with; the name of a loss follows."""
_HERE = "lnl_gui.learn.methods"
_OURS = (
    Method(
        "small_loss",
        message("Small-loss selection"),
        message("One network learns from the samples it finds easiest."),
        "Jiang et al., ICML 2018",
        SmallLossParameters,
        SmallLossParameters.defaults,
        f"{_HERE}.small_loss:trainer",
        share_of_wrong_labels,
        ASKS_NOISE,
    ),
    Method(
        "co_teaching",
        "Co-teaching",
        message("Two networks pick small-loss samples for each other."),
        "Han et al., NeurIPS 2018",
        CoTeachingParameters,
        CoTeachingParameters.defaults,
        f"{_HERE}.co_teaching:trainer",
        share_of_wrong_labels,
        ASKS_NOISE,
    ),
    Method(
        "divide_mix",
        "DivideMix",
        message("Two networks split the data for each other by loss and learn by MixMatch."),
        "Li, Socher and Hoi, ICLR 2020",
        DivideMixParameters,
        divide_mix_defaults,
        f"{_HERE}.divide_mix:trainer",
        divide_mix_for_noise,
        ("unlabelled_weight", "confidence_penalty", "loss_history"),
    ),
    Method(
        "unicon",
        "UNICON",
        message("Uniform selection by divergence, MixMatch, and a contrastive term."),
        "Karim et al., CVPR 2022",
        UniconParameters,
        unicon_defaults,
        f"{_HERE}.unicon:trainer",
        unicon_for_noise,
        ("confidence_penalty",),
    ),
    Method(
        "turn",
        "TURN",
        message("A robust probe, then fine-tuning on balanced clean samples of each class."),
        "Ahn et al., 2024",
        TurnParameters,
        turn_defaults,
        f"{_HERE}.turn:trainer",
    ),
)


def plain_method(loss: LossInfo) -> Method:
    """Plain training with one loss as a method, called `plain:LOSS`.

    Args:
        loss: its name, title and source become the method's.
    """
    return Method(
        PLAIN + loss.name,
        loss.title,
        message("Plain training with this loss."),
        loss.source,
        PlainParameters,
        partial(plain_defaults, loss.name),
        f"{_HERE}.plain:trainer",
    )


def list_methods() -> list[Method]:
    """All methods: plain training with each loss, the built-in ones, those of other packages."""
    plain = map(plain_method, list_losses())
    return [*plain, *_OURS, *plugins(ENTRY_POINT_GROUP, Method)]


def find_method(name: str) -> Method:
    """The method of that name.

    Raises:
        UserError: for an unknown name, suggesting the nearest.
    """
    # Not through the list: an unknown loss is then an error about losses.
    if name.startswith(PLAIN):
        return plain_method(describe_loss(name.removeprefix(PLAIN)))
    error = message("There is no training method called {name}.", name=name)
    return find_by_name(name, by_name(list_methods()), error=error, code="unknown_method")


def method_of(parameters: MethodParameters) -> Method:
    """The method whose constants these are.

    Raises:
        KeyError: when they belong to none.
    """
    return {method.parameters: method for method in list_methods()}[type(parameters)]


def default_parameters(name: str, *, setting: Setting, encoder: str = "") -> MethodParameters:
    """The defaults of a method.

    "scratch" are those published for CIFAR-10; "backbone" those published for pre-trained
    networks (Clothing1M, in TURN its table by `encoder`); "embedding" ours, measured on
    CIFAR-10N.

    Args:
        name: of a method.
        setting: what is trained.
        encoder: the backbone's name; only TURN looks at it.

    Raises:
        UserError: for an unknown method.
    """
    return find_method(name).defaults(setting, encoder)


def build_trainer(
    build: "BuildNetwork",
    training: "LabelledViews",
    *,
    parameters: MethodParameters,
    dimension: int,
    strategy: "Strategy | None" = None,
) -> "Trainer":
    """A trainer for `loop.fit`; the type of its parameters says which method it is.

    Args:
        build: makes one network with `backbone` and `head`.
        training: what to learn from.
        parameters: see `default_parameters`.
        dimension: of the backbone's features.
        strategy: takes the steps; None computes in float32 on the CPU.

    Raises:
        KeyError: when the parameters belong to no method.
    """
    if strategy is None:
        from lnl_gui.learn.training.strategy import Strategy  # noqa: PLC0415 - imports torch

        strategy = Strategy()
    return method_of(parameters).start(Task(build, training, dimension, strategy), parameters)
