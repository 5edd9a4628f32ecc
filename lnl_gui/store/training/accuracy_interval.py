"""The interval of an accuracy on held-out samples, of a training of any version."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.util.statistics.intervals import Estimate, clopper_pearson

INTERVAL = "interval"
"""Beside the accuracy in a training's figures: the two ends of its 95 % interval."""


def accuracy_interval(figures: Mapping[str, Any], units: int | None = None) -> Estimate:
    """Accuracy with its 95 % interval, which knows of samples that are right or wrong together.

    Args:
        figures: of one model on held-out samples, as a training records them.
        units: how many independent witnesses the samples are, for those of earlier versions, whose
            interval is then that of one sample for each; None where every sample is one.
    """
    value, stored = float(figures["accuracy"]), figures.get(INTERVAL)
    if isinstance(stored, list) and len(stored) == 2:
        return Estimate(value, float(stored[0]), float(stored[1]))
    samples = int(figures["samples"])
    independent = samples if units is None else max(1, min(samples, units))
    found = clopper_pearson(round(value * independent), independent)
    return Estimate(value, min(value, found.low), max(value, found.high))
