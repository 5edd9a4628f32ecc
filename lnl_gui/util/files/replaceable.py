"""A file that a person names to be written is replaced only where it is of the same kind.

A slip of the tab key names the dataset's table, or an image, in place of the report to write.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

from lnl_gui.util.errors import UserError
from lnl_gui.util.files.long_paths import reachable
from lnl_gui.util.messages import Message, message

_HEAD = 1 << 16


def refuse_other_kind(target: Path, kind: Message, is_kind: Callable[[Path], bool]) -> None:
    """Refuse to write over a file that is something else.

    Args:
        target: the file to be written; one without content, or that is not there, is nobody's.
        kind: what is to be written.
        is_kind: whether a file is of that kind; may raise `OSError`.

    Raises:
        UserError: when something else is there.
    """
    place = reachable(target)
    try:
        # Of a link to nothing the link would be lost; a folder is refused by who writes.
        free = not place.is_symlink() and (not place.exists() or place.is_dir())
        if free or (place.is_file() and (place.stat().st_size == 0 or is_kind(place))):
            return
    except OSError:
        # What cannot be read may be anything; a name that cannot be is refused by who writes.
        if not os.path.lexists(place):
            return
    raise UserError(
        message(
            "{target} is there already, is something else than what is to be written ({kind}), and"
            " is not replaced.",
            target=target,
            kind=kind,
        ),
        message("Choose a name that is free."),
        code="occupied",
    )


def begins_with(pattern: bytes) -> Callable[[Path], bool]:
    """Tells whether a file begins as a regular expression says, in its first 64 KB."""
    wanted = re.compile(pattern, re.DOTALL)

    def is_kind(file: Path) -> bool:
        with file.open("rb") as stream:
            return wanted.match(stream.read(_HEAD)) is not None

    return is_kind
