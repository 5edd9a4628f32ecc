"""Two-component Gaussian mixtures of per-sample losses, one for each class at once.

The component with the lower mean holds the samples whose label the model finds easy (DivideMix: Li,
Socher, Hoi, ICLR 2020; one mixture a class: TURN, Ahn et al.). Expectation-maximisation is
vectorised over the classes, and each class stops by its own likelihood, so that the result is that
of a separate fit of each. Time O(iterations n), memory O(n).
"""

from dataclasses import dataclass

import numpy as np

# Two components have five parameters: a class of fewer samples takes the mixture of all.
SMALL_GROUP = 20
# The right tail of losses is heavy; unclipped, single samples get a component of their own.
_CLIP_QUANTILE = 0.999
_EPSILON = 1e-12


@dataclass(frozen=True)
class Mixture:
    """Parameters of G two-component mixtures; component 0 has the lower mean.

    Attributes:
        weight: (G, 2) shares of the components.
        mean: (G, 2), on the same scale as the values.
        deviation: (G, 2).
        pooled: (G,) bool, the group was too small or too even and took the mixture of all.
    """

    weight: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    pooled: np.ndarray


def fit_mixture(
    values: np.ndarray,
    groups: np.ndarray | None = None,
    *,
    number_of_groups: int = 1,
    regularisation: float = 5e-4,
    iterations: int = 100,
    tolerance: float = 1e-3,
) -> Mixture:
    """Fit a two-component Gaussian mixture to the values of each group.

    Args:
        values: (n,) finite, n > 0; clipped at their 99.9th percentile and scaled to [0, 1] for the
            fit, so that a heavy right tail does not take a component for itself.
        groups: (n,) int in [0, G); None puts all in one.
        number_of_groups: G.
        regularisation: added to each variance on that scale; DivideMix's value.
        iterations: most steps of expectation-maximisation.
        tolerance: a group is done when its mean log-likelihood changes by less.

    Returns:
        parameters on the scale of `values`; groups with fewer than `SMALL_GROUP` values, or whose
        values are all alike, take the mixture of all values.
    """
    values = np.asarray(values, np.float64)
    index = np.zeros(values.size, np.int64) if groups is None else np.asarray(groups, np.int64)
    low, scale = _scaling(values)
    scaled = (np.minimum(values, low + scale) - low) / scale
    one = np.zeros(values.size, np.int64)
    settings = (regularisation, iterations, tolerance)
    # Fitted in any case: small and even groups take it.
    everything = _fit(scaled, one, 1, *settings)
    count = np.bincount(index, minlength=number_of_groups)
    spread = _group_spread(scaled, index, number_of_groups)
    pooled = (count < SMALL_GROUP) | (spread < 1e-9)
    if number_of_groups == 1:
        fitted = everything
    else:
        fitted = _fit(scaled, index, number_of_groups, *settings)
    weight, mean, variance = (
        np.where(pooled[:, None], whole, own) for whole, own in zip(everything, fitted, strict=True)
    )
    return Mixture(weight, mean * scale + low, np.sqrt(variance) * scale, pooled)


def clean_probability(
    values: np.ndarray, mixture: Mixture, groups: np.ndarray | None = None
) -> np.ndarray:
    """Posterior probability of the lower component, made monotone in the value.

    The posterior is read at the value clipped to the interval between the two means; outside it
    the wider component would win again however extreme the value. Groups whose two means coincide
    have nothing suspect: 1.

    Args:
        values: (n,) on the scale the mixture was fitted on.
        mixture: of G groups.
        groups: (n,) int in [0, G); None puts all in the first.

    Returns:
        (n,) float64 in [0, 1], falling as the value rises.
    """
    index = np.zeros(len(values), np.int64) if groups is None else np.asarray(groups, np.int64)
    mean, deviation = mixture.mean[index], mixture.deviation[index]
    place = np.clip(np.asarray(values, np.float64), mean[:, 0], mean[:, 1])[:, None]
    logs = np.log(mixture.weight[index] + _EPSILON) - np.log(deviation + _EPSILON)
    logs -= 0.5 * ((place - mean) / (deviation + _EPSILON)) ** 2
    # Clipped, because exp overflows where the components lie far apart.
    posterior = 1.0 / (1.0 + np.exp(np.clip(logs[:, 1] - logs[:, 0], -60.0, 60.0)))
    alike = mean[:, 1] - mean[:, 0] < 1e-9 * (1.0 + np.abs(mean[:, 0]))
    return np.where(alike, 1.0, posterior)


