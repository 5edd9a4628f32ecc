"""How alike images of a dataset usually are, so that likeness beyond that means something."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.util.statistics.intervals import critical_value

ENOUGH = 50
"""Images from which on their likeness tells what is usual."""
# The distance of copies is 0, whose logarithm is not finite.
_SMALLEST_DISTANCE = 1e-3
_LEAST_DEVIATION = 0.05


@dataclass(frozen=True)
class Usual:
    """Median and robust deviation of the logarithm of the distance 1 - likeness to others."""

    median: float
    deviation: float

    @property
    def distance(self) -> float:
        """The usual distance, in [0, 2]."""
        return float(np.exp(self.median)) - _SMALLEST_DISTANCE

    def beyond(self, likeness: np.ndarray) -> np.ndarray:
        """Robust deviations by which a likeness (m,) is greater than usual, (m,) float64."""
        return (self.median - _log_distance(likeness)) / self.deviation


def usual_likeness(greatest: np.ndarray) -> Usual:
    """What is usual by the likeness (n,) in [-1, 1] of images to others that are no copies.

    The deviation is that of the half that is more alike: where many images have the same outline,
    as drawings and digits do, it reaches far.
    """
    low, middle = np.quantile(_log_distance(greatest), (0.1, 0.5))
    # The .1 quantile of the standard normal: 80 % of it lie within that of zero.
    deviation = float(middle - low) / critical_value(0.8)
    # Where most images lie equally far, as made-up ones do, any other would be far beyond.
    return Usual(float(middle), max(deviation, _LEAST_DEVIATION))


def usual_of(greatest: np.ndarray) -> Usual | None:
    """Of the likeness (n,) of images to others, -1 for unknown; None where they are too few."""
    known = greatest[greatest > -1.0]
    return usual_likeness(known) if len(known) >= ENOUGH else None


def _log_distance(likeness: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(1.0 - likeness, 0.0) + _SMALLEST_DISTANCE)
