"""Decodes the loupe's pictures in threads, keeps those just seen, and reads the next ones ahead."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from lnl_gui.containers.location import ImageLocation
from lnl_gui.gui.inspector.image_loader import halvings
from lnl_gui.gui.loupe.tone import NEUTRAL, Tone, toned
from lnl_gui.gui.widgets.picture_reader import read_as_embedded, read_with_range
from lnl_gui.gui.widgets.quitting import before_quitting
from lnl_gui.gui.widgets.work_threads import ThreadSender, WorkThreads
from lnl_gui.pictures.rendering import Range, Rendering

BUDGET_BYTES = 384 * 2**20
"""Of decoded pictures: two of the largest with their halvings, or a hundred photographs."""
_THREADS = 2
_AHEAD, _SHOWN = 0, 1
"""Priorities: what is looked at comes before what may be next."""

Source = Callable[[int], tuple[ImageLocation, Rendering, ImageLocation | None]]
"""Where the image of a row lies, how its dataset is shown, and its thumbnail if there is one."""


@dataclass(frozen=True)
class LoupePicture:
    """A picture and its halvings, largest first; empty when unreadable.

    `problem` is the reason; with a picture, that one is only the thumbnail. `usual` are the values
    that are black and white in one of more than 8 bits, else None.
    """

    row: int
    levels: tuple[QImage, ...] = ()
    usual: Range | None = None
    tone: Tone = NEUTRAL
    problem: str = ""

    @property
    def size_bytes(self) -> int:
        """What it takes in memory."""
        return sum(level.sizeInBytes() for level in self.levels)


@dataclass(frozen=True)
class _Task:
    """What a thread is to do: `plain` is the picture in its usual tone where it is known."""

    row: int
    tone: Tone
    place: ImageLocation
    rendering: Rendering
    thumbnail: ImageLocation | None
    plain: LoupePicture | None

    def picture(self) -> LoupePicture:
        try:
            plain = self.plain or self._read(self.rendering)
            if self.tone.is_neutral or not plain.levels:
                return plain
            # Of more than 8 bits only the file holds what lies outside the range usually shown.
            if plain.usual is not None:
                deep = self._read(self.tone.rendering(plain.usual))
                return replace(deep, usual=plain.usual, tone=self.tone)
            levels = tuple(toned(level, self.tone) for level in plain.levels)
            return replace(plain, levels=levels, tone=self.tone)
        except OSError as error:
            return self._thumbnail(str(error))

    def _thumbnail(self, problem: str) -> LoupePicture:
        """What is left to see of an image whose file is gone; in its usual tone."""
        nothing = LoupePicture(self.row, tone=self.tone, problem=problem)
        if self.thumbnail is None:
            return nothing
        try:
            image = read_as_embedded(self.thumbnail)
        except OSError:
            return nothing
        return replace(nothing, levels=halvings(image))

    def _read(self, rendering: Rendering) -> LoupePicture:
        read = read_with_range(self.place, 0, rendering)
        return LoupePicture(self.row, halvings(read.image), read.black_white)


class LoupePictures(QObject):
    """Pictures by row, announced on the GUI thread as `ready(row)`."""

    ready = Signal(int)

    def __init__(self, source: Source, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._plain: OrderedDict[int, LoupePicture] = OrderedDict()
        self._toned: dict[int, LoupePicture] = {}
        self._tone = NEUTRAL
        self._shown: tuple[int, ...] = ()
        self._generation = 0
        self._threads = WorkThreads(_THREADS)
        self._sender = ThreadSender()
        self._sender.sent.connect(self._receive, Qt.ConnectionType.QueuedConnection)
        before_quitting(self.stop)

    def want(self, shown: Sequence[int], ahead: Sequence[int], tone: Tone) -> None:
        """Read the rows looked at in a tone, then those that may be next as they are."""
        # What was wanted a moment ago is not looked at any more.
        self._threads.clear()
        if tone != self._tone:
            self._toned.clear()
        self._tone, self._shown = tone, tuple(shown)
        for row in shown:
            if self.picture(row) is None:
                self._start(row, tone, _SHOWN)
        for row in ahead:
            if row not in self._plain:
                self._start(row, NEUTRAL, _AHEAD)

    def picture(self, row: int) -> LoupePicture | None:
        """The picture of a row in the tone asked for last, if it has been read."""
        if not self._tone.is_neutral:
            return self._toned.get(row)
        if row in self._plain:
            self._plain.move_to_end(row)
        return self._plain.get(row)

    def plain(self, row: int) -> LoupePicture | None:
        """The picture of a row in its usual tone, if it has been read."""
        return self._plain.get(row)

    def forget(self) -> None:
        """Drop everything: files or their rendering may have changed."""
        self._threads.clear()
        self._generation += 1
        self._plain.clear()
        self._toned.clear()

    def stop(self) -> None:
        """Drop everything and let no thread outlive the project."""
        self.forget()
        self._threads.wait()

    def _start(self, row: int, tone: Tone, priority: int) -> None:
        task = _Task(row, tone, *self._source(row), self._plain.get(row))
        generation, sender = self._generation, self._sender
        self._threads.start(lambda: sender.send(generation, task.picture()), priority)

    def _receive(self, generation: int, picture: LoupePicture) -> None:
        # Read before the files, or how they are rendered, changed.
        if generation != self._generation:
            return
        if picture.tone.is_neutral:
            self._keep(picture)
        # While it was read another tone may have been asked for.
        elif picture.tone == self._tone:
            # Those looked at alone: every tone that was passed would be kept otherwise.
            self._toned = {row: kept for row, kept in self._toned.items() if row in self._shown}
            self._toned[picture.row] = picture
        if self.picture(picture.row) is not None:
            self.ready.emit(picture.row)

    def _keep(self, picture: LoupePicture) -> None:
        self._plain[picture.row] = picture
        used = sum(kept.size_bytes for kept in self._plain.values())
        # The newest stays even when it alone is over the budget, or it would be read without end.
        while used > BUDGET_BYTES and len(self._plain) > 1:
            used -= self._plain.popitem(last=False)[1].size_bytes
