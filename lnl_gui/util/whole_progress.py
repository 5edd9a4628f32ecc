"""One progress of a job of several steps, which never goes back: how long all of it still takes."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lnl_gui.util.errors import Cancelled
from lnl_gui.util.messages import Message
from lnl_gui.util.progress import JobContext

PARTS = 1000
"""The units in which the whole is counted."""


@dataclass(frozen=True)
class PlannedStep:
    """A step that a job is expected to take; `cost` is relative to the others."""

    title: Message
    cost: float


class WholeContext:
    """A job context in which the stages of a job are parts of one progress.

    Each step gets its share of what is left when it begins: one that does not come, as after a
    resume, or ends early leaves its share to those after it, and the progress makes no jump. A step
    that nobody expected holds the progress where it is, under its own name.

    Args:
        context: the one that all goes on to.
        steps: those expected, in order; a title may come several times.
    """

    def __init__(self, context: JobContext, steps: Sequence[PlannedStep]) -> None:
        self.memory, self.threads = context.memory, context.threads
        self._context, self._steps = context, list(steps)
        self._next = 0
        self._start = self._end = self._reached = 0.0

    def progress(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        """Report progress of one stage as progress of the whole; may raise `Cancelled`."""
        if self._enter(stage):
            share = min(max(done / total, 0.0), 1.0) if total > 0 else 0.0
            there = self._start + share * (self._end - self._start)
            self._reached = max(self._reached, there)
        # Sums of shares miss 1 by a rounding.
        units = min(int(self._reached * PARTS + 1e-6), PARTS)
        self._context.progress(stage, units, PARTS, whole=True)

    def finish(self, stage: Message) -> None:
        """The whole is done, whatever its steps came to; never stops a job that late."""
        with suppress(Cancelled):
            self._context.progress(stage, PARTS, PARTS, whole=True)

    def log(self, message: Message) -> None:
        """Add one line to the job's log."""
        self._context.log(message)

    def event(self, name: str, **values: Any) -> None:
        """Send a small live figure."""
        self._context.event(name, **values)

    def _enter(self, title: Message) -> bool:
        """Whether a step of that title is under way; begins the next one where there is one."""
        if self._next and self._steps[self._next - 1].title == title:
            return True
        ahead = range(self._next, len(self._steps))
        place = next((at for at in ahead if self._steps[at].title == title), None)
        if place is None:
            return False
        cost, left = self._steps[place].cost, sum(step.cost for step in self._steps[place:])
        self._start = self._reached
        self._end = self._start + (1.0 - self._start) * (cost / left if left > 0 else 1.0)
        self._next = place + 1
        return True
