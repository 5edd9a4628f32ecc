"""How many errors are in the first N suspects, and how many are left: estimates with intervals."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, norm


@dataclass(frozen=True)
class Estimate:
    """A number with its interval."""

    value: float
    low: float
    high: float


def expected_errors(
    suspicion: np.ndarray,
    top: int | None = None,
    *,
    relative_error: float = 0.0,
    confidence: float = 0.95,
) -> Estimate:
    """Expected number of wrong labels among the `top` most suspect samples (all when None).

    The count is a sum of independent draws with probabilities `suspicion`; its variance is
    sum s (1 - s). `relative_error` is the standard error of the noise rate itself relative to the
    rate, and widens the interval in proportion. NaN suspicions are ignored. Time O(N log N).
    """
    finite = np.asarray(suspicion, np.float64)[np.isfinite(suspicion)]
    if top is not None:
        finite = np.sort(finite)[::-1][: max(top, 0)]
    value = float(finite.sum())
    deviation = float(np.sqrt((finite * (1.0 - finite)).sum() + (relative_error * value) ** 2))
    reach = float(norm.ppf(0.5 + confidence / 2.0)) * deviation
    return Estimate(value, max(0.0, value - reach), min(float(finite.size), value + reach))


def audit_interval(errors: int, sampled: int, *, confidence: float = 0.95) -> Estimate:
    """Clopper-Pearson interval of an error rate from a simple random sample.

    Args:
        errors: wrong labels a person found in the sample.
        sampled: size of the sample; 0 gives the whole interval [0, 1].
    """
    if not 0 <= errors <= sampled:
        raise ValueError(f"{errors} errors cannot be found in {sampled} samples")
    if sampled == 0:
        return Estimate(0.5, 0.0, 1.0)
    tail = (1.0 - confidence) / 2.0
    low = 0.0 if errors == 0 else float(beta.ppf(tail, errors, sampled - errors + 1))
    high = 1.0 if errors == sampled else float(beta.ppf(1 - tail, errors + 1, sampled - errors))
    return Estimate(errors / sampled, low, high)


def stratified_audit_interval(
    errors: np.ndarray, sampled: np.ndarray, population: np.ndarray, *, confidence: float = 0.95
) -> Estimate:
    """Error rate of a population from random samples drawn within each class.

    Args:
        errors: (C,) wrong labels found in each class's sample.
        sampled: (C,) sizes of the samples.
        population: (C,) sizes of the classes; classes never sampled take the whole [0, 1].

    Each class's Clopper-Pearson interval is combined in proportion to its size; the distances
    from the estimate add as independent errors do.
    """
    share = population / max(float(population.sum()), 1.0)
    parts = [
        audit_interval(int(e), int(n), confidence=confidence)
        for e, n in zip(errors, sampled, strict=True)
    ]
    value = float(sum(w * p.value for w, p in zip(share, parts, strict=True)))
    down = float(
        np.sqrt(sum((w * (p.value - p.low)) ** 2 for w, p in zip(share, parts, strict=True)))
    )
    up = float(
        np.sqrt(sum((w * (p.high - p.value)) ** 2 for w, p in zip(share, parts, strict=True)))
    )
    return Estimate(value, max(0.0, value - down), min(1.0, value + up))


def audit_size(rate: float, half_width: float, *, confidence: float = 0.95) -> int:
    """Samples to draw so that an error rate near `rate` is known within +- `half_width`."""
    reach = float(norm.ppf(0.5 + confidence / 2.0))
    return max(1, int(np.ceil(reach**2 * max(rate * (1.0 - rate), 1e-4) / half_width**2)))
