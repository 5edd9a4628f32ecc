"""Groups that hold most of a class: photographs of a fixed camera that look like copies.

Where every good part looks the same to a camera that never moves, the group of its photographs is
the class. Counted as one they would leave nothing to judge, so they count each: only pairs that
agree far beyond the others of their group are copies then.
"""

import numpy as np

from lnl_gui.detect.copies.likeness import has_structure, likeness
from lnl_gui.detect.copies.scenes import nearer_than_a_scene
from lnl_gui.detect.groups import ALONE

_LARGE = 20
"""Members from which on a group may be such a scene: augmented copies of one image are fewer."""
# Of a class of several images that were augmented there is a group for each.
_MOST_GROUPS = 4
_SHARE = 0.5
_SAMPLED = 400


def holding_classes(group: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(N,) bool, members of a few large groups that hold more than half of the images of a class.

    Args:
        group: (N,) int, -1 alone.
        labels: (N,) int, -1 for none.
    """
    size = np.bincount(group[group != ALONE], minlength=1)
    large = (group != ALONE) & (size[np.maximum(group, 0)] >= _LARGE)
    chosen = np.zeros(len(size), bool)
    for label in np.unique(labels[large & (labels >= 0)]):
        members = labels == label
        inside = np.bincount(group[members & large], minlength=len(size))
        # A wrong label here and there is no group of the class.
        own = np.flatnonzero(inside >= _LARGE * _SHARE)
        if 0 < len(own) <= _MOST_GROUPS and inside[own].sum() > _SHARE * members.sum():
            chosen[own] = True
    return np.asarray(chosen[np.maximum(group, 0)] & large)


def nearer_than_their_group(
    patches: np.ndarray,
    group: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    turned: np.ndarray,
) -> np.ndarray:
    """(m,) bool: pairs that agree far more than members of their group do; False if unknown.

    Copies share the noise of one photograph; two of one scene have each their own.

    Args:
        patches: (N, S, S) uint8.
        group: (N,) int, -1 alone.
        left: (m,) int, members of a group.
        right: (m,) int, of the same one.
        turned: (m,) int, orientation of the left.
    """
    nearer = np.zeros(len(left), bool)
    known = has_structure(patches)
    for number in np.unique(group[left]):
        pairs = np.flatnonzero((group[left] == number) & known[left] & known[right])
        members = np.flatnonzero((group == number) & known)
        if len(pairs) and len(members) >= _LARGE:
            detail = likeness(patches, left[pairs], right[pairs], turned[pairs])
            nearer[pairs] = nearer_than_a_scene(detail, _drawn(patches, members))
    return nearer


def _drawn(patches: np.ndarray, members: np.ndarray) -> np.ndarray:
    """How much the detail of members agrees with that of others, drawn by lot."""
    drawn = np.random.default_rng(0).permutation(members)
    # Each with the next ones in a ring, as often as it takes.
    steps = -(-_SAMPLED // len(drawn))
    left = np.tile(drawn, steps)[:_SAMPLED]
    right = np.concatenate([np.roll(drawn, -step) for step in range(1, steps + 1)])[:_SAMPLED]
    return likeness(patches, left, right, np.zeros_like(left), least=-1.0)
