"""Computes in a thread what takes long, and hands the newest result to the window's thread."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt

from lnl_gui.gui.widgets.work_threads import ThreadSender, WorkThreads
from lnl_gui.util.log import logger

MANY_SAMPLES = 100_000
"""From so many on a computation over all samples is felt; over fewer it is quicker than a thread
of its own."""


class Background(QObject):
    """One computation at a time; what a newer one has replaced is never handed over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads = WorkThreads(1)
        self._stamp = 0
        self._take: Callable[[Any], object] | None = None
        self._sender = ThreadSender()
        self._sender.sent.connect(self._receive, Qt.ConnectionType.QueuedConnection)

    def compute(self, work: Callable[[], Any], take: Callable[[Any], object]) -> None:
        """Have `work` done, which touches nothing of the window, and `take` called with its result.

        `take` is called with None where the work has failed.
        """
        self.forget()
        self._take, stamp, sender = take, self._stamp, self._sender

        def run() -> None:
            try:
                found = work()
            except Exception:
                logger.warning("computed without result", exc_info=True)
                found = None
            sender.send(stamp, found)

        self._threads.start(run)

    def forget(self) -> None:
        """Hand over nothing of what has been asked for."""
        self._stamp += 1
        self._take = None
        self._threads.clear()

    def stop(self) -> None:
        """Forget what has been asked for, and wait for what is being computed."""
        self.forget()
        self._threads.wait()

    def _receive(self, stamp: int, found: object) -> None:
        take = self._take
        if stamp == self._stamp and take is not None:
            self._take = None
            take(found)
