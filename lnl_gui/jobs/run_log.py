"""The log file of a run, written beside the messages that the job sends."""

import time
import traceback
from pathlib import Path
from typing import Any

from lnl_gui.store.jobs.runs import LOG
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message
from lnl_gui.util.progress import JobContext


class LoggedContext:
    """A job context that also writes the log to a file.

    Args:
        context: the one that progress, events and log go on to.
        folder: the run's folder.
    """

    def __init__(self, context: JobContext, folder: Path) -> None:
        self.memory, self.threads = context.memory, context.threads
        self._context = context
        self._file = folder / LOG

    def progress(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        """Report progress; raises `Cancelled` when asked to stop."""
        self._context.progress(stage, done, total, whole=whole)

    def event(self, name: str, **values: Any) -> None:
        """Send a small live figure."""
        self._context.event(name, **values)

    def log(self, message: Message) -> None:
        """Add one line to the job's log."""
        self.note(str(message))
        self._context.log(message)

    def note(self, message: str) -> None:
        """Add to the file alone."""
        try:
            # Opened for each line: a killed process loses none, and Windows can delete the folder
            # meanwhile.
            with self._file.open("a", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(f"{time.strftime('%H:%M:%S')} {message}\n")
        except OSError:
            # A full disk is met by the job itself, which says so better.
            return

    def note_failure(self, error: Exception) -> None:
        """Why the job did not finish; a bug with its traceback."""
        if isinstance(error, Cancelled):
            self.note("cancelled")
        elif isinstance(error, UserError):
            self.note(str(error))
        else:
            self.note("".join(traceback.format_exception(error)).rstrip())
