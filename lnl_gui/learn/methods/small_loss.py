"""Small-loss training: one network that learns from the samples of smallest loss.

The one-network form of Co-teaching, after MentorNet's idea of a curriculum (Jiang et al. 2018).
"""

from functools import partial
from typing import Any

from lnl_gui.learn.data.labelled_views import LabelledViews, draw_number, order_seed
from lnl_gui.learn.methods.method import Task
from lnl_gui.learn.methods.method_training import start_learners
from lnl_gui.learn.methods.parameters.small_loss import SmallLossParameters
from lnl_gui.learn.methods.selection import (
    follow_decay,
    given_label_losses,
    kept_fraction,
    smallest_losses,
)
from lnl_gui.learn.training.epoch import Epoch
from lnl_gui.learn.training.learner import BuildNetwork
from lnl_gui.learn.training.strategy import Strategy
from lnl_gui.learn.training.supervised import Supervision, train_supervised_pass


class SmallLoss:
    """Trainer of small-loss training; see `training.trainer.Trainer`.

    Args:
        build: makes the network.
        training: what to learn from.
        parameters: all constants.
        strategy: takes the steps.
    """

    name = "small_loss"

    def __init__(
        self,
        build: BuildNetwork,
        training: LabelledViews,
        *,
        parameters: SmallLossParameters,
        strategy: Strategy,
    ) -> None:
        self.training, self.parameters, self.strategy = training, parameters, strategy
        self.epochs, self.patience = parameters.epochs, parameters.patience
        self.learners = start_learners(build, 1, parameters, strategy)
        self.classifiers = [learner.network for learner in self.learners]

    def train_epoch(self, epoch: Epoch) -> dict[str, float]:
        """Train one pass in which each batch's largest losses are left out."""
        parameters = self.parameters
        follow_decay(self.learners, parameters, epoch.number)
        kept = kept_fraction(epoch.number, parameters.noise_rate, parameters.ramp_epochs)
        how = Supervision(
            given_label_losses,
            parameters.batch_size,
            order_seed(parameters.seed, 0),
            draw_number(epoch.number, 0, 0),
            # Within each batch, as in Co-teaching: a ranking of the whole set would cost a pass
            # more.
            select=partial(smallest_losses, fraction=kept),
        )
        (learner,) = self.learners
        train_supervised_pass(
            epoch, learner, self.strategy, self.training, self.training.views.weak, how
        )
        return {"trusted": kept}

    def state_dict(self) -> dict[str, Any]:
        """Empty: all state is in the learner."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Ignore the empty state."""


def trainer(task: Task, parameters: SmallLossParameters) -> SmallLoss:
    """The trainer of a task with these constants."""
    return SmallLoss(task.build, task.training, parameters=parameters, strategy=task.strategy)
