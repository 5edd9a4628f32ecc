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
    """Sharpen probabilities (B, C): p^(1/T), rows renormalised; T below 1 sharpens."""
    # Not a softmax of logits / T: an average of several predictions has no logits.
    powered = probabilities ** (1 / temperature)
    return powered / powered.sum(dim=-1, keepdim=True)


def mean_probabilities(networks: Sequence[Forward], views: tuple[Tensor, ...]) -> Tensor:
    """Mean softmax (B, C) float32 over networks and over views (B, ...), without gradient."""
    with torch.no_grad():
        outputs = [log_probabilities(net(view)).exp() for net in networks for view in views]
    # Probabilities are averaged, not logits, so that one very sure view does not decide alone.
    return torch.stack(outputs).mean(dim=0)


def refine(one_hot: Tensor, weight: Tensor, predicted: Tensor, temperature: float) -> Tensor:
    """Co-refined targets (B, C): w y + (1 - w) p, sharpened (Li, Socher and Hoi, ICLR 2020).

    Args:
        one_hot: y, (B, C) float32 given labels.
        weight: w, (B,) float32 in [0, 1], how far each given label is trusted.
        predicted: p, (B, C) float32 probabilities of the network.
        temperature: see `sharpen`.
    """
    share = weight.unsqueeze(1)
    return sharpen(share * one_hot + (1 - share) * predicted, temperature)


def draw_mixing(count: int, generator: np.random.Generator, alpha: float) -> tuple[float, Tensor]:
    """Draw mixup's share max(l, 1 - l), l ~ Beta(alpha, alpha), and a partner for each sample.

    The larger share, so that a mixed row still belongs to the part, labelled or not, it began in.

    Args:
        count: B.
        generator: of both draws.
        alpha: of the Beta distribution.

    Returns:
        the share in [.5, 1], and the partners (B,) int64 that samples are mixed with.
    """
    share = float(generator.beta(alpha, alpha))
    # As in MixMatch: a row stays nearer to itself, and so to what its target was made for.
    return max(share, 1 - share), torch.from_numpy(generator.permutation(count))


def mix(values: Tensor, share: float, partner: Tensor) -> Tensor:
    """Mixed rows (B, ...): `share` of each row of `values` and the rest of its partner's row.

    Args:
        values: (B, ...) float.
        share: of the row itself, in [0, 1].
        partner: (B,) int64 rows.
    """
    return share * values + (1 - share) * values[partner.to(values.device)]


def linear_ramp(position: float, first: float, length: float) -> float:
    """Linear ramp: 0 up to `first`, 1 from `first + length` on; all three in epochs."""
    return float(np.clip((position - first) / length, 0.0, 1.0)) if length else 1.0


def consistency(logits: Tensor, targets: Tensor) -> Tensor:
    """Consistency loss: mean squared error of probabilities over samples and classes, a scalar.

    Unlike cross-entropy it is bounded, so that a wrong guess costs little.

    Args:
        logits: (B, C).
        targets: (B, C) probabilities.
    """
    return ((log_probabilities(logits).exp() - targets) ** 2).mean()


def prior_penalty(logits: Tensor) -> Tensor:
    """Class-prior penalty of logits (B, C): sum_c (1/C) log((1/C) / mean p_c), a scalar in nats.

    Keeps the mean prediction near uniform: under much noise a network would else give all samples
    to few classes.
    """
    mean = log_probabilities(logits).exp().mean(dim=0)
    # A class that no sample is given would make the term infinite.
    return -(mean * mean.shape[0]).clamp_min(1e-12).log().mean()


def mixmatch_loss(
    logits: Tensor, targets: Tensor, labelled: int, unlabelled_weight: float
) -> Tensor:
    """DivideMix's loss L_x + lambda_u L_u + L_reg, a scalar (Li, Socher and Hoi, ICLR 2020).

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
