"""The jobs list: this sitting's jobs, runs of earlier ones, and what all of them said."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.jobs.job_text import job_title, progress_text
from lnl_gui.gui.jobs.panel import Divider
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.widgets.basic import duration
from lnl_gui.session.changes import Changes
from lnl_gui.session.session import Session
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import DetectParameters, ExportParameters, FinetuneParameters
from lnl_gui.store.jobs.runs import Run, RunResult
from lnl_gui.util.messages import Message, message
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a failed training and two re-rankings of which one was replaced."""
    made = make_project(tmp_path / "animals.lnl", 40)
    with Session.open(made) as session:
        first = session.runs.latest("detect")
        assert first is not None
        for seed in (1, 2):
            run = session.runs.start(DetectParameters(seed=seed))
            shutil.copytree(first.folder, run.folder, dirs_exist_ok=True)
            session.runs.finish(
                run.id, runs.DONE, RunResult({}, {"flagged": 20, "rate": 0.123456789})
            )
            if seed == 1:
                shutil.rmtree(run.folder)
        failed = session.runs.start(FinetuneParameters(epochs=7))
        (failed.folder / runs.LOG).write_text("11:02:03 begun\n11:02:04 a line\n", "utf-8")
        session.runs.finish(failed.id, runs.FAILED, None, Message("The disk is full."))
    return made


def texts(window: MainWindow) -> list[str]:
    model = window.job_panel.model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def choose(window: MainWindow, row: int) -> str:
    window.job_panel.table.setCurrentIndex(window.job_panel.model.index(row, 0))
    return window.job_panel.log.toPlainText()


def test_runs_of_earlier_sittings_are_listed_and_told(
    open_window: OpenWindow, folder: Path
) -> None:
    window = open_window(folder)
    window.action_table["jobs"].trigger()
    assert texts(window)[:2] == ["EARLIER", "Fine-tune"]
    assert texts(window)[-1] == "1 re-ranking replaced by newer ones"
    assert texts(window).count("Detect") == 2
    model = window.job_panel.model
    assert model.index(1, 1).data() == "Failed" and model.index(2, 1).data() == "Done"
    assert model.flags(model.index(0, 0)) == Qt.ItemFlag.NoItemFlags
    assert not window.job_panel.cancel.isEnabled()
    failed = choose(window, 1)
    for words in ("Fine-tune: Failed", "The disk is full.", "epochs: 7", "11:02:04 a line"):
        assert words in failed
    assert "flagged: 20" in choose(window, 2) and "rate: 0.123457" in choose(window, 2)


def test_a_job_of_this_sitting_stands_once_and_before_the_others(
    open_window: OpenWindow, folder: Path
) -> None:
    window = open_window(folder)
    assert window.project.review is not None
    run = window.project.review.session.runs.start(ExportParameters("out"))
    window.controller.jobs.append(Job(1, "export", folder, run.id, {}, JobState.DONE))
    window.project.review.session.runs.finish(run.id, runs.DONE, RunResult())
    window.project.review.announce(Changes(runs=True))
    assert texts(window)[:3] == ["Export", "EARLIER", "Fine-tune"]
    assert texts(window).count("Export") == 1
    window.projects.close_project()
    assert texts(window) == ["Export"]


def test_re_rankings_of_this_sitting_are_one_line(
    open_window: OpenWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(folder)
    states = [JobState.DONE, JobState.CANCELLED, JobState.FAILED, JobState.DONE]
    window.controller.jobs += [
        Job(number, "detect", folder, f"r{number}", {}, state)
        for number, state in enumerate(states, start=1)
    ]
    monkeypatch.setattr(window.workflow, "is_quiet", lambda _job: True)
    window.job_panel.refresh()
    lines = window.job_panel.model.lines
    assert [line.number for line in lines if isinstance(line, Job)] == [4, 3]
    last = lines[-1]
    assert texts(window)[:2] == ["Re-ranking"] * 2
    assert isinstance(last, Divider) and last.text.startswith("3 re-rankings")


def test_a_project_opens_whose_runs_were_deleted(open_window: OpenWindow, folder: Path) -> None:
    for run in (folder / "runs").iterdir():
        shutil.rmtree(run)
    window = open_window(folder)
    assert window.project.review is not None
    assert window.project.review.session.runs.latest("detect") is None
    assert len(window.project.review.order) == 40
    assert not any(
        isinstance(line, Run) and line.is_superseded for line in window.job_panel.model.lines
    )
    assert "removed" in choose(window, 1)


def test_of_a_whole_job_the_time_left_is_said_and_no_units() -> None:
    job = Job(1, "finetune", Path("p.lnl"), "1", {}, state=JobState.RUNNING)
    job.stage, job.done, job.total = message("curated labels: {s}", s="last block"), 312, 1000
    job.rate, job.eta_s, job.whole = 1.5, 458.0, True
    assert progress_text(job) == f"{duration(458.0)} left for all of it"
    assert job_title(job).endswith("curated labels: last block · 31 %")
    job.eta_s = None
    assert progress_text(job) == ""
    job.whole = False
    assert progress_text(job) == "312 of 1,000  ·  1.5 a second"
