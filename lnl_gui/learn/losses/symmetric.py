"""Mean absolute error, reverse cross-entropy, and symmetric cross-entropy."""

import torch
from torch import Tensor

from lnl_gui.learn.losses.pair_constants import LOG_OF_ZERO
from lnl_gui.learn.losses.targets import Reduction, at_targets, log_probabilities, reduce


def mean_absolute_error(
    logits: Tensor, targets: Tensor, *, reduction: Reduction = "mean"
) -> Tensor:
    """Mean absolute error 1 - p[y] (Ghosh et al., AAAI 2017).

    Half the L1 distance between p and the one-hot label.

    Args:
        logits: (B, C).
        targets: labels (B,) or probabilities (B, C).
        reduction: "mean" gives a scalar, "none" a (B,) tensor.
    """
    # expm1 of the log-probability: 1 - p rounds to 0 for a sure sample.
    label_losses = -torch.expm1(log_probabilities(logits))
    return reduce(at_targets(label_losses, targets), reduction)


def reverse_cross_entropy(
    logits: Tensor,
    targets: Tensor,
    *,
    log_of_zero: float = LOG_OF_ZERO,
    reduction: Reduction = "mean",
) -> Tensor:
    """Reverse cross-entropy -A (1 - p[y]) (Wang et al., ICCV 2019).

    That is -sum_k p[k] log(onehot[k]) with log 0 := A.

    Args:
        logits: (B, C).
        targets: labels (B,) or probabilities (B, C).
        log_of_zero: A, below 0.
        reduction: "mean" gives a scalar, "none" a (B,) tensor.
    """
    # Exactly -A times MAE for hard and soft targets alike; the sum over classes is never formed.
    return -log_of_zero * mean_absolute_error(logits, targets, reduction=reduction)


def symmetric_cross_entropy(
    logits: Tensor,
    targets: Tensor,
    *,
    alpha: float = 0.1,
    beta: float = 1.0,
    log_of_zero: float = LOG_OF_ZERO,
    reduction: Reduction = "mean",
) -> Tensor:
    """Symmetric cross-entropy alpha CE + beta RCE (Wang et al., ICCV 2019).

    Args:
        logits: (B, C).
        targets: labels (B,) or probabilities (B, C).
        alpha: 0.1 for CIFAR-10, 6 for CIFAR-100.
        beta: 1 for CIFAR-10, 0.1 for CIFAR-100.
        log_of_zero: of reverse cross-entropy.
        reduction: "mean" gives a scalar, "none" a (B,) tensor.
    """
    log_p = log_probabilities(logits)
    label_losses = -alpha * log_p + beta * log_of_zero * torch.expm1(log_p)
    return reduce(at_targets(label_losses, targets), reduction)
