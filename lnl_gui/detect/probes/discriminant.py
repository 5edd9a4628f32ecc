"""Cross-fitted linear discriminant analysis on soft labels, with a shrunk covariance.

A Gaussian a class with a shared covariance needs no iterations and errs differently from the
probes, which makes the two together better than either, most of all where noise is asymmetric or
samples are few.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lnl_gui.detect.probes.class_softmax import log_softmax_of_classes

SHRINKAGE = 0.3
"""Share of the covariance replaced by its mean variance; .1 and .6 were worse with few samples."""
# Draws each mean towards the overall one: that of a class of few samples is mostly chance.
_PRIOR_SAMPLES = 2.0
# Of the sums above relative to the second moment, in single precision over many samples.
_ROUNDING = 1e-5
# Where all features are 0: any number that can be divided by.
_LEAST = 1e-20


@dataclass(frozen=True)
class Discriminant:
    """A fitted linear discriminant: slope (P, C), offset (C,), where the features lay."""

    slope: Tensor
    offset: Tensor

    def scores(self, features: Tensor) -> Tensor:
        """(n, C) float32 log-probabilities of features (n, P), where these lie."""
        return log_softmax_of_classes(features @ self.slope + self.offset)


def fit_discriminant(
    features: Tensor, targets: Tensor, *, sample_weights: Tensor | None = None
) -> Discriminant:
    """Fit a linear discriminant on soft labels.

    Args:
        features: (n, P) float32, on the device to compute on.
        targets: (n, C) float32 class distribution of each sample.
        sample_weights: (n,) float32, how much each sample counts; None: all alike.
    """
    targets, sample_weights = _beside(features, targets, sample_weights)
    weighted, targets = _weighted(features, targets, sample_weights)
    mass = targets.sum(0)
    return _solved(targets.T @ features, features.T @ weighted, mass, float(mass.sum()))


def _beside(
    features: Tensor, targets: Tensor, sample_weights: Tensor | None
) -> tuple[Tensor, Tensor | None]:
    """Targets and weights on the device of the features."""
    weights = None if sample_weights is None else sample_weights.to(features.device)
    return targets.to(features.device), weights


def _weighted(
    features: Tensor, targets: Tensor, sample_weights: Tensor | None
) -> tuple[Tensor, Tensor]:
    if sample_weights is None:
        return features, targets
    weight = sample_weights.unsqueeze(1)
    return features * weight, targets * weight


def _solved(total: Tensor, squares: Tensor, mass: Tensor, count: float) -> Discriminant:
    """From class sums (C, P), second moment (P, P), class masses (C,) and their sum."""
    width = len(squares)
    overall = total.sum(0) / count
    means = (total + _PRIOR_SAMPLES * overall) / (mass + _PRIOR_SAMPLES).unsqueeze(1)
    # sum_i sum_c t_ic (x_i - m_c)(x_i - m_c)', expanded: no pass over the samples.
    cross = total.T @ means
    spread = (mass.unsqueeze(1) * means).T @ means
    within = (squares - cross - cross.T + spread) / count
    # Of samples as good as alike the covariance is nothing but rounding, and may be nothing at all.
    least = torch.clamp(_ROUNDING * squares.trace() / count, min=_LEAST)
    flat = torch.maximum(SHRINKAGE * within.trace(), least) / width
    shrunk = (1.0 - SHRINKAGE) * within + flat * torch.eye(width, device=squares.device)
    slope = torch.linalg.solve(shrunk, means.T)
    # Add-one: a class that a fold never saw must keep a finite score.
    offset = torch.log((mass + 1.0) / (mass + 1.0).sum()) - 0.5 * (means.T * slope).sum(0)
    return Discriminant(slope, offset)


def fold_moments(
    features: Tensor,
    targets: Tensor,
    folds: Tensor,
    number_of_folds: int,
    sample_weights: Tensor | None = None,
) -> tuple[list[Tensor], list[Tensor], list[Tensor], list[Tensor]]:
    """Sum up each fold, for statistics of the others by subtraction.

    Args:
        features: (n, P) float32.
        targets: (n, C) float32 class distribution of each sample, where the features lie.
        folds: (n,) int64 in [0, K).
        number_of_folds: K.
        sample_weights: (n,) float32, how much each sample counts, where the features lie; None: all
            alike.

    Returns:
        of each of K folds its rows (n_k,) int64, class sums (C, P), second moment (P, P) and class
        masses (C,), float32, where the features lie.
    """
    members = _members(folds, number_of_folds, features.device)
    sums, squares, masses = [], [], []
    for rows in members:
        inputs = features.index_select(0, rows)
        share = None if sample_weights is None else sample_weights[rows]
        weighted, mass = _weighted(inputs, targets.index_select(0, rows), share)
        sums.append(mass.T @ inputs)
        squares.append(inputs.T @ weighted)
        masses.append(mass.sum(0))
    return members, sums, squares, masses


def _members(folds: Tensor, number_of_folds: int, device: torch.device) -> list[Tensor]:
    return [torch.nonzero(folds == k).squeeze(1).to(device) for k in range(number_of_folds)]


def nested_discriminant(
    features: Tensor,
    targets: Tensor,
    folds: Tensor,
    *,
    sample_weights: Tensor | None = None,
) -> Tensor:
    """Nested log-probabilities (n, K, C) float32, see `lnl_gui.detect.probes.nested_folds`.

    Args:
        features: (n, P) float32, on the device to compute on.
        targets: (n, K, C) float32 class distributions, of each sample one for each of K folds.
        folds: (n,) int64 in [0, K).
        sample_weights: (n,) float32, how much each sample counts; None: all alike.

    Time O(K n P C + n P^2 + K P^3), extra memory O(n (K C + P)).
    """
    targets, sample_weights = _beside(features, targets, sample_weights)
    scores = torch.empty_like(targets)
    weighted, _ = _weighted(features, targets[:, 0], sample_weights)
    members = _members(folds, targets.shape[1], features.device)
    squares = [features.index_select(0, k).T @ weighted.index_select(0, k) for k in members]
    for fold, rows in enumerate(members):
        _, believed = _weighted(features, targets[:, fold], sample_weights)
        if sample_weights is None:
            believed = believed.clone()  # a view until here
        believed[rows] = 0.0
        mass = believed.sum(0)
        total = max(float(mass.sum()), 1e-6)
        found = _solved(believed.T @ features, sum(squares) - squares[fold], mass, total)
        scores[:, fold] = found.scores(features)
    return scores.cpu()


def cross_fitted_discriminant(
    features: Tensor,
    targets: Tensor,
    folds: Tensor,
    *,
    number_of_folds: int,
    sample_weights: Tensor | None = None,
) -> Tensor:
    """Out-of-fold log-probabilities (n, C) float32 of a linear discriminant on soft labels.

    Args:
        features: (n, P) float32, on the device to compute on.
        targets: (n, C) float32 class distribution of each sample.
        folds: (n,) int64 in [0, K).
        number_of_folds: K.
        sample_weights: (n,) float32, how much each sample counts; None: all alike.

    Sums are taken once for each fold and subtracted, so that time is O(n P (P + C) + K P^3) and
    extra memory O(n C + K P (P + C)).
    """
    targets, sample_weights = _beside(features, targets, sample_weights)
    members, sums, squares, masses = fold_moments(
        features, targets, folds, number_of_folds, sample_weights
    )
    scores = torch.empty(targets.shape, device=features.device)
    for fold, rows in enumerate(members):
        mass = sum(masses) - masses[fold]
        found = _solved(
            sum(sums) - sums[fold],
            sum(squares) - squares[fold],
            mass,
            max(float(mass.sum()), 1e-6),
        )
        scores[rows] = found.scores(features.index_select(0, rows))
    return scores.cpu()
