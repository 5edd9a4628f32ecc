"""Cross-entropy, label smoothing, focal loss, and the confidence penalty."""

import torch
from torch import Tensor

from lnl_gui.learn.losses.targets import Reduction, at_targets, log_probabilities, reduce


def cross_entropy(
    logits: Tensor, targets: Tensor, *, smoothing: float = 0.0, reduction: Reduction = "mean"
) -> Tensor:
    """Cross-entropy -log p[y] in nats, with label smoothing (Szegedy et al., CVPR 2016).

    With `smoothing` e the target is (1 - e) onehot + e / C.

    Args:
        logits: (B, C).
        targets: labels (B,) or probabilities (B, C).
        smoothing: share of the target spread over all C classes, in [0, 1].
        reduction: "mean" gives a scalar, "none" a (B,) tensor.
    """
    negative = -log_probabilities(logits)
    losses = at_targets(negative, targets)
    if smoothing:
        # The loss is linear in the target, so that no smoothed target of (B, C) need be built.
        losses = (1 - smoothing) * losses + smoothing * negative.mean(dim=1)
    return reduce(losses, reduction)


def focal_of_each_label(log_p: Tensor, gamma: float) -> Tensor:
    """Focal loss -(1 - p[k])^gamma log p[k] of every label k: (B, C) log p to (B, C)."""
    # The slope of a fractional power is infinite at zero, where a saturated softmax arrives.
    error = (-torch.expm1(log_p)).clamp_min(torch.finfo(log_p.dtype).tiny)
    return -(error**gamma) * log_p


def focal(
    logits: Tensor, targets: Tensor, *, gamma: float = 2.0, reduction: Reduction = "mean"
) -> Tensor:
    """Focal loss -(1 - p[y])^gamma log p[y] (Lin et al., ICCV 2017).

    Args:
        logits: (B, C).
        targets: labels (B,) or probabilities (B, C).
        gamma: how little sure samples count; 0 is cross-entropy. The paper takes 2.
        reduction: "mean" gives a scalar, "none" a (B,) tensor.
    """
    label_losses = focal_of_each_label(log_probabilities(logits), gamma)
    return reduce(at_targets(label_losses, targets), reduction)


def confidence_penalty(logits: Tensor, *, reduction: Reduction = "mean") -> Tensor:
    """Negative entropy sum_k p log p in nats, at least -log C (Pereyra et al. 2017).

    Added to the warm-up of DivideMix under asymmetric noise, with weight 1: there a network grows
    sure of wrong labels so soon that the losses of right and wrong ones no longer differ.

    Args:
        logits: (B, C).
        reduction: "mean" gives a scalar, "none" a (B,) tensor.
    """
    log_p = log_probabilities(logits)
    return reduce((log_p.exp() * log_p).sum(dim=1), reduction)
