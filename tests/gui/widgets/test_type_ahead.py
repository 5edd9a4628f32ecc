"""Letters typed at a list of choices choose there; on the pictures they are verdicts."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from lnl_gui.gui.charts.charts_panel import LOSS, MAP, MATRIX
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.store.dataset.samples import UNSEEN


def decided(window: MainWindow) -> int:
    assert window.project.review is not None
    return int(np.count_nonzero(window.project.review.session.columns.status != UNSEEN))


@pytest.fixture
def charts(qtbot: QtBot, window: MainWindow) -> QComboBox:
    """The choice of a chart, where it can be seen, in the window that has the keys."""
    assert window.page is not None
    window.page.details.setCurrentWidget(window.page.details.charts)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window.page.details.charts.choice


def test_letters_choose_where_the_tab_key_went(
    qtbot: QtBot, window: MainWindow, charts: QComboBox
) -> None:
    assert window.page is not None
    qtbot.keyClicks(window.page.grid, "w")
    charts.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClicks(charts, "n")
    assert charts.currentText().startswith("N")
    assert decided(window) == 1
    qtbot.keyClick(charts, "z", Qt.KeyboardModifier.ControlModifier)
    assert decided(window) == 0


def test_a_click_leaves_the_keys_with_the_pictures(
    qtbot: QtBot, window: MainWindow, charts: QComboBox
) -> None:
    assert window.page is not None
    window.page.focus_grid()
    assert charts.currentData() == MATRIX
    qtbot.mouseClick(charts, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    QTest.keyClick(charts.view(), Qt.Key.Key_Down)
    QTest.keyClick(charts.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: charts.currentData() in (MAP, LOSS))
    assert window.focusWidget() is window.page.grid
    qtbot.keyClicks(window.page.grid, "w")
    assert decided(window) == 1


@pytest.mark.parametrize("own", ["", "Y"])
def test_no_command_of_the_pictures_acts_where_the_slider_has_the_keys(
    qtbot: QtBot, window: MainWindow, own: str
) -> None:
    page, review = window.page, window.project.review
    assert page is not None and review is not None
    if own:
        window.action_table.set_keys({"keep": (own,)})
    review.announce(review.session.class_edits.assign_key(2, "X"))
    slider, grid = page.view_bar.zoom, page.grid
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    before = review.spec, review.selection.current
    for key in (*"qwecn37xrtpj/" + own.lower(), Qt.Key.Key_Backspace):
        qtbot.keyClick(slider, key)
    qtbot.keyClick(slider, "3", Qt.KeyboardModifier.KeypadModifier)
    qtbot.keyClick(slider, "/", Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(slider, "a", Qt.KeyboardModifier.ControlModifier)
    assert (review.spec, review.selection.current, review.selection.count) == (*before, 0)
    assert decided(window) == 0 and slider.hasFocus()
    # Its arrows, and the keys of the whole window.
    side = grid.side
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert grid.side > side
    qtbot.keyClick(slider, "-")
    assert grid.side == side
    qtbot.keyClick(slider, Qt.Key.Key_F6)
    qtbot.keyClicks(grid, "x")
    assert decided(window) == 1


@pytest.mark.parametrize("where", ["sort", "chart"])
def test_a_letter_taken_back_in_a_list_takes_no_verdict_back(
    qtbot: QtBot, window: MainWindow, charts: QComboBox, where: str
) -> None:
    assert window.page is not None and window.project.review is not None
    qtbot.keyClicks(window.page.grid, "w")
    window.project.review.move_to(0)
    choice = charts if where == "chart" else window.page.view_bar.sort
    choice.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(choice, Qt.Key.Key_Backspace)
    assert decided(window) == 1


def test_buttons_beside_the_pictures_leave_the_keys_to_them(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.page is not None
    window.page.view_bar.direction.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(window.page.view_bar.direction, "w")
    assert decided(window) == 1
