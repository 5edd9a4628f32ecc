"""LMDB databases. A key is the database's key, quoted as in web addresses."""

import functools
import os
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.lmdb_values import read_value
from lnl_gui.containers.pixels import Pixels
from lnl_gui.util.messages import message

DATA = "data.mdb"


class SharedDatabase:
    """An open database, shared inside a process: LMDB allows a file to be opened only once.

    Args:
        path: the folder with `data.mdb`, or the file itself.

    Raises:
        ImportError: when lmdb is not installed.
        ContainerError: when it is cut short.
        Exception: what lmdb raises for other files.
    """

    def __init__(self, path: Path) -> None:
        self._key = (os.getpid(), str(path.resolve()))
        with _lock():
            shared = _open()
            opened, users = shared.get(self._key) or (_environment(path), 0)
            shared[self._key] = opened, users + 1
        self.opened = opened

    def close(self) -> None:
        """Let go of the database; the last user closes it."""
        with _lock():
            opened, users = _open()[self._key]
            if users > 1:
                _open()[self._key] = opened, users - 1
                return
            del _open()[self._key]
        opened.close()


class LmdbContainer:
    """An open database whose values hold images."""

    def __init__(self, path: Path) -> None:
        self._environment = SharedDatabase(path)

    def read(self, key: str) -> bytes | Pixels:
        """The image in a value.

        Raises:
            ContainerError: when there is no such key, or no image in its value.
        """
        with self._environment.opened.begin() as transaction:
            data = transaction.get(unquote_to_bytes(key))
        if data is None:
            raise ContainerError(message("`{key}` names no image", key=key[:80]))
        image = read_value(data).image
        if image is None:
            raise ContainerError(message("the value of `{key}` holds no image", key=key[:80]))
        return image

    def close(self) -> None:
        """Let go of the database."""
        self._environment.close()


def open_container(path: Path) -> LmdbContainer:
    """Open a database."""
    return LmdbContainer(path)


def database_key(key: bytes) -> str:
    """A key of a database as a member's key."""
    return quote_from_bytes(key, safe="/")


def _environment(path: Path) -> Any:
    import lmdb  # noqa: PLC0415 -- few need it

    is_folder = path.is_dir()
    # Without locks, which would write beside the data.
    opened = lmdb.open(str(path), readonly=True, lock=False, subdir=is_folder, create=False)
    pages, size = opened.info()["last_pgno"] + 1, opened.stat()["psize"]
    # Mapped pages beyond the end of a file would end the process.
    if pages * size > (path / DATA if is_folder else path).stat().st_size:
        opened.close()
        raise ContainerError(message("cut short: the file is smaller than it says"))
    return opened


@functools.cache
def _open() -> dict[tuple[int, str], tuple[Any, int]]:
    return {}


@functools.cache
def _lock() -> threading.Lock:
    return threading.Lock()
