"""Bytes of objects in the user's cache, up to a size; those read longest ago go first.

A file is named by the object's URL and state and ends in a digest of its bytes, so that another
state is another file, and half a file is none. Several processes use it at once: files appear
whole and are deleted whole, and whoever finds one gone fetches it again.
"""

import functools
import hashlib
import logging
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from lnl_gui.remote.objects import RemoteObject
from lnl_gui.util.files.atomic import temporary_name
from lnl_gui.util.paths import cache_folder

logger = logging.getLogger(__name__)
LIMIT_VARIABLE = "LNL_REMOTE_CACHE_GIB"
_DEFAULT_GIB = 20.0
_DIGEST = 16
_TOUCHED_AGAIN = 3600
"""Seconds after which a file's reading is noted again: a note costs a write."""
_SWEPT_AGAIN = 3600
_PART = 16
"""A process makes room whenever it has added such a part of the limit."""
_KEPT_SHARE = 0.9


class KeptBytes:
    """A folder of objects' bytes.

    Args:
        folder: nobody else's.
        limit: bytes it may hold; a sixteenth more between two clearings.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder, self._limit = folder, limit
        self._lock, self._added, self._started = threading.Lock(), 0, False

    def get(self, found: RemoteObject) -> bytes | None:
        """The bytes of an object in this state, None where they are not kept whole."""
        file = self._file(found)
        try:
            content = file.read_bytes()
        except OSError:
            return None
        data = content[:-_DIGEST]
        if content[-_DIGEST:] != _digest(data):
            logger.warning("%s is damaged and fetched again", file)
            with suppress(OSError):
                file.unlink()
            return None
        self._note_use(file)
        return data

    def has(self, found: RemoteObject) -> bool:
        """Whether something is kept of an object in this state."""
        return self._file(found).is_file()

    def put(self, found: RemoteObject, data: bytes) -> None:
        """Keep an object's bytes; a disk that is full keeps nothing."""
        if len(data) > self._limit // 4:
            return
        file = self._file(found)
        temporary = file.with_name(temporary_name(file.name))
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # Not flushed to the disk: the digest tells what a power cut has left.
            temporary.write_bytes(data + _digest(data))
            temporary.replace(file)
        except OSError as error:
            logger.warning("%s is not kept: %s", found.url.partition("?")[0], error)
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            return
        self._make_room(len(data))

    def _file(self, found: RemoteObject) -> Path:
        identity = f"{found.url}\0{found.size}\0{found.stamp}"
        name = hashlib.blake2b(identity.encode("utf-8", "surrogateescape"), digest_size=16)
        digest = name.hexdigest()
        return self._folder / digest[:2] / digest[2:]

    def _note_use(self, file: Path) -> None:
        with suppress(OSError):
            if time.time() - file.stat().st_mtime > _TOUCHED_AGAIN:
                os.utime(file)

    def _make_room(self, size: int) -> None:
        with self._lock:
            self._added += size
            first, self._started = not self._started, True
            if self._added < self._limit // _PART and not (first and self._is_due()):
                return
            self._added = 0
        self.clear_excess()

    def _is_due(self) -> bool:
        """Whether no process has cleared up for a while: many short ones add up too."""
        try:
            return time.time() - (self._folder / "swept").stat().st_mtime > _SWEPT_AGAIN
        except OSError:
            return True

    def clear_excess(self) -> None:
        """Delete what was read longest ago until nine tenths of the limit are left."""
        with suppress(OSError):
            (self._folder / "swept").touch()
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        if total <= self._limit:
            return
        for _, size, file in files:
            if total <= self._limit * _KEPT_SHARE:
                break
            # Windows deletes no file that is being read; it goes another time.
            with suppress(OSError):
                file.unlink()
                total -= size

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        for part in self._folder.glob("[0-9a-f][0-9a-f]"):
            with suppress(OSError), os.scandir(part) as entries:
                for entry in entries:
                    with suppress(OSError):
                        facts = entry.stat()
                        found.append((facts.st_mtime, facts.st_size, Path(entry.path)))
        return found


def kept_bytes() -> KeptBytes:
    """The cache of this process."""
    return _kept(cache_folder() / "remote" / "bytes", cache_limit())


def cache_limit() -> int:
    """Bytes that the cache may hold."""
    try:
        gib = float(os.environ.get(LIMIT_VARIABLE, "") or _DEFAULT_GIB)
    except ValueError:
        gib = _DEFAULT_GIB
    return int(max(0.0, gib) * (1 << 30))


@functools.cache
def _kept(folder: Path, limit: int) -> KeptBytes:
    return KeptBytes(folder, limit)


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST).digest()
