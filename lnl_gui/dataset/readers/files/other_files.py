"""Files of a dataset that are no images, of which one may hold the labels."""

import re
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.readers.files.places import files_in, homes, wrapped_in

_NEVER_LABELS = re.compile(r"read_?me|licen[cs]e|copying|requirements|changelog|citation|terms")


def upper_folders(source: Path) -> list[Path]:
    """The upper folders, also where archives unpacked into a folder more."""
    return list(dict.fromkeys([*homes(source), *homes(wrapped_in(source)[-1])]))


def other_files(source: Path) -> list[Path]:
    """Those in a dataset's upper folders that are no texts about it."""
    return [
        file
        for home in upper_folders(source)
        for file in files_in(home)
        if not is_image_name(file.name) and not _NEVER_LABELS.search(file.name.casefold())
    ]
