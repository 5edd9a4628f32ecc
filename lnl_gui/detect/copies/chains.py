"""Groups from pairs, guarded against chains: A like B and B like C does not make A like Z."""

import numpy as np

from lnl_gui.detect.groups import ALONE, linked_groups

SMALL = 8
"""Groups of up to so many are taken as they are."""
# In a real group most members find most others; where everything looks alike, single pairs chain.
_LEAST_SHARE = 1 / 3


def guarded_groups(
    left: np.ndarray, right: np.ndarray, strength: np.ndarray, count: int, *, reach: int
) -> np.ndarray:
    """Number the groups that pairs link; large ones of members that hardly meet fall apart.

    Of such a group the weaker half of the pairs is left out, until what remains is small or dense.

    Args:
        left: (m,) int, one of each pair.
        right: (m,) int, the other.
        strength: (m,) float, how sure each pair is.
        count: N.
        reach: how many others of its group a sample could have been paired with at most.

    Returns:
        (N,) int32, numbered by first member; -1 for samples in no pair.
    """
    kept = np.ones(len(left), bool)
    while True:
        group = linked_groups(left[kept], right[kept], count)
        loose = _loose(group, left[kept], right[kept], reach)
        if not loose.any():
            return group
        inside = kept & loose[np.maximum(group[left], 0)] & (group[left] != ALONE)
        for number in np.flatnonzero(loose):
            pairs = np.flatnonzero(inside & (group[left] == number))
            order = pairs[np.argsort(strength[pairs], kind="stable")]
            kept[order[: (len(order) + 1) // 2]] = False


def _loose(group: np.ndarray, left: np.ndarray, right: np.ndarray, reach: int) -> np.ndarray:
    """(groups,) bool: more than a few members, who are paired with too few of those they could."""
    groups = int(group.max(initial=ALONE)) + 1
    size = np.bincount(group[group >= 0], minlength=groups)
    # One group in each pair: both ends are in it.
    pairs = np.bincount(group[left], minlength=groups) if len(left) else np.zeros(groups)
    could = np.minimum(reach, size - 1).clip(1)
    return (size > SMALL) & (2 * pairs / size.clip(1) < _LEAST_SHARE * could)
