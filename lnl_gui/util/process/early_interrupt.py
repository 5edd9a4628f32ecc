"""Ctrl+C while the program is still being loaded: it ends at once.

An interrupt in the middle of an import leaves a traceback, or is lost: Python only prints what is
raised while it lets go of a module's lock. Nothing has been begun by then that has to be put right.
Later a command that the system wants to end, as a batch queue or a container that is stopped does,
or a terminal that is closed, has as much to put right as after Ctrl+C.
"""

import os
import signal
from types import FrameType

_INTERRUPTED = 130
"""As the command line ends otherwise when it is interrupted, on every system."""
STOPS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Signals that ask a command to stop; Windows has no SIGHUP."""
_process: list[int] = []
"""Of the process that is the program alone, if this is one."""


def end_at_once() -> None:
    """From now on an interrupt ends the process; one that is ignored, as by nohup, stays so."""
    _process[:] = [os.getpid()]
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def as_usual() -> None:
    """From now on an interrupt raises `KeyboardInterrupt`, as everybody expects of Python."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def stops_as_usual() -> None:
    """From now on every wish to stop raises `KeyboardInterrupt`, but for those that are ignored.

    In a process that runs a command among other things the others are not ours.
    """
    as_usual()
    for number in STOPS if _process else ():
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, interrupt)


def interrupt(number: int, _frame: FrameType | None) -> None:
    """Raise `KeyboardInterrupt`; a copy of the process, which a library made, ends as ever.

    Raises:
        KeyboardInterrupt: always.
    """
    if _process and os.getpid() not in _process:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
    raise KeyboardInterrupt


def _end(_number: int, _frame: FrameType | None) -> None:
    os._exit(_INTERRUPTED)
