"""Small-loss training: one network that learns from the samples it finds easiest.

The one-network form of Co-teaching, after MentorNet's idea of a curriculum (Jiang et al. 2018).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import BuildNetwork, LabelledViews
from lnl_gui.learn.data.sources import Source
from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.methods.method_training import optimiser_of
from lnl_gui.learn.methods.selection import SmallLossTraining, kept_fraction, smallest_losses
from lnl_gui.learn.models.inference import predict_together
from lnl_gui.learn.training.learner import learner_states, load_learner_states, start_learners
from lnl_gui.learn.training.supervised import train_supervised_epoch
from lnl_gui.util.progress import Progress, no_progress


@dataclass(frozen=True)
class SmallLossParameters(SmallLossTraining):
    """Co-teaching's defaults."""


class SmallLoss:
    """Small-loss training under way; see `epochs.Trainer`.

    Args:
        build: makes the network.
        training: what to learn from.
        parameters: all constants.
        device: where to compute.
    """

    name = "small_loss"

    def __init__(
        self,
        build: BuildNetwork,
        training: LabelledViews,
        *,
        parameters: SmallLossParameters,
        device: str = "cpu",
    ) -> None:
        self.learners = start_learners(
            build, 1, optimiser_of(parameters), seed=parameters.seed, device=device
        )
        self.networks = [learner.network for learner in self.learners]
        self.training = training
        self.parameters = parameters

    @property
    def epochs(self) -> int:
        """How many epochs a full run has."""
        return self.parameters.epochs

    @property
    def classifiers(self) -> list[nn.Module]:
        """What can be kept as the trained model."""
        return self.networks

    def train_epoch(self, epoch: int, progress: Progress = no_progress) -> dict[str, float]:
        """One pass in which each batch's largest losses are left out."""
        parameters = self.parameters
        kept = kept_fraction(epoch, parameters.noise_rate, parameters.ramp_epochs)

        def objective(logits: Tensor, labels: Tensor, rows: Tensor) -> Tensor:
            losses = cross_entropy(logits, labels, reduction="none")
            return losses[smallest_losses(losses, kept)].mean()

        loss = train_supervised_epoch(
            self.learners[0],
            self.training,
            self.training.views.weak,
            objective,
            batch_size=parameters.batch_size,
            epoch=epoch,
            seed=parameters.seed,
            progress=progress,
        )
        return {"loss": loss, "trusted": kept}

    def predict(self, source: Source) -> np.ndarray:
        """Probabilities (n, C)."""
        return predict_together(self.networks, source)

    def state_dict(self) -> dict[str, Any]:
        """Network and optimiser."""
        return {"learners": learner_states(self.learners)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up such a state."""
        load_learner_states(self.learners, state["learners"])
