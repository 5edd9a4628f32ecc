"""Result type of the image issues, and the thresholds they are flagged by."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.util.messages import Message, message

# Iglewicz and Hoaglin's (1993) limit for modified z-scores.
_SPREADS = 3.5
# Makes the median absolute deviation of a normal distribution its standard deviation.
_NORMAL_MAD = 1.4826


@dataclass(frozen=True)
class IssueResult:
    """One kind of issue looked for in N samples.

    Attributes:
        name: identifier, such as `dark`.
        score: (N,) float32 in [0, 1], higher is worse; NaN where it could not be measured.
        flagged: (N,) bool, score above the threshold.
        threshold: the score above which a sample is flagged.
        note: one sentence on what the score and its threshold mean in this dataset.
    """

    name: str
    score: np.ndarray
    flagged: np.ndarray
    threshold: float
    note: Message


def flag_above(name: str, score: np.ndarray, threshold: float, note: Message) -> IssueResult:
    """Flag the samples whose score (N,) in [0, 1] lies above the threshold; NaN never does."""
    score = score.astype(np.float32)
    flagged = np.zeros(len(score), dtype=bool)
    known = np.isfinite(score)
    flagged[known] = score[known] > threshold
    return IssueResult(name, score, flagged, float(threshold), note)


def flag_unusual(
    name: str, score: np.ndarray, least_threshold: float, note: Message
) -> IssueResult:
    """Flag samples whose score (N,) in [0, 1] is high in itself and unusual in this dataset.

    A dataset may be dark, small or smooth as a whole, and nothing is odd in it then: the
    threshold is raised to 3.5 robust deviations over the median score where that is higher.
    """
    limit = float(np.float32(robust_limit(score)))
    if limit <= least_threshold:
        return flag_above(name, score, least_threshold, note)
    raised = message(
        "{note} Raised from {threshold:.2f}, since the whole dataset is like this.",
        note=note,
        threshold=least_threshold,
    )
    return flag_above(name, score, min(limit, 1.0), raised)


def robust_limit(values: np.ndarray) -> float:
    """Median plus 3.5 robust deviations of the finite values (N,) float; -inf without any."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return -np.inf
    return float(np.median(finite) + _SPREADS * robust_deviation(finite))


def robust_deviation(values: np.ndarray) -> float:
    """1.4826 times the median absolute deviation of values (N,), a robust standard deviation."""
    return float(_NORMAL_MAD * np.median(np.abs(values - np.median(values))))
