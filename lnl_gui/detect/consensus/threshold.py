"""Threshold of the suspicion that maximises expected F-beta, without any truth."""

import numpy as np

from lnl_gui.detect.consensus.shifted_odds import shifted_to_mean

LEAST = 0.05
"""Nothing less suspect is flagged: where hardly any error is expected, the best F is of no use."""

# Standard errors of the number of wrong labels by which it is taken to be higher. People's errors
# follow the likeness of images and are expected too few: on nine label sets of people .68 -> .72 in
# F1 (.75 at .5), .74 -> .755 on 5 000 images that nothing was tuned on; on 193 with injected noise
# .792 -> .791 (.788 at .5, .783 at .75).
_CAUTION = 0.25


def expected_f_threshold(
    suspicion: np.ndarray, *, emphasis: float = 0.0, relative_error: float = 0.0
) -> float:
    """Threshold t that maximises the expected F-beta of the flagged set {suspicion >= t}.

    With s calibrated, the expected F1 of a set A is 2 sum_A s / (|A| + sum s). Time O(N log N).

    Args:
        suspicion: (N,) float in [0, 1]; NaN is ignored.
        emphasis: in [-1, 1], beta = 4^emphasis; above 0 more errors are found, below 0 fewer sound
            labels are flagged.
        relative_error: standard error of the sum of the suspicions, relative to it.

    Returns:
        a threshold in [`LEAST`, 1]; 1 where nothing is suspect.
    """
    ordered = np.sort(suspicion[np.isfinite(suspicion)].astype(np.float64))[::-1]
    if ordered.size == 0 or ordered[0] <= 0.0:
        return 1.0
    caution = 1.0 + _CAUTION * relative_error
    likely = shifted_to_mean(ordered, caution * float(ordered.mean())) if caution > 1 else ordered
    total = float(likely.sum())
    # The best set is always a top part of the ranking, so that N cuts are all there are to try.
    squared_beta = (4.0 ** float(np.clip(emphasis, -1.0, 1.0))) ** 2
    counts = np.arange(1, ordered.size + 1)
    quality = (1.0 + squared_beta) * np.cumsum(likely) / (counts + squared_beta * total)
    return max(LEAST, float(ordered[int(np.argmax(quality))]))
