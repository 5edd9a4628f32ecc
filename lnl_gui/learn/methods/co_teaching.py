"""Co-teaching (Han et al., NeurIPS 2018): two networks pick small-loss samples for each other."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import (
    BuildNetwork,
    LabelledViews,
    draw_number,
    loaded_ahead,
)
from lnl_gui.learn.data.sources import Source, epoch_batches
from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.methods.method_training import optimiser_of
from lnl_gui.learn.methods.selection import SmallLossTraining, kept_fraction, smallest_losses
from lnl_gui.learn.models.inference import device_of, load, mixed_precision, predict_together
from lnl_gui.learn.training.epochs import mean_loss
from lnl_gui.learn.training.learner import learner_states, load_learner_states, start_learners
from lnl_gui.util.progress import Progress, no_progress


@dataclass(frozen=True)
class CoTeachingParameters(SmallLossTraining):
    """The authors' defaults."""


class CoTeaching:
    """Co-teaching under way; see `epochs.Trainer`.

    Args:
        build: makes one network.
        training: what to learn from.
        parameters: all constants.
        device: where to compute.
    """

    name = "co_teaching"

    def __init__(
        self,
        build: BuildNetwork,
        training: LabelledViews,
        *,
        parameters: CoTeachingParameters,
        device: str = "cpu",
    ) -> None:
        self.learners = start_learners(
            build, 2, optimiser_of(parameters), seed=parameters.seed, device=device
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
        """One pass in which each network learns from what the other finds easy."""
        parameters = self.parameters
        kept = kept_fraction(epoch, parameters.noise_rate, parameters.ramp_epochs)
        order = epoch_batches(
            len(self.training.labels), parameters.batch_size, seed=parameters.seed, epoch=epoch
        )
        device = device_of(self.networks[0])
        draw = draw_number(epoch, 0, 0)

        def loaded(rows: np.ndarray) -> tuple[Tensor, Tensor]:
            labels = torch.from_numpy(self.training.labels[rows]).to(device)
            return load(self.training.views.weak, rows, draw, device), labels

        for network in self.networks:
            network.train()
        losses: list[Tensor] = []
        for inputs, labels in loaded_ahead(self.training.views, order, loaded):
            losses.append(self._step(inputs, labels, kept))
            progress(len(losses), len(order))
        return {"loss": mean_loss(losses, f"epoch {epoch + 1}"), "trusted": kept}

    def _step(self, inputs: Tensor, labels: Tensor, kept: float) -> Tensor:
        with mixed_precision(inputs.device):
            losses = [
                cross_entropy(network(inputs), labels, reduction="none")
                for network in self.networks
            ]
        picks = [smallest_losses(each, kept) for each in losses]
        taught = [losses[0][picks[1]].mean(), losses[1][picks[0]].mean()]
        for learner, loss in zip(self.learners, taught, strict=True):
            learner.step(loss)
        return torch.stack(taught).mean().detach()

    def predict(self, source: Source) -> np.ndarray:
        """Probabilities (n, C) of both networks together."""
        return predict_together(self.networks, source)

    def state_dict(self) -> dict[str, Any]:
        """Both networks and optimisers."""
        return {"learners": learner_states(self.learners)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up such a state."""
        load_learner_states(self.learners, state["learners"])
