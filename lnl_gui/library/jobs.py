"""Runs jobs on an open project in this process and records how they ended."""

import time
from collections.abc import Callable
from dataclasses import fields
from os import PathLike
from typing import Any

import numpy as np

from lnl_gui.jobs.runner import run_body
from lnl_gui.session.session import Session
from lnl_gui.store.database.read_only import read_only_error
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import JobParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.log import logger
from lnl_gui.util.messages import NOTHING, Message
from lnl_gui.util.progress import JobContext
from lnl_gui.util.translation import localized

ProgressCall = Callable[[str, int, int], object]
"""Is told the stage, and how much of it, or of the whole job, is done and there is; what it raises
stops the job."""


class CallContext:
    """A job context that reports to a function; what is logged goes to the program's log."""

    def __init__(self, progress: ProgressCall | None = None, *, threads: int | None = None) -> None:
        self.memory: dict[str, Any] = {}
        self.threads = threads
        self._progress = progress

    def progress(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        """Report one stage, or the whole job."""
        if self._progress is not None:
            self._progress(localized(stage), done, total)

    def log(self, message: Message) -> None:
        """Leave a line in the log."""
        logger.info(message)

    def event(self, name: str, **values: Any) -> None:
        """Live figures are for the window."""


def run_recorded(session: Session, parameters: JobParameters, context: JobContext) -> RunResult:
    """Run a job on an open project and record how it ended.

    Args:
        session: open for writing.
        parameters: of the kind of job to run.
        context: of the job.

    Raises:
        UserError: as the job's body, and when the project is open for reading only.
        Cancelled: when the context stopped it. The run is recorded as failed or cancelled and takes
            up where it stopped when the same is asked again.
    """
    why = session.project.why_read_only
    if why is not None:
        raise read_only_error(why, session.folder)
    run = session.runs.start(parameters)
    state, reason = runs.FAILED, NOTHING
    result: RunResult | None = None
    started = time.perf_counter()
    try:
        result = run_body(run.kind, run.parameters, context, project=session.folder, run_id=run.id)
        # Reading and recording included: what a person waits for.
        result.metrics.setdefault("seconds", round(time.perf_counter() - started, 3))
        state = runs.DONE
    except Cancelled:
        state = runs.CANCELLED
        raise
    # Also Ctrl+C: no run stays recorded as running when the program ends.
    except BaseException as error:
        reason = error.message if isinstance(error, UserError) else Message(str(error))
        raise
    finally:
        _record(session, run.id, state, result, reason)
    return result


def _record(
    session: Session, run_id: str, state: str, result: RunResult | None, reason: Message
) -> None:
    """Record how a run ended; of one that failed it is said why it did, and no more.

    Raises:
        UserError: when a run that is done cannot be recorded.
    """
    try:
        session.runs.finish(run_id, state, result, reason)
    except UserError as error:
        if state == runs.DONE:
            raise
        # Settled when the project is next opened.
        logger.warning("%s", error)


def known_options(kind: type, options: dict[str, Any]) -> dict[str, Any]:
    """The options, with paths as text.

    Raises:
        TypeError: for an unknown one, as Python refuses it.
    """
    names = {field.name for field in fields(kind)}
    for name in options:
        if name not in names:
            raise TypeError(f"unknown option {name!r}; there are {', '.join(sorted(names))}")
    return {
        name: str(value) if isinstance(value, PathLike) else _as_tuple(value)
        for name, value in options.items()
    }


def _as_tuple(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return tuple(value.tolist())
    return tuple(value) if isinstance(value, list) else value
