"""Who writes a project: a note beside the writer's lock, for whoever finds it taken.

The lock alone decides; the note only gives it a name, and is believed for nothing else.
"""

import os
import re
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lnl_gui.store.database.containment import LOCK_NOTE
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.log import logger
from lnl_gui.util.messages import Message, message
from lnl_gui.util.process.running_verb import running_verb
from lnl_gui.util.visible import harmless

_VERB = re.compile(r"[a-z-]{1,40}")
_LARGEST = 4096
"""Bytes of a note; more was not written by LNL."""


def note_holder(folder: Path) -> None:
    """Say that this process holds the lock of a project."""
    program = Path(sys.argv[0]).name if sys.argv and sys.argv[0] else "lnl-gui"
    note = {
        "process": os.getpid(),
        "program": program,
        "verb": running_verb(),
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
    note = _read(folder)
    if not note:
        return None
    words = (_short(note.get("program")), _verb_of(note))
    return message(
        "Process {process} ({program}) on {host} has had this project open since {since}.",
        process=note["process"],
        program=" ".join(word for word in words if word),
        host=_short(note.get("host")),
        since=_short(note.get("since")),
    )


def holder_verb(folder: Path) -> str:
    """The verb that the holder of a project's lock is at; "" for a window, and where unknown."""
    return _verb_of(_read(folder))


def _read(folder: Path) -> Mapping[str, Any]:
    """The note of a project; empty where there is none."""
    try:
        with (folder / LOCK_NOTE).open("rb") as stream:
            text = stream.read(_LARGEST + 1)
    except OSError:
        return {}
    note = parsed_object(text.decode("utf-8", errors="replace")) if len(text) <= _LARGEST else {}
    return note if isinstance(note.get("process"), int) else {}


def _verb_of(note: Mapping[str, Any]) -> str:
    found = note.get("verb")
    return found if isinstance(found, str) and _VERB.fullmatch(found) else ""


def _short(value: object) -> str:
    """A word of the note as it can be shown: it may come from another computer."""
    return harmless(str(value))[:60] if value else "?"
