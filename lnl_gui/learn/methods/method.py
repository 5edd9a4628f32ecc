"""Types of training methods: description, defaults, and how a trainer is built."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.training.learner import BuildNetwork
from lnl_gui.learn.training.strategy import Strategy
from lnl_gui.learn.training.trainer import Trainer
from lnl_gui.util.messages import Message

Setting = Literal["scratch", "backbone", "embedding"]
"""From scratch as most papers do it, a pre-trained backbone, or a head on cached embeddings."""


class MethodParameters(Protocol):
    """A frozen dataclass with all constants of a method."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def seed(self) -> int:
        """Seed of every random draw."""

    @property
    def patience(self) -> int:
        """Stop after so many epochs without a better validation accuracy; 0 never."""


@dataclass(frozen=True)
class Task:
    """What a trainer is built from.

    Attributes:
        build: makes one network with `backbone` and `head`.
        training: what to learn from.
        dimension: length of the backbone's features.
        strategy: takes the steps.
    """

    build: BuildNetwork
    training: LabelledViews
    dimension: int
    strategy: Strategy


@dataclass(frozen=True)
class NoiseConstant:
    """A constant that depends on the noise rate, and its value at a rate in [0, 1]."""

    name: str
    value: Callable[[float], float]


def no_noise_constant(_parameters: Any) -> None:
    """Return None: the method has no constant that depends on the noise rate."""


@dataclass(frozen=True)
class Method:
    """A training method.

    Attributes:
        name: what recipes and the command line call it.
        title: what a person reads in a list.
        description: one sentence on how it learns.
        source: the paper.
        parameters: the dataclass of its constants.
        defaults: its constants for a setting and an encoder's name.
        trainer: a trainer for `training.loop.fit` of a task with constants of its own type.
        noise_constant: which constant is to be set from an estimate of the noise rate, if any.
    """

    name: str
    title: str | Message
    description: str | Message
    source: str
    parameters: type
    defaults: Callable[[Setting, str], MethodParameters]
    trainer: Callable[[Task, Any], Trainer]
    noise_constant: Callable[[Any], NoiseConstant | None] = no_noise_constant
