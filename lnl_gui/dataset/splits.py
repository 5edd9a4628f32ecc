"""Stratified splits by group."""

import numpy as np


def stratified_group_split(
    labels: np.ndarray, groups: np.ndarray, *, draws: np.ndarray, holdout_fraction: float
) -> np.ndarray:
    """Choose a held-out part with every class in proportion and no group on both sides.

    Groups are placed in the order of their draws, each where the classes it holds are short. A
    class keeps at least one sample for training; a class with two or more groups of its own also
    gets one held out.

    Args:
        labels: (N,) integer class ids, 0 or more.
        groups: (N,) integers; samples of equal number (near-duplicates) stay together.
        draws: (N,) float64 in [0, 1), a uniform number for each sample; the lowest come first.
        holdout_fraction: share of each class to hold out, in (0, 1).

    Returns:
        (N,) bool, True for held-out samples.

    Raises:
        ValueError: for a fraction outside (0, 1) or arrays of unequal length.
    """
    if not 0.0 < holdout_fraction < 1.0:
        raise ValueError(f"holdout_fraction must lie between 0 and 1, not {holdout_fraction}")
    if len(labels) != len(groups):
        raise ValueError(f"{len(labels)} labels but {len(groups)} groups")
    if len(labels) == 0:
        return np.zeros(0, dtype=bool)
    group_ids, members = np.unique(groups, return_inverse=True)
    members = members.reshape(-1)
    held_groups = np.zeros(len(group_ids), dtype=bool)
    wanted, kept = _class_targets(np.asarray(labels), holdout_fraction)
    sizes = kept.copy()
    rows = np.argsort(members, kind="stable")
    # Rows sorted by group once, so that each group is a slice and not a search through all.
    starts = np.searchsorted(members[rows], np.arange(len(group_ids) + 1))
    for group in np.argsort(group_draws(draws, members), kind="stable"):
        classes, counts = np.unique(
            labels[rows[starts[group] : starts[group + 1]]], return_counts=True
        )
        # Less and not equal: every class keeps a sample for training.
        fits = bool(np.all(counts < kept[classes]))
        # Holding the group out must lessen the squared distance to the targets, per class size.
        gain = counts * (2 * wanted[classes] - counts) / sizes[classes]
        nearer = float(gain.sum()) > 0
        if fits and nearer:
            held_groups[group] = True
            wanted[classes] -= counts
            kept[classes] -= counts
    return held_groups[members]


def group_draws(draws: np.ndarray, members: np.ndarray) -> np.ndarray:
    """A uniform number for each of G groups, (G,) float64 in [0, 1], whatever the order of rows.

    Args:
        draws: (N,) float64 in [0, 1), a uniform number for each sample.
        members: (N,) int in 0..G-1, the group of each sample.
    """
    least = np.ones(int(members.max()) + 1)
    np.minimum.at(least, members, draws)
    # The least of many is small; its distribution function makes it uniform again, or large groups
    # would be held out first.
    return np.asarray(1 - (1 - least) ** np.bincount(members), np.float64)


def _class_targets(labels: np.ndarray, fraction: float) -> tuple[np.ndarray, np.ndarray]:
    """Per class, how many samples to hold out and how many there are to keep."""
    counts = np.bincount(labels)
    wanted = np.rint(counts * fraction)
    # Both sides get a sample of every class that has two.
    wanted[counts >= 2] = np.clip(wanted[counts >= 2], 1, counts[counts >= 2] - 1)
    wanted[counts < 2] = 0
    return wanted.astype(np.float64), counts.astype(np.int64)
