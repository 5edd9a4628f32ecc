"""Counts of (given, suggested) pairs as sorted triples: ten thousand classes need no square."""

from dataclasses import dataclass
from enum import Enum

import numpy as np


class ClassOrder(Enum):
    """Which classes are shown, and in which order."""

    BY_ID = "by-id"
    CONFUSED_FIRST = "confused-first"
    """All of them: those of the largest confusions, both of each side by side, then the others."""
    CONFUSED_ONLY = "confused-only"
    """The same without the classes that are confused with none; all where no class is."""


@dataclass(frozen=True, eq=False)
class PairTable:
    """Counts (P,) at `places` (P,) = row * classes + column, ascending, after ordering.

    `order` (K,) gives the class at each of the K = `classes` positions, `position` (C,) the
    position of each class, -1 for one that is left out.
    """

    classes: int
    places: np.ndarray
    counts: np.ndarray
    order: np.ndarray
    position: np.ndarray

    def count(self, row: int, column: int) -> int:
        """The count at a pair of positions."""
        wanted = row * self.classes + column
        found = int(np.searchsorted(self.places, wanted))
        if found < len(self.places) and self.places[found] == wanted:
            return int(self.counts[found])
        return 0

    def block(self, top: int, bottom: int, left: int, right: int) -> np.ndarray:
        """Counts of rows [top, bottom) and columns [left, right), int64 (rows, columns)."""
        block = np.zeros((max(0, bottom - top), max(0, right - left)), np.int64)
        # Places ascend row by row, so that the rows in sight are one stretch.
        first, last = np.searchsorted(self.places, [top * self.classes, bottom * self.classes])
        rows, columns = np.divmod(self.places[first:last], self.classes)
        seen = (columns >= left) & (columns < right)
        block[rows[seen] - top, columns[seen] - left] = self.counts[first:last][seen]
        return block

    def largest_confusion(self) -> int:
        """The largest count off the diagonal, at least 1."""
        rows, columns = np.divmod(self.places, max(1, self.classes))
        off = self.counts[rows != columns]
        return int(off.max()) if len(off) else 1

    def next_filled(self, row: int, column: int, down: int, right: int) -> tuple[int, int]:
        """The next pair of positions with a count in a direction; the same if there is none."""
        rows, columns = np.divmod(self.places, max(1, self.classes))
        line, along = (rows == row, columns) if right else (columns == column, rows)
        here, step = (column, right) if right else (row, down)
        ahead = along[line & (along > here if step > 0 else along < here)]
        if not len(ahead):
            return row, column
        target = int(ahead.min() if step > 0 else ahead.max())
        return (row, target) if right else (target, column)


def count_pairs(
    given: np.ndarray, suggested: np.ndarray, *, classes: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Class ids and counts (P,) of the pairs there are, from labels (N,), -1 left out.

    Returns given class, suggested class and count of each pair, int64, ascending.
    """
    known = (given >= 0) & (suggested >= 0)
    # One number a pair: `unique` of rows is slower by far.
    places = given[known].astype(np.int64) * classes + suggested[known]
    filled, counts = np.unique(places, return_counts=True)
    return *np.divmod(filled, max(1, classes)), counts


def pair_table(
    given: np.ndarray,
    suggested: np.ndarray,
    counts: np.ndarray,
    *,
    classes: int,
    order: ClassOrder = ClassOrder.BY_ID,
) -> PairTable:
    """Build the table from triples (P,) of class ids and counts; zero counts are dropped."""
    kept = counts > 0
    given, suggested = given[kept].astype(np.int64), suggested[kept].astype(np.int64)
    counts = counts[kept].astype(np.int64)
    shown = np.arange(classes)
    if order is not ClassOrder.BY_ID:
        confused = _confused(given, suggested, counts, classes)
        rest = np.setdiff1d(shown, confused)
        left_out = order is ClassOrder.CONFUSED_ONLY and len(confused) > 0
        shown = confused if left_out else np.concatenate((confused, rest))
    position = np.full(classes, -1, np.int64)
    position[shown] = np.arange(len(shown))
    rows, columns = position[given], position[suggested]
    seen = (rows >= 0) & (columns >= 0)
    places, counts = rows[seen] * len(shown) + columns[seen], counts[seen]
    ascending = np.argsort(places, kind="stable")
    return PairTable(len(shown), places[ascending], counts[ascending], shown, position)


def _confused(
    given: np.ndarray, suggested: np.ndarray, counts: np.ndarray, classes: int
) -> np.ndarray:
    """Class ids (K,) by their largest confusion with one other class, in either direction.

    Classes that are confused with each other follow each other, so that the largest confusions lie
    beside the diagonal at its beginning, where a matrix too large for its panel is seen first.
    """
    off = given != suggested
    one, other = np.minimum(given, suggested)[off], np.maximum(given, suggested)[off]
    pairs, pair_of = np.unique(one * classes + other, return_inverse=True)
    weight = np.bincount(pair_of, counts[off], len(pairs))
    one, other = np.divmod(pairs, max(1, classes))
    whole = np.bincount(one, weight, classes) + np.bincount(other, weight, classes)
    # Of equal confusions first the one whose classes are confused with others as well.
    strongest = np.lexsort((-(whole[one] + whole[other]), -weight))
    named = np.column_stack((one, other))[strongest].ravel()
    ids, first = np.unique(named, return_index=True)
    return ids[np.argsort(first)]
