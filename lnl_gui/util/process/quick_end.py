"""The end of a process at once, without taking apart what it holds.

Python clears every module and object one by one before it ends: half a second of processor time
where torch is loaded. The system takes back all of it anyhow. What must be done at the end comes
first: threads that are waited for, whatever is registered with `atexit`, output that is flushed.
"""

import atexit
import os
import sys
from contextlib import suppress

_codes: list[int] = []


def prepare() -> None:
    """Have the process end at once; called before anything else is registered with `atexit`.

    The last to be called there is the first that was registered. Where another program has been
    quicker, such as one that measures which lines are run, the process ends as ever.
    """
    if not getattr(atexit, "_ncallbacks", lambda: 0)():
        atexit.register(_end)


def end_with(code: int) -> int:
    """The process ends with this code, which is returned; without it, it ends as ever.

    Args:
        code: 0 to 255.
    """
    _codes.append(code)
    return code


def _end() -> None:
    if not _codes:
        return
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    # A full disk or a reader that is gone: Python tells of it and has a code of its own for it.
    except (OSError, ValueError):
        return
    # Of what standard error did not take nothing can be told.
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
    os._exit(_codes[-1])
