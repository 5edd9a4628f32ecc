"""Stand-ins for a machine that does not give files or list folders."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def unread(names: set[str], error: Exception, *, heads: bool = False) -> Iterator[list[str]]:
    """Files of these names raise `error` when they are read; gives the names of all that are read.

    Args:
        names: of files.
        error: what the machine says.
        heads: also when they are opened; else they open, and their bytes do not come.
    """
    read: list[str] = []
    whole, opened = Path.read_bytes, Path.open

    def read_bytes(self: Path) -> bytes:
        read.append(self.name)
        if self.name in names:
            raise error
        return whole(self)

    def open_it(self: Path, *arguments: Any, **options: Any) -> Any:
        if heads and self.name in names:
            raise error
        return opened(self, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_bytes", read_bytes)
        patch.setattr(Path, "open", open_it)
        yield read


@contextmanager
def unlisted(folders: set[Path], error: OSError) -> Iterator[None]:
    """Folders that raise `error` when they are listed."""
    scandir = os.scandir

    def scan(path: Any = ".") -> Any:
        if not isinstance(path, int) and Path(os.fsdecode(path)) in folders:
            raise error
        return scandir(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "scandir", scan)
        yield
