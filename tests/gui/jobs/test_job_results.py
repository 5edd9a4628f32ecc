"""What a detection found comes to the front, unless somebody reviews: then it waits."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.session.browsing.views import ViewSpec
from tests.gui.review.test_review_keys import CONTROL, on_disk, parts


def detection_ends(window: MainWindow) -> None:
    _, review = parts(window)
    job = Job(1, "detect", review.session.folder, "run", {})
    job.state = JobState.DONE
    window.workflow.ended.emit(job)


def test_the_first_suspects_come_to_the_front(window: MainWindow) -> None:
    _, review = parts(window)
    review.show_view(ViewSpec(flagged=None, sort="path", descending=False))
    detection_ends(window)
    assert review.spec.flagged and review.current_row == 0
    assert window.notifications.texts() == ["20 suspects found"]


@pytest.mark.parametrize("how", ["click", "arrow", "select"])
def test_a_sample_chosen_before_the_first_verdict_stays(
    qtbot: QtBot, window: MainWindow, project: Path, how: str
) -> None:
    grid, review = parts(window)
    review.show_view(ViewSpec(flagged=None, sort="path", descending=False))
    if how == "click":
        index = grid.model().index(*grid.geometry_of_cells.cell(3))
        place = grid.visualRect(index).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    for _ in range(3 if how == "arrow" else 0):
        qtbot.keyClick(grid, Qt.Key.Key_Right)
    if how == "select":
        qtbot.keyClick(grid, Qt.Key.Key_A, CONTROL)
    row, selected, before = review.current_row, review.selection.count, review.spec
    detection_ends(window)
    assert (review.current_row, review.selection.count, review.spec) == (row, selected, before)
    [said] = window.notifications.messages()
    [show] = said.findChildren(QPushButton)
    qtbot.keyClicks(grid, "e")
    assert row in on_disk(project)
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    assert review.spec.flagged


def test_nothing_moves_under_the_eyes_of_who_reviews(qtbot: QtBot, window: MainWindow) -> None:
    _, review = parts(window)
    review.verdict("keep")
    review.show_view(ViewSpec(flagged=None, given=(2,), sort="path", descending=False))
    before, row = review.spec, review.current_row
    detection_ends(window)
    assert (review.spec, review.current_row) == (before, row)
    [said] = window.notifications.messages()
    [show] = said.findChildren(QPushButton)
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    assert review.spec.flagged and not review.protected
