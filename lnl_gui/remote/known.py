"""What was last heard of objects, in the user's cache: sizes and stamps of millions, on disk.

A listing of a million keys takes a thousand requests and minutes; whoever needs the same a little
later finds it here. Nothing is lost with the file: what is not known is asked again.
"""

import functools
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from lnl_gui.remote.objects import RemoteObject
from lnl_gui.util.paths import cache_folder

T = TypeVar("T")
logger = logging.getLogger(__name__)
_AT_ONCE = 500
_WAIT = 20.0
"""Seconds that one process waits while another writes."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS object (url TEXT PRIMARY KEY, size INTEGER NOT NULL,"
    " stamp TEXT NOT NULL, seen REAL NOT NULL) WITHOUT ROWID"
)


class KnownObjects:
    """A table of objects, used by several threads and processes."""

    def __init__(self, file: Path) -> None:
        self._file, self._lock = file, threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def put(self, objects: Iterable[RemoteObject], seen: float | None = None) -> None:
        """Note objects as they were seen now, or at another moment (seconds since the epoch)."""
        moment = time.time() if seen is None else seen
        rows = [(o.url, o.size, o.stamp, moment) for o in objects]

        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany("INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?)", rows)

        self._with(write, None)

    def get(self, url: str) -> RemoteObject | None:
        """What was last heard of an object."""
        return self.several([url]).get(url)

    def several(self, urls: Sequence[str], *, since: float = 0.0) -> dict[str, RemoteObject]:
        """What was heard of objects since a moment; those not heard of are left out."""
        found: dict[str, RemoteObject] = {}
        nothing: list[tuple[str, int, str]] = []
        for start in range(0, len(urls), _AT_ONCE):
            part = urls[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            query = f"SELECT url, size, stamp FROM object WHERE seen >= ? AND url IN ({marks})"

            read = partial(_rows, query=query, values=(since, *part))
            found |= {row[0]: RemoteObject(*row) for row in self._with(read, nothing)}
        return found

    def forget_below(self, prefix: str, *, before: float) -> None:
        """Forget what a listing from that moment on has not found again."""

        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute(
                    "DELETE FROM object WHERE url >= ? AND url < ? AND seen < ?",
                    (prefix, f"{prefix}\U0010ffff", before),
                )

        self._with(write, None)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._shut()

    def _shut(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _with(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What `work` gives; a damaged table is made anew, and one that fails is done without."""
        with self._lock:
            for _ in range(2):
                try:
                    return work(self._open())
                except sqlite3.OperationalError as error:
                    logger.warning("%s: %s", self._file, error)
                    break
                except (sqlite3.DatabaseError, OSError) as error:
                    logger.warning("%s is made anew: %s", self._file, error)
                    self._shut()
                    with suppress(OSError):
                        self._file.unlink(missing_ok=True)
        return otherwise

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            found = sqlite3.connect(self._file, timeout=_WAIT, check_same_thread=False)
            self._connection = found
            found.execute("PRAGMA journal_mode = WAL")
            # What a power cut takes is asked again.
            found.execute("PRAGMA synchronous = OFF")
            found.execute(_TABLE)
        return self._connection


def _rows(
    connection: sqlite3.Connection, *, query: str, values: tuple[float | str, ...]
) -> list[tuple[str, int, str]]:
    return connection.execute(query, values).fetchall()


def known_objects() -> KnownObjects:
    """The table of this process."""
    return _known(cache_folder() / "remote" / "objects.sqlite", os.getpid())


@functools.cache
def _known(file: Path, process: int) -> KnownObjects:
    # By process: SQLite's connections do not survive a fork.
    return KnownObjects(file)
