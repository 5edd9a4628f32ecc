"""Every kind of job killed, at its writes and as a worker: `python -m tests.campaign.job_kills`.

After each kill the project opens, every verdict is there, the job is started again and gives what
it gives undisturbed, and nothing of the killed one is left behind.
"""

import argparse
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from lnl_gui.session.acts.team import open_pack
from lnl_gui.session.projects import free_name
from lnl_gui.session.session import Session
from lnl_gui.store.check import check_project
from lnl_gui.store.database.containment import MODELS, RUNS
from lnl_gui.store.history.pack_format import SUFFIX
from lnl_gui.store.jobs.job_kinds import JOB_KINDS
from lnl_gui.util.files.unfinished import sweep_unfinished
from lnl_gui.util.paths import cache_folder
from tests.campaign.computed import (
    CASES,
    RUN,
    JobCase,
    as_text,
    make_computed_project,
    project_in,
)
from tests.campaign.faults import count_changes, done_apart, killed_at
from tests.campaign.kills import Figures
from tests.campaign.states import first_of_each_kind, record_states

STATUSES = {1: 3, 2: 2, 3: 2, 4: 4}
"""Of `make_computed_project`, by row; all others are not reviewed."""


def make_apart(place: Path) -> Path:
    """`make_computed_project`, with every job's code loaded and none of it run in this process."""
    for kind in JOB_KINDS.values():
        import_module(kind.body)
    return Path(done_apart(lambda: str(make_computed_project(place))))


def load_what_is_loaded_late(case: JobCase, whole: Path, place: Path) -> None:
    """Import here what a job imports while it runs, so that each fork need not: seconds."""
    case.start(whole, place)
    names = done_apart(lambda: (case.run(place), " ".join(sys.modules))[1]).split()
    for name in names:
        # Some can only be imported by others.
        with suppress(Exception):
            import_module(name)


def kill_job(
    case: JobCase, whole: Path, place: Path, *, most: int | None = None, step: int = 1
) -> Figures:
    """Kill a job at every n-th change of a file, or at `most` changes evenly."""
    figures = Figures()
    case.start(whole, place)
    changes, undisturbed = count_changes(lambda: as_text(case.run(place)))
    numbers: Sequence[int] = range(1, changes + 1, step * case.sparing)
    if most is not None and most < changes:
        numbers = [1 + round((at + 0.5) * (changes - 1) / most) for at in range(most)]
    for number in numbers:
        case.start(whole, place)
        killed_at(number, lambda: case.run(place))
        figures.note(lambda: verify(case, place, undisturbed), what=f"{case.kind} at {number}")
    return figures


def kill_case(
    case: JobCase,
    whole: Path,
    place: Path,
    *,
    most: int | None = None,
    every: int = 1,
    step: int = 1,
) -> Iterator[tuple[str, Figures]]:
    """Kill a job as it can be afforded; what was tried, and its figures."""
    if case.slow and most is None:
        yield from kill_in_states(case, whole, place, every=every)
    else:
        yield case.kind, kill_job(case, whole, place, most=most, step=step)


def kill_in_states(
    case: JobCase, whole: Path, place: Path, *, every: int = 1
) -> Iterator[tuple[str, Figures]]:
    """Look at each state of the disk that a kill of a job can leave.

    In each the project opens and has every verdict; the job is done again in the first and last
    state before each kind of change, and in each n-th of all.
    """
    folders = (place, cache_folder() / "unfinished")
    load_what_is_loaded_late(case, whole, place)
    case.start(whole, place)
    states, changes, undisturbed = record_states(
        lambda: as_text(case.run(place)), folders, place.parent / "states"
    )
    chosen = first_of_each_kind(states, every=every)
    opened, again = Figures(), Figures()
    for state in states:
        state.restore(folders)
        what = f"{case.kind} before change {state.number}, {state.kind}"
        if state in chosen:
            again.note(lambda: verify(case, place, undisturbed), what=what)
        else:
            opened.note(lambda: check_verdicts(place), what=what)
    yield f"{case.kind}, done again", again
    if opened.tried:
        yield f"{case.kind}, opened", opened
    sys.stderr.write(f"{case.kind}: {len(states)} states of {changes} changes\n")


