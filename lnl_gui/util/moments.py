"""Moments in time that may come from anywhere: from a clock set wrong, or from somebody's journal.

Times are seconds since the epoch.
"""

from datetime import UTC, datetime
from math import isfinite

FIRST, LAST = -62_135_596_800.0, 253_402_300_799.0
"""The years 1 to 9999: what a date can be."""


def as_moment(value: object) -> float:
    """A time as it lies in a file: the nearest that is a date, and 0.0 for what is no number."""
    if not isinstance(value, int | float) or not isfinite(value):
        return 0.0
    return float(min(max(value, FIRST), LAST))


def utc_text(seconds: float, form: str = "%Y-%m-%dT%H:%M:%S+00:00") -> str:
    """A time as text, in UTC."""
    # `strftime` writes years below 1000 with fewer digits on some platforms, which nobody reads.
    return datetime.fromtimestamp(as_moment(seconds), UTC).strftime(form)
