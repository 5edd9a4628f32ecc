"""Scenes that a fixed camera shows: there two photographs agree nearly everywhere too.

Copies differ nowhere then, and less than two photographs do.
"""

import numpy as np

from lnl_gui.detect.copies.candidates import NearestPairs
from lnl_gui.detect.copies.detail import DETAIL
from lnl_gui.detect.copies.likeness import likeness
from lnl_gui.detect.copies.pairs import CopyPairs
from lnl_gui.detect.copies.scenes import (
    IN_ONE_PLACE,
    difference_in_one_place,
    nearer_than_a_scene,
)

# Share of images with a usual neighbour that is the same scene but for one place: on digits, photo-
# graphs and shots of several scenes .02 at most, on forms, gauges and parts of a machine .2 to 1.
_OF_ONE_SCENE, _LEAST_SCENES = 0.9, 0.1
# Pairs of one scene that differ nowhere, from which on they tell how alike such are.
_ENOUGH_OF_SCENES = 10


def of_scenes(near: NearestPairs, patches: np.ndarray, farther: np.ndarray) -> bool:
    """Whether usual neighbours show one scene but for one place, as with a camera that is fixed.

    There a pair that differs in one place is of the scene; anywhere else something may have been
    written over a copy.

    Args:
        near: neighbours among n rows.
        patches: (n, S, S) uint8.
        farther: (p, 2) how much the detail of those asked agrees with that of farther neighbours.
    """
    at, place = np.nonzero(farther >= _OF_ONE_SCENE)
    left, right = near.part[at], near.farther[at, place]
    apart = difference_in_one_place(patches, left, right, np.zeros(len(at), np.int64))
    witnesses = np.unique(at[apart > IN_ONE_PLACE])
    asked = (farther > -1.0).any(axis=1).sum()
    return bool(len(witnesses) >= max(_LEAST_SCENES * asked, 1))


def beyond_scenes(
    pairs: CopyPairs,
    patches: np.ndarray,
    known: np.ndarray,
    near: NearestPairs,
    farther: np.ndarray,
) -> np.ndarray:
    """(m,) bool: pairs that differ nowhere, and less than others of one scene; or not known.

    Args:
        pairs: m pairs among n rows.
        patches: (n, S, S) uint8.
        known: (n,) bool, whose patch is known.
        near: neighbours.
        farther: (p, 2), see `of_scenes`.
    """
    kept = np.ones(len(pairs.left), bool)
    seen = np.flatnonzero(known[pairs.left] & known[pairs.right])
    some = pairs.at(seen)
    place = difference_in_one_place(patches, some.left, some.right, some.turned)
    kept[seen] = place <= IN_ONE_PLACE
    at, other = np.nonzero(farther >= DETAIL)
    left, right = near.part[at], near.farther[at, other]
    alike = difference_in_one_place(patches, left, right, np.zeros(len(at), np.int64))
    usual = farther[at, other][alike <= IN_ONE_PLACE]
    if len(usual) >= _ENOUGH_OF_SCENES:
        seen = seen[place <= IN_ONE_PLACE]
        some = pairs.at(seen)
        detail = likeness(patches, some.left, some.right, some.turned)
        kept[seen] = nearer_than_a_scene(detail, usual)
    return kept
