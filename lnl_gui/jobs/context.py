"""Progress, log and cancellation of a job in the worker process."""

import threading
from collections.abc import Callable
from typing import Any

from lnl_gui.jobs.protocol import Event, JobMessage, Log, ProgressMessage
from lnl_gui.util.errors import Cancelled
from lnl_gui.util.messages import Message
from lnl_gui.util.process.cores import worker_threads
from lnl_gui.util.throttle import Throttle


class MessageContext:
    """A job context that sends messages and stops when told to.

    Args:
        send: takes each message; called from whichever thread reports.
        memory: kept from one job of this process to the next.
    """

    def __init__(
        self, send: Callable[[JobMessage], None], *, memory: dict[str, Any] | None = None
    ) -> None:
        self.memory: dict[str, Any] = {} if memory is None else memory
        self.threads: int | None = worker_threads()
        self._send = send
        # An event, because the request arrives on the thread that reads the pipe, not on the job's.
        self._cancel = threading.Event()
        self._throttle = Throttle()

    def cancel(self) -> None:
        """Make the next progress call raise `Cancelled`."""
        self._cancel.set()

    def progress(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        """Report progress, ten times a second at most.

        Raises:
            Cancelled: when the job was asked to stop.
        """
        # Before the throttle, so that the job stops at the next call and not at the next report
        # sent.
        if self._cancel.is_set():
            raise Cancelled
        # The time left of a whole job is measured over all of its stages.
        pace = self._throttle.report(None if whole else stage, done, total, name=stage)
        if pace is not None:
            self._send(ProgressMessage(stage, done, total, pace.rate, pace.eta_s, whole))

    def log(self, message: Message) -> None:
        """Add one line to the job's log."""
        self._send(Log(message))

    def event(self, name: str, **values: Any) -> None:
        """Send a small live figure."""
        self._send(Event(name, values))
