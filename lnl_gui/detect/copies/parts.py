"""Images that may not vouch for each other although they are no copies: parts of one picture.

Tiles that overlap, crops of one photograph and pictures that were written all over bear one label
that was given once. Pixels prove it of some; of others nothing is known but that they lie far
nearer to each other than images of this dataset usually do, and have the same label. Held together
they cost little where they are different images after all.
"""

import numpy as np

from lnl_gui.detect.copies.candidates import NOMINATED, NearestPairs
from lnl_gui.detect.copies.chains import guarded_groups
from lnl_gui.detect.copies.colours import UNEXPLAINED, Pictures
from lnl_gui.detect.copies.effort import look_while_it_pays
from lnl_gui.detect.copies.likeness import has_structure
from lnl_gui.detect.copies.pieces import shared_part
from lnl_gui.detect.copies.usual import usual_of
from lnl_gui.detect.copies.whole_classes import holding_classes
from lnl_gui.detect.groups import ALONE
from lnl_gui.util.progress import Progress, no_progress

# Of 5 700 neighbours of photographs, clothes and digits that share no pixel none is above in both,
# of 540 that overlap or were enlarged .7.
_DETAIL, _BEYOND = 0.95, 4.3
# Share of the shared cells that are not even: two drawings share their ground.
_DETAILED = 0.5
# Pairs looked at, the nearest.
_MOST, _FEWEST = 0.05, 3_000
# So far beyond usual, by embedding and pixels together, images of one label may be one picture: of
# 500 digits, letters, clothes and photographs, none of which are, at most 2.4 % are held with
# another then, with 5 up to 16 %; of 180 pairs with text all over 176, with 5 179.
_NEAR = 7.0


def parts_of_one(
    near: NearestPairs,
    found: tuple[np.ndarray, np.ndarray],
    labels: np.ndarray | None,
    patches: np.ndarray | None,
    pictures: Pictures | None,
    turned: np.ndarray | None = None,
    *,
    progress: Progress = no_progress,
) -> tuple[np.ndarray, np.ndarray]:
    """Number images of one label that may be parts of one picture.

    Args:
        near: neighbours among n rows.
        found: (m,) and (m,), pairs that are copies, of which nothing more need be known.
        labels: (n,) int, -1 for none; None where none are known.
        patches: (n, S, S) uint8; None where there are none, or all show one scene.
        pictures: of the n rows.
        turned: (m,) float, how far beyond usual the pairs of `near` agree when one is turned.
        progress: may raise `Cancelled`.

    Returns:
        (n,) int32, -1 for images that stand alone, and (n,) bool, of which the pixels prove it.
    """
    count = len(near.space)
    beyond = near.beyond
    if beyond is None:
        return np.full(count, ALONE, np.int32), np.zeros(count, bool)
    asked = near.others_than(*found)
    if labels is not None:
        asked &= labels[near.left] == labels[near.right]
    sure, alike = np.zeros(len(beyond), bool), np.zeros(len(beyond))
    if patches is not None:
        sure, alike = _by_pixels(near, beyond, asked, patches, pictures, progress)
    if turned is not None:
        alike = np.maximum(alike, turned)
    # What neither proves both may make likely, as of a picture that was written all over.
    kept = sure | (asked & (beyond + alike >= _NEAR))
    strength = np.where(sure, 1e3, beyond + alike)
    left, right = near.left[kept], near.right[kept]
    group = guarded_groups(left, right, strength[kept], count, reach=NOMINATED)
    if labels is not None:
        # Where a class is one large picture its tiles are all that there is to judge by.
        group[holding_classes(group, labels)] = ALONE
    pieces = np.zeros(count, bool)
    pieces[near.left[sure]] = pieces[near.right[sure]] = True
    return group, pieces & (group != ALONE)


def _by_pixels(
    near: NearestPairs,
    beyond: np.ndarray,
    asked: np.ndarray,
    patches: np.ndarray,
    pictures: Pictures | None,
    progress: Progress,
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs that share a part whose pixels agree (m,) bool, and how far beyond usual all do (m,).

    The latter is 0 of those that agree no more than usual, and of those that are not looked at.
    """
    sure, alike = np.zeros(len(beyond), bool), np.zeros(len(beyond))
    known = has_structure(patches)
    places = np.flatnonzero(asked & known[near.left] & known[near.right])
    pairs = near.farther_pairs(known)
    far = usual_of(shared_part(patches, *pairs, None, least=-1.0).detail)
    if far is None or not places.size:
        return sure, alike

    def look(chosen: np.ndarray) -> np.ndarray:
        shared = shared_part(patches, near.left[chosen], near.right[chosen], pictures)
        alike[chosen] = far.beyond(shared.detail).clip(min=0.0)
        sure[chosen] = (
            (shared.detail >= _DETAIL)
            & (alike[chosen] >= _BEYOND)
            & (shared.detailed >= _DETAILED)
            & ~(shared.left_over > UNEXPLAINED)
        )
        return sure[chosen]

    first = max(_FEWEST, int(_MOST * len(known)))
    order = places[np.argsort(-beyond[places], kind="stable")]
    look_while_it_pays(order, look, first=first, progress=progress)
    return sure, alike
