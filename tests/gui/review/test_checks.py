"""Duplicates, audits and second opinions by keys in the window."""

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QScrollBar
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import audit as audit_dialog
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.audit import AuditDialog, AuditRequest
from lnl_gui.gui.inspector.sample_view_builder import bare_view
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review import audit_controller
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.widgets.notifications import Notification
from lnl_gui.session.acts.verdicts import KEEP
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import Changes
from lnl_gui.session.figures.audit import auditable
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN
from lnl_gui.store.jobs.parameters import DetectParameters
from lnl_gui.store.project import Project
from lnl_gui.util.errors import UserError
from lnl_gui.util.statistics.intervals import clopper_pearson
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def twins(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """Rows 0 and 4 are one image with one label, 1, 2 and 7 one with three labels."""
    folder = make_project(tmp_path / "twins.lnl", 40)
    group = np.full(40, -1, np.int32)
    group[[0, 4]] = 0
    group[[1, 2, 7]] = 1
    with Session.open(folder) as session:
        run = session.runs.latest("detect")
        assert run is not None
        np.save(run.folder / "duplicate_group.npy", group)
    return open_window(folder)


def review_of(window: MainWindow) -> ReviewModel:
    assert window.project.review is not None
    return window.project.review


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *modifiers: object) -> None:
    assert window.page is not None
    qtbot.keyClick(window.page.grid, key, *modifiers)


# Duplicates


def test_harmful_groups_come_first_and_are_settled_by_keys(qtbot: QtBot, twins: MainWindow) -> None:
    review, panel = review_of(twins), twins.tools.duplicates
    assert panel is not None
    before = review.spec
    twins.action_table["duplicates"].trigger()
    assert panel.model.rowCount() == 2 and "labels differ" in panel.model.index(0).data()
    assert sorted(review.order) == [1, 2, 7]
    review.go_to_row(2)
    press(qtbot, twins, Qt.Key.Key_K)
    status = review.session.columns.status
    assert status[[1, 2, 7]].tolist() == [EXCLUDED, KEPT, EXCLUDED]
    # On to the next group by itself.
    assert sorted(review.order) == [0, 4]
    press(qtbot, twins, Qt.Key.Key_G, SHIFT)
    assert sorted(review.order) == [1, 2, 7]
    twins.action_table["undo"].trigger()
    assert (status[[1, 2, 7]] == UNSEEN).all()
    panel.leave()
    assert review.spec == before and not panel.is_open


def test_the_key_of_the_duplicates_leads_back_to_where_one_was(
    qtbot: QtBot, twins: MainWindow
) -> None:
    review, panel, page = review_of(twins), twins.tools.duplicates, twins.page
    assert panel is not None and page is not None
    tab, spec = page.left.currentWidget(), review.spec
    review.move_to(9)
    row = review.current_row
    press(qtbot, twins, Qt.Key.Key_F4)
    press(qtbot, twins, Qt.Key.Key_G)
    assert panel.is_open and page.left.currentWidget() is panel
    press(qtbot, twins, Qt.Key.Key_F4)
    assert not panel.is_open and page.left.currentWidget() is tab
    assert (review.spec, review.current_row) == (spec, row)
    press(qtbot, twins, Qt.Key.Key_F4)
    assert panel.is_open


def test_one_label_for_all_of_a_group(qtbot: QtBot, twins: MainWindow) -> None:
    review = review_of(twins)
    twins.action_table["duplicates"].trigger()
    review.go_to_row(7)
    label = int(review.session.columns.current[7])
    press(qtbot, twins, Qt.Key.Key_L)
    columns = review.session.columns
    assert columns.current[[1, 2, 7]].tolist() == [label] * 3
    assert columns.status[7] == KEPT and columns.status[1] == RELABELLED
    press(qtbot, twins, Qt.Key.Key_E, SHIFT)
    assert columns.status[[0, 4]].tolist() == [EXCLUDED] * 2
    assert "All groups of duplicates are decided" in twins.notifications.texts()


