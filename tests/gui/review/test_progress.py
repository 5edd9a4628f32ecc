"""Budget and pace in the window, and re-ranking that moves nothing the eye is on."""

import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lnl_gui.cli.verbs.audit import describe
from lnl_gui.gui.charts.review_progress import ReviewFigures, errors_text
from lnl_gui.gui.dialogs.preferences import Preferences, PreferencesDialog
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.model.view import rearrange
from lnl_gui.gui.review.progress_words import audit_summary, budget_summary
from lnl_gui.gui.review.reranking import DONE_TEXT
from lnl_gui.gui.review.tools import ReviewTools
from lnl_gui.gui.settings.review_settings import ReviewSettings, review_settings
from lnl_gui.gui.settings.settings import Settings, load_settings
from lnl_gui.gui.shell.controllers import preferences
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.session.acts.verdicts import KEEP
from lnl_gui.session.figures.budget import verdicts_per_minute
from lnl_gui.session.statistics import ReviewStatistics
from lnl_gui.store.dataset.samples import KEPT
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized
from tests.builders import add_images, draw_images
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project


def in_one_minute(review: ReviewModel) -> list[float]:
    session = review.session
    return verdicts_per_minute(session.project, session.reviewer, now=time.time() + 1)


def parts(window: MainWindow) -> tuple[ReviewModel, ReviewTools]:
    assert window.project.review is not None
    return window.project.review, window.tools


def test_the_progress_tab_states_budget_and_pace(qtbot: QtBot, window: MainWindow) -> None:
    review, tools = parts(window)
    panel = tools.progress
    assert panel is not None and window.page is not None
    window.page.details.setCurrentWidget(panel)
    qtbot.waitUntil(lambda: "expect" in panel.budget_title.text())
    # The next ten of forty whose suspicion falls evenly from 0.99 to 0.01.
    panel.next_samples.setValue(10)
    expected = np.linspace(0.99, 0.01, 40)[:10].sum()
    assert f"next 10, expect {expected:.0f} errors" in panel.budget_title.text()
    review.verdict(KEEP)
    review.verdict(KEEP)
    assert in_one_minute(review) == [2.0]
    panel.target.setValue(60.0)
    # By expectation alone: the interval reaches further.
    rate = review.session.statistics.budget(target_rate=0.6).residual_rate
    assert rate.value < 0.6 < rate.high
    assert panel.budget_title.text() == "Probably enough"
    assert "an audit of a random sample tells" in panel.budget_text.text()
    panel.target.setValue(100.0)
    assert panel.budget_title.text() == "Enough"
    panel.target.setValue(60.0)
    assert load_settings().preferences
    kept = review_settings(load_settings())
    assert (kept.next_samples, kept.target_percent) == (10, 60.0)


def test_where_no_label_may_be_wrong_no_number_is_told_and_none_is_enough(
    window: MainWindow,
) -> None:
    review, _ = parts(window)
    budget = review.session.statistics.budget(next_samples=10, target_rate=1.0)
    assert budget.enough and budget_summary(budget)[2] == "good"
    title, text, role = budget_summary(budget, at_random=True)
    assert role == "warning" and "expect" not in title and "if errors are at random" in text
    errors = budget.remaining_errors
    plain = errors_text(ReviewFigures(0, 9, errors=errors))
    assert plain == f"{errors.value:.0f} errors left ({errors.low:.0f} to {errors.high:.0f})"
    said = errors_text(ReviewFigures(0, 9, errors=errors, at_random=True))
    assert said == f"{errors.low:.0f}–{errors.high:.0f} errors left (if errors are at random)"


def test_an_empty_budget_has_words(window: MainWindow) -> None:
    review, _ = parts(window)
    review.decide_rows(KEEP, np.arange(40))
    assert budget_summary(review.session.statistics.budget())[0] == "Everything is reviewed"


