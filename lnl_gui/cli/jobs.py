"""Run a job's body in this process, the way the window runs it in its worker."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.tracking import final_points, tracked
from lnl_gui.jobs.runner import run_body
from lnl_gui.jobs.tracking import TrackTo
from lnl_gui.library.jobs import run_recorded
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.job_kinds import kind_of, to_dict
from lnl_gui.store.jobs.parameters import (
    DemoParameters,
    FinetuneParameters,
    ImportParameters,
    JobParameters,
    TuneParameters,
)
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.messages import message
from lnl_gui.util.process.early_interrupt import STOPS, interrupt


@contextmanager
def cancel_on_interrupt(context: TerminalContext) -> Iterator[None]:
    """The first Ctrl+C asks the job to stop at a safe point, the second one stops at once.

    The same goes for a system that ends the command, and for a terminal that is closed.
    """

    def ask(number: int, _frame: FrameType | None) -> None:
        context.cancel()
        # The next one raises `KeyboardInterrupt`, also in a library that never reports progress.
        for taken in before:
            signal.signal(taken, interrupt)
        again = message("Stopping; press Ctrl+C again to stop at once.")
        # A terminal that has been closed shows nothing any more.
        with suppress(OSError):
            context.log(again if number == signal.SIGINT else message("Stopping at a safe point."))

    before: dict[int, Any] = {}
    try:
        for number in STOPS:
            # Taken over where a stop would raise: what is ignored, as by nohup, stays so, and what
            # another program does about it is its own.
            if signal.getsignal(number) in {signal.default_int_handler, interrupt}:
                before[number] = signal.signal(number, ask)
    except ValueError:  # not the main thread: whoever called us handles interrupts
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def import_dataset(parameters: ImportParameters, *, quiet: bool = False) -> RunResult:
    """Make a project from a dataset."""
    return make_project(parameters, quiet=quiet)


def make_project(
    parameters: ImportParameters | DemoParameters, *, quiet: bool = False
) -> RunResult:
    """Run a job that makes a project: an import, or the demo."""
    with TerminalContext(quiet=quiet) as context, cancel_on_interrupt(context):
        return run_body(
            kind_of(parameters).name,
            to_dict(parameters),
            context,
            project=Path(parameters.project),
            # There is no project yet that could record a run.
            run_id="",
        )


def run_job(
    session: Session,
    parameters: JobParameters,
    *,
    quiet: bool = False,
    threads: int | None = None,
    track: Sequence[TrackTo] = (),
) -> RunResult:
    """Run a job on an open project and record how it ended.

    Args:
        session: open for writing.
        parameters: of the kind of job to run.
        quiet: show nothing but warnings.
        threads: processor threads the job may use; None means all there are.
        track: where the curves of a training go too.

    Raises:
        UserError, Cancelled: as the job's body; the run is recorded as failed or cancelled and
            takes up where it stopped when the same command is given again.
    """
    with (
        TerminalContext(quiet=quiet, threads=threads) as context,
        cancel_on_interrupt(context),
    ):
        if not track or not isinstance(parameters, FinetuneParameters | TuneParameters):
            return run_recorded(session, parameters, context)
        with tracked(track, parameters, context, project=session.folder) as followed:
            result = run_recorded(session, parameters, followed)
            followed.points(final_points(result.metrics), 0)
            return result
