"""Stratified folds that keep groups of samples together."""

import numpy as np


def grouped_folds(
    labels: np.ndarray, units: np.ndarray, folds: int, *, order: np.ndarray
) -> np.ndarray:
    """Assign samples to folds, each class spread as evenly as its groups allow.

    Groups go first, the largest before the others, each to the fold where its classes are rarest
    (as scikit-learn's `StratifiedGroupKFold`); single samples then fill up. Time O(n log n) and
    O(K) a group and class.

    Args:
        labels: (n,) int.
        units: (n,) int, equal for samples that must not part ways.
        folds: K.
        order: (n,) int, a permutation that decides between equals.

    Returns:
        (n,) int64 in [0, K).
    """
    label = by_appearance(labels, order)
    _, first, unit, size = np.unique(
        units[order], return_index=True, return_inverse=True, return_counts=True
    )
    unit = unit.reshape(-1)
    assigned = np.empty(len(labels), np.int64)
    counts = np.zeros((folds, int(label.max(initial=0)) + 1))
    class_size = np.bincount(label, minlength=counts.shape[1]).clip(1)
    together = np.flatnonzero(size[unit] > 1)
    rows = order[together[np.argsort(unit[together], kind="stable")]]
    groups = np.flatnonzero(size > 1)
    stops = np.cumsum(size[groups])
    # Largest first; among equals in the order of the permutation.
    for at in np.lexsort((first[groups], -size[groups])):
        members = rows[stops[at] - size[groups[at]] : stops[at]]
        classes, number = np.unique(label[members], return_counts=True)
        # Relative to the class: a rare one must be spread as evenly as a common one.
        crowded = (counts[:, classes] * (number / class_size[classes])).sum(axis=1)
        fold = int(np.lexsort((counts.sum(axis=1), crowded))[0])
        assigned[members] = fold
        counts[fold, classes] += number
    _fill(assigned, order[size[unit] == 1], label, counts)
    return assigned


def _fill(assigned: np.ndarray, rows: np.ndarray, label: np.ndarray, counts: np.ndarray) -> None:
    """Deal single samples (m,), class by class, to the folds that hold fewest of the class."""
    rows = rows[np.argsort(label[rows], kind="stable")]
    edges = np.searchsorted(label[rows], np.arange(counts.shape[1] + 1))
    for place in range(counts.shape[1]):
        members = rows[edges[place] : edges[place + 1]]
        # The emptiest fold first among equals, which also keeps small classes apart.
        by_size = np.argsort(counts.sum(axis=1), kind="stable")
        level = counts[by_size, place, None] + np.arange(len(members))
        chosen = by_size[np.argsort(level.T, axis=None, kind="stable")[: len(members)] % len(level)]
        assigned[members] = chosen
        counts[:, place] += np.bincount(chosen, minlength=len(counts))


def by_appearance(labels: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Number classes by which comes first in an order of the samples, not by their own numbers.

    Args:
        labels: (n,) int.
        order: (n,) int, a permutation.

    Returns:
        (n,) int64 from 0 on.
    """
    _, first, label = np.unique(labels[order], return_index=True, return_inverse=True)
    found = np.empty(len(labels), np.int64)
    found[order] = np.argsort(np.argsort(first))[label.reshape(-1)]
    return found
