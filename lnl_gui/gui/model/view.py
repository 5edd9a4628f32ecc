"""What a view shows, and how its order follows new suspicions while somebody reads it."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.store.dataset.samples import UNSEEN

SAVED = "saved-view"
"""The topic of a mask that was saved with a view."""


def rearrange(order: np.ndarray, wanted: np.ndarray, status: np.ndarray, fixed: int) -> np.ndarray:
    """A new reading order that leaves the first `fixed` positions and what is decided in place.

    Args:
        order: rows as they are shown, int64 (n,).
        wanted: rows to show now, in the order they would have without regard to the old one.
        status: status of every sample, uint8 (N,).
        fixed: how many positions stay as they are, also where a row is no longer wanted.
    """
    head, old_tail = order[:fixed], order[fixed:]
    moves = np.zeros(len(status), bool)
    moves[wanted] = True
    moves[head] = False
    # Memory is read in sequence by row and at random by position: the latter as seldom as can be.
    slots = np.flatnonzero((moves & (status != UNSEEN))[old_tail])
    stay = old_tail[slots]
    moves[stay] = False
    rest = wanted[moves[wanted]]
    # The tail may have become shorter: the last of those that stay move up as far as they must.
    places = np.minimum(slots - np.arange(len(stay)), len(rest))
    return np.concatenate([head, np.insert(rest, places, stay)])


@dataclass(frozen=True)
class View:
    """Filters and sort, a mask, what the mask stands for, and the sample that one was at."""

    spec: ViewSpec
    within: np.ndarray | None = None
    topic: str = ""
    row: int | None = None
