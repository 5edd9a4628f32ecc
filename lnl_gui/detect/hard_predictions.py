"""Predictions of a classifier that does not tell where it is unsure, as a decision tree's are.

Where it is as sure of nearly every sample, a prediction other than the given label may as well be
its own mistake as the label's: how many labels are wrong does not follow from such predictions.
"""

import math

import numpy as np

# Confidences as close as this are one: beyond it no odds were ever calibrated.
_DECIMALS = 4
# Share of samples of which it must be as sure as of any to be called hard.
_MOST = 0.5
# Where a share d of labels is wrong, m independent votes are all for one class on a share of at
# most (1 - d)^m of the samples. Ten nearest neighbours and a hundred trees keep to it; naive Bayes
# claims to be as sure as with one vote.
_FEWEST_VOTES = 4.0
# Share of other labels below which the figures are right enough, whoever is mistaken.
_FEW = 0.01
# Two levels of confidence, or one, that hold so many samples are all there are.
_TWO_LEVELS, _ONE_LEVEL = 0.99, 0.999
# Ten neighbours agree but for one on nearly all samples where fewer labels are wrong.
_FEW_OF_TWO_LEVELS = 0.02


def are_hard(probabilities: np.ndarray, given: np.ndarray) -> bool:
    """Whether mistakes of the classifier cannot be told from wrong labels.

    Args:
        probabilities: (N, C) float, rows sum to 1.
        given: (N,) int in [0, C); those below 0 are left out.

    Time O(N (C + log N)).
    """
    probabilities, given = probabilities[given >= 0], given[given >= 0]
    if not len(given):
        return False
    other = probabilities.argmax(axis=1) != given
    sureness = probabilities.max(axis=1).round(_DECIMALS)
    levels, count = np.unique(sureness, return_counts=True)
    share = np.sort(count)[::-1] / len(given)
    if share[0] >= _ONE_LEVEL:
        return bool(other.any())
    if share[:2].sum() >= _TWO_LEVELS and other.mean() >= _FEW_OF_TWO_LEVELS:
        return True
    surest = sureness == levels[-1]
    most, wrong = float(surest.mean()), float(other[surest].mean())
    if most < _MOST or wrong < _FEW:
        return False
    return wrong >= 1.0 or math.log(most) / math.log1p(-wrong) < _FEWEST_VOTES
