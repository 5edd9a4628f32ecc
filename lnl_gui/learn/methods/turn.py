"""TURN (Ahn et al.): tune the head robustly, then the whole network on what it finds clean.

First a linear probe with generalised cross-entropy on frozen features. Then a few times over: the
losses of all samples under the whole network, one two-component mixture per given class, the same
number of clean samples from every class, and one epoch of full fine-tuning on them.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.detect.mixture import clean_probability, fit_mixture
from lnl_gui.learn.data.labelled_views import BuildNetwork, LabelledViews, build_networks
from lnl_gui.learn.data.sources import ArraySource, Source
from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.losses.generalised import generalised_cross_entropy
from lnl_gui.learn.methods.selection import balanced_draw
from lnl_gui.learn.models.inference import device_of, predict_logits, predict_together
from lnl_gui.learn.training.learner import (
    Learner,
    build_learners,
    learner_states,
    load_learner_states,
)
from lnl_gui.learn.training.optimisation import Optimiser
from lnl_gui.learn.training.supervised import Objective, train_supervised_epoch
from lnl_gui.util.progress import Progress, no_progress

VIT_PROBE = Optimiser("sgd", 1e-2, 1e-3)
VIT_TUNING = Optimiser("sgd", 1e-2, 1e-5)

_TABLE: dict[str, tuple[Optimiser, Optimiser]] = {
    "vit": (VIT_PROBE, VIT_TUNING),
    "convnext": (Optimiser("sgd", 1e-1, 1e-4), Optimiser("adamw", 1e-4, 1e-4)),
    "mae": (Optimiser("adamw", 1e-2, 1e-5), Optimiser("adamw", 1e-4, 1e-5)),
    "msn": (Optimiser("sgd", 1e-2, 1e-2), Optimiser("sgd", 1e-3, 1e-3)),
    "clip": (Optimiser("adamw", 1e-3, 1e-6), Optimiser("adamw", 1e-5, 1e-5)),
    "resnet": (Optimiser("adamw", 1e-3, 1e-5), Optimiser("adamw", 1e-3, 1e-5)),
}
"""(probe, full fine-tuning) for ViT-B/16, ConvNeXt-T, MAE-B, MSN-B, CLIP-B and ResNet-50."""


@dataclass(frozen=True)
class TurnParameters:
    """The authors' defaults, with the optimisers for ViT-B/16; see `turn_parameters`."""

    probe_epochs: int = 20
    tuning_epochs: int = 4
    q: float = 0.7
    clean_threshold: float = 0.6
    class_floor: int = 10
    """Fewest samples drawn from a class that has them, however few look clean."""
    batch_size: int = 128
    probe_optimiser: Optimiser = VIT_PROBE
    tuning_optimiser: Optimiser = VIT_TUNING
    seed: int = 0


def turn_parameters(encoder: str) -> TurnParameters:
    """The paper's optimisers for an encoder's family; ResNet-50's for other convolutional ones.

    The pre-training decides before the architecture: a CLIP or MAE vision transformer takes the
    column of CLIP or MAE.
    """
    lowered = encoder.lower()
    family = next((name for name in ("clip", "mae", "msn", "convnext") if name in lowered), None)
    if family is None:
        family = "vit" if "vit" in lowered or "dino" in lowered else "resnet"
    probe, tuning = _TABLE[family]
    return replace(TurnParameters(), probe_optimiser=probe, tuning_optimiser=tuning)


