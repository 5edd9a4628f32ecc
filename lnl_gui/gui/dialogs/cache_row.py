"""How much the thumbnails take on disk, and a button that deletes them."""

from collections.abc import Callable
from functools import partial
from threading import Event

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from lnl_gui.gui.dialogs.choices import size_text
from lnl_gui.gui.dialogs.form import hint
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.widgets.background import Background
from lnl_gui.session.projects import thumbnail_bytes, trim_thumbnails
from lnl_gui.util.errors import Cancelled
from lnl_gui.util.progress import Progress
from lnl_gui.util.translation import tr

_Work = Callable[[Progress], str]


class CacheRow(QWidget):
    """The size of the cache as it is now, and "Clear"."""

    def __init__(self) -> None:
        super().__init__()
        self.said = hint()
        self.clear = QPushButton(tr("Clear"))
        self.clear.setAccessibleName(tr("Delete all thumbnails"))
        # Qt makes the buttons of a dialog auto-default: Return on it would delete thumbnails.
        self.clear.setAutoDefault(False)
        self.clear.clicked.connect(self._clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.said, 1)
        row.addWidget(self.clear)
        self._background, self._stopped = Background(self), Event()
        self._start(_counted, tr("Counting…"))

    def stop(self) -> None:
        """End what is being counted or deleted; call before the row goes."""
        self._stopped.set()
        self._background.stop()

    def _clear(self) -> None:
        self._start(_cleared, tr("Deleting… Closing the preferences ends it."))

    def _start(self, work: _Work, meanwhile: str) -> None:
        # The cache may hold a million files.
        self.said.setText(meanwhile)
        self.clear.setEnabled(False)
        # Without the row: whoever lets go of it last destroys it, and that must not be the thread.
        self._background.compute(partial(_result, work, self._stopped), self._show)

    def _show(self, said: str | None) -> None:
        self.said.setText(said or "")
        self.clear.setEnabled(True)


def _result(work: _Work, stopped: Event) -> str:
    def go_on(done: int, total: int) -> None:
        if stopped.is_set():
            raise Cancelled

    try:
        return work(go_on)
    except OSError as error:
        return str(error)
    except Cancelled:
        return ""


def _counted(progress: Progress) -> str:
    return size_text(thumbnail_bytes(progress))


def _cleared(progress: Progress) -> str:
    # They are made again where they are needed.
    return fill(tr("{:,} thumbnails deleted"), trim_thumbnails(0, progress))
