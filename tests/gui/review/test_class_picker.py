"""The class picker is part of the window: the keys typed after it is asked for are its own."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.class_picker import ClassPicker
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.store.dataset.samples import KEPT, RELABELLED
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project
from tests.gui.review.test_review_keys import on_disk, parts


def burst(keys: str) -> None:
    """Keys one after the other to whoever has the focus, with no event loop in between."""
    for letter in keys:
        focused = QApplication.focusWidget()
        assert focused is not None
        key = Qt.Key.Key_Return if letter == "\n" else ord(letter.upper())
        QTest.keyClick(focused, key)


def picker_of(window: MainWindow) -> ClassPicker | None:
    return next((each for each in window.findChildren(ClassPicker) if each.isVisible()), None)


def opened(window: MainWindow) -> ClassPicker:
    parts(window)[0].setFocus()
    burst("r")
    picker = picker_of(window)
    assert picker is not None
    return picker


def test_letters_typed_at_once_choose_a_class_and_are_no_verdicts(
    window: MainWindow, project: Path
) -> None:
    grid, _ = parts(window)
    burst("rhorse")
    picker = picker_of(window)
    assert picker is not None and picker.line.text().lower() == "horse"
    assert on_disk(project) == {}
    burst("\n")
    assert on_disk(project) == {0: (3, RELABELLED)}
    assert picker_of(window) is None and grid.hasFocus()
    burst("q")
    assert on_disk(project)[1] == (1, KEPT)


def test_every_verdict_key_is_text_there(window: MainWindow, project: Path) -> None:
    opened(window)
    burst("wqenrzpgkl123")
    assert on_disk(project) == {}
    picker = picker_of(window)
    assert picker is not None and picker.line.text().lower() == "wqenrzpgkl123"
    # Nothing matches: it stays open, and no class is given.
    burst("\n")
    assert picker.isVisible() and picker.marked() is None
    assert "No class matches" in picker.foot.text() and on_disk(project) == {}


def test_keys_of_the_window_do_nothing_while_it_is_open(qtbot: QtBot, window: MainWindow) -> None:
    picker, review = opened(window), parts(window)[1]
    before = review.spec
    qtbot.keyClick(picker.line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(picker.line, Qt.Key.Key_F3)
    assert review.selection.count == 0 and review.spec == before and picker.isVisible()


def test_the_likely_class_comes_first_and_arrows_choose(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    picker = opened(window)
    assert picker.marked() == 1
    qtbot.keyClick(picker.line, Qt.Key.Key_Down)
    marked = picker.marked()
    assert marked not in (None, 1)
    qtbot.keyClick(picker.line, Qt.Key.Key_Tab)
    assert picker.list.hasFocus()
    burst("\n")
    assert on_disk(project)[0][0] == marked


def test_escape_a_click_outside_and_a_lost_focus_choose_none(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    picker = opened(window)
    qtbot.keyClick(picker.line, Qt.Key.Key_Escape)
    grid = parts(window)[0]
    assert picker_of(window) is None and grid.hasFocus()
    picker = opened(window)
    QTest.mouseClick(picker, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert picker_of(window) is None
    opened(window)
    grid.setFocus()
    assert picker_of(window) is None
    assert on_disk(project) == {}


def test_it_acts_on_what_was_selected_when_it_was_asked_for(
    window: MainWindow, project: Path
) -> None:
    review = parts(window)[1]
    review.change_selection(lambda selection: selection.select_positions(np.array([2, 5])))
    opened(window)
    review.selection.clear()
    burst("frog\n")
    assert sorted(on_disk(project)) == [2, 5]


def test_ten_thousand_classes_are_a_bounded_list(qtbot: QtBot, window: MainWindow) -> None:
    picker = ClassPicker([f"class {number}" for number in range(10_000)], window)
    assert picker.list.model().rowCount() == 500
    picker.line.setText("class 9999")
    assert picker.marked() == 9999


def test_it_follows_the_size_of_the_window(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(make_project(tmp_path / "small.lnl", 8))
    picker = opened(window)
    window.resize(1000, 640)
    qtbot.waitUntil(lambda: picker.size() == window.size())
    assert picker.rect().contains(picker.card.geometry())


def test_keys_wait_while_a_dialog_is_about_to_open(
    window: MainWindow, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid, _ = parts(window)
    # The worker, which is asked for the choices, takes its time.
    monkeypatch.setattr(window.controller, "ask", lambda _kind: None)
    window.commands.finetune_with_options()
    burst("wq3")
    assert on_disk(project) == {}
    assert "A dialog that you asked for is about to open." in window.notifications.texts()
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    burst("q")
    assert on_disk(project) == {0: (0, KEPT)}


def test_a_class_that_is_not_there_is_added_on_purpose_only(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    picker, review = opened(window), parts(window)[1]
    before = len(review.session.shown_classes)
    burst("newt\n")
    assert picker.isVisible() and len(review.session.shown_classes) == before
    qtbot.keyClick(picker.line, Qt.Key.Key_Down)
    burst("\n")
    assert picker_of(window) is None
    assert review.session.shown_classes[-1].name.lower() == "newt"
    assert on_disk(project) == {0: (before, RELABELLED)}
    # It comes early the next time: it was given last.
    assert before in opened(window)._shown[:2]


@pytest.mark.parametrize(("typed", "given"), [("cat", 1), ("CAT", 0), ("dog", 3)])
def test_of_classes_that_differ_in_capitals_the_one_typed_is_given(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, typed: str, given: int
) -> None:
    folder = make_project(tmp_path / "pets.lnl", 8, names=("CAT", "cat", "Dog", "dog"))
    picker = opened(open_window(folder))
    qtbot.keyClicks(picker.line, typed)
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    assert on_disk(folder)[0][0] == given
