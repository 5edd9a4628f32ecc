"""A job done in a thread of the window's own process, for what only the project's writer may do.

Its body touches neither Qt nor what the window shows; its progress arrives as the messages that a
worker would send.
"""

import threading
import traceback
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from lnl_gui.jobs import protocol
from lnl_gui.jobs.context import MessageContext
from lnl_gui.jobs.protocol import JobMessage
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.log import logger
from lnl_gui.util.process.crash_reports import report_error
from lnl_gui.util.progress import JobContext

Body = Callable[[JobContext], RunResult]
STOP_SECONDS = 10.0
"""How long a window that closes waits for the body to notice that it is cancelled."""


class LocalWork(QObject):
    """Runs one job body in a thread and emits its messages."""

    sent = Signal(object)
    """A `protocol.JobMessage`, on the thread of whoever listens."""

    def __init__(self, body: Body, parent: QObject) -> None:
        super().__init__(parent)
        self._body = body
        self._context = MessageContext(self._send)
        self._over = False
        # Python would wait for others at its end, and a body may not look for the cancel for long.
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the body to stop at its next report of progress."""
        self._context.cancel()

    def wait(self) -> None:
        """Wait up to `STOP_SECONDS` for the body to end; messages from now on are dropped."""
        self._over = True
        self._thread.join(STOP_SECONDS)

    def _send(self, message: JobMessage) -> None:
        if not self._over:
            self.sent.emit(message)

    def _run(self) -> None:
        try:
            result = self._body(self._context)
        except Cancelled:
            self._send(protocol.CancelledMessage())
        except Exception as error:
            # Told to the window, as a worker would.
            details = traceback.format_exc()
            if not isinstance(error, UserError):
                report_error("window", error)
            logger.error("work failed\n%s", details)
            self._send(protocol.error_of(error, details))
        else:
            self._send(result)
            self._send(protocol.Done())
