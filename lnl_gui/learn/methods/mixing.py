"""MixMatch's arithmetic: sharpened targets, mixed samples, and the three terms of its loss.

After Berthelot et al. (NeurIPS 2019), as DivideMix (Li, Socher and Hoi, ICLR 2020) uses it.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from lnl_gui.learn.losses.cross_entropy import cross_entropy
from lnl_gui.learn.losses.targets import log_probabilities
from lnl_gui.learn.training.strategy import Forward


def sharpen(probabilities: Tensor, temperature: float) -> Tensor:
    """p^(1/T) renormalised, over the last axis of (..., C) probabilities; T below 1 sharpens."""
    # Not a softmax of logits / T: an average of several predictions has no logits.
    powered = probabilities ** (1 / temperature)
    return powered / powered.sum(dim=-1, keepdim=True)


def mean_probabilities(networks: Sequence[Forward], views: tuple[Tensor, ...]) -> Tensor:
    """Mean softmax (B, C) over networks and over views (B, ...); no gradient."""
    with torch.no_grad():
        outputs = [log_probabilities(net(view)).exp() for net in networks for view in views]
    # Probabilities are averaged, not logits, so that one very sure view does not decide alone.
    return torch.stack(outputs).mean(dim=0)


def refine(one_hot: Tensor, weight: Tensor, predicted: Tensor, temperature: float) -> Tensor:
    """Co-refinement: w y + (1 - w) p, sharpened. Shapes (B, C), (B,), (B, C)."""
    share = weight.unsqueeze(1)
    return sharpen(share * one_hot + (1 - share) * predicted, temperature)


def draw_mixing(count: int, generator: np.random.Generator, alpha: float) -> tuple[float, Tensor]:
    """The share max(l, 1 - l) of its own that each sample keeps, l ~ Beta(alpha, alpha).

    The larger share, so that a mixed row still belongs to the part, labelled or not, it began in.

    Returns:
        the share, and the partners (count,) int64 that samples are mixed with.
    """
    share = float(generator.beta(alpha, alpha))
    return max(share, 1 - share), torch.from_numpy(generator.permutation(count))


def mix(values: Tensor, share: float, partner: Tensor) -> Tensor:
    """Rows (B, ...), `share` of each and the rest of its partner's, (B,) int64."""
    return share * values + (1 - share) * values[partner.to(values.device)]


def linear_ramp(position: float, first: float, length: float) -> float:
    """0 up to `first`, 1 from `first + length` on, linear between; all three in epochs."""
    return float(np.clip((position - first) / length, 0.0, 1.0)) if length else 1.0


def consistency(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean squared error of probabilities over samples and classes, of (B, C) and (B, C).

    Unlike cross-entropy it is bounded, so that a wrong guess costs little.
    """
    return ((log_probabilities(logits).exp() - targets) ** 2).mean()


def prior_penalty(logits: Tensor) -> Tensor:
    """sum_c (1/C) log((1/C) / mean p_c) of logits (B, C), in nats, at least 0.

    Keeps the mean prediction near uniform: under much noise a network would else give all samples
    to few classes.
    """
    mean = log_probabilities(logits).exp().mean(dim=0)
    # A class that no sample is given would make the term infinite.
    return -(mean * mean.shape[0]).clamp_min(1e-12).log().mean()


def mixmatch_loss(
    logits: Tensor, targets: Tensor, labelled: int, unlabelled_weight: float
) -> Tensor:
    """L_x + lambda_u L_u + L_reg (Li, Socher and Hoi, ICLR 2020), a scalar.

    Args:
        logits: (B, C).
        targets: (B, C) probabilities.
        labelled: so many first rows are the labelled part.
        unlabelled_weight: lambda_u.
    """
    # Over the mixed rows: the larger share of a row keeps it in the part it began in.
    supervised = cross_entropy(logits[:labelled], targets[:labelled])
    unsupervised = consistency(logits[labelled:], targets[labelled:])
    return supervised + unlabelled_weight * unsupervised + prior_penalty(logits)
