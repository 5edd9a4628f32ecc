"""Warm-up: passes with plain cross-entropy before the labels are split."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import torch
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import LabelledViews, draw_number, order_seed
from lnl_gui.learn.losses.cross_entropy import confidence_penalty, cross_entropy
from lnl_gui.learn.methods.method_training import MethodTraining
from lnl_gui.learn.training.epoch import Epoch, part_of
from lnl_gui.learn.training.learner import Learner
from lnl_gui.learn.training.strategy import Forward, Strategy
from lnl_gui.learn.training.supervised import Supervision, train_supervised_pass

WarmUpPart = Literal["full", "head"]


def logits_of_head(network: nn.Module, inputs: Tensor) -> Tensor:
    """Logits (B, C) whose gradient reaches the head alone, for pre-trained backbones.

    A head drawn at random would else send its first, meaningless gradients through the backbone.

    Args:
        network: with a `backbone`, which works in evaluation mode, and a `head`.
        inputs: (B, ...).
    """
    backbone: nn.Module = network.backbone  # type: ignore[assignment]  # any two-part network
    head: nn.Module = network.head  # type: ignore[assignment]  # as above
    # Its batch-norm statistics stay those of pre-training while the head is noise.
    backbone.eval()
    with torch.no_grad():
        features = backbone(inputs)
    return head(features)


@dataclass(frozen=True)
class WarmUpTraining(MethodTraining):
    """Parameters of methods that warm up with cross-entropy.

    `confidence_penalty` is 1 under asymmetric noise.
    """

    warm_up_epochs: int = 10
    warm_up_part: WarmUpPart = "full"
    warm_up_batch_size: int = 128
    confidence_penalty: float = 0.0
    clip_norm: float = 0.0
    """Largest norm of the gradient; 0, as in the papers, does not clip."""


def warm_up_together(
    epoch: Epoch,
    learners: Sequence[Learner],
    strategy: Strategy,
    training: LabelledViews,
    parameters: WarmUpTraining,
) -> None:
    """Train each network in turn for one pass of cross-entropy on weak views.

    Args:
        epoch: the current one.
        learners: one or two networks.
        strategy: takes the steps.
        training: what to learn from, all given labels.
        parameters: batch size, part, penalty.

    Raises:
        UserError: `loss_not_finite`, `out_of_memory`.
    """
    penalty = parameters.confidence_penalty

    def losses(logits: Tensor, labels: Tensor, rows: Tensor) -> Tensor:
        found = cross_entropy(logits, labels, reduction="none")
        if not penalty:
            return found
        return found + penalty * confidence_penalty(logits, reduction="none")

    # One after the other and in orders of their own: what the networks learn must differ, or each
    # would repeat the other's errors.
    for number, learner in enumerate(learners):
        how = Supervision(
            losses,
            parameters.warm_up_batch_size,
            order_seed(parameters.seed, number),
            draw_number(epoch.number, number, 0),
            clip_norm=parameters.clip_norm,
        )
        train_supervised_pass(
            epoch,
            learner,
            strategy,
            training,
            training.views.weak,
            how,
            name=f"warm-up {number}",
            forward=_forward(learner, parameters.warm_up_part),
            progress=part_of(epoch.progress, number, len(learners)),
        )


def _forward(learner: Learner, part: WarmUpPart) -> Forward:
    return learner.forward if part == "full" else partial(logits_of_head, learner.network)
