"""Plain training of one network with any registered loss."""

from typing import Any

from torch import Tensor

from lnl_gui.learn.data.labelled_views import LabelledViews, draw_number, order_seed
from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.losses.registry import LossChoice
from lnl_gui.learn.methods.method import Task
from lnl_gui.learn.methods.method_training import start_learners
from lnl_gui.learn.methods.parameters.plain import PlainParameters
from lnl_gui.learn.training.epoch import Epoch
from lnl_gui.learn.training.learner import BuildNetwork
from lnl_gui.learn.training.rates import Schedule
from lnl_gui.learn.training.strategy import Strategy
from lnl_gui.learn.training.supervised import Supervision, train_supervised_pass


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


def trainer(task: Task, parameters: PlainParameters) -> Plain:
    """The trainer of a task with these constants."""
    return Plain(task.build, task.training, parameters=parameters, strategy=task.strategy)
