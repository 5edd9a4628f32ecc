"""Plain passes with cross-entropy, before the labels are split."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import LabelledViews, part_of
from lnl_gui.learn.losses.cross_entropy import confidence_penalty, cross_entropy
from lnl_gui.learn.methods.method_training import MethodTraining
from lnl_gui.learn.training.learner import Learner
from lnl_gui.learn.training.supervised import train_supervised_epoch
from lnl_gui.util.progress import Progress

WarmUpPart = Literal["full", "head"]


def logits_of_head(network: nn.Module, inputs: Tensor) -> Tensor:
    """Logits whose gradient reaches the head alone: transfer warm-up of pre-trained backbones.

    The network needs a `backbone` and a `head`; the backbone works in evaluation mode.
    """
    backbone: nn.Module = network.backbone  # type: ignore[assignment]  # any two-part network
    head: nn.Module = network.head  # type: ignore[assignment]  # as above
    backbone.eval()
    with torch.no_grad():
        features = backbone(inputs)
    return head(features)


def logits_for_warm_up(network: nn.Module, inputs: Tensor, *, part: WarmUpPart) -> Tensor:
    """Logits whose gradient reaches the whole network, or the head alone."""
    return network(inputs) if part == "full" else logits_of_head(network, inputs)


@dataclass(frozen=True)
class WarmUpTraining(MethodTraining):
    """What the parameters of methods have that begin with cross-entropy.

    `confidence_penalty` is 1 under asymmetric noise.
    """

    warm_up_epochs: int = 10
    warm_up_part: WarmUpPart = "full"
    warm_up_batch_size: int = 128
    confidence_penalty: float = 0.0
    clip_norm: float = 0.0
    """Largest norm of the gradient; 0, as in the papers, does not clip."""


def warm_up_together(
    learners: Sequence[Learner],
    training: LabelledViews,
    parameters: WarmUpTraining,
    *,
    epoch: int,
    progress: Progress,
) -> float:
    """One pass of cross-entropy on weak views for each network in turn; returns the mean loss.

    `progress` gets the steps done of all.
    """
    losses = [
        _warm_up(learners[n], n, training, parameters, epoch, part_of(progress, n, len(learners)))
        for n in range(len(learners))
    ]
    return float(np.mean(losses))


def _warm_up(
    learner: Learner,
    number: int,
    training: LabelledViews,
    parameters: WarmUpTraining,
    epoch: int,
    progress: Progress,
) -> float:
    penalty = parameters.confidence_penalty

    def objective(logits: Tensor, labels: Tensor, rows: Tensor) -> Tensor:
        loss = cross_entropy(logits, labels)
        return loss + penalty * confidence_penalty(logits) if penalty else loss

    return train_supervised_epoch(
        learner,
        training,
        training.views.weak,
        objective,
        batch_size=parameters.warm_up_batch_size,
        epoch=epoch,
        seed=parameters.seed,
        number=number,
        forward=partial(logits_for_warm_up, part=parameters.warm_up_part),
        clip_norm=parameters.clip_norm,
        progress=progress,
    )
