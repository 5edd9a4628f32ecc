"""Loads images in threads, newest request first; stale results are dropped."""

from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from lnl_gui.containers.location import ImageLocation
from lnl_gui.gui.widgets.picture_reader import read_as_embedded
from lnl_gui.gui.widgets.quitting import before_quitting
from lnl_gui.gui.widgets.work_threads import ThreadSender, WorkThreads
from lnl_gui.pictures.rendering import AS_DECLARED, Rendering

# Of each loader: one slow file does not hold up the others; more take the worker's cores.
_THREADS = 2
_SMALLEST = 256
"""Pixels of the shorter side below which an image is not halved again."""


@dataclass(frozen=True)
class LoadedImage:
    """A picture and its halvings, largest first; empty with a reason when unreadable."""

    key: Hashable
    levels: tuple[QImage, ...]
    problem: str = ""
    absent: bool = False
    """Whether there is no such file."""


def halvings(image: QImage) -> tuple[QImage, ...]:
    """The image and its halvings of 256 pixels a side and more, for smooth shrinking."""
    levels = [image]
    while min(levels[-1].width(), levels[-1].height()) >= 2 * _SMALLEST:
        half = levels[-1].size() / 2
        levels.append(
            levels[-1].scaled(
                half,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    return tuple(levels)


class _Task:
    def __init__(
        self,
        key: Hashable,
        file: ImageLocation,
        side: int,
        rendering: Rendering,
        stamp: int,
        wanted: list[int],
        sender: ThreadSender,
    ) -> None:
        self._key, self._file, self._side = key, file, side
        self._rendering = rendering
        self._stamp, self._wanted, self._sender = stamp, wanted, sender

    def run(self) -> None:
        if self._stamp != self._wanted[0]:
            return
        result = self._load()
        # The window may have gone while the picture was read, and its objects with it.
        with suppress(RuntimeError):
            self._sender.sent.emit(self._stamp, result)

    def _load(self) -> LoadedImage:
        try:
            image = read_as_embedded(self._file, self._side, self._rendering)
        except FileNotFoundError:
            return LoadedImage(self._key, (), absent=True)
        except OSError as error:
            return LoadedImage(self._key, (), str(error))
        return LoadedImage(self._key, (image,) if self._side else halvings(image))


class ImageLoader(QObject):
    """Asks for pictures and announces them, on the GUI thread, as `loaded(LoadedImage)`."""

    loaded = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads = WorkThreads(_THREADS)
        # A list, so that the threads see the present stamp and not a copy.
        self._wanted = [0]
        self._order = 0
        self._sender = ThreadSender()
        self._sender.sent.connect(self._receive, Qt.ConnectionType.QueuedConnection)
        before_quitting(self.stop)

    def request(
        self,
        key: Hashable,
        file: ImageLocation,
        side: int = 0,
        rendering: Rendering = AS_DECLARED,
    ) -> None:
        """Ask for a picture; `side` bounds it, 0 asks for full quality."""
        self._order += 1
        task = _Task(key, file, side, rendering, self._wanted[0], self._wanted, self._sender)
        # The highest priority comes first, so the newest request.
        self._threads.start(task.run, self._order)

    def forget(self) -> None:
        """Drop all that was asked for; nothing of it will be announced."""
        self._wanted[0] += 1
        self._threads.clear()

    def stop(self) -> None:
        """Drop everything and let no thread outlive the program."""
        self.forget()
        self._threads.wait()

    def wait(self) -> None:
        """Wait until no thread works; what they announced is still to be received."""
        self._threads.wait()

    def _receive(self, stamp: int, result: LoadedImage) -> None:
        if stamp == self._wanted[0]:
            self.loaded.emit(result)
