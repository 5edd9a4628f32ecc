"""Generalised cross-entropy: between cross-entropy (q = 0) and mean absolute error (q = 1)."""

import torch
from torch import Tensor

from lnl_gui.learn.losses.targets import Reduction, at_targets, log_probabilities, reduce


def generalised_cross_entropy(
    logits: Tensor, targets: Tensor, *, q: float = 0.7, reduction: Reduction = "mean"
) -> Tensor:
    """Generalised cross-entropy (1 - p[y]^q) / q (Zhang and Sabuncu, NeurIPS 2018).

    Args:
        logits: (B, C).
        targets: labels (B,) or probabilities (B, C).
        q: 0 is cross-entropy, 1 is 1 - p[y].
        reduction: "mean" gives a scalar, "none" a (B,) tensor.

    Raises:
        ValueError: for q outside [0, 1].
    """
    if not 0 <= q <= 1:
        raise ValueError(f"q must lie in [0, 1], not {q}")
    log_p = log_probabilities(logits)
    # expm1 keeps the digits that 1 - p**q would lose for small q.
    label_losses = -torch.expm1(q * log_p) / q if q else -log_p
    return reduce(at_targets(label_losses, targets), reduction)
