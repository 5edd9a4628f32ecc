"""The button of a message takes back what the message names, and nothing else."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.widgets.notifications import Notification
from tests.gui.review.test_review_keys import CONTROL, on_disk, parts

LEFT = Qt.MouseButton.LeftButton


def message_with_undo(window: MainWindow) -> tuple[Notification, QPushButton] | None:
    for shown in window.notifications.messages():
        for button in shown.findChildren(QPushButton):
            if button.text() == "Undo":
                return shown, button
    return None


def keep_all(qtbot: QtBot, window: MainWindow) -> QPushButton:
    grid, _ = parts(window)
    qtbot.keyClick(grid, Qt.Key.Key_A, CONTROL)
    qtbot.keyClicks(grid, "q")
    found = message_with_undo(window)
    assert found is not None and found[0].text == "Kept the label of 20 samples"
    return found[1]


def test_the_button_takes_back_what_was_named(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    undo = keep_all(qtbot, window)
    qtbot.mouseClick(undo, LEFT)
    assert on_disk(project) == {}


@pytest.mark.parametrize("undone", [False, True])
def test_the_message_goes_with_the_next_operation(
    qtbot: QtBot, window: MainWindow, project: Path, undone: bool
) -> None:
    keep_all(qtbot, window)
    grid, _ = parts(window)
    if undone:
        qtbot.keyClick(grid, Qt.Key.Key_Z, CONTROL)
    else:
        qtbot.keyClick(grid, Qt.Key.Key_Right)
        qtbot.keyClicks(grid, "e")
    assert message_with_undo(window) is None
    assert len(on_disk(project)) == (0 if undone else 20)


def test_a_button_that_is_too_late_says_so(qtbot: QtBot, window: MainWindow, project: Path) -> None:
    undo = keep_all(qtbot, window)
    _, review = parts(window)
    # As another process records: nothing in this window has heard of it.
    review.session.exclude(review.order[:1])
    before = on_disk(project)
    qtbot.mouseClick(undo, LEFT)
    assert on_disk(project) == before
    assert "That is not what was done last any more." in window.notifications.texts()
