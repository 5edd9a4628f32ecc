"""Copies told by the detail of patches laid over each other, and by their colours after that."""

import numpy as np

from lnl_gui.detect.copies.candidates import NearestPairs
from lnl_gui.detect.copies.colours import UNEXPLAINED, Pictures, unexplained
from lnl_gui.detect.copies.likeness import likeness, still_correlation
from lnl_gui.detect.copies.pairs import CopyPairs
from lnl_gui.detect.copies.scenes import IN_ONE_PLACE, difference_in_one_place
from lnl_gui.detect.copies.usual import Usual, usual_of
from lnl_gui.util.progress import Progress

DETAIL, BEYOND = 0.95, 4.3
"""Detail of patches that agrees, and how far beyond usual. Nine in ten shots of a burst, crops and
shifted copies lie above .95; no two of 600 other clothes do, of other photographs 98 in a hundred
lie below .7."""
# Where colours agree almost wholly, which other digits, clothes and drawings do not: of the copies
# of drawings that were shifted or cropped .7 are found, and .1 without.
_BEYOND_WITH_COLOURS, _ALMOST_WHOLLY = 3.6, 0.005
# Hardly anything but a copy agrees so well, whatever is usual: of the neighbours of 21 000 images
# (15 datasets) .6 %, nearly all of them drawings in several shades and overlapping scans.
_WITHOUT_DOUBT, _WITHOUT_DOUBT_LEFT = 0.99, 0.003
# Correlation of reduced patches, one of them mirrored, from which on the two are aligned so too.
_MIRRORED = 0.5
# Pairs to align in full, a sample: where all images look alike, none could be ruled out before.
_MOST, _FEWEST_MOST = 0.5, 20_000


def agreement(
    patches: np.ndarray, known: np.ndarray, left: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """How much the detail of images agrees with that of two others each.

    Args:
        patches: (n, S, S) uint8.
        known: (n,) bool, whose patch is known.
        left: (q,) int rows.
        right: (q, 2) int rows, -1 for none.

    Returns:
        (q, 2) float64 in [-1, 1], -1 where unknown.
    """
    at, place = np.nonzero((right >= 0) & known[left][:, None] & known[np.maximum(right, 0)])
    pairs = left[at], right[at, place], np.zeros(len(at), np.int64)
    found = np.full(right.shape, -1.0)
    found[at, place] = likeness(patches, *pairs, least=-1.0)
    return found


def usual_detail(
    near: NearestPairs,
    patches: np.ndarray,
    known: np.ndarray,
    pictures: Pictures | None,
    found: np.ndarray,
    *,
    scenes: bool,
) -> Usual | None:
    """How much the detail of images agrees with that of others that are hardly their copies.

    Where each scene has twenty shots the first neighbours all are: then farther ones are asked. Of
    336 shots that were stored small 15 % are found without that, and all with it.

    Args:
        near: neighbours.
        patches: (n, S, S) uint8.
        known: (n,) bool, whose patch is known.
        pictures: of the n rows.
        found: (p, 2) agreement with the first of the farther neighbours.
        scenes: whether neighbours that differ in one place are no copies.
    """

    def like_copies(left: np.ndarray, right: np.ndarray, found: np.ndarray) -> np.ndarray:
        at, place = np.nonzero(found >= DETAIL)
        alike = np.zeros(found.shape, bool)
        if pictures is not None and len(at):
            pairs = left[at], right[at, place], np.zeros(len(at), np.int64)
            like = unexplained(patches, *pairs, pictures) <= UNEXPLAINED
            if scenes:
                like &= difference_in_one_place(patches, *pairs) <= IN_ONE_PLACE
            alike[at, place] = like
        return np.asarray(alike.any(axis=1))

    rows = np.flatnonzero(like_copies(near.part, near.farther, found))
    found = found.copy()
    farther = near.still_farther(near.part[rows])
    for step in range(farther.shape[1]):
        found[rows] = agreement(patches, known, near.part[rows], farther[:, step])
        still = like_copies(near.part[rows], farther[:, step], found[rows])
        rows, farther = rows[still], farther[still]
    return usual_of(found.max(axis=1, initial=-1.0))


def facing(near: NearestPairs, patches: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Neighbours as they are, and mirrored where that is likely: (3, m) as for `by_detail`."""
    both = known[near.left] & known[near.right]
    left, right = near.left[both], near.right[both]
    mirrored = still_correlation(patches, left, right, np.ones_like(left)) >= _MIRRORED
    turned = np.repeat([0, 1], [len(left), int(mirrored.sum())])
    return np.stack(
        [
            np.concatenate([left, left[mirrored]]),
            np.concatenate([right, right[mirrored]]),
            turned,
        ]
    )


def by_detail(
    patches: np.ndarray,
    nominated: np.ndarray,
    usual: Usual | None,
    coloured: bool,
    progress: Progress,
) -> CopyPairs:
    """Those of the pairs (3, m), left, right and orientation of the left, whose detail agrees.

    Where colours can be compared after that, more are let through.
    """
    left, right, turned = nominated
    most = max(_FEWEST_MOST, int(_MOST * len(patches)))
    found = likeness(patches, left, right, turned, most=most, progress=progress)
    beyond = np.zeros(len(found)) if usual is None else usual.beyond(found)
    kept = (found >= DETAIL) & (beyond >= (_BEYOND_WITH_COLOURS if coloured else BEYOND))
    if coloured:
        kept |= found >= _WITHOUT_DOUBT
    return CopyPairs(left, right, beyond, found, turned).at(kept)


def of_one_colour(
    pairs: CopyPairs, patches: np.ndarray, pictures: Pictures, known: np.ndarray
) -> CopyPairs:
    """Those whose pictures differ by hardly more than a gain; what is not known stays if sure.

    Args:
        pairs: m pairs among n rows.
        patches: (n, S, S) uint8.
        pictures: of the n rows.
        known: (n,) bool, whose patch is known.
    """
    left_over = np.full(len(pairs.left), np.nan, np.float32)
    seen = np.flatnonzero(known[pairs.left] & known[pairs.right])
    some = pairs.at(seen)
    left_over[seen] = unexplained(patches, some.left, some.right, some.turned, pictures)
    sure, likely = pairs.strength >= BEYOND, pairs.strength >= _BEYOND_WITH_COLOURS
    most = np.where(sure, UNEXPLAINED, np.where(likely, _ALMOST_WHOLLY, _WITHOUT_DOUBT_LEFT))
    return pairs.at((left_over <= most) | (sure & np.isnan(left_over)))
