"""Who writes a project: a note beside the writer's lock, for whoever finds it taken.

The lock alone decides; the note only gives it a name, and is believed for nothing else.
"""

import os
import socket
import sys
import time
from pathlib import Path

from lnl_gui.store.database.containment import LOCK_NOTE
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.log import logger
from lnl_gui.util.messages import Message, message
from lnl_gui.util.visible import harmless

_LARGEST = 4096
"""Bytes of a note; more was not written by LNL."""


def note_holder(folder: Path) -> None:
    """Say that this process holds the lock of a project."""
    program = Path(sys.argv[0]).name if sys.argv and sys.argv[0] else "lnl-gui"
    note = {
        "process": os.getpid(),
        "program": program,
        "host": socket.gethostname(),
        "since": time.strftime("%Y-%m-%d %H:%M"),
    }
    try:
        # No process holds the lock after a power cut.
        write_json(folder / LOCK_NOTE, note, outlasts_power_cut=False)
    except OSError as error:
        # The lock is held without it.
        logger.warning("%s not written: %s", LOCK_NOTE, error)


def forget_holder(folder: Path) -> None:
    """Take the note away; call while the lock is still held."""
    try:
        (folder / LOCK_NOTE).unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s not removed: %s", LOCK_NOTE, error)


def holder_message(folder: Path) -> Message | None:
    """Who holds the lock of a project; None where nobody has said so."""
    try:
        with (folder / LOCK_NOTE).open("rb") as stream:
            text = stream.read(_LARGEST + 1)
    except OSError:
        return None
    note = parsed_object(text.decode("utf-8", errors="replace")) if len(text) <= _LARGEST else {}
    if not isinstance(note.get("process"), int):
        return None
    return message(
        "Process {process} ({program}) on {host} has had this project open since {since}.",
        process=note["process"],
        program=_short(note.get("program")),
        host=_short(note.get("host")),
        since=_short(note.get("since")),
    )


def _short(value: object) -> str:
    """A word of the note as it can be shown: it may come from another computer."""
    return harmless(str(value))[:60] if value else "?"
