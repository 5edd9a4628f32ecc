"""A name typed at a list chooses there, and is no row of verdicts."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.widgets.choice import Choice
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project
from tests.gui.review.test_review_keys import on_disk

TAB, LEFT = Qt.FocusReason.TabFocusReason, Qt.MouseButton.LeftButton


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.lnl", 40, names=("cat", "deer", "new-cat", "snake"))


def type_keys(window: MainWindow, text: str) -> None:
    """Through the window, as the keyboard does: each letter goes where the focus is by then."""
    handle = window.windowHandle()
    assert handle is not None
    for sign in text:
        QTest.keyClick(handle, Qt.Key(ord(sign.upper())))


def press(window: MainWindow, key: Qt.Key) -> None:
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, key)


def lists(window: MainWindow) -> dict[str, Choice]:
    page = window.page
    assert page is not None
    filters = page.filters
    return {"given": filters.given, "current": filters.current, "sort": page.view_bar.sort}


@pytest.mark.parametrize(
    ("which", "typed", "chosen"),
    [
        ("given", "deer", "deer"),
        ("current", "new-cat", "new-cat"),
        ("given", "snake", "snake"),
        ("sort", "verdicttime", ""),
        ("sort", "loss", "Loss"),
    ],
)
@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_a_typed_name_is_no_verdict(
    qtbot: QtBot,
    open_window: OpenWindow,
    folder: Path,
    which: str,
    typed: str,
    chosen: str,
    end: Qt.Key,
) -> None:
    window = open_window(folder)
    assert window.page is not None
    combo = lists(window)[which]
    combo.setFocus(TAB)
    qtbot.waitUntil(combo.hasFocus)
    side = window.page.grid.side
    type_keys(window, typed)
    assert window.page.grid.side == side
    assert combo.hasFocus() and on_disk(folder) == {}
    if chosen:
        assert combo.currentText() == chosen
    press(window, end)
    qtbot.waitUntil(window.page.grid.hasFocus)
    type_keys(window, "q")
    assert len(on_disk(folder)) == 1


def test_arrows_stay_in_the_list_and_filter_at_once(
    qtbot: QtBot, open_window: OpenWindow, folder: Path
) -> None:
    window = open_window(folder)
    review, given = window.project.review, lists(window)["given"]
    assert review is not None
    given.setFocus(TAB)
    qtbot.waitUntil(given.hasFocus)
    for place in (1, 2):
        press(window, Qt.Key.Key_Down)
        assert given.hasFocus() and given.currentIndex() == place
        assert review.spec.given == (place - 1,)


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, None])
def test_a_choice_from_the_open_list_gives_the_keys_back(
    qtbot: QtBot, open_window: OpenWindow, folder: Path, end: Qt.Key | None
) -> None:
    window = open_window(folder)
    review, given = window.project.review, lists(window)["given"]
    assert window.page is not None and review is not None
    given.setFocus(TAB)
    qtbot.mouseClick(given, LEFT, pos=QPoint(8, 8))
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    view = given.view()
    if end is None:
        # A list that has just opened takes a release for the end of the click that opened it.
        QTest.qWait(QApplication.doubleClickInterval() + 50)
        at = view.visualRect(given.model().index(1, 0)).center()
        QTest.mouseMove(view.viewport(), at)
        QTest.mouseClick(view.viewport(), LEFT, pos=at)
    else:
        QTest.keyClick(view, Qt.Key.Key_Down)
        QTest.keyClick(view, end)
    qtbot.waitUntil(window.page.grid.hasFocus)
    assert review.spec.given == (0,)
