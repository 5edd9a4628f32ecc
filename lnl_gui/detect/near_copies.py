"""Whether most images have others that are all but equal, as the frames of a video have.

Nobody who passes such images without groups is told that they vouch for each other: a video that is
wholly mislabelled then looks as sound as any.
"""

from functools import cache

import numpy as np

# Evenly spread; of a share of one half the standard error is .03. Some at a time, so that a million
# samples are read thirty times and not three hundred.
_QUERIES, _AT_ONCE = 300, 10
# The gap behind the all but equal ones is looked for among so many neighbours, and how fast others
# follow is read off as many as this behind it.
_MOST_FRAMES, _BEYOND = 60, 20
# Fewer than two others are a pair, as many images have one.
_FEWEST_FRAMES = 2
# Where points lie evenly in D dimensions, D j log(d_(j+1) / d_j) of the distances to a point's
# neighbours is drawn from the exponential distribution, with mean 1. Of images of eight kinds one
# in ten at most has a gap as large as this, of frames four in five or more.
_LARGE_GAP = 12.0


def share_nearly_equal(features: np.ndarray, labels: np.ndarray) -> float:
    """Share of samples between whose nearest others and all the rest is a gap.

    Args:
        features: (n, P) float32.
        labels: (n,) int. What is all but equal is a small part of a class: a class whose images
            lie apart from those of others is none.

    Returns:
        in [0, 1]; 0 where there are too few to tell.

    Time O(n P), memory O(n).
    """
    count = len(features)
    if count < _FEWEST_FRAMES + _BEYOND + 3:
        return 0.0
    size = np.bincount(labels)[labels]
    squares = np.einsum("np,np->n", features, features)
    queries = np.arange(0, count, -(-count // _QUERIES))
    nearly = []
    for start in range(0, len(queries), _AT_ONCE):
        some = queries[start : start + _AT_ONCE]
        products = features[some] @ features.T
        for query, product in zip(some.tolist(), products, strict=True):
            distance = squares + squares[query] - 2.0 * product
            distance[query] = np.inf
            nearest = _nearest(distance, least=1e-5 * float(squares.mean()))
            nearly.append(_apart(nearest, most=int(size[query]) // 2))
    return float(np.mean(nearly))


def _nearest(distance: np.ndarray, *, least: float) -> np.ndarray:
    """Of squared distances (n,) to others the smallest roots, rising.

    Those up to `least` are equal: copies, which are known as such.
    """
    wanted = min(_MOST_FRAMES + _BEYOND + 1, len(distance) - 1)
    nearest = np.sort(np.partition(distance, wanted - 1)[:wanted])
    return np.sqrt(nearest[nearest > least])


def _apart(distance: np.ndarray, *, most: int) -> bool:
    """Whether the first of rising distances (k,), no more than `most`, are apart from the rest."""
    logs = np.log(distance)
    for place in range(_FEWEST_FRAMES, min(_MOST_FRAMES, most, len(logs) - _BEYOND) + 1):
        beyond = logs[place : place + _BEYOND]
        spread = float((beyond[-1] - beyond[:-1]).mean())
        gap = place * (logs[place] - logs[place - 1])
        if gap * _usual_spread(place) > _LARGE_GAP * spread:
            return True
    return False


@cache
def _usual_spread(place: int) -> float:
    """What the mean log-distance from the last of those beyond is, times D, in an even cloud."""
    ranks = np.arange(place + 1, place + _BEYOND)
    return float(np.cumsum(1.0 / ranks[::-1]).mean())
