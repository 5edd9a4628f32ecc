"""The real worker process killed in each kind of job: `python -m tests.campaign.worker_kills`.

The window lives on, as it does: it records that the job was interrupted, has every verdict, and the
job started again in a new worker ends well.
"""

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from lnl_gui.jobs import protocol
from lnl_gui.jobs.protocol import JobMessage
from lnl_gui.session.session import Session
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.job_kinds import kind_of, to_dict
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.files.unfinished import sweep_unfinished
from tests.campaign.computed import CASES, JobCase, project_in
from tests.campaign.job_kills import check_leftovers, check_verdicts, make_apart
from tests.campaign.kills import Figures
from tests.worker.client import WorkerClient

_ENDS = (protocol.Done, protocol.CancelledMessage, protocol.ErrorMessage)


def kill_worker(case: JobCase, whole: Path, place: Path, *, after: int) -> None:
    """Kill the worker at its n-th message and have the job done by another one.

    Raises:
        AssertionError: where something is lost or left behind.
    """
    case.start(whole, place)
    if not case.needs_project:
        _work(case, place, "", after=after)
        sweep_unfinished()
        made = case.made(place)
        if made is None or not made.exists():
            assert isinstance(_work(case, place, "")[-1], protocol.Done)
    else:
        with Session.open(project_in(place), reviewer="ann") as session:
            run = session.runs.start(case.parameters(place))
            told = _work(case, place, run.id, after=after)
            if not isinstance(told[-1], protocol.Done):
                session.runs.finish(run.id, runs.INTERRUPTED, None)
                run = session.runs.start(case.parameters(place))
                told = _work(case, place, run.id)
            if case.refused:
                assert isinstance(told[-1], protocol.ErrorMessage), told[-1]
                session.runs.finish(run.id, runs.FAILED, None)
            else:
                assert isinstance(told[-1], protocol.Done), told[-1]
                result = told[-2]
                assert isinstance(result, RunResult), result
                session.runs.finish(run.id, runs.DONE, result)
    sweep_unfinished()
    check_verdicts(place)
    check_leftovers(case, place)


def _work(case: JobCase, place: Path, run_id: str, *, after: int | None = None) -> list[JobMessage]:
    """Messages of a job; with `after` until the worker is killed at so many, unless it ends."""
    parameters = case.parameters(place)
    project = project_in(place) if case.needs_project else place / "new.lnl"
    with WorkerClient() as worker:
        worker.start(kind_of(parameters).name, project, run_id, to_dict(parameters))
        if after is None:
            return worker.until_end()
        return worker.until(_counted(after))


def _counted(after: int) -> Callable[[JobMessage], bool]:
    seen = 0

    def enough(message: JobMessage) -> bool:
        nonlocal seen
        seen += 1
        return seen >= after or isinstance(message, _ENDS)

    return enough


def kill_workers(case: JobCase, whole: Path, place: Path, *, moments: Sequence[int]) -> Figures:
    """Kill the worker in one kind of job at several of its messages."""
    figures = Figures()
    for after in moments:
        figures.note(
            lambda: kill_worker(case, whole, place, after=after),  # noqa: B023 - called at once
            what=f"worker: {case.kind} at message {after}",
        )
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--moments", type=int, nargs="+", default=[1, 4])
    options = parser.parse_args(arguments)
    logging.getLogger("lnl_gui").setLevel(logging.CRITICAL)
    lost = 0
    with tempfile.TemporaryDirectory(prefix="lnl-workers-") as folder:
        os.environ["LNL_HOME"] = f"{folder}/home"
        whole = make_apart(Path(folder) / "whole")
        for case in CASES:
            if not options.kinds or case.kind in options.kinds:
                place = Path(folder) / "p"
                figures = kill_workers(case, whole, place, moments=options.moments)
                lost += figures.lost
                print(f"kill of the worker: {case.kind:12} {figures}", flush=True)
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main())
