"""TURN (Ahn et al., 2023): robust linear probing, then full fine-tuning on clean samples.

First a linear probe with generalised cross-entropy on frozen features: on CIFAR-100 with 90 %
symmetric noise and ViT-B/16 its accuracy is 80.9, cross-entropy's 64.6, and the probe decides which
samples are drawn. Then a few times over: the losses of all samples under the whole network, one
two-component mixture per given class, the same number of clean samples from every class, and one
epoch of full fine-tuning on them. Source: arXiv:2310.17668.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.detect.mixture import clean_probability, fit_mixture
from lnl_gui.learn.data.labelled_views import LabelledViews, draw_number, order_seed
from lnl_gui.learn.data.sources import ArraySource, Source
from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.losses.generalised import generalised_cross_entropy
from lnl_gui.learn.methods.method import Task
from lnl_gui.learn.methods.parameters.turn import TurnParameters
from lnl_gui.learn.methods.selection import balanced_draw, given_label_losses
from lnl_gui.learn.models.inference import predict_logits
from lnl_gui.learn.training.epoch import Epoch
from lnl_gui.learn.training.learner import (
    BuildNetwork,
    Learner,
    build_learners,
    build_networks,
)
from lnl_gui.learn.training.rates import Schedule
from lnl_gui.learn.training.strategy import Strategy
from lnl_gui.learn.training.supervised import Losses, Supervision, train_supervised_pass

PASSES = 1 << 20
"""Keeps the orders of an epoch's passes apart from those of other seeds."""


class Turn:
    """Trainer of TURN; see `training.trainer.Trainer`.

    Args:
        build: makes the network, with `backbone` and `head`.
        training: what to learn from.
        parameters: all constants.
        strategy: takes the steps.
    """

    name = "turn"

    def __init__(
        self,
        build: BuildNetwork,
        training: LabelledViews,
        *,
        parameters: TurnParameters,
        strategy: Strategy,
    ) -> None:
        device = strategy.precision.device
        (self.network,) = build_networks(build, 1, seed=parameters.seed, device=device)
        self.head = self.network.get_submodule("head")
        (probe,) = build_learners([self.head], parameters.probe_optimiser)
        (tuning,) = build_learners([self.network], parameters.tuning_optimiser)
        self.learners = [probe, tuning]
        self.classifiers = [self.network]
        self.training, self.parameters, self.strategy = training, parameters, strategy
        steps = parameters.probe_epochs * max(1, -(-len(training.labels) // parameters.batch_size))
        self.probe_passes = max(1, -(-parameters.least_probe_steps // max(1, steps)))
        self.epochs = parameters.probe_epochs + parameters.tuning_epochs
        self.learners[1].batch_norm = parameters.train_batch_norm
        # Of the time they take: the first of the probe computes the features, those after it a
        # matrix product, and fine-tuning ranks all samples and learns from most.
        self.costs = (
            1.0,
            *[0.002] * (parameters.probe_epochs - 1),
            *[3.0] * parameters.tuning_epochs,
        )
        self.patience = parameters.patience
        self.clean_probability = np.ones(len(training.labels), dtype=np.float32)
        """(N,) at the last split."""
        self._features: dict[int, ArraySource] = {}
        self.probing = False

    def train_epoch(self, epoch: Epoch) -> dict[str, float]:
        """Train an epoch of the probe, or split the samples and fine-tune for an epoch."""
        if epoch.number < self.parameters.probe_epochs:
            self._probe(epoch)
            return {}
        # Given back before the whole network learns: they would no longer be its own.
        self._features = {}
        self.probing = False
        # The split belongs to the weights the epoch began with, which a resumed one no longer has.
        self.clean_probability = epoch.once("clean probability", self._split)
        rows, poor = balanced_draw(
            self.clean_probability,
            self.training.labels,
            self.training.number_of_classes,
            # Drawn anew each epoch, so that over the epochs more than the smallest class's share is
            # seen.
            np.random.default_rng((self.parameters.seed, epoch.number)),
            threshold=self.parameters.clean_threshold,
            floor=self.parameters.class_floor,
        )
        # Plain cross-entropy: what was drawn is taken to be clean.
        self._pass(epoch, self.learners[1], self.training.views.weak, given_label_losses, rows)
        return {
            "trusted": float(np.mean(self.clean_probability > self.parameters.clean_threshold)),
            "drawn": len(rows) / len(self.training.labels),
            "poor_classes": float(len(poor)),
        }

    def state_dict(self) -> dict[str, Any]:
        """The clean probabilities (N,) of the last split."""
        return {"clean_probability": torch.from_numpy(self.clean_probability)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state of `state_dict`."""
        self.clean_probability = state["clean_probability"].numpy().copy()

    def _probe(self, epoch: Epoch) -> None:
        self.probing = True

        def losses(logits: Tensor, labels: Tensor, rows: Tensor) -> Tensor:
            return generalised_cross_entropy(logits, labels, q=self.parameters.q, reduction="none")

        features = self._featured(self.training.views.plain)
        for number in range(self.probe_passes):
            self._pass(epoch, self.learners[0], features, losses, number=number)

    def frozen(self, source: Source) -> tuple[nn.Module, Source] | None:
        """The head and the features of a source, while the backbone does not learn; else None."""
        return (self.head, self._featured(source)) if self.probing else None

    def _featured(self, source: Source) -> ArraySource:
        # Computed once for all epochs of the probe, those that judge it too.
        if id(source) not in self._features:
            backbone, precision = self.network.get_submodule("backbone"), self.strategy.precision
            found = predict_logits(backbone, source, precision=precision)
            self._features[id(source)] = ArraySource(found.numpy())
        return self._features[id(source)]

    def _split(self) -> np.ndarray:
        """(N,) probability that each given label is right, one mixture per given class."""
        labels = torch.from_numpy(self.training.labels)
        # Evaluation mode and plain views: augmentation would blur the difference in losses.
        logits = self._predicted(self.network)
        losses = cross_entropy(logits, labels, reduction="none").numpy()
        # Per class, because hard classes have high losses even where their labels are right.
        mixture = fit_mixture(
            losses, self.training.labels, number_of_groups=self.training.number_of_classes
        )
        return clean_probability(losses, mixture, self.training.labels).astype(np.float32)

    def _predicted(self, network: nn.Module) -> Tensor:
        precision = self.strategy.precision
        return predict_logits(network, self.training.views.plain, precision=precision)

    def _pass(
        self,
        epoch: Epoch,
        learner: Learner,
        source: Source,
        losses: Losses,
        rows: np.ndarray | None = None,
        *,
        number: int = 0,
    ) -> None:
        warms = self.parameters.warm_up_steps and learner is self.learners[1]
        how = Supervision(
            losses,
            self.parameters.batch_size,
            # Another order for each pass of one epoch.
            order_seed(self.parameters.seed, 0) + PASSES * number,
            draw_number(epoch.number, 0, 0),
            schedule=Schedule("constant", warm_up_steps=self.parameters.warm_up_steps)
            if warms
            else None,
        )
        train_supervised_pass(
            epoch,
            learner,
            self.strategy,
            self.training,
            source,
            how,
            name=f"pass {number}",
            rows=rows,
        )


def trainer(task: Task, parameters: TurnParameters) -> Turn:
    """The trainer of a task with these constants."""
    return Turn(task.build, task.training, parameters=parameters, strategy=task.strategy)
