"""The three standard streams, any of which may be closed when the program is started.

Whatever is opened next would take the number of a closed one, and what a library prints would be
written into it: a database, an image of an export.
"""

import os
import sys
from contextlib import suppress
from typing import TextIO


def occupy() -> None:
    """Put something in the place of each stream that is closed.

    What is said on standard error is lost then. An output that is closed takes nothing, and that is
    an error as on a full disk; a program without a console, as on Windows, says nothing to anybody.
    """
    lost_output = os.O_WRONLY if sys.platform == "win32" else os.O_RDONLY
    for number, flags in enumerate((os.O_RDONLY, lost_output, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                _open_nothing(number, flags)
    if sys.stdout is None:
        sys.stdout = _text(1)
    if sys.stderr is None:
        sys.stderr = _text(2)


def _open_nothing(number: int, flags: int) -> None:
    nothing = os.open(os.devnull, flags)
    if nothing != number:
        os.dup2(nothing, number)
        os.close(nothing)
    # For the processes that this one starts.
    os.set_inheritable(number, True)


def _text(number: int) -> TextIO | None:
    try:
        return open(number, "w", encoding="utf-8", errors="replace", closefd=False)
    except OSError:
        return None
