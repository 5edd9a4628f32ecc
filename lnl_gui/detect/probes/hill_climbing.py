"""Hill climbing over a grid of one hyper-parameter, where each evaluation is a whole fit."""

from collections.abc import Callable
from typing import TypeVar

Fit = TypeVar("Fit")


def hill_climb(
    evaluate: Callable[[int], tuple[float, Fit]], size: int, start: int
) -> tuple[int, float, Fit]:
    """Climb from `start` over the grid's indices [0, size) while the criterion does not fall.

    Args:
        evaluate: index -> (criterion, higher is better; what was fitted).
        size: length of the grid.
        start: where to begin; clipped into the grid.

    Returns:
        The best index seen, its criterion and its fit.
    """
    seen: dict[int, tuple[float, Fit]] = {}

    def at(index: int) -> float:
        if index not in seen:
            seen[index] = evaluate(index)
        return seen[index][0]

    place = min(max(start, 0), size - 1)
    at(place)
    # Ties go on uphill: on a plateau the criterion may rise again further out.
    for step in (1, -1):
        began = place
        while 0 <= place + step < size and at(place + step) >= at(place):
            place += step
        if place != began:
            break
    best = max(seen, key=lambda index: seen[index][0])
    return best, *seen[best]
