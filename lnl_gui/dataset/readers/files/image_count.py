"""How many image files lie below a folder, without listing a huge one whole."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.names import path_in
from lnl_gui.dataset.readers.files.own_files import is_own_folder
from lnl_gui.dataset.readers.files.scan import is_ignored

_MOST_COUNTED = 100_000


@dataclass(frozen=True)
class CountedPictures:
    """How many image files were counted, and one of them."""

    count: int
    example: str


def pictures_below(source: Path) -> CountedPictures:
    """Count the image files below a folder, no more than say that they are many."""
    count, example = 0, ""
    for name in _image_files(source):
        count, example = count + 1, example or name
        if count == _MOST_COUNTED:
            break
    return CountedPictures(count, example)


def _image_files(source: Path) -> Iterator[str]:
    """Files below a folder that are images by their names; each folder is visited once.

    Those in projects and exports of this program are none of the dataset.
    """
    visited: set[tuple[int, int]] = set()
    pending = [""]
    while pending:
        folder = pending.pop()
        try:
            status = (source / folder).stat()
            identity = (status.st_dev, status.st_ino)
            if identity in visited:
                continue
            visited.add(identity)
            with os.scandir(source / folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError:
            continue
        if folder and is_own_folder(source / folder, {entry.name for entry in entries}):
            continue
        for entry in entries:
            if is_ignored(entry.name):
                continue
            path = path_in(folder, entry.name)
            if is_image_name(entry.name):
                yield path
            elif _is_folder(entry):
                pending.append(path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links
        return False
