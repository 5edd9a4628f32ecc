"""UNICON (Karim et al., CVPR 2022): uniform selection, MixMatch, and contrastive learning.

Both networks' mean prediction is compared with each given label by Jensen-Shannon divergence; the
same number of least divergent samples from each class keep their labels. The rest is learnt by
MixMatch and, without any label, by telling two strong views of a sample from all others.
"""

from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.methods.contrastive import ProjectionHead, nt_xent
from lnl_gui.learn.methods.method import Task
from lnl_gui.learn.methods.method_training import start_learners
from lnl_gui.learn.methods.mixmatch import Contrast, mixmatch_of, train_mixmatch_pass
from lnl_gui.learn.methods.parameters.unicon import UniconParameters
from lnl_gui.learn.methods.selection import jensen_shannon, uniform_selection
from lnl_gui.learn.methods.warm_up import warm_up_together
from lnl_gui.learn.models.inference import predict_together
from lnl_gui.learn.training.epoch import Epoch, part_of
from lnl_gui.learn.training.learner import BuildNetwork
from lnl_gui.learn.training.rates import Schedule, rate_at
from lnl_gui.learn.training.strategy import Strategy


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
        """Backbone of the classifier."""
        return self.classifier.get_submodule("backbone")

    @property
    def head(self) -> nn.Module:
        """Head of the classifier."""
        return self.classifier.get_submodule("head")

    def forward(self, inputs: Tensor) -> Tensor:
        """Inputs (B, ...) to the classifier's logits (B, C)."""
        return self.classifier(inputs)

    def project(self, inputs: Tensor) -> Tensor:
        """Inputs (B, ...) to projections (B, K) of their features, in the features' dtype."""
        return self.projection(self.backbone(inputs))


class Unicon:
    """Trainer of UNICON (Karim et al., CVPR 2022); see `training.trainer.Trainer`.

    Args:
        build: makes one network with `backbone` and `head`.
        training: what to learn from.
        dimension: D of the backbone's features.
        parameters: all constants.
        strategy: takes the steps.
    """

    name = "unicon"

    def __init__(
        self,
        build: BuildNetwork,
        training: LabelledViews,
        *,
        dimension: int,
        parameters: UniconParameters,
        strategy: Strategy,
    ) -> None:
        def build_contrastive() -> nn.Module:
            return ContrastiveNetwork(build(), dimension, parameters.projection)

        self.training, self.parameters, self.strategy = training, parameters, strategy
        self.epochs, self.patience = parameters.epochs, parameters.patience
        self.learners = start_learners(build_contrastive, 2, parameters, strategy)
        self.networks = [learner.network for learner in self.learners]
        self.classifiers = [network.get_submodule("classifier") for network in self.networks]
        self.clean_probability = np.ones(len(training.labels), dtype=np.float32)
        """(N,) one minus the divergence over log 2, at the last selection."""

    def train_epoch(self, epoch: Epoch) -> dict[str, float]:
        """Train a warm-up epoch, or select and train by MixMatch, one network after the other."""
        parameters = self.parameters
        cosine = Schedule("cosine")
        # By epochs, not steps: how many steps an epoch has depends on its split.
        rate = rate_at(epoch.number, steps_per_epoch=1, epochs=parameters.epochs, schedule=cosine)
        for learner in self.learners:
            learner.set_rate(rate, parameters.minimum_rate)
        if epoch.number < parameters.warm_up_epochs:
            warm_up_together(epoch, self.learners, self.strategy, self.training, parameters)
            return {}
        trusted = [self._mixmatch(epoch, number) for number in range(2)]
        return {"trusted": float(np.mean(trusted))}

    def state_dict(self) -> dict[str, Any]:
        """The clean probabilities (N,) of the last selection."""
        return {"clean_probability": torch.from_numpy(self.clean_probability)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state of `state_dict`."""
        self.clean_probability = state["clean_probability"].numpy().copy()

    def _divergence(self) -> np.ndarray:
        """(N,) between both networks' mean probabilities and each given label."""
        plain, precision = self.training.views.plain, self.strategy.precision
        # The mean of both softmaxes, not of the logits: the divergence is between probabilities.
        outputs = [predict_together([net], plain, precision=precision) for net in self.networks]
        return jensen_shannon(np.mean(outputs, axis=0), self.training.labels)

    def _mixmatch(self, epoch: Epoch, number: int) -> float:
        """Train one network; returns the share of labels it was given."""
        # Computed before each network's pass, after the other one has learnt; a resumed epoch could
        # not do so again.
        divergence = epoch.once(f"divergence {number}", self._divergence)
        # Over log 2, its largest value, to lie in [0, 1].
        self.clean_probability = (1 - divergence / np.log(2)).astype(np.float32)
        split = uniform_selection(
            divergence,
            self.training.labels,
            self.training.number_of_classes,
            ceiling=self.parameters.divergence_ceiling,
            filtering=self.parameters.divergence_filter,
        )
        train_mixmatch_pass(
            epoch,
            self.learners[number],
            self.networks[1 - number],
            self.strategy,
            self.training,
            split,
            mixmatch_of(self.parameters),
            number=number,
            seed=self.parameters.seed,
            contrast=self._contrast(number) if self._contrasts else None,
            progress=part_of(epoch.progress, number, 2),
        )
        return len(split.labelled) / len(self.training.labels)

    @property
    def _contrasts(self) -> bool:
        """Whether the contrastive term has a backbone to teach."""
        # A head on embeddings has an identity for a backbone: the term would teach only the
        # projection.
        backbone = self.classifiers[0].get_submodule("backbone")
        return self.parameters.contrastive_weight > 0 and any(True for _ in backbone.parameters())

    def _contrast(self, number: int) -> Contrast:
        network = self.networks[number]
        # For the type checker: the learners were built so above.
        assert isinstance(network, ContrastiveNetwork)
        loss = partial(nt_xent, temperature=self.parameters.contrastive_temperature)
        return Contrast(network.project, loss, self.parameters.contrastive_weight)


def trainer(task: Task, parameters: UniconParameters) -> Unicon:
    """The trainer of a task with these constants."""
    return Unicon(
        task.build,
        task.training,
        dimension=task.dimension,
        parameters=parameters,
        strategy=task.strategy,
    )
