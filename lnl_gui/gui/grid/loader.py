"""Loads thumbnails in threads, the newest request first, invisible ones dropped.

After a long fling only what is on screen now is worth reading: requests wait on a stack, and one
whose turn comes after it left the screen is dropped unread.
"""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from lnl_gui.containers.location import ImageLocation
from lnl_gui.gui.widgets.picture_reader import is_gone, read_as_embedded, read_cached
from lnl_gui.gui.widgets.work_threads import WorkThreads
from lnl_gui.pictures.rendering import AS_DECLARED, Rendering

# More than any screen shows with what is read ahead; older requests are off screen by then.
MAXIMUM_WAITING = 4096
THUMBNAIL_SIDE = 256
"""The longer side of a cached thumbnail; beyond it the original is read."""


@dataclass(frozen=True)
class Request:
    """Request of one thumbnail; `side` in device pixels, `stamp` for project and generation."""

    stamp: int
    row: int
    side: int
    thumbnail: Path | None
    original: ImageLocation
    rendering: Rendering = AS_DECLARED


@dataclass(frozen=True)
class LoadedThumbnail:
    """The answer; `image` is None when the file cannot be read, since it is `gone` or damaged."""

    request: Request
    image: QImage | None
    gone: bool = False


def read_image(request: Request) -> QImage | None:
    """Decode at no more than the size wanted; the original where the thumbnail is too small."""
    readers = [_read_thumbnail, _read_original]
    if request.side > THUMBNAIL_SIDE:
        readers.reverse()
    for read in readers:
        # Off-thread, as is the conversion to what a pixmap wants.
        with suppress(OSError):
            return read(request)
    return None


def _read_thumbnail(request: Request) -> QImage:
    if request.thumbnail is None:
        raise FileNotFoundError
    return read_cached(request.thumbnail, request.side)


def _read_original(request: Request) -> QImage:
    return read_as_embedded(request.original, request.side, request.rendering)


class ThumbnailLoader(QObject):
    """A stack of requests and a few threads that empty it."""

    loaded = Signal(object)
    """A `LoadedThumbnail`, delivered on the GUI thread."""
    dropped = Signal(object)
    """A `Request` that was no longer wanted when its turn came."""

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        threads: int | None = None,
        read: Callable[[Request], QImage | None] = read_image,
    ) -> None:
        super().__init__(parent)
        self._read = read
        # One core stays with the window.
        self._threads = WorkThreads(threads or max(1, min(4, (os.cpu_count() or 2) - 1)))
        self._lock = threading.Lock()
        self._waiting: dict[tuple[int, int], Request] = {}
        self._active = 0
        self._stamp = 0
        self._wanted: tuple[frozenset[int], bool] = (frozenset(), False)

    def set_stamp(self, stamp: int) -> None:
        """From now on only requests with this stamp are worth reading."""
        with self._lock:
            self._stamp = stamp
            self._waiting.clear()

    def set_wanted(self, rows: frozenset[int]) -> None:
        """The rows on screen or close to it; every other request is dropped at its turn."""
        with self._lock:
            self._wanted = (rows, True)

    def request(self, request: Request) -> None:
        """Put a request on top of the stack."""
        key = (request.row, request.side)
        overflow = None
        with self._lock:
            # Put in again, a request is the newest: a dict keeps the order of insertion.
            self._waiting.pop(key, None)
            self._waiting[key] = request
            if len(self._waiting) > MAXIMUM_WAITING:
                overflow = self._waiting.pop(next(iter(self._waiting)))
            # Counted under the lock that also finds the stack empty: a thread about to end must not
            # pass for one that will serve this request.
            start = self._active < self._threads.count
            self._active += start
        if overflow is not None:
            self.dropped.emit(overflow)
        if start:
            self._threads.start(self.drain)

    def stop(self) -> None:
        """Forget what waits and let the running reads end."""
        with self._lock:
            self._waiting.clear()
        self._threads.wait()

    def drain(self) -> None:
        """Serve requests until the stack is empty; runs on a thread of its own."""
        while (request := self._take()) is not None:
            if not self._is_wanted(request):
                self.dropped.emit(request)
                continue
            try:
                image = self._read(request)
            except OSError:
                image = None
            gone = image is None and is_gone(request.original)
            self.loaded.emit(LoadedThumbnail(request, image, gone))

    def _take(self) -> Request | None:
        with self._lock:
            if not self._waiting:
                self._active -= 1
                return None
            # The newest: after a long fling the page is full in 0.5 s; a plain queue took 28.5 s.
            return self._waiting.popitem()[1]

    def _is_wanted(self, request: Request) -> bool:
        with self._lock:
            rows, known = self._wanted
            return request.stamp == self._stamp and (not known or request.row in rows)