def test_a_sample_without_duplicates_is_left_alone(qtbot: QtBot, twins: MainWindow) -> None:
    review = review_of(twins)
    review.go_to_row(10)
    press(qtbot, twins, Qt.Key.Key_K)
    assert review.session.columns.status[10] == UNSEEN
    assert "This sample has no duplicate." in twins.notifications.texts()


@pytest.mark.parametrize(
    ("key", "modifiers", "others", "said"),
    [
        (Qt.Key.Key_K, (), EXCLUDED, "Kept one and excluded the rest of 3 samples"),
        (Qt.Key.Key_E, (SHIFT,), EXCLUDED, "Excluded 3 samples"),
        (Qt.Key.Key_L, (), RELABELLED, "Relabelled 3 samples as dog"),
    ],
)
def test_duplicates_that_a_filter_hides_are_told_and_can_be_taken_back(
    qtbot: QtBot,
    twins: MainWindow,
    key: Qt.Key,
    modifiers: tuple[object, ...],
    others: int,
    said: str,
) -> None:
    review = review_of(twins)
    review.show_view(ViewSpec(given=(1,)))
    assert 1 in review.order and not {2, 7} & set(review.order.tolist())
    review.go_to_row(1)
    following = int(review.order[review.selection.current + 1])
    press(qtbot, twins, key, *modifiers)
    status = review.session.columns.status
    assert status[[2, 7]].tolist() == [others] * 2
    assert review.current_row == following
    shown = next(
        each
        for each in twins.notifications.messages()
        if each.text == f"{said}, 2 of which are not shown here"
    )
    undo = next(b for b in shown.findChildren(QPushButton) if b.text() == "Undo")
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert (status[[1, 2, 7]] == UNSEEN).all()


def test_duplicates_that_are_all_shown_need_no_word(qtbot: QtBot, twins: MainWindow) -> None:
    review = review_of(twins)
    review.go_to_row(1)
    press(qtbot, twins, Qt.Key.Key_K)
    assert review.current_row == 3 and twins.notifications.texts() == []
    press(qtbot, twins, Qt.Key.Key_Left)
    press(qtbot, twins, Qt.Key.Key_Q)
    assert review.session.columns.status[2] == KEPT


# Audit


def draw(window: MainWindow, monkeypatch: pytest.MonkeyPatch, size: int) -> ReviewModel:
    monkeypatch.setattr(audit_controller, "ask_audit", lambda *_, **__: AuditRequest(size))
    window.action_table["audit"].trigger()
    return review_of(window)


