"""Where in a folder a dataset may lie, and the lines of its lists."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from lnl_gui.dataset.readers.scan import is_ignored
from lnl_gui.dataset.readers.text_files import read_text

_MOST_HOMES = 120
_seen: ContextVar[dict[Path, list[Path]] | None] = ContextVar("_seen", default=None)


@contextmanager
def listed_once() -> Iterator[None]:
    """Inside the block each folder is listed once, however many formats look for their files.

    A dozen formats look into the same folders, which may hold 100 000 images.
    """
    if _seen.get() is not None:
        yield
        return
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def homes(source: Path) -> list[Path]:
    """The folder, those inside and those inside them: archives unpack into folders of their own.

    Only the first hundred or so, nearest first: class folders are many and no homes.
    """
    found, level = [source], [source]
    for _ in range(2):
        level = [child for folder in level for child in _folders_in(folder)]
        found += level[: _MOST_HOMES - len(found)]
    return found


def _folders_in(folder: Path) -> list[Path]:
    seen = _seen.get()
    if seen is None:
        return _list_folders(folder)
    if folder not in seen:
        seen[folder] = _list_folders(folder)
    return seen[folder]


def _list_folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(e.name for e in entries if not is_ignored(e.name) and e.is_dir())
    except OSError:
        return []
    return [folder / name for name in names[:_MOST_HOMES]]


def lines_of(file: Path) -> list[str]:
    """The lines of a text file without blank ones and comments; none where it is missing."""
    if not file.is_file():
        return []
    text, _ = read_text(file)
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


def pairs_of(file: Path) -> Iterator[tuple[str, str]]:
    """Each line at its first blank: a key and the rest."""
    for line in lines_of(file):
        key, _, value = line.partition(" ")
        yield key, value.strip()
