"""Warm-up: passes with plain cross-entropy before the labels are split."""

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import LabelledViews, draw_number, order_seed
from lnl_gui.learn.losses.cross_entropy import confidence_penalty, cross_entropy
from lnl_gui.learn.methods.parameters.warm_up import WarmUpPart, WarmUpTraining
from lnl_gui.learn.training.epoch import Epoch, part_of
from lnl_gui.learn.training.learner import Learner
from lnl_gui.learn.training.strategy import Forward, Strategy
from lnl_gui.learn.training.supervised import Supervision, train_supervised_pass


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
