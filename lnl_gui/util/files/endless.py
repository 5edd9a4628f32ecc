"""What can be opened as a file and is none: a device has no end, a pipe perhaps no beginning."""

import os
import stat
from pathlib import Path

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_OF_THIS_PROCESS = ("/dev/fd/", "/dev/stdin", "/proc/")
"""Where a shell puts what another command writes, as with `<(...)`."""


def refuse_endless(source: Path) -> None:
    """Refuse to read what would never end, or never begin.

    Args:
        source: named by a person; a folder, or what is not there, is refused by who opens it.

    Raises:
        OSError: when nothing is there, or it may not be known what.
        UserError: for devices but that of nothing, and for pipes that nobody may be writing to.
    """
    mode = source.stat().st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode) or str(source) == os.devnull:
        return
    if not (stat.S_ISFIFO(mode) and str(source).startswith(_OF_THIS_PROCESS)):
        raise UserError(
            message("{source} is a device or a pipe, not a file.", source=source),
            message("Name the file that is meant."),
            code="no_file",
        )
