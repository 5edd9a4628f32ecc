"""A clock set back, standing still, or a lifetime off: nothing is lost, nothing is stopped."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.main import run_verb
from lnl_gui.session.figures.budget import verdicts_per_minute
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED
from lnl_gui.store.history import journal_queries
from lnl_gui.store.history.audits import is_drawn_after, save_audit
from lnl_gui.store.history.merge import merge
from lnl_gui.store.jobs.parameters import ExportParameters
from lnl_gui.store.jobs.runs import RunResult, latest_run, write_result
from lnl_gui.store.project import open_project
from lnl_gui.store.run_inputs import inputs_of
from lnl_gui.util.moments import utc_text
from tests.builders import add_detection, make_project
from tests.campaign.projects import make_whole_project
from tests.conftest import home_of_its_own

NO_BATTERY, LAST_CENTURY_OF_ZIP = 86_400.0, 4_500_000_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the clock says; set its only element."""
    now = [1_800_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    return now


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with home_of_its_own(tmp_path_factory):
        return make_whole_project(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("step", [-3600.0, 0.0])
def test_what_was_done_last_counts_in_other_copies_too(
    tmp_path: Path, clock: list[float], step: float
) -> None:
    here = make_project(tmp_path / "here.lnl", count=9)
    there = Path(shutil.copytree(here, tmp_path / "there.lnl"))
    with Session.open(there, reviewer="ann") as session:
        for act in (lambda: session.exclude(np.array([1])), *5 * (session.undo, session.redo)):
            act()
            clock[0] += step
        session.remarks.note(np.array([2]), "before")
        clock[0] += step
        session.remarks.note(np.array([2]), "after")
    with open_project(here) as project:
        merge(project, there)
        times = [operation.time for operation in journal_queries.operations(project)]
        assert times == sorted(set(times))
    with Session.open(here, reviewer="bob") as session:
        assert session.columns.status[1] == EXCLUDED
        assert session.remarks.notes_of(2) == {"ann": "after"}


def test_an_export_is_older_than_the_verdicts_after_it(tmp_path: Path, clock: list[float]) -> None:
    folder = make_project(tmp_path / "p.lnl", count=9)
    parameters = ExportParameters(str(tmp_path / "out"), images="none", model_formats=())
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.array([1]))
        clock[0] -= 3600
        run = session.runs.start(parameters)
        result = RunResult({}, {"exported": 9}, inputs_of(session.project, parameters))
        write_result(run.folder, result)
        session.runs.finish(run.id, "done", result)
        assert not session.is_outdated("export")
        clock[0] -= 3600
        session.exclude(np.array([2]))
        assert session.is_outdated("export")
    with Session.open(folder, reviewer="ann") as session:
        assert session.is_outdated("export")
        session.undo()
        assert not session.is_outdated("export")


def test_an_audit_is_newer_than_the_detection_before_it(tmp_path: Path, clock: list[float]) -> None:
    folder = make_project(tmp_path / "p.lnl", count=9)
    for known in (False, True):
        add_detection(folder)
        clock[0] -= 3600
        with open_project(folder) as project:
            found = latest_run(project, "detect")
            assert found is not None
            if not known:
                audit = save_audit(
                    project,
                    np.arange(3),
                    reviewer="ann",
                    seed=0,
                    stratified=False,
                    population=9,
                    detection=found.id,
                )
            newer = is_drawn_after(project, audit, found.id, started=found.started)
            assert newer == (not known)


def test_a_sitting_that_lies_ahead_is_over(tmp_path: Path, clock: list[float]) -> None:
    folder = make_project(tmp_path / "p.lnl", count=9)
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.array([1]))
        clock[0] -= 86_400
        sitting = session.statistics.sitting()
        assert sitting is not None and sitting.is_over()
        assert verdicts_per_minute(session.project, "ann", now=clock[0]) == []


@pytest.mark.parametrize("now", [NO_BATTERY, LAST_CENTURY_OF_ZIP])
def test_archives_are_written_whatever_the_clock_says(
    whole: Path, tmp_path: Path, clock: list[float], now: float
) -> None:
    clock[0] = now
    for number, name in enumerate(("npz", "xlsx")):
        place = tmp_path / f"out{number}"
        command = ["export", str(whole), str(place), "--format", name, "--accept-unjudged"]
        assert run_verb(command) == 0
        files = [*place.rglob("*.npz"), *place.rglob("*.xlsx")]
        assert len(files) == 1 and zipfile.ZipFile(files[0]).testzip() is None
    pack = tmp_path / "for-bob.lnlpack"
    assert run_verb(["pack", str(whole), str(pack), "--all"]) == 0
    assert run_verb(["unpack", str(pack), "--project", str(tmp_path / "bob.lnl")]) == 0


@pytest.mark.parametrize("when", [1e300, float("inf"), -1e300, "yesterday"])
def test_times_that_no_clock_gives_are_read(tmp_path: Path, when: object) -> None:
    folder = make_project(tmp_path / "p.lnl", count=9)
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.array([1]))
        connection = session.project.connection
        with connection:
            connection.execute("UPDATE op SET time = ?", (when,))
        session.exclude(np.array([2]))
        assert all(map(utc_text, _times(session)))
    with Session.open(folder, reviewer="ann") as session:
        assert session.statistics.sitting() is not None
        assert session.history(1)


def _times(session: Session) -> list[float]:
    return [operation.time for operation in journal_queries.operations(session.project)]