def verify(case: JobCase, place: Path, undisturbed: str) -> None:
    """What a person finds after a kill, and that the job can be done after all.

    Raises:
        AssertionError: where something is lost, left behind or different.
    """
    check_verdicts(place)
    sweep_unfinished()
    made = case.made(place)
    if made is not None and made.exists() and not case.goes_on:
        # A project is there whole or not at all.
        with Session.open(made, reviewer="ann") as session:
            assert len(session) == json.loads(undisturbed)["samples"]
        shutil.rmtree(made)
    if made is not None and made.suffix == SUFFIX and made.exists():
        # Whole as well: what somebody is sent opens.
        shutil.rmtree(open_pack(made, free_name(place / "new.lnl")))
    found = case.adopted(place)
    again = done_apart(lambda: as_text(case.run(place) if found is None else found))
    assert again == undisturbed, first_difference(again, undisturbed)
    check_verdicts(place)
    check_leftovers(case, place)


def check_verdicts(place: Path) -> None:
    """The project opens and has every verdict.

    Raises:
        AssertionError: when not.
    """
    with Session.open(project_in(place), reviewer="ann") as session:
        found = {row: int(s) for row, s in enumerate(session.columns.status) if s}
    assert found == STATUSES, found
    wrong = [
        fault for fault in check_project(project_in(place)) if "lnl-gui" not in str(fault.text)
    ]
    assert wrong == [], [str(fault.text) for fault in wrong]


def check_leftovers(case: JobCase, place: Path) -> None:
    """No file of a job that is gone.

    Raises:
        AssertionError: naming it.
    """
    hidden = [
        file
        for file in place.rglob(".*")
        # What takes an addition back is a folder of its own, which nobody reads as data.
        if file.name != ".lnl-gui" and not file.parent.name.startswith("shapes.undo")
    ]
    assert hidden == [], hidden
    for project in place.rglob("*.lnl"):
        with Session.open(project, read_only=True) as session:
            recorded = {run.id for run in session.runs.all()}
        for part in (RUNS, MODELS):
            if (project / part).is_dir():
                surplus = {found.name for found in (project / part).iterdir()} - recorded
                assert surplus == set(), surplus
        parts = list(project.glob(f"{RUNS}/*/parts"))
        assert parts == [], parts
    expected = {"work", "new.lnl", "new", "out", "elsewhere", "probabilities.csv", "truth.csv"}
    surplus = {found.name for found in place.iterdir()} - expected
    assert surplus == set(), surplus


def first_difference(found: str, wanted: str) -> str:
    """Where two long texts part."""
    at = next((i for i, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), 0)
    begin = max(0, at - 60)
    return f"...{found[begin : at + 60]}... instead of ...{wanted[begin : at + 60]}..."


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=[case.kind for case in (*CASES, RUN)])
    parser.add_argument("--most", type=int, help="kills of each kind; all by default")
    parser.add_argument(
        "--every", type=int, default=1, help="of what kills of slow jobs leave: each n-th, and kind"
    )
    options = parser.parse_args(arguments)
    logging.getLogger("lnl_gui").setLevel(logging.CRITICAL)
    lost = 0
    with tempfile.TemporaryDirectory(prefix="lnl-kills-") as folder:
        os.environ["LNL_HOME"] = f"{folder}/home"
        whole = make_apart(Path(folder) / "whole")
        for case in (*CASES, RUN):
            if case.kind not in options.kinds or not case.in_process:
                continue
            place = Path(folder) / "p"
            for name, figures in kill_case(
                case, whole, place, most=options.most, every=options.every
            ):
                lost += figures.lost
                print(f"kill: {name:24} {figures}", flush=True)
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main())
