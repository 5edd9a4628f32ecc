"""Cross-fitted linear discriminant analysis on soft labels, with a shrunk covariance.

A Gaussian a class with a shared covariance needs no iterations and errs differently from the
probes, which makes the two together better than either, most of all where noise is asymmetric or
samples are few.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

SHRINKAGE = 0.3
"""Share of the covariance replaced by its mean variance; .1 and .6 were worse with few samples."""
# Draws each mean towards the overall one: that of a class of few samples is mostly chance.
_PRIOR_SAMPLES = 2.0


@dataclass(frozen=True)
class Discriminant:
    """A fitted linear discriminant: slope (P, C), offset (C,)."""

    slope: Tensor
    offset: Tensor

    def scores(self, features: Tensor) -> Tensor:
        """(n, C) float32 log-probabilities of features (n, P)."""
        return torch.log_softmax(features @ self.slope + self.offset, 1)


def fit_discriminant(features: Tensor, targets: Tensor) -> Discriminant:
    """A linear discriminant on features (n, P) with class distributions (n, C)."""
    return _solved(targets.T @ features, features.T @ features, targets.sum(0), len(features))


def _solved(total: Tensor, squares: Tensor, mass: Tensor, count: int) -> Discriminant:
    """From class sums (C, P), second moment (P, P), class masses (C,) and number of samples."""
    width = len(squares)
    overall = total.sum(0) / count
    means = (total + _PRIOR_SAMPLES * overall) / (mass + _PRIOR_SAMPLES).unsqueeze(1)
    # sum_i sum_c t_ic (x_i - m_c)(x_i - m_c)', expanded: no pass over the samples.
    cross = total.T @ means
    spread = (mass.unsqueeze(1) * means).T @ means
    within = (squares - cross - cross.T + spread) / count
    flat = SHRINKAGE * within.trace() / width
    shrunk = (1.0 - SHRINKAGE) * within + flat * torch.eye(width)
    slope = torch.linalg.solve(shrunk, means.T)
    # Add-one: a class that a fold never saw must keep a finite score.
    offset = torch.log((mass + 1.0) / (mass + 1.0).sum()) - 0.5 * (means.T * slope).sum(0)
    return Discriminant(slope, offset)


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
    count = len(features)
    members, sums, squares, masses = fold_moments(features, targets, folds, number_of_folds)
    scores = torch.empty(count, targets.shape[1])
    for fold, rows in enumerate(members):
        found = _solved(
            sum(sums) - sums[fold],
            sum(squares) - squares[fold],
            sum(masses) - masses[fold],
            max(count - len(rows), 1),
        )
        scores[rows] = found.scores(features[rows])
    return scores
