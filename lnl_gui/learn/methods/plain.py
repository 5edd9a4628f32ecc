"""Plain training of one network with any registered loss."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import BuildNetwork, LabelledViews
from lnl_gui.learn.data.sources import Source
from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.losses.registry import build_loss
from lnl_gui.learn.methods.method_training import MethodTraining, optimiser_of
from lnl_gui.learn.models.inference import predict_together
from lnl_gui.learn.training.learner import learner_states, load_learner_states, start_learners
from lnl_gui.learn.training.optimisation import OptimiserName, Schedule, ScheduleName
from lnl_gui.learn.training.supervised import train_supervised_epoch
from lnl_gui.util.progress import Progress, no_progress


@dataclass(frozen=True)
class PlainParameters(MethodTraining):
    """Defaults for fine-tuning a pre-trained backbone; `SMALL_CNN` has those of the seed's CNN."""

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
    """Plain training under way; see `epochs.Trainer`.

    Args:
        build: makes the network.
        training: what to learn from.
        parameters: all constants.
        device: where to compute.
    """

    def __init__(
        self,
        build: BuildNetwork,
        training: LabelledViews,
        *,
        parameters: PlainParameters,
        device: str = "cpu",
    ) -> None:
        self.name = f"plain:{parameters.loss}"
        self.learners = start_learners(
            build, 1, optimiser_of(parameters), seed=parameters.seed, device=device
        )
        self.networks = [learner.network for learner in self.learners]
        self.training = training
        self.parameters = parameters
        self.loss = build_loss(
            parameters.loss,
            number_of_samples=len(training.labels),
            number_of_classes=training.number_of_classes,
            **dict(parameters.loss_constants),
        )

    @property
    def epochs(self) -> int:
        """How many epochs a full run has."""
        return self.parameters.epochs

    @property
    def classifiers(self) -> list[nn.Module]:
        """What can be kept as the trained model."""
        return self.networks

    def train_epoch(self, epoch: int, progress: Progress = no_progress) -> dict[str, float]:
        """One pass over all samples."""
        parameters = self.parameters
        warming = epoch < parameters.warm_up * parameters.epochs

        def objective(logits: Tensor, labels: Tensor, rows: Tensor) -> Tensor:
            return cross_entropy(logits, labels) if warming else self.loss(logits, labels, rows)

        loss = train_supervised_epoch(
            self.learners[0],
            self.training,
            getattr(self.training.views, parameters.view),
            objective,
            batch_size=parameters.batch_size,
            epoch=epoch,
            seed=parameters.seed,
            schedule=Schedule(parameters.schedule, parameters.minimum_rate),
            epochs=parameters.epochs,
            clip_norm=parameters.clip_norm,
            progress=progress,
        )
        return {"loss": loss}

    def predict(self, source: Source) -> np.ndarray:
        """Probabilities (n, C)."""
        return predict_together(self.networks, source)

    def state_dict(self) -> dict[str, Any]:
        """Network, optimiser, and the loss's memory."""
        return {"learners": learner_states(self.learners), "loss": self.loss.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up such a state."""
        load_learner_states(self.learners, state["learners"])
        self.loss.load_state_dict(state["loss"])
