"""How alike images of a dataset usually are, so that likeness beyond that means something."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.util.intervals import critical_value

ENOUGH = 50
"""Images from which on their likeness tells what is usual."""
_SMALLEST_DISTANCE = 1e-3
_LEAST_DEVIATION = 0.05


@dataclass(frozen=True)
class Usual:
    """Median and robust deviation of the logarithm of the distance 1 - likeness to the nearest."""

    median: float
    deviation: float

    def beyond(self, likeness: np.ndarray) -> np.ndarray:
        """Robust deviations by which a likeness (m,) is greater than usual, (m,) float64."""
        return (self.median - _log_distance(likeness)) / self.deviation


def usual_likeness(nearest: np.ndarray) -> Usual:
    """What is usual by the likeness (n,) in [-1, 1] of images to the nearest of the others.

    The logarithm of the distance is near to normal. Median and deviation are read off its upper
    quantiles, which copies, all of them at the lower end, hardly move even where two in five images
    have one.
    """
    low, middle, high = np.quantile(_log_distance(nearest), (0.6, 0.75, 0.9))
    # The quantiles of the standard normal: 80 % of it lie within its .9 quantile of zero.
    deviation = float(high - low) / (critical_value(0.8) - critical_value(0.2))
    # Where most images lie equally far, as made-up ones do, any other would be far beyond.
    deviation = max(deviation, _LEAST_DEVIATION)
    return Usual(float(middle - critical_value(0.5) * deviation), deviation)


def _log_distance(likeness: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(1.0 - likeness, 0.0) + _SMALLEST_DISTANCE)
