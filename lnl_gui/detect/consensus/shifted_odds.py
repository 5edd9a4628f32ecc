"""Probabilities whose log-odds are all moved alike, so that as many are expected as are wanted."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

_LEAST_PROBABILITY = 1e-6


def shifted_to_mean(probability: np.ndarray, mean: float) -> np.ndarray:
    """(n,) float64 with the log-odds all moved alike, so that the mean is `mean`.

    Args:
        probability: (n,) float in [0, 1], none NaN.
        mean: in (0, 1); any other leaves all as they are.
    """
    if not len(probability) or not 0 < mean < 1:
        return probability.astype(np.float64)
    # Without the clip a 0 or 1 has infinite log-odds, which no shift moves.
    odds = logit(np.clip(probability.astype(np.float64), _LEAST_PROBABILITY, 1 - 1e-9))
    # The log-odds lie between -14 and 21, so that a shift of 40 reaches any mean.
    shift = brentq(lambda move: float(expit(odds + move).mean()) - mean, -40.0, 40.0)
    return np.asarray(expit(odds + shift))
