"""Rate limiting of progress reports, with throughput and remaining time."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

Clock = Callable[[], float]
BASIS_SECONDS, BASIS_UNITS = 2.0, 3
"""What a time left needs as its basis: the first unit often takes many times as long as others."""


@dataclass(frozen=True)
class ProgressRate:
    """How fast a stage runs."""

    rate: float
    """units a second over the whole stage, 0 while unknown"""
    eta_s: float | None
    """seconds left, None while unknown"""


_NONE = object()


class Throttle:
    """Lets a report through ten times a second, and always the first and the last of a stage.

    Work that was resumed does not count towards the rate: it is measured from the stage's first
    report.
    """

    def __init__(self, *, interval: float = 0.1, clock: Clock = time.monotonic) -> None:
        self._interval = interval
        self._clock = clock
        self._stage: Hashable = _NONE
        self._name: Hashable = _NONE
        self._started = 0.0
        self._done_at_start = 0
        self._last = 0.0

    def report(
        self, stage: Hashable, done: int, total: int, *, name: Hashable = None
    ) -> ProgressRate | None:
        """The pace if this report should go out now, else None.

        Args:
            stage: over which the pace is measured.
            done: units finished.
            total: units there are.
            name: of what is being done; a new one goes out at once, too.
        """
        now = self._clock()
        renamed, self._name = name != self._name, name
        if stage != self._stage:
            self._stage, self._started, self._done_at_start = stage, now, done
        # The last report of a stage goes out whatever the time, or the bar would end short of full.
        elif done < total and not renamed and now - self._last < self._interval:
            return None
        self._last = now
        return self._pace(now, done, total)

    def _pace(self, now: float, done: int, total: int) -> ProgressRate:
        elapsed = now - self._started
        finished = done - self._done_at_start
        if elapsed <= 0 or finished <= 0:
            return ProgressRate(0.0, None)
        rate = finished / elapsed
        if elapsed < BASIS_SECONDS or finished < BASIS_UNITS:
            return ProgressRate(rate, None)
        # A total may turn out too low while a stage runs; the time left is never negative.
        return ProgressRate(rate, max(total - done, 0) / rate)