def _scaling(values: np.ndarray) -> tuple[float, float]:
    low = float(values.min())
    scale = float(np.quantile(values, _CLIP_QUANTILE)) - low
    return low, scale if scale > _EPSILON else 1.0


def _group_spread(values: np.ndarray, index: np.ndarray, groups: int) -> np.ndarray:
    low, high = np.full(groups, np.inf), np.full(groups, -np.inf)
    np.minimum.at(low, index, values)
    np.maximum.at(high, index, values)
    return np.where(np.isfinite(low), high - low, 0.0)


def _fit(
    values: np.ndarray,
    index: np.ndarray,
    groups: int,
    regularisation: float,
    iterations: int,
    tolerance: float,
) -> np.ndarray:
    """(3, G, 2): weights, means and variances, the lower mean first."""
    share = _two_means(values, index, groups)
    fitted = _maximise(values, index, groups, share, regularisation)
    now, previous = fitted, np.full(groups, -np.inf)
    for _ in range(iterations):
        share, likelihood = _expect(values, index, groups, now)
        # Only groups that still move are left in `values`; the others keep their parameters.
        now = _maximise(values, index, groups, share, regularisation)
        left = np.unique(index)
        fitted[:, left] = now[:, left]
        # By their common mean, groups that converge slowly stopped up to .12 (weight) too early.
        moving = np.abs(likelihood - previous) >= tolerance
        previous, kept = likelihood, moving[index]
        values, index = values[kept], index[kept]
        if not values.size:
            break
    # The means may have changed places on the way.
    return np.take_along_axis(fitted, np.argsort(fitted[1], axis=1)[None], 2)


def _expect(
    values: np.ndarray, index: np.ndarray, groups: int, parameters: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(n,) posterior of the second component, and (G,) mean log-likelihood of each group."""
    weight, mean, variance = parameters
    # In logarithms: far from both means the two densities underflow to 0 / 0.
    constant = np.log(weight + _EPSILON) - 0.5 * np.log(2.0 * np.pi * variance)
    logs = constant[index] - 0.5 * (values[:, None] - mean[index]) ** 2 / variance[index]
    evidence = np.logaddexp(logs[:, 0], logs[:, 1])
    count = np.maximum(np.bincount(index, minlength=groups), 1)
    return np.exp(logs[:, 1] - evidence), np.bincount(index, evidence, groups) / count


def _two_means(values: np.ndarray, index: np.ndarray, groups: int) -> np.ndarray:
    """(n,) 0 or 1: the nearer of two centres that start at each group's extremes."""
    centre = np.full((groups, 2), 0.5)
    centre[:, 0], centre[:, 1] = np.inf, -np.inf
    np.minimum.at(centre[:, 0], index, values)
    np.maximum.at(centre[:, 1], index, values)
    upper = np.zeros(values.size)
    for _ in range(20):
        # Of two centres on a line the nearer one is told by their midpoint.
        now = (values > centre[index].mean(axis=1)).astype(np.float64)
        if np.array_equal(now, upper):
            break
        upper = now
        for side, member in enumerate((1.0 - upper, upper)):
            total = np.bincount(index, member, groups)
            sums = np.bincount(index, member * values, groups)
            centre[:, side] = np.where(total > 0, sums / np.maximum(total, 1), centre[:, side])
    return upper


def _maximise(
    values: np.ndarray, index: np.ndarray, groups: int, share: np.ndarray, regularisation: float
) -> np.ndarray:
    """(3, G, 2): weights, means and variances under the posteriors `share` (n,)."""
    weight, mean, variance = fitted = np.empty((3, groups, 2))
    count = np.maximum(np.bincount(index, minlength=groups), 1)
    for side, member in enumerate((1.0 - share, share)):
        total = np.bincount(index, member, groups)
        safe = np.maximum(total, 10 * _EPSILON)
        mean[:, side] = np.bincount(index, member * values, groups) / safe
        squares = np.bincount(index, member * (values - mean[index, side]) ** 2, groups)
        weight[:, side], variance[:, side] = total / count, squares / safe + regularisation
    return fitted
