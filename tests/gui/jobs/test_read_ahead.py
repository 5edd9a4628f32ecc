"""Scores and budgets of many samples come from a thread, and are what they would be without."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.progress_words import budget_summary
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.widgets import background
from lnl_gui.gui.widgets.background import Background
from lnl_gui.session import project_runs
from lnl_gui.session.acts.verdicts import KEEP
from lnl_gui.session.samples.columns import ReadDetection
from lnl_gui.session.session import Session
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import DetectParameters
from lnl_gui.store.jobs.runs import RunResult

WAIT = 30_000


@pytest.fixture
def many(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window to which its forty samples are many."""
    monkeypatch.setattr(background, "MANY_SAMPLES", 1)
    return window


def review_of(window: MainWindow) -> ReviewModel:
    assert window.project.review is not None
    return window.project.review


def finished_detection(window: MainWindow, *, seed: int) -> tuple[Job, np.ndarray]:
    """A detection that the worker has just ended, and its suspicions."""
    session = review_of(window).session
    submitted: list[Job] = []

    def submit(kind: str, project: Path, run_id: str, parameters: dict[str, object]) -> Job:
        submitted.append(Job(7, kind, project, run_id, dict(parameters), JobState.DONE))
        return submitted[-1]

    usual, window.controller.submit = window.controller.submit, submit  # type: ignore[method-assign]
    window.workflow.start(DetectParameters(seed=seed))
    window.controller.submit = usual  # type: ignore[method-assign]
    (job,) = submitted
    suspicion = np.random.default_rng(seed).random(len(session)).astype(np.float32)
    arrays = {
        "suspicion": suspicion,
        "suggested": session.columns.given,
        "flagged": suspicion > 0.5,
        "loss": suspicion,
        "cluster": np.arange(len(session), dtype=np.int32),
    }
    for name, values in arrays.items():
        np.save(session.folder / "runs" / job.run_id / f"{name}.npy", values)
    job.result = RunResult()
    window.workflow._mine[job.number] = review_of(window)
    return job, suspicion


def test_the_window_shows_what_the_thread_has_read(
    qtbot: QtBot, many: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, reads = review_of(many), list[ReadDetection]()

    def read(*arguments: object) -> ReadDetection:
        reads.append(usual(*arguments))
        return reads[-1]

    usual: Callable[..., ReadDetection] = project_runs.read_detection
    monkeypatch.setattr(project_runs, "read_detection", read)
    job, suspicion = finished_detection(many, seed=3)
    with qtbot.waitSignal(many.workflow.ended, timeout=WAIT):
        many.controller.finished.emit(job)
        # Not yet: the window's thread has not been given them.
        assert not np.array_equal(review.session.columns.suspicion, suspicion)
    columns = review.session.columns
    assert len(reads) == 1 and columns.suspicion is reads[0].scores.suspicion
    np.testing.assert_array_equal(columns.suspicion, suspicion)
    np.testing.assert_array_equal(columns.cluster, np.arange(len(suspicion)))
    assert review.session.runs.latest("detect").id == job.run_id  # type: ignore[union-attr]


def test_closing_meanwhile_puts_the_detection_on_record(many: MainWindow) -> None:
    folder = review_of(many).session.folder
    job, suspicion = finished_detection(many, seed=4)
    many.controller.finished.emit(job)
    many.project.close()
    with Session.open(folder) as session:
        assert session.runs.latest("detect").id == job.run_id  # type: ignore[union-attr]
        assert {run.state for run in session.runs.all()} == {runs.DONE}
        np.testing.assert_array_equal(session.columns.suspicion, suspicion)


def test_another_job_comes_after_the_scores_that_are_being_read(many: MainWindow) -> None:
    job, _ = finished_detection(many, seed=5)
    many.controller.finished.emit(job)
    assert not many.workflow.start_quietly(DetectParameters(seed=6))
    newer, _ = finished_detection(many, seed=7)
    states = {run.id: run.state for run in review_of(many).session.runs.all()}
    assert states[job.run_id] == runs.DONE and states[newer.run_id] == runs.RUNNING


def test_the_budget_of_many_is_that_of_few(qtbot: QtBot, many: MainWindow) -> None:
    review, panel = review_of(many), many.tools.progress
    assert panel is not None and many.page is not None
    many.page.details.setCurrentWidget(panel)
    generator = np.random.default_rng(0)
    for turn in range(4):
        rows = generator.choice(40, 3, replace=False)
        review.undo() if turn == 2 else review.decide_rows(KEEP, rows)
        panel.refresh()
        statistics = review.session.statistics
        wanted = {
            "next_samples": panel.next_samples.value(),
            "target_rate": panel.target.value() / 100,
        }
        title, text, _ = budget_summary(statistics.budget(**wanted))
        assert statistics.budgeting(**wanted)() == statistics.budget(**wanted)
        qtbot.waitUntil(
            lambda title=title, text=text: (
                (panel.budget_title.text(), panel.budget_text.text()) == (title, text)
            ),
            timeout=WAIT,
        )


def test_times_read_in_a_thread_hold_until_the_next_verdict(many: MainWindow) -> None:
    session = review_of(many).session
    session.keep(np.array([1, 2]))
    session.columns.__dict__.pop("verdict_time", None)
    session.statistics.budgeting()()
    session.keep(np.array([3]))
    assert session.columns.knows_verdict_times
    followed = session.columns.verdict_time.copy()
    session.columns.__dict__.pop("verdict_time")
    np.testing.assert_allclose(session.columns.verdict_time, followed, atol=5.0)
    assert (followed > 0).sum() == 3
    # What was read before a verdict that came since is not taken.
    session.columns.__dict__.pop("verdict_time")
    late = session.statistics.budgeting()
    session.keep(np.array([4]))
    late()
    session.keep(np.array([5]))
    assert not session.columns.knows_verdict_times


def test_what_a_newer_computation_has_replaced_is_not_handed_over(qtbot: QtBot) -> None:
    taken: list[object] = []
    computing = Background()
    computing.compute(lambda: "old", taken.append)
    computing.compute(lambda: 1 / 0, taken.append)
    qtbot.waitUntil(lambda: taken == [None], timeout=WAIT)
    computing.compute(lambda: "new", taken.append)
    qtbot.waitUntil(lambda: taken == [None, "new"], timeout=WAIT)
    computing.compute(lambda: "forgotten", taken.append)
    computing.stop()
    computing.compute(lambda: "last", taken.append)
    qtbot.waitUntil(lambda: taken[-1] == "last", timeout=WAIT)
    assert taken == [None, "new", "last"]
    computing.stop()