class Turn:
    """TURN under way; see `epochs.Trainer`.

    Args:
        build: makes the network, with `backbone` and `head`.
        training: what to learn from.
        parameters: all constants.
        device: where to compute.
    """

    name = "turn"

    def __init__(
        self,
        build: BuildNetwork,
        training: LabelledViews,
        *,
        parameters: TurnParameters,
        device: str = "cpu",
    ) -> None:
        self.network = build_networks(build, 1, parameters.seed, torch.device(device))[0]
        self.head = self.network.get_submodule("head")
        self.learners = [
            *build_learners([self.head], parameters.probe_optimiser),
            *build_learners([self.network], parameters.tuning_optimiser),
        ]
        self.training = training
        self.parameters = parameters
        self.clean_probability = np.ones(len(training.labels), dtype=np.float32)
        """(N,) at the last split."""
        self._features: np.ndarray | None = None

    @property
    def epochs(self) -> int:
        """How many epochs a full run has, with those of the probe."""
        return self.parameters.probe_epochs + self.parameters.tuning_epochs

    @property
    def classifiers(self) -> list[nn.Module]:
        """What can be kept as the trained model."""
        return [self.network]

    def train_epoch(self, epoch: int, progress: Progress = no_progress) -> dict[str, float]:
        """An epoch of the probe, or a split and an epoch of fine-tuning."""
        if epoch < self.parameters.probe_epochs:
            return {"loss": self._probe(epoch, progress)}
        self._features = None
        self.clean_probability = self._split()
        rows, poor = balanced_draw(
            self.clean_probability,
            self.training.labels,
            self.training.number_of_classes,
            np.random.default_rng((self.parameters.seed, epoch)),
            threshold=self.parameters.clean_threshold,
            floor=self.parameters.class_floor,
        )
        return {
            "loss": self._tune(epoch, rows, progress),
            "trusted": float(np.mean(self.clean_probability > self.parameters.clean_threshold)),
            "drawn": len(rows) / len(self.training.labels),
            "poor_classes": float(len(poor)),
        }

    def predict(self, source: Source) -> np.ndarray:
        """Probabilities (n, C)."""
        return predict_together([self.network], source)

    def state_dict(self) -> dict[str, Any]:
        """Network and both optimisers."""
        return {
            "learners": learner_states(self.learners),
            "clean_probability": torch.from_numpy(self.clean_probability),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up such a state."""
        load_learner_states(self.learners, state["learners"])
        self.clean_probability = state["clean_probability"].numpy().copy()

    def _probe(self, epoch: int, progress: Progress) -> float:
        if self._features is None:
            backbone = self.network.get_submodule("backbone")
            self._features = _features(backbone, self.head, self.training.views.plain)

        def objective(logits: Tensor, labels: Tensor, rows: Tensor) -> Tensor:
            return generalised_cross_entropy(logits, labels, q=self.parameters.q)

        return self._pass(self.learners[0], ArraySource(self._features), objective, epoch, progress)

    def _split(self) -> np.ndarray:
        """(N,) probability that each given label is right, one mixture per given class."""
        logits = predict_logits(self.network, self.training.views.plain)
        labels = torch.from_numpy(self.training.labels)
        losses = cross_entropy(logits, labels, reduction="none").numpy()
        mixture = fit_mixture(
            losses, self.training.labels, number_of_groups=self.training.number_of_classes
        )
        return clean_probability(losses, mixture, self.training.labels).astype(np.float32)

    def _tune(self, epoch: int, rows: np.ndarray, progress: Progress) -> float:
        def objective(logits: Tensor, labels: Tensor, rows: Tensor) -> Tensor:
            return cross_entropy(logits, labels)

        source = self.training.views.weak
        return self._pass(self.learners[1], source, objective, epoch, progress, rows)

    def _pass(
        self,
        learner: Learner,
        source: Source,
        objective: Objective,
        epoch: int,
        progress: Progress,
        rows: np.ndarray | None = None,
    ) -> float:
        return train_supervised_epoch(
            learner,
            self.training,
            source,
            objective,
            batch_size=self.parameters.batch_size,
            epoch=epoch,
            seed=self.parameters.seed,
            rows=rows,
            progress=progress,
        )


def _features(backbone: nn.Module, head: nn.Module, source: Source) -> np.ndarray:
    """Features (N, D) of the frozen backbone, on the device where its head lies."""
    return predict_logits(backbone, source, device=device_of(head)).numpy()
