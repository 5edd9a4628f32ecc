"""Confidence intervals of estimated noise rates: sampling error plus the error of the model."""

import numpy as np

from lnl_gui.util.statistics.intervals import (
    MODEL_ERROR,
    MODEL_FLOOR,
    Estimate,
    critical_value,
    error_count,
)

_TELLING = (0.2, 0.25)
"""Errors relative to a rate: up to the first the lower end holds, from the second it does not."""


_REACHING_NONE = 1.0 / critical_value(0.95)


def total_relative_error(rate: float, *errors: float) -> float:
    """Standard error of a noise rate relative to it: the model's, and others that were measured.

    Args:
        rate: the noise rate.
        errors: standard errors of the rate: its standard deviation between repetitions on other
            folds, what the model of the noise leaves open. NaN for what is not known.
    """
    known = [error for error in errors if np.isfinite(error)]
    if not rate > 0.0:
        return MODEL_ERROR
    return float(np.hypot(MODEL_ERROR, np.linalg.norm(known) / rate))


def with_none_possible(relative_error: float) -> float:
    """The relative error of a noise rate, so large that none is in the interval where it is large.

    On labels of data that no default was set on, 7 of 11 lower ends lay above the truth where the
    error was a quarter of the rate or more: hard images, and classes that are degrees of one thing,
    are taken for noise, and by how much the model does not know.

    Args:
        relative_error: standard error of the rate, relative to it, before any verdict.
    """
    begin, whole = _TELLING
    share = min(1.0, max(0.0, (relative_error - begin) / (whole - begin)))
    return relative_error + share * max(0.0, _REACHING_NONE - relative_error)


def down_to_none(relative_error: float) -> float:
    """The relative error of a noise rate, so large that its 95 % interval begins at none."""
    return max(relative_error, _REACHING_NONE)


def reaches_none(relative_error: float) -> bool:
    """Whether the 95 % interval of a rate with this error begins at none."""
    return relative_error >= _REACHING_NONE


def reaching(relative_error: float, *, rate: float, limit: float) -> float:
    """The relative error of a rate, so large that its interval reaches a limit.

    Where the data hardly tell noise from none, what the noise model reads may be far too little.

    Args:
        relative_error: standard error of the rate, relative to it.
        rate: of wrong labels.
        limit: share of wrong labels that the data do not rule out.
    """
    if not rate > 0.0:
        return relative_error
    return max(relative_error, (limit - rate) / rate * _REACHING_NONE)


def grouped_error(suspicion: np.ndarray, together: np.ndarray) -> float:
    """Standard error of the noise rate by which labels that were given together add to it.

    A video that bears the wrong name has a wrong label on every frame: where its label is taken for
    wrong by mistake, so are they all. The sum over independent labels has the variance of each; of
    those of one group, which stand or fall together, the deviations add.

    Args:
        suspicion: (n,) float in [0, 1].
        together: (n,) int, equal for labels that were given together.
    """
    if not suspicion.size:
        return 0.0
    variance = np.maximum(suspicion * (1.0 - suspicion), 0.0)
    _, place = np.unique(together, return_inverse=True)
    whole = np.bincount(place.reshape(-1), weights=np.sqrt(variance)) ** 2
    # What independent labels have is reckoned with wherever a number is told.
    return float(np.sqrt(max(whole.sum() - variance.sum(), 0.0)) / suspicion.size)


def group_size(together: np.ndarray) -> float:
    """Mean number of labels (n,) that were given together, see `grouped_error`; at least 1."""
    return together.size / len(np.unique(together)) if together.size else 1.0


def expected_errors(
    suspicion: np.ndarray,
    *,
    relative_error: float = MODEL_ERROR,
    floor: float = MODEL_FLOOR,
    perhaps_right: np.ndarray | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Estimate the number of wrong labels among samples with these suspicions.

    Args:
        suspicion: (n,) float in [0, 1], probability that each label is wrong; NaN is left out.
        relative_error: standard error of the noise rate itself, relative to the rate.
        floor: the least that its standard error is.
        perhaps_right: (n,) bool, labels that may all be right whatever their suspicion, see
            `doubtful_names`; the interval holds that they are. None for none.
        confidence: of the interval.
    """
    s = np.asarray(suspicion, np.float64)
    doubted = 0.0 if perhaps_right is None else float(np.nansum(s[perhaps_right & np.isfinite(s)]))
    s = s[np.isfinite(s)]
    return error_count(
        float(s.sum()),
        float((s * (1.0 - s)).sum()),
        s.size,
        relative_error=relative_error,
        floor=floor,
        confidence=confidence,
    ).perhaps_less(doubted)


def rate_interval(
    suspicion: np.ndarray,
    *,
    relative_error: float = MODEL_ERROR,
    perhaps_right: np.ndarray | None = None,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """Confidence interval of the noise rate among samples with these suspicions.

    That of `expected_errors`, by the samples: of 27 label sets of five datasets it held the truth
    of 26, as it did with what other samples would differ by, and is narrower (.20 for .215).

    Args:
        suspicion: (n,) float in [0, 1].
        relative_error: standard error of the noise rate itself, relative to the rate.
        perhaps_right: (n,) bool, see `expected_errors`.
        confidence: of the interval.

    Returns:
        its ends, in [0, 1]; 0 and 1 without samples.
    """
    s = np.asarray(suspicion, np.float64)
    if s.size == 0:
        return 0.0, 1.0
    found = expected_errors(
        s, relative_error=relative_error, perhaps_right=perhaps_right, confidence=confidence
    ).times(1.0 / s.size)
    return found.low, min(1.0, found.high)


def class_rates(
    suspicion: np.ndarray,
    given: np.ndarray,
    *,
    number_of_classes: int,
    relative_error: float = MODEL_ERROR,
    perhaps_right: np.ndarray | None = None,
    confidence: float = 0.95,
) -> tuple[np.ndarray, np.ndarray]:
    """Noise rate of each given class, with its confidence interval.

    Args:
        suspicion: (n,) float in [0, 1].
        given: (n,) int class ids in [0, C).
        number_of_classes: C.
        relative_error: standard error of the noise rate itself, relative to the rate.
        perhaps_right: (n,) bool, see `expected_errors`.
        confidence: of the intervals.

    Returns:
        rates (C,) and intervals (C, 2), float64; NaN for classes without samples.
    """
    count = np.bincount(given, minlength=number_of_classes)
    s = np.asarray(suspicion, np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.bincount(given, s, number_of_classes) / count
        variance = np.bincount(given, s * (1.0 - s), number_of_classes) / count
        error = _standard_error(rate, variance, count, relative_error)
        reach = critical_value(confidence) * error
        doubted = np.zeros_like(s) if perhaps_right is None else s * perhaps_right
        least = rate - reach - np.bincount(given, doubted, number_of_classes) / count
    interval = np.stack([np.maximum(least, 0.0), np.minimum(rate + reach, 1.0)], axis=1)
    return rate, interval


def _standard_error(
    rate: np.ndarray | float,
    variance: np.ndarray | float,
    count: np.ndarray | float,
    relative_error: float,
) -> np.ndarray:
    """Standard error of error rates of classes of `count` samples, outcomes of mean `variance`.

    The truth differs from the model's mean by its own draw (`variance`), and by more in one class
    than in all: rate (1 - rate), as if others might be in its place (without it 275 of 279 classes
    held, with it 277). The model's own errors do not shrink with more samples.
    """
    sampling = (variance + rate * (1.0 - rate)) / count
    return np.sqrt(sampling + (relative_error * rate) ** 2 + MODEL_FLOOR**2)
