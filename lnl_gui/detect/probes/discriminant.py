"""Cross-fitted linear discriminant analysis on soft labels, with a shrunk covariance.

A Gaussian a class with a shared covariance needs no iterations and errs differently from the
probes, which makes the two together better than either, most of all where noise is asymmetric or
samples are few.
"""

import torch
from torch import Tensor

SHRINKAGE = 0.3
"""Share of the covariance replaced by its mean variance; .1 and .6 were worse with few samples."""
# Draws each mean towards the overall one: that of a class of few samples is mostly chance.
_PRIOR_SAMPLES = 2.0


def fold_moments(
    features: Tensor, targets: Tensor, folds: Tensor, number_of_folds: int
) -> tuple[list[Tensor], list[Tensor], list[Tensor], list[Tensor]]:
    """Sum up each fold, for statistics of the others by subtraction.

    Args:
        features: (n, P) float32.
        targets: (n, C) float32 class distribution of each sample.
        folds: (n,) int64 in [0, K).
        number_of_folds: K.

    Returns:
        of each of K folds its rows (n_k,) int64, class sums (C, P), second moment (P, P) and class
        masses (C,), float32.
    """
    members = [torch.nonzero(folds == fold).squeeze(1) for fold in range(number_of_folds)]
    sums = [targets[rows].T @ features[rows] for rows in members]
    squares = [features[rows].T @ features[rows] for rows in members]
    masses = [targets[rows].sum(0) for rows in members]
    return members, sums, squares, masses


def cross_fitted_discriminant(
    features: Tensor, targets: Tensor, folds: Tensor, *, number_of_folds: int
) -> Tensor:
    """Out-of-fold log-probabilities (n, C) float32 of a linear discriminant on soft labels.

    Args:
        features: (n, P) float32.
        targets: (n, C) float32 class distribution of each sample.
        folds: (n,) int64 in [0, K).
        number_of_folds: K.

    Sums are taken once for each fold and subtracted, so that time is O(n P (P + C) + K P^3) and
    extra memory O(n C + K P (P + C)).
    """
    count, width = features.shape
    members, sums, squares, masses = fold_moments(features, targets, folds, number_of_folds)
    scores = torch.empty(count, targets.shape[1])
    for fold, rows in enumerate(members):
        total = sum(sums) - sums[fold]
        mass = sum(masses) - masses[fold]
        kept = max(count - len(rows), 1)
        overall = total.sum(0) / kept
        means = (total + _PRIOR_SAMPLES * overall) / (mass + _PRIOR_SAMPLES).unsqueeze(1)
        # sum_i sum_c t_ic (x_i - m_c)(x_i - m_c)', expanded: no pass over the samples.
        cross = total.T @ means
        spread = (mass.unsqueeze(1) * means).T @ means
        within = (sum(squares) - squares[fold] - cross - cross.T + spread) / kept
        flat = SHRINKAGE * within.trace() / width
        shrunk = (1.0 - SHRINKAGE) * within + flat * torch.eye(width)
        slope = torch.linalg.solve(shrunk, means.T)
        # Add-one: a class that a fold never saw must keep a finite score.
        offset = torch.log((mass + 1.0) / (mass + 1.0).sum()) - 0.5 * (means.T * slope).sum(0)
        scores[rows] = features[rows] @ slope + offset
    return torch.log_softmax(scores, 1)
