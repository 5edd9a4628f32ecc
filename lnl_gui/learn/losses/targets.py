"""Shared parts of the losses: log-probabilities, hard or soft targets, reduction.

A loss is a function l(logits, k) of the label k. For hard targets it is taken at the label; for
soft targets it is its expectation under them, which is what mixup and pseudo-labels need.
"""

from typing import Literal

import torch
from torch import Tensor

Reduction = Literal["mean", "none"]


def log_probabilities(logits: Tensor) -> Tensor:
    """Log-softmax (B, C) of logits (B, C), in float32 or wider also under mixed precision."""
    # Half precision has too few digits for the logarithm of a small probability; float64 stays for
    # checks of gradients by finite differences.
    wide = logits.to(torch.promote_types(logits.dtype, torch.float32))
    return torch.log_softmax(wide, dim=1)


def at_targets(label_losses: Tensor, targets: Tensor) -> Tensor:
    """Losses (B,) at the targets, from the losses of every label.

    Args:
        label_losses: (B, C), loss of each sample if k were its label.
        targets: integer labels (B,) or probabilities (B, C).
    """
    if targets.ndim == 1:
        return label_losses.gather(1, targets.long().unsqueeze(1)).squeeze(1)
    return (label_losses * targets).sum(dim=1)


def reduce(losses: Tensor, reduction: Reduction) -> Tensor:
    """The mean of (B,) losses, a scalar, or the losses as they are.

    Raises:
        ValueError: for another reduction.
    """
    if reduction == "mean":
        return losses.mean()
    if reduction == "none":
        return losses
    raise ValueError(f"reduction must be 'mean' or 'none', not {reduction!r}")
