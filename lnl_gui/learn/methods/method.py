"""Types of training methods: description, defaults, and how a trainer is built."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

import numpy as np

from lnl_gui.util.messages import Message
from lnl_gui.util.process.late_import import imported

if TYPE_CHECKING:
    from lnl_gui.learn.data.labelled_views import LabelledViews
    from lnl_gui.learn.training.learner import BuildNetwork
    from lnl_gui.learn.training.strategy import Strategy
    from lnl_gui.learn.training.trainer import Trainer

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

    build: "BuildNetwork"
    training: "LabelledViews"
    dimension: int
    strategy: "Strategy"


@dataclass(frozen=True)
class NoiseEstimate:
    """What is known of the wrong labels before a training.

    Attributes:
        rate: their share, in [0, 1].
        transition: (C, C) float, row k holds P(given = j | true = k); None where not estimated.
    """

    rate: float
    transition: np.ndarray | None = None

    @property
    def asymmetric(self) -> bool:
        """Whether each class is mostly mistaken for one other, rather than for all alike."""
        matrix = self.transition
        if matrix is None or len(matrix) < 3:
            return False
        off = matrix * (1 - np.eye(len(matrix)))
        # A class is weighed by its errors; under symmetric noise each largest share is 1 / (C - 1).
        share = off.max(axis=1).sum() / max(off.sum(), 1e-12)
        return bool(self.rate > LITTLE_NOISE and share > (1 + 1 / (len(matrix) - 1)) / 2)


LITTLE_NOISE = 0.05
"""Below it the direction of errors is chance."""


def settled(_parameters: Any, _noise: NoiseEstimate) -> dict[str, float]:
    """Return nothing: no constant of the method depends on the noise."""
    return {}


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
        trainer: a trainer for `training.loop.fit` of a task with constants of its own type, or
            where that function is, as "module:name": its module is then imported only to train.
        for_noise: constants by name for the noise there is estimated to be.
        asks_noise: names of the constants that `for_noise` may set; empty for none.
    """

    name: str
    title: str | Message
    description: str | Message
    source: str
    parameters: type
    defaults: Callable[[Setting, str], MethodParameters]
    trainer: "Callable[[Task, Any], Trainer] | str"
    for_noise: Callable[[Any, NoiseEstimate], dict[str, float]] = settled
    asks_noise: tuple[str, ...] = ()

    def start(self, task: Task, parameters: MethodParameters) -> "Trainer":
        """The trainer of a task.

        Args:
            task: what it is built from.
            parameters: of the type that `parameters` names.
        """
        build = imported(self.trainer) if isinstance(self.trainer, str) else self.trainer
        return build(task, parameters)
