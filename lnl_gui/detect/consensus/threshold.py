"""Threshold of the suspicion that maximises expected F-beta, without any truth."""

import numpy as np

LEAST = 0.05
"""Nothing less suspect is flagged: where hardly any error is expected, the best F is of no use."""


def expected_f_threshold(suspicion: np.ndarray, *, emphasis: float = 0.0) -> float:
    """Threshold t that maximises the expected F-beta of the flagged set {suspicion >= t}.

    With s calibrated, the expected F1 of a set A is 2 sum_A s / (|A| + sum s). Time O(N log N).

    Args:
        suspicion: (N,) float in [0, 1]; NaN is ignored.
        emphasis: in [-1, 1], beta = 4^emphasis; above 0 more errors are found, below 0 fewer sound
            labels are flagged.

    Returns:
        a threshold in [`LEAST`, 1]; 1 where nothing is suspect.
    """
    ordered = np.sort(suspicion[np.isfinite(suspicion)].astype(np.float64))[::-1]
    total = float(ordered.sum())
    if ordered.size == 0 or ordered[0] <= 0.0:
        return 1.0
    # The best set is always a top part of the ranking, so that N cuts are all there are to try.
    squared_beta = (4.0 ** float(np.clip(emphasis, -1.0, 1.0))) ** 2
    counts = np.arange(1, ordered.size + 1)
    quality = (1.0 + squared_beta) * np.cumsum(ordered) / (counts + squared_beta * total)
    return max(LEAST, float(ordered[int(np.argmax(quality))]))