def test_after_an_audit_one_is_where_one_was(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = review_of(window)
    review.move_to(7)
    row = review.current_row
    draw(window, monkeypatch, 5)
    assert review.current_row != row
    window.tools.audits.leave()
    assert review.current_row == row and review.selection.current == 7


def test_an_audit_is_blind_and_says_what_it_found(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = draw(window, monkeypatch, 10)
    assert len(review.order) == 10 and not review.session.columns.flagged[review.order].any()
    assert "suspicion" not in review.describe(0) and "suggested" not in review.describe(0)
    view = bare_view(review.session, int(review.order[0]))
    assert view.suspicion is None and not view.suggested and not view.opinions
    press(qtbot, window, Qt.Key.Key_W)
    assert review.session.counts().reviewed == 0
    assert "There is no suggestion while you judge blind." in window.notifications.texts()
    for _ in range(9):
        press(qtbot, window, Qt.Key.Key_Q)
    press(qtbot, window, Qt.Key.Key_E)
    report = review.session.statistics.audit_reports()[0]
    # What is set aside may have had a right label or a wrong one.
    exact = clopper_pearson(1, 10)
    assert (report.judged, report.wrong, report.set_aside) == (9, 0, 1)
    bar = window.tools.bar
    assert bar is not None
    qtbot.waitUntil(lambda: " 0.0 % wrong" in bar.title.full())
    assert f"0.0 % to {100 * exact.high:.1f} %" in bar.title.full()
    panel = window.tools.progress
    window.action_table["progress"].trigger()
    assert panel is not None
    qtbot.waitUntil(lambda: " 0.0 % wrong" in panel.audit_title.text())
    qtbot.mouseClick(bar.buttons[0], Qt.MouseButton.LeftButton)
    assert review.spec.audit is None and not review.hides_reasons


def test_the_inspector_hides_the_reasons_during_an_audit(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = draw(window, monkeypatch, 5)
    assert window.page is not None
    inspector = window.page.details.inspector
    row = review.current_row
    qtbot.waitUntil(lambda: (v := inspector.view()) is not None and v.row == row)
    assert "Judge it by the picture alone" in inspector.suspicion.text()
    assert not inspector.opinions.isVisible() and not inspector.loss.isVisible()


def test_the_audit_dialog_says_what_a_sample_tells(qtbot: QtBot) -> None:
    dialog = AuditDialog(lambda: 5000)
    qtbot.addWidget(dialog)
    dialog.size_field.setValue(300)
    assert f"{100 * clopper_pearson(0, 300).high:.1f} %" in dialog.reach.text()
    dialog.stratified.setChecked(True)
    assert dialog.parameters() == AuditRequest(300, stratified=True)


def test_the_audit_dialog_follows_a_detection_that_ends_while_it_is_open(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = review_of(window)
    columns = review.session.columns
    before = len(auditable(columns))
    told: list[tuple[str, int, int]] = []

    def open_for_long(dialog: AuditDialog) -> None:
        for flag in (0, 4, 0):
            columns.flagged = columns.flagged.copy()
            columns.flagged[auditable(columns)[:flag]] = True
            review.announce(Changes(scores=True))
            field = dialog.size_field
            told.append((dialog.lead.text(), field.maximum(), field.value()))
            if flag:
                # From now on it is the person's own number.
                field.setValue(3)
        columns.flagged[:] = True
        review.announce(Changes(scores=True))
        with pytest.raises(UserError, match="nothing to audit"):
            dialog.parameters()

    monkeypatch.setattr(audit_dialog, "ask", open_for_long)
    window.action_table["audit"].trigger()
    least = before - 4
    assert [(maximum, value) for _, maximum, value in told] == [
        (before, before),
        (least, least),
        (least, 3),
    ]
    assert f"the {before:,} samples" in told[0][0] and f"the {least:,} samples" in told[1][0]


# Second opinion


def test_a_second_reviewer_is_blind_and_kappa_is_told(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = review_of(window)
    first = review.session.reviewer
    review.decide_rows(KEEP, np.array([0, 1, 2, 3]))
    monkeypatch.setattr(questions, "ask_reviewer", lambda *_: "Ben")
    window.action_table["second-opinion"].trigger()
    assert review.session.blind and review.session.counts().reviewed == 0
    for row, key in ((0, "keep"), (1, "keep"), (2, "keep"), (3, "exclude")):
        review.decide_rows(key, np.array([row]))
    window.action_table["second-opinion"].trigger()
    session = review.session
    assert not session.blind and session.reviewer == first
    assert session.columns.status[[0, 1, 2, 3]].tolist() == [KEPT] * 4
    assert "1 disagreement between the reviewers" in window.notifications.texts()
    panel = window.tools.progress
    window.action_table["progress"].trigger()
    assert panel is not None
    kappa = session.team.agreement()[0].kappa
    qtbot.waitUntil(lambda: f"κ {kappa:.2f}" in panel.second_text.text())
    window.action_table["disagreements"].trigger()
    assert review.order.tolist() == [3]
    bar = window.tools.bar
    assert bar is not None
    qtbot.waitUntil(lambda: "Ben: " in bar.hint.full() and f"{first}: " in bar.hint.full())
    press(qtbot, window, Qt.Key.Key_Q)
    assert session.team.disagreements() == []
    qtbot.waitUntil(lambda: "all settled" in bar.title.full() and bar.hint.isHidden())


def test_what_only_the_second_reviewer_decided_waits_to_be_adopted(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = review_of(window)
    monkeypatch.setattr(questions, "ask_reviewer", lambda *_: "Ben")
    window.action_table["second-opinion"].trigger()
    review.decide_rows("exclude", np.array([0, 1]))
    review.decide_rows(KEEP, np.array([2]))
    assert review.session.team.waiting_count() == 0, "told of nobody's while blind"
    window.action_table["second-opinion"].trigger()
    assert not review.session.columns.status.any()
    shown = window.findChildren(Notification)
    assert any("3 opinions" in each.accessibleName() for each in shown)
    assert window.banner.title.full().startswith("3 opinions")
    window.action_table["progress"].trigger()
    panel = window.tools.progress
    assert panel is not None
    qtbot.waitUntil(lambda: panel.adopt.isVisible() and panel.adopt.text() == "Adopt 3 opinions")
    # The first reviewer decides one of them otherwise.
    review.decide_rows(KEEP, np.array([0]))
    qtbot.waitUntil(lambda: panel.adopt.text() == "Adopt 2 opinions")
    panel.adopt.click()
    assert review.session.columns.status[:3].tolist() == [KEPT, EXCLUDED, KEPT]
    qtbot.waitUntil(lambda: not panel.adopt.isVisible())
    assert "opinion" not in window.banner.title.full()


def test_nobody_is_their_own_second_reviewer(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = review_of(window)
    monkeypatch.setattr(questions, "ask_reviewer", lambda *_: review.session.reviewer.upper())
    window.action_table["second-opinion"].trigger()
    assert not review.session.blind and len(window.notifications.texts()) == 1


def test_each_disagreement_is_settled_by_one_key(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = review_of(window)
    assert window.page is not None
    grid = window.page.grid
    qtbot.keyClicks(grid, "wwww")
    monkeypatch.setattr(questions, "ask_reviewer", lambda *_: "Ben")
    window.action_table["second-opinion"].trigger()
    for row in range(4):
        assert review.go_to_row(row)
        qtbot.keyClicks(grid, "e")
    window.action_table["second-opinion"].trigger()
    qtbot.keyClick(grid, Qt.Key.Key_B, CONTROL | SHIFT)
    assert sorted(review.order) == [0, 1, 2, 3]
    seen = []
    for left in (3, 2, 1, 0):
        seen.append(review.current_row)
        qtbot.keyClicks(grid, "q")
        assert review.session.team.disagreement_count() == left
    assert sorted(map(int, seen)) == [0, 1, 2, 3]
    # All are settled: a further key decides none of them again.
    before = review.session.columns.status.copy()
    qtbot.keyClicks(grid, "e")
    assert (review.session.columns.status == before).all()


def copy_beside(project: Path, tmp_path: Path) -> Path:
    other = tmp_path / "copy" / "animals.lnl"
    shutil.copytree(project, other, ignore=shutil.ignore_patterns("*.lock", "*-shm", "*-wal"))
    return other


def bens_copy(project: Path, tmp_path: Path) -> Path:
    """A copy in which Ben has accepted two suggestions."""
    other = copy_beside(project, tmp_path)
    with Session.open(other, reviewer="Ben") as session:
        session.accept(np.array([5, 6]))
    return other


def begin_merge(window: MainWindow, other: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.setattr(questions, "ask_project_folder", lambda *_: other)
    window.action_table["merge"].trigger()
    return window.controller.jobs[-1]


def test_another_copy_is_merged(
    qtbot: QtBot,
    window: MainWindow,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = bens_copy(project, tmp_path)
    review = review_of(window)
    review.verdict("keep")
    job = begin_merge(window, other, monkeypatch)
    assert job.title == "Merge" and window.banner.isVisible()
    qtbot.waitUntil(lambda: job.is_over)
    assert job.state is JobState.DONE
    assert (review.session.columns.status[[5, 6]] == RELABELLED).all()
    assert any(text.startswith("Took in 1 operation") for text in window.notifications.texts())
    assert review.counts().reviewed == 3
    # The window writes again.
    review.verdict("exclude")
    assert review.counts().reviewed == 4
    assert window.controller.current is None and not window.banner.stop.isVisible()


@pytest.mark.parametrize(("answer", "reviewed"), [(None, 0), ("leave", 0), ("take", 2)])
def test_a_copy_that_decides_on_other_pictures_asks(
    qtbot: QtBot,
    window: MainWindow,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: str | None,
    reviewed: int,
) -> None:
    other = bens_copy(project, tmp_path)
    review = review_of(window)
    for place, letter in ((project, b"A"), (other, b"B")):
        facts = np.zeros(len(review.session), [("content_hash", "S32")])
        facts["content_hash"] = [letter + b"%d" % row for row in range(len(facts))]
        np.save(place / "arrays" / "facts.npy", facts)
    asked: list[str] = []
    monkeypatch.setattr(
        questions, "ask_other_pictures", lambda _, said: asked.append(said) or answer
    )
    begin_merge(window, other, monkeypatch)
    qtbot.waitUntil(lambda: bool(asked) and all(job.is_over for job in window.controller.jobs))
    qtbot.waitUntil(lambda: review.counts().reviewed == reviewed)
    assert len(window.controller.jobs) == (2 if answer else 1)
    assert len(asked) == 1 and "other pictures" in asked[0]


def test_while_a_copy_is_merged_verdicts_wait_and_it_can_be_cancelled(
    qtbot: QtBot,
    window: MainWindow,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = bens_copy(project, tmp_path)
    review = review_of(window)
    at_work, go_on, lend = threading.Event(), threading.Event(), review.session.team.lend

    def lend_slowly() -> Project:
        lent = lend()
        at_work.set()
        go_on.wait(60)
        return lent

    monkeypatch.setattr(review.session.team, "lend", lend_slowly)
    job = begin_merge(window, other, monkeypatch)
    qtbot.waitUntil(at_work.is_set)
    review.verdict("keep")
    assert review.counts().reviewed == 0
    assert "Another copy is being merged" in window.notifications.texts()[0]
    window.workflow.start(DetectParameters())
    assert len(window.controller.jobs) == 1
    window.banner.stop.click()
    assert job.state is JobState.CANCELLING
    go_on.set()
    qtbot.waitUntil(lambda: job.is_over)
    assert job.state is JobState.CANCELLED
    assert review.counts().reviewed == 0 and not window.banner.stop.isVisible()
    review.verdict("keep")
    assert review.counts().reviewed == 1


def test_a_project_closes_while_a_copy_is_merged(
    window: MainWindow, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = bens_copy(project, tmp_path)
    monkeypatch.setattr(questions, "ask_stop_job", lambda *_: True)
    job = begin_merge(window, other, monkeypatch)
    window.projects.close_project()
    assert window.project.review is None and job.is_over
    with Session.open(project, reviewer="Ann") as session:
        assert not session.read_only
        assert session.counts().reviewed in (0, 2)


def test_a_copy_of_another_dataset_is_refused(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "b").mkdir()
    other = make_project(tmp_path / "b" / "other.lnl", 8)
    job = begin_merge(window, other, monkeypatch)
    qtbot.waitUntil(lambda: job.is_over)
    assert job.state is JobState.FAILED
    assert "project of another dataset" in window.notifications.texts()[0]


def test_keys_that_do_not_fit_are_scrolled(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(900, 600)
    window.overlay.toggle()
    bars = [bar for bar in window.overlay.findChildren(QScrollBar) if bar.maximum() > 0]
    assert [bar.orientation() for bar in bars] == [Qt.Orientation.Vertical]
    qtbot.keyClick(window.overlay, Qt.Key.Key_PageDown)
    assert window.overlay.isVisible() and bars[0].value() > 0
    qtbot.keyClick(window.overlay, Qt.Key.Key_Space)
    assert not window.overlay.isVisible()
