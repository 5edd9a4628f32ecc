"""Whether the first or the last column of a table of pixels without names holds the label."""

import numpy as np

_MOST_CLASSES = 1000
_FEWEST_IMAGES = 2
"""Images that a class has on average at least."""
_ALIKE = 0.5
"""How much a pixel is like its neighbour at least, and a label less than half of that: at the rim
of drawings nearly all pixels equal theirs, in photographs they go up and down with them (0.9)."""
_NARROW = 0.5
"""Part of the range of the pixels that labels stay below, where neighbours are not alike."""


def label_side(
    first: np.ndarray, second: np.ndarray, before_last: np.ndarray, last: np.ndarray
) -> int | None:
    """0 where the label comes first, 1 where it comes last, None where it cannot be told.

    A label has few whole values from 0 or 1 on, and more than one. Where that is so of both
    columns, the other is a pixel if it is like the pixel beside it, as a label is not.

    Args:
        first, second, before_last, last: columns of (N,) numbers, NaN where a cell is none.
    """
    could = _could_be_label(first), _could_be_label(last)
    if could[0] != could[1]:
        return 1 if could[1] else 0
    if not any(could):
        return None
    alike = _likeness(first, second), _likeness(last, before_last)
    if max(alike) >= _ALIKE and min(alike) <= _ALIKE * max(alike):
        return 0 if alike[0] < alike[1] else 1
    narrow = _is_narrow(first, second), _is_narrow(last, before_last)
    return None if narrow[0] == narrow[1] else narrow.index(True)


def _could_be_label(column: np.ndarray) -> bool:
    if not np.all(np.isfinite(column)) or np.any(column != np.rint(column)):
        return False
    values = np.unique(column)
    few = 1 < len(values) <= min(_MOST_CLASSES, len(column) // _FEWEST_IMAGES)
    # Gaps: Sign Language MNIST has no 9. A part of a dataset may lack a class, not most.
    return few and values[0] in (0, 1) and values[-1] < 2 * len(values) + 1


def _likeness(column: np.ndarray, beside: np.ndarray) -> float:
    """The share of equal values or the correlation, whichever is more."""
    equal = float(np.mean(column == beside))
    if not np.all(np.isfinite(beside)) or beside.std() == 0:
        return equal
    return max(equal, abs(float(np.corrcoef(column, beside)[0, 1])))


def _is_narrow(column: np.ndarray, beside: np.ndarray) -> bool:
    return bool(column.max() < _NARROW * beside.max())
