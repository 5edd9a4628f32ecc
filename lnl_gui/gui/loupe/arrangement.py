"""Which samples the loupe shows at once, and what stands beside them."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from lnl_gui.util.messages import Message, message


class Arrangement(StrEnum):
    """What the loupe shows."""

    SINGLE = "single"
    CLASSES = "classes"
    NEIGHBOURS = "neighbours"
    TWO = "two"
    FOUR = "four"


TITLES: dict[Arrangement, tuple[Message, Message]] = {
    Arrangement.SINGLE: (message("Image"), message("The image alone")),
    Arrangement.CLASSES: (
        message("Classes"),
        message("Beside typical samples of the given and the suggested class"),
    ),
    Arrangement.NEIGHBOURS: (message("Neighbours"), message("Beside its nearest neighbours")),
    Arrangement.TWO: (message("Two"), message("Compare two samples")),
    Arrangement.FOUR: (message("Four"), message("Compare four samples")),
}
"""A word for the button, and what it does."""
WITH_REASONS = (Arrangement.CLASSES, Arrangement.NEIGHBOURS)
"""These tell what the detectors think."""
SHOWN = {Arrangement.TWO: 2, Arrangement.FOUR: 4}
MOST = 4


def shown_rows(
    arrangement: Arrangement, order: np.ndarray, position: int, pinned: Sequence[int]
) -> tuple[int, ...]:
    """The rows seen at once, at most four.

    Args:
        arrangement: one sample, or so many to compare.
        order: rows in reading order, int64 (n,).
        position: of the current one; -1 for none.
        pinned: rows that were chosen to be compared, as long as the current one is among them.

    Comparing goes through the reading order in pages, so that the pictures stay where they are
    while the cursor moves from one to the next.
    """
    if not 0 <= position < len(order):
        return ()
    count = SHOWN.get(arrangement, 1)
    current = int(order[position])
    if count > 1 and current in pinned:
        return tuple(pinned)[:MOST]
    start = position - position % count
    return tuple(int(row) for row in order[start : start + count])


def rows_ahead(
    order: np.ndarray, position: int, following: int | None, count: int
) -> tuple[int, ...]:
    """What to read before it is asked for: where a verdict leads, the next page, the one before.

    Args:
        order: rows in reading order, int64 (n,).
        position: of the current one.
        following: the position that a verdict leads to, or None.
        count: samples seen at once.
    """
    places = [] if following is None else [*range(following, following + count)]
    places += [*range(position + 1, position + 1 + count), position - 1]
    inside = dict.fromkeys(place for place in places if 0 <= place < len(order))
    return tuple(int(order[place]) for place in inside)
