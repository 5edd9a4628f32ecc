"""Relative Mahalanobis distance of each sample, out-of-fold: large for images of no class.

The distance (Ren et al., A Simple Fix to Mahalanobis Distance for Improving Near-OOD Detection,
2021) as a likelihood ratio: one Gaussian a class with a shared covariance against one Gaussian for
everything. An image of none of the classes is explained by neither, or by the whole alone; a
probe's energy (Liu et al., NeurIPS 2020) sees less of that, since the logits of a linear probe are
as large far outside of its classes as inside.
"""

import torch
from torch import Tensor

from lnl_gui.detect.probes.discriminant import SHRINKAGE, fold_moments

# Draws each mean towards the overall one, and keeps the logarithm of an empty class finite.
_PRIOR_SAMPLES = 1.0
_CHUNK = 8192


def relative_mahalanobis_energy(
    features: Tensor,
    probability: Tensor,
    folds: Tensor,
    *,
    number_of_folds: int,
    sample_weights: Tensor | None = None,
) -> Tensor:
    """Out-of-fold log-likelihood under the whole less that under the classes.

    Log-determinants, a constant of each fold, are left out. High where no class explains the
    sample. Sums are taken once for each fold and subtracted, so that time is O(n P (P + C) + K P^3)
    and extra memory O(n + K P (P + C)).

    Args:
        features: (n, P) float32.
        probability: (n, C) float32 class distribution of each sample.
        folds: (n,) int64 in [0, K).
        number_of_folds: K.
        sample_weights: (n,) float32, how much each sample counts; None: all alike.

    Returns:
        (n,) float32, in nats.
    """
    members, sums, squares, masses = fold_moments(
        features, probability, folds, number_of_folds, sample_weights
    )
    energy = torch.empty(len(features))
    for fold, rows in enumerate(members):
        mass = torch.stack(masses).sum(0) - masses[fold]
        total = torch.stack(sums).sum(0) - sums[fold]
        square = torch.stack(squares).sum(0) - squares[fold]
        count = mass.sum().clamp_min(1e-6)
        middle = total.sum(0) / count
        # A class without samples lies in the middle.
        means = (total + _PRIOR_SAMPLES * middle) / (mass + _PRIOR_SAMPLES).unsqueeze(1) - middle
        whole = square / count - torch.outer(middle, middle)
        within = whole - (means.T * (mass / count)) @ means
        inside, outside = _precision(within), _precision(whole)
        log_share = torch.log((mass + _PRIOR_SAMPLES) / (mass + _PRIOR_SAMPLES).sum())
        slope, offset = inside @ means.T, log_share - 0.5 * ((means @ inside) * means).sum(1)
        for part in rows.split(_CHUNK):
            centred = features[part] - middle
            classes = torch.logsumexp(centred @ slope + offset, 1)
            energy[part] = 0.5 * ((centred @ (inside - outside)) * centred).sum(1) - classes
    return energy


def _precision(covariance: Tensor) -> Tensor:
    """Inverse of the covariance, shrunk to its mean variance."""
    width = len(covariance)
    flat = (covariance.trace() / width).clamp_min(1e-6)
    return torch.linalg.inv((1.0 - SHRINKAGE) * covariance + SHRINKAGE * flat * torch.eye(width))
