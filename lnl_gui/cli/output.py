"""Standard output that cannot be written, as on a full disk: no fault of the program."""

import os
import sys
from contextlib import suppress

from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.cli.failures import Failure
from lnl_gui.util.messages import message


def flush_output() -> None:
    """Write what standard output still holds back.

    Raises:
        OSError: when it cannot be written.
    """
    if sys.stdout is not None:
        sys.stdout.flush()


def discard_output() -> None:
    """Let go of what could not be written: at its end Python would try, and tell of it, again."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def failure_of_output(error: BaseException) -> Failure | None:
    """What a command says whose output could not be written; None where another thing failed.

    Args:
        error: that has ended the command.
    """
    # An error of a file that was opened by its name is that file's.
    if not isinstance(error, OSError) or error.filename is not None or not _is_lost():
        return None
    discard_output()
    reason = error.strerror or str(error)
    return Failure(
        "output",
        message("the output could not be written: {reason}.", reason=reason),
        message("What the command did besides is done. Free some space, or send it elsewhere."),
        MENDABLE,
    )


def _is_lost() -> bool:
    """Whether standard output takes nothing more."""
    if sys.stdout is None:
        return False
    try:
        # An empty line, since output that holds nothing back would take nothing at all.
        sys.stdout.write("\n")
        flush_output()
    except OSError:
        return True
    return False
