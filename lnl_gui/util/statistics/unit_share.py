"""Interval of a share whose samples are right or wrong together in units.

The frames of a video or the images of one person are one witness each, as in `paired_units`.
"""

import numpy as np

from lnl_gui.util.statistics.intervals import Estimate, beta_quantile, critical_value
from lnl_gui.util.statistics.paired_units import Units


def unit_share(right: np.ndarray, unit: np.ndarray) -> Estimate:
    """Share of samples that are right, with a 95 % interval that knows of units.

    The exact interval (Clopper and Pearson 1934) of as many independent samples as the spread over
    the units is worth (Korn and Graubard 1998); of samples that are all alone it is that of all.

    Args:
        right: (n,) bool.
        unit: (n,) int, equal for samples that are no independent witnesses.
    """
    if not len(right):
        return Estimate(0.5, 0.0, 1.0)
    _, of = np.unique(unit, return_inverse=True)
    of = of.reshape(-1)
    units = Units(np.bincount(of), of)
    share = float(right.mean())
    worth = 1.0 if units.alone else _design_effect(right.astype(np.float64) - share, units)
    count = len(right) / worth
    tail = (1.0 - 0.95) / 2.0
    correct = share * count
    low = 0.0 if share == 0 else beta_quantile(tail, correct, count - correct + 1.0)
    high = 1.0 if share == 1 else beta_quantile(1.0 - tail, correct + 1.0, count - correct)
    return Estimate(share, low, high)


def _design_effect(deviation: np.ndarray, units: Units) -> float:
    """How many samples are worth one independent sample, for deviations (n,) from the share."""
    size = units.usual_size
    # One unit more whose samples are alike, half of them right: of units that are right throughout
    # nothing is known of the spread.
    apart = float((units.sums(deviation) ** 2).sum()) + size**2 / 4
    alone = float((deviation**2).sum()) + size / 4
    few = units.critical / critical_value(0.95)
    return min(max(1.0, apart / alone) * few**2, float(units.samples))