def test_what_was_never_judged_is_in_no_number_and_never_green(
    qtbot: QtBot, open_window: OpenWindow, project: Path
) -> None:
    add_images(project, 7)
    draw_images(project)
    review, tools = parts(window := open_window(project))
    panel = tools.progress
    assert panel is not None and window.page is not None
    window.page.details.setCurrentWidget(panel)
    panel.target.setValue(90.0)
    qtbot.waitUntil(lambda: "not been judged" in panel.budget_text.text())
    said = panel.budget_text.text()
    assert "In the 40 samples judged and not reviewed" in said and "would be" not in said
    assert "7 samples have not been judged" in said
    assert panel.budget_title.property("role") == "warning"
    assert "errors in what was judged" in panel.chart.accessibleDescription()
    review.decide_rows(KEEP, np.arange(40))
    qtbot.waitUntil(lambda: "Everything" in panel.budget_title.text())
    assert panel.budget_title.text() == "Everything that was judged is reviewed"
    assert panel.budget_title.property("role") == "warning"
    review.decide_rows(KEEP, np.arange(40, 47))
    qtbot.waitUntil(lambda: panel.budget_title.text() == "Everything is reviewed")
    assert panel.budget_title.property("role") == "good"


def test_a_first_look_is_said_to_be_one_above_its_figures(
    qtbot: QtBot, open_window: OpenWindow, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(project)
    _, tools = parts(window)
    panel = tools.progress
    assert panel is not None and window.page is not None
    window.page.details.setCurrentWidget(panel)
    qtbot.waitUntil(lambda: bool(panel.budget_title.text()))
    assert not panel.provisional.isVisible()
    said = message("Provisional")
    monkeypatch.setattr(ReviewStatistics, "provisional", property(lambda _self: said))
    panel.target.setValue(2.0)
    assert panel.provisional.isVisible() and panel.provisional.text() == "Provisional"


def test_an_audit_speaks_of_what_was_not_flagged_when_it_was_drawn(window: MainWindow) -> None:
    review, _ = parts(window)
    drawn = review.session.statistics.draw_audit(5)
    for row in drawn.rows.tolist():
        review.decide_rows(KEEP, np.array([row]))
    # A later detection may flag what was drawn from.
    review.session.columns.flagged[:] = True
    [report] = review.session.statistics.audit_reports()
    assert "among 20 not flagged when it was drawn" in audit_summary(report)[1]
    assert str(describe(report)).endswith("of 20 samples not flagged when it was drawn")


def test_settings_of_another_type_are_as_they_come() -> None:
    spoilt = Settings(preferences=(("rerank_every", "often"), ("target_percent", 2)))
    assert review_settings(spoilt) == ReviewSettings(target_percent=2)


def test_rearranging_keeps_the_head_and_what_is_decided() -> None:
    status = np.zeros(10, np.uint8)
    status[5] = KEPT
    order = np.array([0, 1, 2, 3, 4, 5, 6])
    # 0 and 4 are no longer wanted, 9 is new and the worst, 6 comes before 3.
    wanted = np.array([9, 6, 3, 5, 2, 1])
    result = rearrange(order, wanted, status, 3)
    assert result[:3].tolist() == [0, 1, 2]
    assert result.tolist() == [0, 1, 2, 9, 6, 5, 3] and sorted(result[3:]) == [3, 5, 6, 9]


def test_rearranging_a_tail_that_becomes_shorter() -> None:
    status = np.zeros(8, np.uint8)
    status[[6, 7]] = KEPT
    result = rearrange(np.arange(8), np.array([7, 6, 0, 3]), status, 1)
    assert result.tolist() == [0, 3, 6, 7]


def detections(review: ReviewModel) -> list[str]:
    return [run.id for run in review.session.runs.all() if run.kind == "detect"]


def take_submits(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs are queued and not run; tests end them."""
    jobs = window.controller.jobs

    def submit(kind: str, project: Path, run_id: str, parameters: dict[str, object]) -> Job:
        job = Job(len(jobs) + 1, kind, project, run_id, dict(parameters), JobState.RUNNING)
        jobs.append(job)
        window.controller.changed.emit(job)
        return job

    monkeypatch.setattr(window.controller, "submit", submit)
    return jobs


def finish_detection(window: MainWindow, job: Job, suspicion: np.ndarray) -> None:
    """The files a detection leaves, and its end."""
    assert window.project.review is not None
    session = window.project.review.session
    folder = session.folder / "runs" / job.run_id
    given = session.columns.given
    arrays = {
        "suspicion": suspicion.astype(np.float32),
        "suggested": ((given + 2) % len(session.classes)).astype(np.int32),
        "flagged": suspicion > 0.3,
        "loss": suspicion.astype(np.float32),
    }
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values)
    write_json(folder / "summary.json", {"threshold": 0.3})
    job.state, job.result = JobState.DONE, RunResult({}, {})
    window.controller.finished.emit(job)


@pytest.fixture
def large(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """More suspects than the screen shows."""
    return open_window(make_project(tmp_path / "many.lnl", 400))


def test_runs_that_newer_rankings_replaced_are_forgotten(
    qtbot: QtBot, large: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, tools = parts(large)
    page = large.page
    assert page is not None
    first = review.session.runs.latest("detect")
    jobs = take_submits(large, monkeypatch)
    tools.reranker.every = 5
    generator = np.random.default_rng(0)
    for turn in range(3):
        review.decide_rows(KEEP, review.unreviewed_shown()[:5])
        monkeypatch.setattr(tools.reranker, "_not_before", 0.0)
        qtbot.waitUntil(lambda turn=turn: len(jobs) == turn + 1)
        finish_detection(large, jobs[turn], generator.random(400))
    last = jobs[-1].run_id
    qtbot.waitUntil(lambda: len(detections(review)) == 2)
    assert first is not None and detections(review) == [first.id, last]
    folders = {folder.name for folder in (review.session.folder / "runs").iterdir()}
    assert {name for name in folders if name.startswith("detect")} == {first.id, last}


def test_verdicts_rank_the_rest_anew_and_nothing_moves(
    qtbot: QtBot, large: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, tools = parts(large)
    page = large.page
    assert page is not None
    jobs = take_submits(large, monkeypatch)
    tools.reranker.every = 5
    review.move_to(60)
    bar = page.grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() > 0)
    for _ in range(5):
        qtbot.keyClick(page.grid, Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: len(jobs) == 1)
    assert jobs[0].kind == "detect" and jobs[0].parameters["use_verdicts"] is True
    assert not large.banner.title.full().startswith("Detect")
    place, seen = bar.value(), page.grid.last_visible()
    before, current = review.order.copy(), review.current_row
    suggestion = review.session.columns.suggested[before[: seen + 1]].copy()
    generator = np.random.default_rng(0)
    suspicion = generator.random(400)
    finish_detection(large, jobs[0], suspicion)
    qtbot.waitUntil(lambda: page.verdicts.note.text() == localized(DONE_TEXT))
    assert bar.value() == place and review.current_row == current
    np.testing.assert_array_equal(review.order[: seen + 1], before[: seen + 1])
    rest = review.order[seen + 1 :]
    assert set(rest) == set(np.flatnonzero(suspicion > 0.3)) - set(before[: seen + 1])
    assert (np.diff(review.session.columns.suspicion[rest]) <= 0).all()
    # A key accepts what the eye has seen, also where the newest detection says otherwise.
    unseen = review.session.columns.status[before[: seen + 1]] == 0
    shown = review.session.columns.suggested[before[: seen + 1]]
    np.testing.assert_array_equal(shown[unseen], suggestion[unseen])
    assert page.verdicts.note.text() == localized(DONE_TEXT)
    assert large.notifications.texts() == []


def test_verdicts_given_meanwhile_are_learnt_from_next(
    qtbot: QtBot, large: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, tools = parts(large)
    jobs = take_submits(large, monkeypatch)
    tools.reranker.every = 5
    review.decide_rows(KEEP, review.order[:5])
    qtbot.waitUntil(lambda: len(jobs) == 1)
    review.decide_rows(KEEP, review.order[5:10])
    finish_detection(large, jobs[0], np.random.default_rng(1).random(400))
    qtbot.waitUntil(lambda: len(jobs) == 2)
    # What is stopped for another job is due again as soon as that is over.
    jobs[1].state = JobState.CANCELLED
    large.controller.finished.emit(jobs[1])
    qtbot.waitUntil(lambda: len(jobs) == 3)
    finish_detection(large, jobs[2], np.random.default_rng(2).random(400))
    qtbot.wait(400)
    assert len(jobs) == 3


def test_a_failure_is_told_quietly_and_not_tried_again(
    qtbot: QtBot, large: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, tools = parts(large)
    assert large.page is not None
    jobs = take_submits(large, monkeypatch)
    tools.reranker.every = 5
    review.decide_rows(KEEP, review.order[:5])
    qtbot.waitUntil(lambda: len(jobs) == 1)
    jobs[0].state = JobState.FAILED
    large.controller.finished.emit(jobs[0])
    assert large.page.verdicts.note.text().startswith("Not re-ranked")
    review.decide_rows(KEEP, review.order[10:30])
    qtbot.wait(400)
    assert len(jobs) == 1 and large.notifications.texts() == ["Kept the label of 20 samples"]


def test_what_is_selected_stays(
    qtbot: QtBot, large: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, tools = parts(large)
    jobs = take_submits(large, monkeypatch)
    tools.reranker.every = 5
    review.decide_rows(KEEP, review.order[:5])
    qtbot.waitUntil(lambda: len(jobs) == 1)
    review.change_selection(lambda s: s.select_positions(np.array([3, 150])))
    chosen = review.selected_rows().copy()
    finish_detection(large, jobs[0], np.random.default_rng(1).random(400))
    np.testing.assert_array_equal(review.selected_rows(), chosen)


def test_a_job_somebody_asks_for_comes_first(
    qtbot: QtBot, large: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, tools = parts(large)
    jobs = take_submits(large, monkeypatch)
    tools.reranker.every = 5
    review.decide_rows(KEEP, review.order[:5])
    qtbot.waitUntil(lambda: len(jobs) == 1)
    stopped: list[Job] = []
    monkeypatch.setattr(large.controller, "cancel", stopped.append)
    large.commands.finetune()
    assert stopped == jobs[:1] and jobs[1].kind == "finetune"
    for job in jobs:
        job.state = JobState.CANCELLED


def test_zero_never_ranks_anew(
    qtbot: QtBot, large: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, tools = parts(large)
    jobs = take_submits(large, monkeypatch)
    tools.reranker.every = 0
    review.decide_rows(KEEP, review.order[:200])
    qtbot.wait(400)
    assert jobs == []


def test_name_and_re_ranking_are_preferences(qtbot: QtBot) -> None:
    dialog = PreferencesDialog(Preferences())
    qtbot.addWidget(dialog)
    dialog.reviewer.setText("  Anna ")
    dialog.rerank.setValue(0)
    chosen = dialog.parameters()
    assert (chosen.reviewer, chosen.rerank_every) == ("Anna", 0)


def test_new_preferences_take_effect_and_keep_the_budget(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, tools = parts(window)
    window.settings.remember(target_percent=3.0)
    answer = Preferences(reviewer="Anna", rerank_every=40)
    monkeypatch.setattr(preferences, "ask_preferences", lambda *_, **__: answer)
    window.action_table["preferences"].trigger()
    assert review.session.reviewer == "Anna" and tools.reranker.every == 40
    assert review_settings(load_settings()).target_percent == 3.0


@pytest.mark.parametrize(
    ("count", "decided"), [(0, 0.5), (1, 0.5), (60, 0.0), (60, 0.3), (9000, 0.5)]
)
def test_rearranging_agrees_with_its_plain_form(count: int, decided: float) -> None:
    generator = np.random.default_rng(count)
    for fixed in {0, count // 7, count}:
        order = generator.permutation(count)
        wanted = generator.permutation(count)[: count - count // 5]
        status = (generator.random(count) < decided).astype(np.uint8)
        assert rearrange(order, wanted, status, fixed).tolist() == plainly(
            order.tolist(), wanted.tolist(), status.tolist(), fixed
        )


def plainly(order: list[int], wanted: list[int], status: list[int], fixed: int) -> list[int]:
    """The head, then free places filled around what is decided, which stays where it can."""
    head, old_tail = order[:fixed], order[fixed:]
    gone = set(head)
    tail = [row for row in wanted if row not in gone]
    shown = set(tail)
    places = [i for i, row in enumerate(old_tail) if status[row] and row in shown]
    stay = [old_tail[i] for i in places]
    staying = set(stay)
    rest = iter(row for row in tail if row not in staying)
    limit = len(tail) - len(stay)
    at = {
        min(place, limit + i): row for i, (place, row) in enumerate(zip(places, stay, strict=True))
    }
    return head + [at[i] if i in at else next(rest) for i in range(len(tail))]


def test_what_nobody_looked_at_is_no_reason_to_expect_nothing(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    review, tools = parts(window := open_window(make_project(tmp_path / "many.lnl", 120)))
    panel = tools.progress
    assert panel is not None and window.page is not None
    window.page.details.setCurrentWidget(panel)
    review.decide_rows(KEEP, np.arange(120))
    qtbot.waitUntil(lambda: panel.budget_title.text() == "Everything is decided")
    assert "120 labels were kept or accepted many at once" in panel.budget_text.text()
    assert panel.budget_title.property("role") == "warning"
    review.undo()
    for row in range(120):
        review.decide_rows(KEEP, np.array([row]))
    qtbot.waitUntil(lambda: panel.budget_title.text() == "Everything is reviewed")
