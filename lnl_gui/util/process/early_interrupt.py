"""Ctrl+C while the program is still being loaded: it ends at once.

An interrupt in the middle of an import leaves a traceback, or is lost: Python only prints what is
raised while it lets go of a module's lock. Nothing has been begun by then that has to be put right.
"""

import os
import signal
from types import FrameType

_INTERRUPTED = 130
"""As the command line ends otherwise when it is interrupted, on every system."""


def end_at_once() -> None:
    """From now on an interrupt ends the process; one that is ignored, as by nohup, stays so."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def as_usual() -> None:
    """From now on an interrupt raises `KeyboardInterrupt`, as everybody expects of Python."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(_number: int, _frame: FrameType | None) -> None:
    os._exit(_INTERRUPTED)
