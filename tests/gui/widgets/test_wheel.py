"""The wheel scrolls; it changes only what has the keyboard focus."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.gui.shell.main_window import MainWindow
from tests.gui.review.test_review_keys import on_disk, parts

LEFT = Qt.MouseButton.LeftButton


def turn(window: MainWindow, widget: QWidget, notches: int = 3) -> None:
    """The wheel over the middle of a widget, as the window gets it."""
    handle = window.windowHandle()
    assert handle is not None
    for _ in range(notches):
        place = QPointF(widget.mapTo(window, widget.rect().center()))
        QTest.wheelEvent(handle, place, QPoint(0, -120))


def widgets(window: MainWindow) -> dict[str, QWidget]:
    page = window.page
    assert page is not None
    filters = page.filters
    return {
        "show": filters.show_what,
        "given": filters.given,
        "suspicion": filters.highest,
        "part": filters.more.combos["part"],
        "sort": page.view_bar.sort,
        "size": page.view_bar.zoom,
    }


@pytest.mark.parametrize("which", ["show", "given", "suspicion", "part", "sort", "size"])
def test_the_wheel_passes_over_filters_and_orders(window: MainWindow, which: str) -> None:
    grid, review = parts(window)
    before, side = review.spec, grid.side
    turn(window, widgets(window)[which])
    assert review.spec == before and grid.side == side and grid.hasFocus()


def test_it_scrolls_the_filters_it_passes_over(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1300, 600)
    _, review = parts(window)
    assert window.page is not None
    bar, before = window.page.filters._scroll.verticalScrollBar(), review.spec
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    turn(window, window.page.filters.given, 12)
    assert bar.value() > 0 and review.spec == before


def test_it_changes_what_the_keys_have_gone_to(qtbot: QtBot, window: MainWindow) -> None:
    _, review = parts(window)
    given = widgets(window)["given"]
    given.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(given.hasFocus)
    turn(window, given, 1)
    assert review.spec.given == (0,)


def test_numbers_of_the_progress_stay(window: MainWindow) -> None:
    window.action_table["progress"].trigger()
    panel = window.tools.progress
    assert panel is not None
    before = panel.next_samples.value(), panel.target.value()
    for each in (panel.next_samples, panel.target):
        turn(window, each)
    assert (panel.next_samples.value(), panel.target.value()) == before


def test_a_click_on_the_size_leaves_the_arrows_with_the_grid(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    grid, review = parts(window)
    qtbot.mouseClick(widgets(window)["size"], LEFT, pos=QPoint(90, 10))
    assert grid.hasFocus()
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_Right)
    qtbot.keyClicks(grid, "e")
    assert list(on_disk(project)) == [1] and review.selection.current == 2
