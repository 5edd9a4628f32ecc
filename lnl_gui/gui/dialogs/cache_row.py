"""How much the thumbnails take on disk, and a button that deletes them."""

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from lnl_gui.gui.dialogs.choices import size_text
from lnl_gui.gui.dialogs.form import hint
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.session.projects import thumbnail_bytes, trim_thumbnails
from lnl_gui.util.translation import tr


class _Sender(QObject):
    """Emits for a thread; has no parent, so that it outlives its receiver."""

    done = Signal(str)


class _Task(QRunnable):
    def __init__(self, work: Callable[[], str], sender: _Sender) -> None:
        super().__init__()
        self._work, self._sender = work, sender

    def run(self) -> None:
        try:
            said = self._work()
        except OSError as error:
            said = str(error)
        # The application may have ended meanwhile, and its objects with it.
        with suppress(RuntimeError):
            self._sender.done.emit(said)


class CacheRow(QWidget):
    """The size of the cache as it is now, and "Clear"."""

    def __init__(self) -> None:
        super().__init__()
        self.said = hint(tr("Counting…"))
        self.clear = QPushButton(tr("Clear"))
        self.clear.setAccessibleName(tr("Delete all thumbnails"))
        # Qt makes the buttons of a dialog auto-default: Return on it would delete thumbnails.
        self.clear.setAutoDefault(False)
        self.clear.clicked.connect(lambda: self._start(_cleared))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.said, 1)
        row.addWidget(self.clear)
        self._sender = _Sender()
        self._sender.done.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._start(_counted)

    def _start(self, work: Callable[[], str]) -> None:
        # The cache may hold a million files.
        self.clear.setEnabled(False)
        QThreadPool.globalInstance().start(_Task(work, self._sender))

    def _show(self, said: str) -> None:
        self.said.setText(said)
        self.clear.setEnabled(True)


def _counted() -> str:
    return size_text(thumbnail_bytes())


def _cleared() -> str:
    # They are made again where they are needed.
    return fill(tr("{:,} thumbnails deleted"), trim_thumbnails(0))
