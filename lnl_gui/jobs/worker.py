"""The worker process: reads `start`, `cancel` and `shutdown`, runs one job at a time.

Descriptor 1 is duplicated for the protocol and then pointed at descriptor 2 before anything heavy
is imported, so that no library's print can break the protocol. End of input means that the window
is gone: a running job is asked to stop, and after a grace period the process ends.
"""

import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import lnl_gui
from lnl_gui.jobs import protocol
from lnl_gui.jobs.context import MessageContext
from lnl_gui.jobs.launch import BACKGROUND, give_way
from lnl_gui.jobs.protocol import JobMessage, Start
from lnl_gui.jobs.runner import run_body
from lnl_gui.store.jobs.job_kinds import JOB_KINDS
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.log import log_to_file, logger
from lnl_gui.util.process.crash_reports import report_error
from lnl_gui.util.process.crash_watch import reported, watched
from lnl_gui.util.translation import (
    chosen_language,
    language_code,
    load_language,
    use_language,
)

GRACE_SECONDS = 5.0
IDLE_SECONDS = 600.0
PART = "worker"
"""By which crash reports name this part of the program."""

Send = Callable[[JobMessage], None]


def main(arguments: Sequence[str] = ()) -> int:
    """Run the worker on this process's standard input and output."""
    background = BACKGROUND in arguments
    # First of all: threads keep the priority they were started with, and OpenMP reads its variables
    # once.
    give_way(background=background)
    # Unbuffered: each message is one write, which the window gets at once.
    output = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    log_to_file("background-worker" if background else "worker")
    # What a job writes for people, such as a report, is in their language.
    use_language(load_language(language_code(chosen_language())))
    # The job's threads and the reading thread send; without the lock their lines would mix.
    lock = threading.Lock()

    def send(message: JobMessage) -> None:
        line = protocol.encode(message)
        with lock:
            try:
                output.write(line)
            except OSError:  # the window is gone; the reader notices too
                logger.info("could not send %s", type(message).__name__)

    with watched(PART), reported(PART):
        return Worker(send).serve(os.fdopen(os.dup(0), "rb"))


class Worker:
    """Serves jobs one after the other.

    Args:
        send: takes each message to the window.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._jobs: queue.Queue[_Job | None] = queue.Queue()
        self._newest: MessageContext | None = None
        self._memory: dict[str, Any] = {}
        self._stopping = False

    def serve(self, stream: BinaryIO) -> int:
        """Work until told to shut down, until input ends, or until idle for long."""
        # Reading has a thread of its own, so that a cancel is read while a job computes. A daemon:
        # it waits on a pipe that may never close.
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()
        self._send(protocol.Ready(os.getpid(), lnl_gui.__version__))
        while True:
            try:
                # A warm worker spares the next job the seconds that importing torch takes, but
                # holds its memory.
                job = self._jobs.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                return 0
            if job is None or self._stopping:
                return 0
            self._run(job)
            kind = JOB_KINDS.get(job.start.kind)
            if kind is not None and (kind.ends_worker or (kind.frees_gpu and _has_used_gpu())):
                return 0

    def _read(self, stream: BinaryIO) -> None:
        for line in stream:
            try:
                message = protocol.decode(line)
            except UserError as error:
                self._send(protocol.error_of(error))
                continue
            if isinstance(message, Start):
                # The context exists before the job begins, so that no cancel is lost between.
                self._newest = MessageContext(self._send, memory=self._memory)
                self._jobs.put(_Job(message, self._newest))
            elif isinstance(message, protocol.Cancel):
                self._cancel()
            elif isinstance(message, protocol.Shutdown):
                break
        self._stop()

    def _cancel(self) -> None:
        if self._newest is not None:
            self._newest.cancel()

    def _stop(self) -> None:
        self._stopping = True
        self._cancel()
        self._jobs.put(None)
        # A job deep in one library call may not look at its context for long.
        # `os._exit` and not `sys.exit`, which would only end the timer's own thread.
        timer = threading.Timer(GRACE_SECONDS, os._exit, args=(1,))
        timer.daemon = True
        timer.start()

    def _run(self, job: "_Job") -> None:
        start = job.start
        try:
            result = run_body(
                start.kind,
                start.parameters,
                job.context,
                project=Path(start.project),
                run_id=start.run_id,
            )
        except Cancelled:
            self._send(protocol.CancelledMessage())
        except Exception as error:
            # A failed job is told to the window; the worker lives on for the next one.
            details = traceback.format_exc()
            if not isinstance(error, UserError):
                report_error(PART, error)
            logger.error("job %s failed\n%s", start.kind, details)
            self._send(protocol.error_of(error, details))
        else:
            self._send(result)
            self._send(protocol.Done())


def _has_used_gpu() -> bool:
    """Whether this process may hold memory of a GPU; without one the next job finds torch here."""
    # Asked only where a job has loaded it: this process opens without torch.
    torch = sys.modules.get("torch")
    return torch is not None and (
        torch.cuda.is_initialized()
        or torch.xpu.is_initialized()
        or torch.backends.mps.is_available()
    )


@dataclass(frozen=True)
class _Job:
    start: Start
    context: MessageContext
