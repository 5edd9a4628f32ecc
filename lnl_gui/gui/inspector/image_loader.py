"""Loads images in threads, newest request first; stale results are dropped."""

from collections.abc import Hashable
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


def _load(key: Hashable, file: ImageLocation, side: int, rendering: Rendering) -> LoadedImage:
    try:
        image = read_as_embedded(file, side, rendering)
    except FileNotFoundError:
        return LoadedImage(key, (), absent=True)
    except OSError as error:
        return LoadedImage(key, (), str(error))
    return LoadedImage(key, (image,) if side else halvings(image))


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
        wanted, stamp, sender = self._wanted, self._wanted[0], self._sender

        def work() -> None:
            if stamp == wanted[0]:
                sender.send(stamp, _load(key, file, side, rendering))

        # The highest priority comes first, so the newest request.
        self._threads.start(work, self._order)

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
