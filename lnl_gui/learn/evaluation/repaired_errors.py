"""What a gain may be where held-out labels have the error that people repaired in the others.

One source often labelled both parts: an annotator who called one end of a class by another name did
so in held-out samples too. Their labels then agree with the model that learnt the error, and so
does every model of these labels, as the images at that end are alike. What people decided on
samples that were trained on is the only evidence against it: as many held-out samples of a label
may be wrong in the same way.
"""

import numpy as np

_LEAST_REPAIRS = 3
"""A pair of classes repaired less often is a slip here and there and no habit."""
_ABOVE_CHANCE = 2.5
"""Standard deviations above the repairs of a pair if all pairs were as likely: verdicts without a
pattern, such as those of a careless person, explain no loss away."""
_LEAST_EXPECTED = 1.0
"""Held-out samples of a pair; of fewer none need be wrong."""
_REACH = 2.0
"""Standard deviations of a count, about the 95 % of an interval."""


def further_gain(
    before: np.ndarray,
    after: np.ndarray,
    label: np.ndarray,
    right: tuple[np.ndarray, np.ndarray],
    *,
    repairs: np.ndarray,
    trained: np.ndarray,
    held: np.ndarray,
) -> np.ndarray:
    """By how much the change of each disagreement may be more than its probabilities say.

    Of a label g, of which people said of n among N samples trained on that they are t, the same
    share of the held-out ones may be t, give or take what chance does. These lie where the first
    model repeats g and the second one names t. No share is taken off: it would be what the
    correction has found already.

    Args:
        before: (d,) int class that the model trained on given labels names.
        after: (d,) int class, another one, that the model trained on curated labels names.
        label: (d,) int given labels, -1 where a person decided.
        right: (d,) float64 each, that `before` and that `after` is right.
        repairs: (C, C) int, samples trained on of given label g that a person said are t.
        trained: (C,) int samples trained on by given label.
        held: (C,) int held-out samples by given label.

    Returns:
        (d,) float64, 0 where nothing was repaired in that way.
    """
    more = np.zeros(len(label))
    for given, true in np.argwhere(repairs >= _least_repairs(repairs)).tolist():
        rows = np.flatnonzero((label == given) & (before == given) & (after == true))
        size = held[given] / max(1, trained[given])
        expected = float(repairs[given, true] * size)
        if given == true or not len(rows) or expected < _LEAST_EXPECTED:
            continue
        # Counted twice by chance: in the one part, and in the other.
        most = expected + _REACH * float(np.sqrt(expected * (1.0 + size)))
        found = float(right[1][rows].clip(0.0, 1.0).sum())
        hidden = max(0.0, min(most, float(len(rows))) - found)
        # Each that turns out to be right for the second model may have counted for the first.
        counted = min(hidden, float(right[0][rows].clip(0.0, 1.0).sum()))
        more[rows] = (hidden + counted) / len(rows)
    return more


def _least_repairs(repairs: np.ndarray) -> float:
    """From how many repairs on a pair of classes is an error with a pattern."""
    total, pairs = float(repairs.sum()), max(2, len(repairs) * (len(repairs) - 1))
    # A binomial count.
    scatter = (total / pairs * (1.0 - 1.0 / pairs)) ** 0.5
    return max(_LEAST_REPAIRS, total / pairs + _ABOVE_CHANCE * scatter)
