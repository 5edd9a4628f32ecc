"""Plain passes with cross-entropy, before the labels are split."""

from functools import partial
from typing import Literal

import torch
from torch import Tensor, nn

from lnl_gui.learn.labelled_views import LabelledViews
from lnl_gui.learn.learner import Learner
from lnl_gui.learn.losses.cross_entropy import confidence_penalty, cross_entropy
from lnl_gui.learn.supervised import train_supervised_epoch
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


def train_warm_up_epoch(
    learner: Learner,
    training: LabelledViews,
    *,
    batch_size: int,
    part: WarmUpPart,
    penalty: float,
    clip_norm: float,
    epoch: int,
    number: int,
    seed: int,
    progress: Progress,
) -> float:
    """One pass of cross-entropy on weak views; returns the mean loss.

    Args:
        learner: the network that learns.
        training: all samples.
        batch_size: samples a step.
        part: what is trained.
        penalty: weight of the confidence penalty, 1 under asymmetric noise.
        clip_norm: largest norm of the gradient; 0 does not clip.
        epoch: counted from 0.
        number: 0 or 1, which of two networks learns.
        seed: of the run.
        progress: steps done of all.
    """

    def objective(logits: Tensor, labels: Tensor, rows: Tensor) -> Tensor:
        loss = cross_entropy(logits, labels)
        return loss + penalty * confidence_penalty(logits) if penalty else loss

    return train_supervised_epoch(
        learner,
        training,
        training.views.weak,
        objective,
        batch_size=batch_size,
        epoch=epoch,
        seed=seed,
        number=number,
        forward=partial(logits_for_warm_up, part=part),
        clip_norm=clip_norm,
        progress=progress,
    )
