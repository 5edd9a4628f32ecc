"""Training methods by name: for images with a backbone, and for small heads on embeddings.

Another package adds a method by an entry point in the group `lnl_gui.methods` whose object is a
`Method`.
"""

from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.losses.registry import describe_loss, list_losses
from lnl_gui.learn.methods import co_teaching, divide_mix, small_loss, turn, unicon
from lnl_gui.learn.methods.method import Method, MethodParameters, Setting, Task
from lnl_gui.learn.methods.plain import PLAIN, plain_method
from lnl_gui.learn.training.learner import BuildNetwork
from lnl_gui.learn.training.strategy import Strategy
from lnl_gui.learn.training.trainer import Trainer
from lnl_gui.util.lookup import by_name, find_by_name
from lnl_gui.util.messages import message
from lnl_gui.util.plugins import plugins

ENTRY_POINT_GROUP = "lnl_gui.methods"
_OURS = (
    small_loss.METHOD,
    co_teaching.METHOD,
    divide_mix.METHOD,
    unicon.METHOD,
    turn.METHOD,
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
    build: BuildNetwork,
    training: LabelledViews,
    *,
    parameters: MethodParameters,
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

    Raises:
        KeyError: when the parameters belong to no method.
    """
    task = Task(build, training, dimension, strategy or Strategy())
    return method_of(parameters).trainer(task, parameters)
