"""What was scrolled away is not decided before it has been seen."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.grid.view import GridView
from lnl_gui.gui.shell.main_window import MainWindow
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project
from tests.gui.review.test_review_keys import CONTROL, SHIFT, on_disk, parts

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / "many.lnl", 400)


@pytest.fixture
def many(open_window: OpenWindow, folder: Path) -> MainWindow:
    """Two hundred suspects, of which some twenty are on the screen."""
    return open_window(folder)


def scroll(window: MainWindow, grid: GridView, notches: int) -> None:
    """With the wheel over the pictures; the cursor stays where it was."""
    handle, place = window.windowHandle(), grid.mapTo(window, grid.rect().center())
    assert handle is not None
    for _ in range(abs(notches)):
        turn = QPoint(0, -120 if notches > 0 else 120)
        QTest.wheelEvent(handle, QPointF(place), turn)


def in_sight(grid: GridView, position: int) -> bool:
    index = grid.model().index(*grid.geometry_of_cells.cell(position))
    return grid.viewport().rect().contains(grid.visualRect(index).center())


def test_a_key_brings_back_what_was_scrolled_away(
    qtbot: QtBot, many: MainWindow, folder: Path
) -> None:
    grid, review = parts(many)
    scroll(many, grid, 60)
    assert not in_sight(grid, 0) and review.selection.current == 0
    qtbot.keyClicks(grid, "e")
    assert on_disk(folder) == {} and in_sight(grid, 0)
    assert "The sample was out of sight: nothing was decided." in many.notifications.texts()
    qtbot.keyClicks(grid, "e")
    assert list(on_disk(folder)) == [0]


@pytest.mark.parametrize("key", ["w", "3", "r"])
def test_so_does_it_with_a_selection(
    qtbot: QtBot, many: MainWindow, folder: Path, key: str
) -> None:
    grid, review = parts(many)
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    scroll(many, grid, 60)
    qtbot.keyClicks(grid, key)
    assert on_disk(folder) == {} and in_sight(grid, 0) and review.selection.count == 3
    said = "The 3 selected samples were out of sight: nothing was decided."
    assert said in many.notifications.texts()
    if key != "r":
        qtbot.keyClicks(grid, key)
        assert sorted(on_disk(folder)) == [0, 1, 2]


@pytest.mark.parametrize("key", ["e", "3", "b"])
@pytest.mark.parametrize("place", ["tabs", "charts", "bar"])
def test_so_does_it_from_a_button_a_tab_or_a_chart(
    qtbot: QtBot, many: MainWindow, folder: Path, key: str, place: str
) -> None:
    grid, review = parts(many)
    page = many.page
    assert page is not None
    if key == "b":
        review.announce(review.session.class_edits.assign_key(2, "B"))
    page.show_tab(page.charts)
    scroll(many, grid, 60)
    places = {
        "tabs": page.details.tabBar(),
        "charts": page.charts.findChildren(QAbstractButton)[0],
        "bar": page.verdicts.buttons["accept"],
    }
    places[place].setFocus(Qt.FocusReason.TabFocusReason)
    focused = QApplication.focusWidget()
    assert focused is not None and focused is not grid
    qtbot.keyClicks(focused, key)
    assert on_disk(folder) == {} and in_sight(grid, 0)
    qtbot.keyClicks(focused, key)
    assert list(on_disk(folder)) == [0]


def test_what_can_be_seen_in_part_is_decided(qtbot: QtBot, many: MainWindow, folder: Path) -> None:
    grid, review = parts(many)
    qtbot.keyClick(grid, Qt.Key.Key_A, CONTROL)
    scroll(many, grid, 60)
    qtbot.keyClicks(grid, "q")
    assert len(on_disk(folder)) == len(review.order) == 200


def test_in_the_loupe_the_place_of_the_grid_does_not_matter(
    qtbot: QtBot, many: MainWindow, folder: Path
) -> None:
    grid, _ = parts(many)
    scroll(many, grid, 60)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    loupe = many.loupe.loupe
    assert loupe is not None
    qtbot.keyClicks(loupe, "e")
    assert list(on_disk(folder)) == [0]


def test_going_on_by_keys_never_stumbles(qtbot: QtBot, many: MainWindow, folder: Path) -> None:
    grid, _ = parts(many)
    qtbot.keyClicks(grid, "q" * 60)
    assert np.array_equal(sorted(on_disk(folder)), np.arange(60))
