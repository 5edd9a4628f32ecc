"""Co-teaching (Han et al., NeurIPS 2018): two networks pick small-loss samples for each other."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from lnl_gui.learn.data.labelled_views import LabelledViews, draw_number
from lnl_gui.learn.data.sources import epoch_batches, in_memory
from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.methods.method import Task
from lnl_gui.learn.methods.method_training import start_learners
from lnl_gui.learn.methods.parameters.small_loss import CoTeachingParameters
from lnl_gui.learn.methods.selection import (
    follow_decay,
    kept_fraction,
    smallest_losses,
)
from lnl_gui.learn.training.epoch import Epoch, Step
from lnl_gui.learn.training.learner import BuildNetwork
from lnl_gui.learn.training.strategy import Branch, Strategy


class CoTeaching:
    """Trainer of Co-teaching; see `training.trainer.Trainer`.

    Args:
        build: makes one network.
        training: what to learn from.
        parameters: all constants.
        strategy: takes the steps.
    """

    name = "co_teaching"

    def __init__(
        self,
        build: BuildNetwork,
        training: LabelledViews,
        *,
        parameters: CoTeachingParameters,
        strategy: Strategy,
    ) -> None:
        self.training, self.parameters, self.strategy = training, parameters, strategy
        self.epochs, self.patience = parameters.epochs, parameters.patience
        self.learners = start_learners(build, 2, parameters, strategy)
        self.classifiers = [learner.network for learner in self.learners]

    def train_epoch(self, epoch: Epoch) -> dict[str, float]:
        """Train each network on the samples of small loss under the other, in one pass."""
        parameters, views = self.parameters, self.training.views
        # Everything at first: networks learn what is regular before they learn wrong labels (Arpit
        # et al., ICML 2017).
        follow_decay(self.learners, parameters, epoch.number)
        kept = kept_fraction(epoch.number, parameters.noise_rate, parameters.ramp_epochs)
        order = epoch_batches(
            len(views), parameters.batch_size, seed=parameters.seed, epoch=epoch.number
        )
        draw = draw_number(epoch.number, 0, 0)

        def load(rows: np.ndarray) -> tuple[np.ndarray, Tensor]:
            return rows, self.strategy.precision.host(views.weak.load(rows, draw))

        for learner in self.learners:
            learner.training_mode()
        epoch.run_pass(
            "both",
            order,
            load,
            lambda loaded: self._step(*loaded, kept),
            ahead=not in_memory(views.weak),
            named=self.training.named,
        )
        return {"trusted": kept}

    def _step(self, rows: np.ndarray, inputs: Tensor, kept: float) -> Step:
        labels = torch.from_numpy(self.training.labels[rows])
        right = 0

        def loss(*logits: Tensor) -> Tensor:
            nonlocal right
            given = labels.to(logits[0].device)
            # As the two predict together in the end.
            together = torch.stack([each.detach().softmax(dim=1) for each in logits]).mean(dim=0)
            right = int((together.argmax(dim=1) == given).sum())
            losses = [cross_entropy(each, given, reduction="none") for each in logits]
            picks = [smallest_losses(each, kept) for each in losses]
            # Crossed: a network that chose for itself would confirm its own errors.
            # The networks share nothing, so that the gradient of the sum is each one's own.
            return losses[0][picks[1]].mean() + losses[1][picks[0]].mean()

        branches = [Branch(learner.forward, inputs) for learner in self.learners]
        total = self.strategy.step(self.learners, branches, loss)
        # The mean of the two, to be comparable with a method of one network.
        return Step(len(rows), total / 2, right)

    def state_dict(self) -> dict[str, Any]:
        """Empty: all state is in the learners."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Ignore the empty state."""


def trainer(task: Task, parameters: CoTeachingParameters) -> CoTeaching:
    """The trainer of a task with these constants."""
    return CoTeaching(task.build, task.training, parameters=parameters, strategy=task.strategy)
