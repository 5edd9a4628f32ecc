"""UNICON (Karim et al., CVPR 2022): uniform selection, MixMatch, and contrastive learning.

Both networks' mean prediction is compared with each given label by Jensen-Shannon divergence; the
same number of least divergent samples from each class keep their labels. The rest is learnt by
MixMatch and, without any label, by telling two strong views of a sample from all others.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import BuildNetwork, LabelledViews, part_of
from lnl_gui.learn.data.sources import Source
from lnl_gui.learn.methods.contrastive import TEMPERATURE, ProjectionHead, nt_xent
from lnl_gui.learn.methods.method_training import optimiser_of
from lnl_gui.learn.methods.mixmatch import (
    MixBatch,
    MixMatchTraining,
    mixmatch_of,
    train_mixmatch_epoch,
)
from lnl_gui.learn.methods.selection import (
    DIVERGENCE_CEILING,
    DIVERGENCE_FILTER,
    Split,
    jensen_shannon,
    uniform_selection,
)
from lnl_gui.learn.methods.warm_up import warm_up_together
from lnl_gui.learn.models.inference import predict_logits, predict_together
from lnl_gui.learn.training.learner import learner_states, load_learner_states, start_learners
from lnl_gui.learn.training.optimisation import Schedule, rate_at
from lnl_gui.util.progress import Progress, no_progress


@dataclass(frozen=True)
class UniconParameters(MixMatchTraining):
    """The authors' defaults for CIFAR-10; `warm_up_epochs` is 30 for CIFAR-100."""

    epochs: int = 350
    divergence_ceiling: float = DIVERGENCE_CEILING
    divergence_filter: float = DIVERGENCE_FILTER
    unlabelled_weight: float = 30.0
    contrastive_weight: float = 0.025
    contrastive_temperature: float = TEMPERATURE
    projection: int = 128
    """Dimensions in which views are compared."""
    train_on_strong: bool = True
    minimum_rate: float = 2e-4


class ContrastiveNetwork(nn.Module):
    """A classifier with a projection head on its features.

    Args:
        classifier: a network with `backbone` and `head`.
        dimension: D of the backbone's features.
        outputs: dimensions of the projection.
    """

    def __init__(self, classifier: nn.Module, dimension: int, outputs: int) -> None:
        super().__init__()
        self.classifier = classifier
        self.projection = ProjectionHead(dimension, outputs=outputs)

    @property
    def backbone(self) -> nn.Module:
        """The classifier's."""
        return self.classifier.get_submodule("backbone")

    @property
    def head(self) -> nn.Module:
        """The classifier's."""
        return self.classifier.get_submodule("head")

    def forward(self, inputs: Tensor) -> Tensor:
        """The classifier's logits (B, C)."""
        return self.classifier(inputs)

    def project(self, inputs: Tensor) -> Tensor:
        """Projections (B, K) of the features."""
        return self.projection(self.backbone(inputs))


class Unicon:
    """UNICON under way; see `epochs.Trainer`.

    Args:
        build: makes one network with `backbone` and `head`.
        training: what to learn from.
        dimension: D of the backbone's features.
        parameters: all constants.
        device: where to compute.
    """

    name = "unicon"

    def __init__(
        self,
        build: BuildNetwork,
        training: LabelledViews,
        *,
        dimension: int,
        parameters: UniconParameters,
        device: str = "cpu",
    ) -> None:
        def build_contrastive() -> nn.Module:
            return ContrastiveNetwork(build(), dimension, parameters.projection)

        self.learners = start_learners(
            build_contrastive, 2, optimiser_of(parameters), seed=parameters.seed, device=device
        )
        self.networks = [learner.network for learner in self.learners]
        self.training = training
        self.parameters = parameters
        self.clean_probability = np.ones(len(training.labels), dtype=np.float32)
        """(N,) one minus the divergence over log 2, at the last selection."""

    @property
    def epochs(self) -> int:
        """How many epochs a full run has, with the warm-up."""
        return self.parameters.epochs

    @property
    def classifiers(self) -> list[nn.Module]:
        """What can be kept as the trained model."""
        return [network.get_submodule("classifier") for network in self.networks]

    def train_epoch(self, epoch: int, progress: Progress = no_progress) -> dict[str, float]:
        """A warm-up epoch, or for each network in turn a selection and an epoch of MixMatch."""
        parameters = self.parameters
        cosine = Schedule("cosine")
        rate = rate_at(epoch, steps_per_epoch=1, epochs=parameters.epochs, schedule=cosine)
        for learner in self.learners:
            learner.set_rate(rate, parameters.minimum_rate)
        if epoch < parameters.warm_up_epochs:
            loss = warm_up_together(
                self.learners, self.training, self.parameters, epoch=epoch, progress=progress
            )
            return {"loss": loss}
        losses, trusted = [], []
        for number in range(2):
            split = self._select()
            trusted.append(len(split.labelled) / len(self.training.labels))
            losses.append(self._mixmatch(epoch, number, split, part_of(progress, number, 2)))
        return {"loss": float(np.mean(losses)), "trusted": float(np.mean(trusted))}

    def predict(self, source: Source) -> np.ndarray:
        """Probabilities (n, C) of both networks together."""
        return predict_together(self.networks, source)

    def state_dict(self) -> dict[str, Any]:
        """Both networks and optimisers."""
        return {
            "learners": learner_states(self.learners),
            "clean_probability": torch.from_numpy(self.clean_probability),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up such a state."""
        load_learner_states(self.learners, state["learners"])
        self.clean_probability = state["clean_probability"].numpy().copy()

    def _select(self) -> Split:
        plain = self.training.views.plain
        outputs = [torch.softmax(predict_logits(net, plain), dim=1) for net in self.networks]
        mean = torch.stack(outputs).mean(dim=0).numpy()
        divergence = jensen_shannon(mean, self.training.labels)
        self.clean_probability = (1 - divergence / np.log(2)).astype(np.float32)
        return uniform_selection(
            divergence,
            self.training.labels,
            self.training.number_of_classes,
            ceiling=self.parameters.divergence_ceiling,
            filtering=self.parameters.divergence_filter,
        )

    def _mixmatch(self, epoch: int, number: int, split: Split, progress: Progress) -> float:
        return train_mixmatch_epoch(
            self.learners[number],
            self.networks[1 - number],
            self.training,
            split,
            mixmatch_of(self.parameters),
            epoch=epoch,
            number=number,
            seed=self.parameters.seed,
            extra_loss=partial(self._contrast, number) if self._contrasts else None,
            progress=progress,
        )

    @property
    def _contrasts(self) -> bool:
        """Whether the contrastive term has a backbone to teach."""
        backbone = self.classifiers[0].get_submodule("backbone")
        return self.parameters.contrastive_weight > 0 and any(True for _ in backbone.parameters())

    def _contrast(self, number: int, batch: MixBatch) -> Tensor:
        network = self.networks[number]
        assert isinstance(network, ContrastiveNetwork)
        first, second = (network.project(view) for view in batch.unlabelled_train)
        loss = nt_xent(first, second, temperature=self.parameters.contrastive_temperature)
        return self.parameters.contrastive_weight * loss
