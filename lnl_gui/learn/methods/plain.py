"""Plain training of one network with any registered loss."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from torch import Tensor

from lnl_gui.learn.data.labelled_views import LabelledViews, draw_number, order_seed
from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.losses.registry import LossChoice, LossInfo
from lnl_gui.learn.methods.method import Method, Setting, Task
from lnl_gui.learn.methods.method_training import MethodTraining, start_learners
from lnl_gui.learn.training.epoch import Epoch
from lnl_gui.learn.training.learner import BuildNetwork
from lnl_gui.learn.training.rates import OptimiserName, Schedule, ScheduleName
from lnl_gui.learn.training.strategy import Strategy
from lnl_gui.learn.training.supervised import Supervision, train_supervised_pass
from lnl_gui.util.messages import message


@dataclass(frozen=True)
class PlainParameters(MethodTraining):
    """Constants of plain training; the defaults are for fine-tuning a pre-trained backbone."""

    loss: str = "ce"
    loss_constants: tuple[tuple[str, float], ...] = ()
    warm_up: float = 0.0
    """Share of the epochs, from the first on, that take cross-entropy instead."""
    epochs: int = 5
    batch_size: int = 128
    view: Literal["plain", "weak", "strong"] = "weak"
    optimiser: OptimiserName = "adamw"
    learning_rate: float = 1e-4
    weight_decay: float = 0.01
    schedule: ScheduleName = "cosine"
    minimum_rate: float = 0.0
    clip_norm: float = 0.0


SMALL_CNN = PlainParameters(
    epochs=7,
    batch_size=256,
    view="plain",
    optimiser="sgd",
    learning_rate=0.01,
    weight_decay=1e-4,
    schedule="constant",
)
"""The small CNN of the active-passive and dynamic-weight experiments, from scratch."""

ACTIVE_PASSIVE = PlainParameters(
    loss="nce+rce",
    epochs=120,
    optimiser="sgd",
    learning_rate=0.01,
    weight_decay=1e-4,
    clip_norm=5.0,
)
"""The active-passive paper's own training on CIFAR-10."""


class Plain:
    """Trainer of plain training; see `training.trainer.Trainer`.

    Args:
        build: makes the network.
        training: what to learn from.
        parameters: all constants.
        strategy: takes the steps; None computes in float32 on the CPU.
    """

    def __init__(
        self,
        build: BuildNetwork,
        training: LabelledViews,
        *,
        parameters: PlainParameters,
        strategy: Strategy | None = None,
    ) -> None:
        self.name = f"plain:{parameters.loss}"
        self.strategy = strategy or Strategy()
        self.training, self.parameters = training, parameters
        self.epochs, self.patience = parameters.epochs, parameters.patience
        self.learners = start_learners(build, 1, parameters, self.strategy)
        self.classifiers = [learner.network for learner in self.learners]
        # Built once a run: early-learning regularisation remembers each sample across epochs.
        self.loss = LossChoice(parameters.loss, parameters.loss_constants).build(
            number_of_samples=len(training.labels), number_of_classes=training.number_of_classes
        )

    def train_epoch(self, epoch: Epoch) -> dict[str, float]:
        """Train one pass over all samples."""
        parameters = self.parameters
        warming = epoch.number < parameters.warm_up * parameters.epochs

        def losses(logits: Tensor, labels: Tensor, rows: Tensor) -> Tensor:
            if warming:
                return cross_entropy(logits, labels, reduction="none")
            return self.loss(logits, labels, rows, reduction="none")

        how = Supervision(
            losses,
            parameters.batch_size,
            order_seed(parameters.seed, 0),
            draw_number(epoch.number, 0, 0),
            schedule=Schedule(parameters.schedule, parameters.minimum_rate),
            epochs=parameters.epochs,
            clip_norm=parameters.clip_norm,
        )
        source = getattr(self.training.views, parameters.view)
        (learner,) = self.learners
        train_supervised_pass(epoch, learner, self.strategy, self.training, source, how)
        return {}

    def state_dict(self) -> dict[str, Any]:
        """The state of the loss, such as moving targets (N, C)."""
        return {"loss": self.loss.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state of `state_dict`."""
        self.loss.load_state_dict(state["loss"])


PLAIN = "plain:"
"""What the names of these methods begin with; the name of a loss follows."""


def _defaults(loss: str, setting: Setting, _encoder: str) -> PlainParameters:
    if setting == "scratch":
        # APL's (Ma et al., ICML 2020).
        return PlainParameters(
            loss=loss,
            epochs=120,
            optimiser="sgd",
            learning_rate=0.01,
            weight_decay=1e-4,
            clip_norm=5.0,
        )
    if setting == "embedding":
        # The decay at which cross-entropy itself does well: below, it learns the wrong labels.
        return PlainParameters(loss=loss, epochs=20, learning_rate=1e-2, weight_decay=1.0)
    return PlainParameters(loss=loss)


def _trainer(task: Task, parameters: PlainParameters) -> Plain:
    return Plain(task.build, task.training, parameters=parameters, strategy=task.strategy)


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
        partial(_defaults, loss.name),
        _trainer,
    )
