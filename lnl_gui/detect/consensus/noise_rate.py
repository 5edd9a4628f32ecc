"""What the posteriors tell of the noise as a whole, and what about it they leave open."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.consensus.problem import Problem, units_of_class

# Shares of a class that bear its own name and another one, as close as this: which of the two is
# the mistake does not follow from the data, and the fit may have chosen either.
_EVEN = 0.1
# The standard error of a share of one half is .11 then, as wide as `_EVEN`.
_FEWEST_OF_CLASS = 20


@dataclass(frozen=True)
class NoiseRate:
    """What was estimated of the noise.

    Attributes:
        interval: 95 % interval of the share of wrong labels.
        relative_error: standard error of that share, relative to it.
        even_pairs: classes of which the data do not tell whose name is the mistake.
        perhaps_none: whether the data hardly speak against it that no label is wrong.
    """

    interval: tuple[float, float]
    relative_error: float
    even_pairs: Sequence[tuple[int, int]] = ()
    perhaps_none: bool = False


def even_pairs(problem: Problem, transition: np.ndarray | None) -> list[tuple[int, int]]:
    """Classes (true, given) in [0, c) of which as many bear the other's name as their own.

    Args:
        problem: of c present classes.
        transition: (c, c) P(given | true); None where it was not estimated.
    """
    if transition is None:
        return []
    counts = units_of_class(problem, problem.given).numpy()
    own = np.diagonal(transition)
    other = transition - np.diag(np.full(len(own), np.inf))
    given = other.argmax(axis=1)
    many = (counts >= _FEWEST_OF_CLASS) & (counts[given] >= _FEWEST_OF_CLASS)
    even = many & (own - other.max(axis=1) < _EVEN)
    return [(int(true), int(given[true])) for true in np.flatnonzero(even)]
