"""Thumbnails as pixmaps, loaded on demand."""

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from lnl_gui.containers.location import ImageLocation
from lnl_gui.gui.grid.cache import PixmapCache
from lnl_gui.gui.grid.loader import LoadedThumbnail, Request, ThumbnailLoader
from lnl_gui.pictures.rendering import Rendering


class ThumbnailSource(Protocol):
    """Where samples' pixels lie, such as the images of a session."""

    def file_of(self, row: int) -> ImageLocation: ...
    def thumbnail_of(self, row: int) -> Path | None: ...

    @property
    def rendering(self) -> Rendering: ...


class Thumbnails(QObject):
    """Pixmaps by row at one size, loaded when asked for."""

    ready = Signal(int)
    """The row whose pixmap (or failure) has arrived."""

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        loader: ThumbnailLoader | None = None,
        cache: PixmapCache | None = None,
    ) -> None:
        super().__init__(parent)
        self._loader = loader or ThumbnailLoader(self)
        self._cache = cache or PixmapCache()
        self._source: ThumbnailSource | None = None
        self._asked: set[tuple[int, int]] = set()
        self._failed: set[int] = set()
        self._gone: set[int] = set()
        self._stamp = 0
        self._loader.loaded.connect(self._store)
        self._loader.dropped.connect(self._forget)

    def set_source(self, source: ThumbnailSource | None) -> None:
        """Show another project, or the same one after its thumbnails changed."""
        self._source = source
        self._stamp += 1
        self._loader.set_stamp(self._stamp)
        self._cache.clear()
        self._asked.clear()
        self._failed.clear()
        self._gone.clear()

    def set_wanted(self, rows: frozenset[int]) -> None:
        """The rows on screen or close to it."""
        self._loader.set_wanted(rows)

    def failed(self, row: int) -> bool:
        """Whether the row's image could not be read."""
        return row in self._failed

    def gone(self, row: int) -> bool:
        """Whether it could not be read because its file is gone."""
        return row in self._gone

    def pixmap(self, row: int, side: int) -> QPixmap | None:
        """The row's picture within `side` device pixels; None (and a request) if not there yet."""
        found = self._cache.get((row, side))
        # A file that cannot be read would be read at every repaint.
        if found is None and row not in self._failed:
            self._ask(row, side)
        return found

    def stop(self) -> None:
        """End the threads; call before the window goes."""
        self.set_source(None)
        self._loader.stop()

    def _ask(self, row: int, side: int) -> None:
        # A cell may be painted many times before its picture comes.
        if self._source is None or (row, side) in self._asked:
            return
        self._asked.add((row, side))
        thumbnail, original = self._source.thumbnail_of(row), self._source.file_of(row)
        rendering = self._source.rendering
        self._loader.request(Request(self._stamp, row, side, thumbnail, original, rendering))

    def _forget(self, request: Request) -> None:
        if request.stamp == self._stamp:
            self._asked.discard((request.row, request.side))

    def _store(self, loaded: LoadedThumbnail) -> None:
        request = loaded.request
        # Read for another project, or before its thumbnails were made.
        if request.stamp != self._stamp:
            return
        self._asked.discard((request.row, request.side))
        if loaded.image is None:
            self._failed.add(request.row)
            if loaded.gone:
                self._gone.add(request.row)
        else:
            self._cache.put((request.row, request.side), QPixmap.fromImage(loaded.image))
        self.ready.emit(request.row)
