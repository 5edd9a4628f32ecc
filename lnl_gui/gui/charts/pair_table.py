"""Counts of (given, suggested) pairs as sorted triples: ten thousand classes need no square."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class PairTable:
    """Counts (P,) at `places` (P,) = row * classes + column, ascending, after ordering.

    `order` (C,) gives the class at each position, `position` (C,) its inverse.
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
    confused_first: bool = False,
) -> PairTable:
    """Build the table from triples (P,) of class ids and counts; zero counts are dropped."""
    kept = counts > 0
    given, suggested = given[kept].astype(np.int64), suggested[kept].astype(np.int64)
    counts = counts[kept].astype(np.int64)
    order = _confused_order(given, suggested, counts, classes) if confused_first else None
    if order is None:
        order = np.arange(classes)
    position = np.empty(classes, np.int64)
    position[order] = np.arange(classes)
    places = position[given] * classes + position[suggested]
    ascending = np.argsort(places, kind="stable")
    return PairTable(classes, places[ascending], counts[ascending], order, position)


def _confused_order(
    given: np.ndarray, suggested: np.ndarray, counts: np.ndarray, classes: int
) -> np.ndarray:
    """Classes by how many of their samples lie off the diagonal, in either direction."""
    off = given != suggested
    weight = np.bincount(given[off], counts[off], classes)
    weight += np.bincount(suggested[off], counts[off], classes)
    return np.argsort(-weight, kind="stable")
