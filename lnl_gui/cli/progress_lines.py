"""How far a stage is as plain lines, where no terminal shows a bar that moves."""

import time
from collections.abc import Callable

from lnl_gui.util.messages import Message, message

# A stage of seconds says nothing, one of an hour fifteen lines.
FIRST_SECONDS, LONGEST_SECONDS = 10.0, 300.0
_WHOLE = Message("whole")


class ProgressLines:
    """Says a line after ten seconds of a stage, then ever more seldom: a log stays readable.

    Args:
        write: takes each line.
        clock: seconds that only grow.
    """

    def __init__(
        self, write: Callable[[Message], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write, self._clock = write, clock
        self._stage: Message | None = None
        self._due = self._pause = 0.0

    def report(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        """Note that `done` of `total` units of a stage are finished; often says nothing.

        Of the `whole` job, whatever its stage is called, it is said ever more seldom as well.
        """
        now = self._clock()
        of = _WHOLE if whole else stage
        if of != self._stage:
            self._stage, self._pause = of, FIRST_SECONDS
            self._due = now + self._pause
        if now < self._due:
            return
        self._pause = min(2 * self._pause, LONGEST_SECONDS)
        self._due = now + self._pause
        if whole:
            share = done / max(total, 1)
            self._write(message("{stage}: {share:.0%} of all", stage=stage, share=share))
        else:
            done_of = message("{stage}: {done:,} of {total:,}", stage=stage, done=done, total=total)
            self._write(done_of)
