"""Names of the files directly inside a folder, listed once while a dataset is read.

Several tables of a folder may be tried, and each looks for its images in the same folders.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_seen: ContextVar[dict[str, frozenset[str]] | None] = ContextVar("_seen", default=None)


@contextmanager
def names_kept() -> Iterator[None]:
    """Inside the block `regular_files` asks for each folder once."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def regular_files(folder: str) -> frozenset[str]:
    """The names of files, and of links to files, directly inside; none of what cannot be read."""
    seen = _seen.get()
    if seen is None:
        return _listed(folder)
    if folder not in seen:
        seen[folder] = _listed(folder)
    return seen[folder]


def _listed(folder: str) -> frozenset[str]:
    try:
        with os.scandir(folder) as entries:
            return frozenset(entry.name for entry in entries if _is_file(entry))
    except (OSError, ValueError):
        return frozenset()


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False
