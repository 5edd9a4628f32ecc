"""DivideMix (Li, Socher and Hoi, ICLR 2020): two networks that divide the data for each other.

Each network's losses are split by a two-component Gaussian mixture into clean and noisy; the other
network trains on that split by MixMatch. Works on images, and on cached embeddings with small
heads, where noise on the features takes the place of augmentation.
"""

from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from lnl_gui.detect.mixture import clean_probability, fit_mixture
from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.methods.method import Task
from lnl_gui.learn.methods.method_training import start_learners
from lnl_gui.learn.methods.mixmatch import mixmatch_of, train_mixmatch_pass
from lnl_gui.learn.methods.parameters.divide_mix import DivideMixParameters
from lnl_gui.learn.methods.selection import normalised_losses, split_by_probability
from lnl_gui.learn.methods.warm_up import warm_up_together
from lnl_gui.learn.models.inference import predict_logits
from lnl_gui.learn.training.epoch import Epoch, part_of
from lnl_gui.learn.training.learner import BuildNetwork
from lnl_gui.learn.training.strategy import Strategy


class DivideMix:
    """Trainer of DivideMix (Li et al., ICLR 2020); see `training.trainer.Trainer`.

    Args:
        build: makes one network.
        training: what to learn from.
        parameters: all constants.
        strategy: takes the steps.
    """

    name = "divide_mix"

    def __init__(
        self,
        build: BuildNetwork,
        training: LabelledViews,
        *,
        parameters: DivideMixParameters,
        strategy: Strategy,
    ) -> None:
        self.training, self.parameters, self.strategy = training, parameters, strategy
        self.epochs, self.patience = parameters.epochs, parameters.patience
        self.learners = start_learners(build, 2, parameters, strategy)
        self.classifiers: list[nn.Module] = [learner.network for learner in self.learners]
        # At very high noise the authors average the losses of the last five epochs.
        self.loss_history: list[list[torch.Tensor]] = [[], []]
        self.clean_probability = np.ones(len(training.labels), dtype=np.float32)
        """(N,) mean of both networks' opinions at the last split."""

    def train_epoch(self, epoch: Epoch) -> dict[str, float]:
        """Train both networks: a warm-up epoch, or a split and an epoch of MixMatch."""
        parameters = self.parameters
        # A share, because few run the authors' 300 epochs.
        fallen = epoch.number >= round(parameters.fall_at * parameters.epochs)
        for learner in self.learners:
            # A function of the epoch, not a scheduler with a state of its own, so that it resumes
            # exactly.
            learner.set_rate(0.1 if fallen else 1.0)
        if epoch.number < parameters.warm_up_epochs:
            warm_up_together(epoch, self.learners, self.strategy, self.training, parameters)
            return {}
        # Both before either learns: the second would else take its split from a partner that has
        # moved on.
        opinions = [epoch.once(f"opinion {n}", partial(self._opinion, n)) for n in range(2)]
        self.clean_probability = np.mean(opinions, axis=0, dtype=np.float32)
        for number in range(2):
            # Each network learns from the other one's split, so that errors do not feed themselves.
            self._mixmatch(epoch, number, opinions[1 - number])
        return {"trusted": float(np.mean(self.clean_probability > parameters.clean_threshold))}

    def state_dict(self) -> dict[str, Any]:
        """The losses (N,) that are averaged, and the clean probabilities (N,) of the last split."""
        return {
            "loss_history": self.loss_history,
            "clean_probability": torch.from_numpy(self.clean_probability),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state of `state_dict`."""
        # Copied: `_opinion` appends in place to what a caller may still hold.
        self.loss_history = [list(losses) for losses in state["loss_history"]]
        self.clean_probability = state["clean_probability"].numpy().copy()

    def _opinion(self, number: int) -> np.ndarray:
        """(N,) probability that each given label is right, by one network's losses."""
        network, plain = self.learners[number].network, self.training.views.plain
        logits = predict_logits(network, plain, precision=self.strategy.precision)
        labels = torch.from_numpy(self.training.labels)
        losses = cross_entropy(logits, labels, reduction="none").numpy()
        history = self.loss_history[number]
        # Normalised before averaging: losses of different epochs differ in scale.
        history.append(torch.from_numpy(normalised_losses(losses)))
        del history[: -self.parameters.loss_history]
        smoothed = torch.stack(history).mean(dim=0).numpy()
        # One mixture over all classes, as in the paper; TURN fits one per class.
        return clean_probability(smoothed, fit_mixture(smoothed))

    def _mixmatch(self, epoch: Epoch, number: int, opinion: np.ndarray) -> None:
        train_mixmatch_pass(
            epoch,
            self.learners[number],
            self.learners[1 - number].network,
            self.strategy,
            self.training,
            split_by_probability(opinion, self.parameters.clean_threshold),
            mixmatch_of(self.parameters),
            number=number,
            seed=self.parameters.seed,
            progress=part_of(epoch.progress, number, 2),
        )


def trainer(task: Task, parameters: DivideMixParameters) -> DivideMix:
    """The trainer of a task with these constants."""
    return DivideMix(task.build, task.training, parameters=parameters, strategy=task.strategy)
