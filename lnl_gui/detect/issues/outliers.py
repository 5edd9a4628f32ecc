"""Outliers: images far from their nearest neighbours. O(N k) on neighbours already found."""

import numpy as np
from scipy.special import expit

from lnl_gui.detect.issues.issue import IssueResult, flag_above, robust_deviation
from lnl_gui.util.messages import message

# Iglewicz and Hoaglin's (1993), as for the other issues.
_LIMIT = 3.5
_THRESHOLD = 0.5
_SMALLEST_DISTANCE = 1e-6


def find_outliers(similarity: np.ndarray) -> IssueResult:
    """Find outliers by the cosine (N, k) to the k nearest neighbours, in falling order.

    The distance to the k-th neighbour (Kuan and Mueller 2022; Sun et al., ICML 2022) is measured
    in robust deviations of its logarithm over the dataset; 3.5 of them give a score of 0.5. A
    sample without k neighbours (similarity 0 for a missing one) is measured at its last; NaN
    without any.
    """
    if not similarity.shape[1]:
        similarity = np.zeros((len(similarity), 1), dtype=np.float32)
    found = (similarity != 0).sum(axis=1)
    last = np.maximum(found - 1, 0)
    distance = 1 - similarity[np.arange(len(similarity)), last].astype(np.float64)
    # Copies lie at distance 0, whose logarithm is not finite.
    distance = np.where(found > 0, np.maximum(distance, _SMALLEST_DISTANCE), np.nan)
    note = message(
        "Distance to the last of the nearest neighbours against the dataset's usual one."
    )
    return flag_above("outlier", _unusual(np.log(distance)), _THRESHOLD, note)


def _unusual(values: np.ndarray) -> np.ndarray:
    """(N,) in [0, 1]: 0.5 at 3.5 robust deviations above the median; 0 where all are alike."""
    finite = np.isfinite(values)
    if not finite.any():
        return np.full(len(values), np.nan)
    spread = robust_deviation(values[finite])
    if spread == 0:
        return np.where(finite, 0.0, np.nan)
    return expit((values - np.median(values[finite])) / spread - _LIMIT)
