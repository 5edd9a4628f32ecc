"""Folders that the machine does not list, noted while a dataset is read.

No permission, or a disk that fails, says nothing of what a folder holds: it may be a whole class.
"""

import os
from pathlib import Path

from lnl_gui.dataset.readers.files.once import once
from lnl_gui.store.dataset.samples import FOLDER_REFUSED
from lnl_gui.util.messages import Message, message


def note_refused(folder: Path | str, error: OSError) -> Message:
    """Keep, within `each_once`, that a folder was not listed; gives the reason in words."""
    reason = FOLDER_REFUSED.with_fields(reason=error.strerror or message("no reason given"))
    _noted()[os.fspath(folder)] = reason
    return reason


def refused_folders() -> dict[str, Message]:
    """By the path of each folder that was not listed within `each_once`, why."""
    return dict(_noted())


def _noted() -> dict[str, Message]:
    return once(note_refused, dict[str, Message])
