"""Letters typed at a list of choices choose there; on the pictures they are verdicts."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from lnl_gui.gui.charts.charts_panel import LOSS, MAP, MATRIX
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.store.samples import UNSEEN


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
