"""Intervals of noise rates: sampling, and how far the model itself may be off."""

import numpy as np
from scipy.stats import norm

MODEL_ERROR = 0.08
"""Relative standard error of the estimated number of errors that remains with many samples."""
MODEL_FLOOR = 0.005
"""Standard error of a rate near zero: ambiguous but sound labels that the model takes for wrong."""


def rate_error(rate: float, variance: float, count: float) -> float:
    """Standard error of an error rate.

    Args:
        rate: mean suspicion.
        variance: mean of s (1 - s), the spread of each sample's own outcome.
        count: samples it rests on.
    """
    sampling = (variance + rate * (1.0 - rate)) / max(count, 1.0)
    return float(np.sqrt(sampling + (MODEL_ERROR * rate) ** 2 + MODEL_FLOOR**2))


def rate_interval(suspicion: np.ndarray, *, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of the share of wrong labels among samples with these suspicions (n,)."""
    s = np.asarray(suspicion, np.float64)
    if s.size == 0:
        return 0.0, 1.0
    rate = float(s.mean())
    reach = float(norm.ppf(0.5 + confidence / 2.0))
    reach *= rate_error(rate, float((s * (1.0 - s)).mean()), s.size)
    return max(0.0, rate - reach), min(1.0, rate + reach)


def class_rates(
    suspicion: np.ndarray, given: np.ndarray, *, number_of_classes: int, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Share of wrong labels by given class, (C,) and (C, 2); NaN for classes without samples."""
    count = np.bincount(given, minlength=number_of_classes)
    s = np.asarray(suspicion, np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.bincount(given, s, number_of_classes) / count
        variance = np.bincount(given, s * (1.0 - s), number_of_classes) / count
        sampling = (variance + rate * (1.0 - rate)) / count
    reach = norm.ppf(0.5 + confidence / 2.0) * np.sqrt(
        sampling + (MODEL_ERROR * rate) ** 2 + MODEL_FLOOR**2
    )
    interval = np.stack([np.maximum(rate - reach, 0.0), np.minimum(rate + reach, 1.0)], axis=1)
    return rate, interval
