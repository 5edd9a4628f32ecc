"""Normalised losses, and the active-passive pairs built on them (Ma et al., ICML 2020).

Dividing a loss by its sum over all labels makes it symmetric, hence robust to symmetric noise, but
slow to learn; a passive loss (RCE, MAE) at its side makes up for that.
"""

import torch
from torch import Tensor

from lnl_gui.learn.losses.cross_entropy import focal_of_each_label
from lnl_gui.learn.losses.pair_constants import FOCUS, LOG_OF_ZERO, Active, Passive
from lnl_gui.learn.losses.targets import Reduction, at_targets, log_probabilities, reduce


def _normalise(label_losses: Tensor) -> Tensor:
    return label_losses / label_losses.sum(dim=1, keepdim=True)


def normalised_cross_entropy(
    logits: Tensor, targets: Tensor, *, reduction: Reduction = "mean"
) -> Tensor:
    """Normalised cross-entropy log p[y] / sum_k log p[k], in [0, 1] (Ma et al., ICML 2020).

    Args:
        logits: (B, C), C at least 2.
        targets: labels (B,) or probabilities (B, C).
        reduction: "mean" gives a scalar, "none" a (B,) tensor.
    """
    return reduce(at_targets(_normalise(-log_probabilities(logits)), targets), reduction)


def normalised_focal(
    logits: Tensor, targets: Tensor, *, gamma: float = FOCUS, reduction: Reduction = "mean"
) -> Tensor:
    """Normalised focal loss focal(y) / sum_k focal(k), in [0, 1] (Ma et al., ICML 2020).

    Args:
        logits: (B, C), C at least 2.
        targets: labels (B,) or probabilities (B, C).
        gamma: of the focal loss; 0.5 in the paper.
        reduction: "mean" gives a scalar, "none" a (B,) tensor.
    """
    label_losses = focal_of_each_label(log_probabilities(logits), gamma)
    return reduce(at_targets(_normalise(label_losses), targets), reduction)


def active_passive(
    logits: Tensor,
    targets: Tensor,
    *,
    active: Active = "nce",
    passive: Passive = "rce",
    alpha: float = 1.0,
    beta: float = 1.0,
    gamma: float = FOCUS,
    log_of_zero: float = LOG_OF_ZERO,
    reduction: Reduction = "mean",
) -> Tensor:
    """Active-passive loss alpha * active + beta * passive (Ma et al., ICML 2020).

    Args:
        logits: (B, C), C at least 2.
        targets: labels (B,) or probabilities (B, C).
        active: normalised cross-entropy or normalised focal loss.
        passive: reverse cross-entropy or mean absolute error.
        alpha: 1 for CIFAR-10, 10 for CIFAR-100.
        beta: 1 for CIFAR-10, 0.1 for CIFAR-100.
        gamma: of the focal loss.
        log_of_zero: of reverse cross-entropy.
        reduction: "mean" gives a scalar, "none" a (B,) tensor.
    """
    log_p = log_probabilities(logits)
    raw = -log_p if active == "nce" else focal_of_each_label(log_p, gamma)
    # RCE is -A times MAE, so that both passive losses are one line.
    scale = -log_of_zero if passive == "rce" else 1.0
    label_losses = alpha * _normalise(raw) - beta * scale * torch.expm1(log_p)
    return reduce(at_targets(label_losses, targets), reduction)
