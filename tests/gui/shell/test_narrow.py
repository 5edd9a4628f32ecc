"""What there is little room for: nothing overlaps, is cut, or has to be scrolled sideways."""

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QMargins, QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.choices import ReviewState
from lnl_gui.gui.dialogs.class_picker import ClassPicker
from lnl_gui.gui.dialogs.export import ExportDialog
from lnl_gui.gui.grid.geometry import MARGIN
from lnl_gui.gui.review.group_bar import MARGINS, SPACING
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.shell.project_page import ProjectPage
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.counted_combo import WIDEST
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project


@pytest.mark.parametrize("missing", [1, 12, -100])
def test_no_part_of_the_bar_of_a_group_lies_over_another(
    qtbot: QtBot, window: MainWindow, missing: int
) -> None:
    page = window.page
    assert page is not None
    page.groups.list.view.clicked.emit(page.groups.model.index(0))
    bar = page.group_bar
    # As in the window, where nothing keeps it as wide as its parts want.
    around = QWidget()
    qtbot.addWidget(around)
    around.setStyleSheet(window.styleSheet())
    bar.setParent(around)
    parts = [bar.title, bar.accept, bar.keep, bar.leave]
    # Narrow, so that every part is as short as it may be, but for the way out.
    bar.resize(480, 48)
    bar.show()
    around.show()
    hints = [bar.title.minimumWidth(), *(part.sizeHint().width() for part in parts[1:])]
    bar.resize(MARGINS + sum(hints) + SPACING * len(parts[1:]) - missing, 48)
    bar.layout().activate()
    edges = [(part.geometry().left(), part.geometry().right()) for part in parts]
    assert all(right < left for (_, right), (left, _) in pairwise(edges))
    assert bar.leave.text() == ("" if missing > 0 else "Show all")
    assert bar.leave.accessibleName() == "Show all"


def parts_apart(page: ProjectPage) -> list[QWidget]:
    """The parts that are shown, from left to right; none lies over another or out of the page."""
    # The splitter lays out what has come or gone when it gets to it.
    QApplication.sendPostedEvents()
    QApplication.processEvents()
    shown = [part for part in (page.left, page.work, page.details) if part.isVisible()]
    edges = [(part.geometry().left(), part.geometry().right()) for part in shown]
    assert all(right < left for (_, right), (left, _) in pairwise(edges)), edges
    assert edges[-1][1] < page.splitter.width() and edges[0][0] >= 0
    assert all(part.width() >= part.minimumWidth() for part in shown)
    return shown


@pytest.mark.parametrize("per_cent", [100, 125, 150])
@pytest.mark.parametrize("width", [900, 960, 1024, 1280])
def test_no_part_of_the_page_lies_over_another(
    qtbot: QtBot, window: MainWindow, theme: Theme, per_cent: int, width: int
) -> None:
    page = window.page
    assert page is not None
    theme.scale_font(per_cent)
    try:
        page.hide()
        page.show()
        window.resize(width, 700)
        qtbot.waitUntil(lambda: page.width() == width)
        narrow = page.left not in parts_apart(page)
        assert narrow or width > 960
        assert page.details.isVisible() and page.way_to_filters.isVisible() == narrow
        inspector = page.details.inspector
        assert page.details.width() >= inspector.minimumSizeHint().width()
        qtbot.keyClick(page.grid, Qt.Key.Key_F7)
        assert (page.left in parts_apart(page)) == narrow
        assert page.details.isVisible() != narrow
    finally:
        theme.scale_font(100)


GAP = QMargins(MARGIN, MARGIN, MARGIN, MARGIN)


def whole_pictures(page: ProjectPage) -> int:
    """How many cells of the grid, captions included, are seen whole."""
    view, model = page.grid.viewport().rect(), page.grid.model()
    cells = [
        page.grid.visualRect(model.index(row, column)).marginsRemoved(GAP)
        for row in range(model.rowCount())
        for column in range(model.columnCount())
    ]
    return sum(not cell.isEmpty() and view.contains(cell) for cell in cells)


@pytest.mark.parametrize(
    ("width", "height", "least", "share"), [(1024, 600, 6, 0.44), (1280, 720, 6, 0.38)]
)
def test_a_low_window_gives_its_room_to_the_pictures(
    qtbot: QtBot, window: MainWindow, width: int, height: int, least: int, share: float
) -> None:
    page = window.page
    assert page is not None
    usual = {part: part.height() for part in (window.top_bar, window.banner, page.legend)}
    window.resize(width, height)
    qtbot.waitUntil(lambda: page.width() == width)
    shown = parts_apart(page)
    assert page.work in shown and page.details in shown
    view = page.grid.viewport()
    qtbot.waitUntil(lambda: whole_pictures(page) >= least)
    assert view.width() * view.height() >= share * width * height
    # On one line, none over the other, and the keys are still on the buttons.
    assert page.verdicts.geometry().right() < page.view_bar.geometry().left()
    assert page.verdicts.buttons["accept"].text() == "W"
    assert page.verdicts.scope.geometry().right() <= page.verdicts.width()
    assert window.banner.title.text() == window.banner.title.full()
    # What somebody asks for is shown instead, not over it, and the bars stand as there is room.
    if page.way_to_filters.isVisible():
        qtbot.mouseClick(page.way_to_filters, Qt.MouseButton.LeftButton)
        assert page.left in parts_apart(page)
    window.resize(900, 600)
    qtbot.waitUntil(lambda: page.width() == 900)
    parts_apart(page)
    assert page.verdicts.geometry().bottom() < page.view_bar.geometry().top() or (
        page.verdicts.geometry().right() < page.view_bar.geometry().left()
    )
    window.resize(1300, 860)
    qtbot.waitUntil(lambda: {part: part.height() for part in usual} == usual)
    assert page.verdicts.geometry().bottom() < page.view_bar.geometry().top()


# On a screen of 1920 × 1080 at 200 %, without a task bar and with one, and the least.
@pytest.mark.parametrize(("width", "height"), [(952, 500), (952, 452), (760, 440)])
def test_the_window_fits_a_screen_of_few_pixels(
    qtbot: QtBot, window: MainWindow, width: int, height: int
) -> None:
    page = window.page
    assert page is not None
    window.resize(width, height)
    qtbot.waitUntil(lambda: page.width() == width)
    assert (window.width(), window.height()) == (width, height)
    parts_apart(page)
    # What stands at the foot is in the window, and a row of pictures above it.
    foot = page.legend.mapTo(window, page.legend.rect().bottomLeft()).y()
    assert page.legend.isVisible() and foot < height
    assert page.grid.viewport().height() > page.grid.side
    if not page.left.isVisible():
        qtbot.mouseClick(page.way_to_filters, Qt.MouseButton.LeftButton)
    for control in (page.filters.reset, page.filters.views):
        assert control.isVisible()
        assert control.mapTo(window, control.rect().bottomLeft()).y() < height


def test_the_filters_come_back_with_the_room(qtbot: QtBot, window: MainWindow) -> None:
    page = window.page
    assert page is not None
    all_parts = [page.left, page.work, page.details]
    assert parts_apart(page) == all_parts and not page.way_to_filters.isVisible()
    window.resize(900, 700)
    qtbot.waitUntil(lambda: parts_apart(page) == all_parts[1:])
    qtbot.mouseClick(page.way_to_filters, Qt.MouseButton.LeftButton)
    assert parts_apart(page) == all_parts[:2] and page.way_to_details.isVisible()
    qtbot.mouseClick(page.way_to_details, Qt.MouseButton.LeftButton)
    assert parts_apart(page) == all_parts[1:]
    # Typing a path needs the filters, a close look the details.
    qtbot.keyClick(page.grid, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.filters.text.hasFocus() and parts_apart(page) == all_parts[:2]
    qtbot.keyClick(page.filters.text, Qt.Key.Key_Return)
    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    assert parts_apart(page) == all_parts[1:]
    window.resize(1300, 700)
    qtbot.waitUntil(lambda: page.width() == 1300)
    assert not page.left.isVisible()
    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    assert parts_apart(page) == all_parts
    # What somebody hides stays hidden, whatever room there is.
    qtbot.keyClick(page.grid, Qt.Key.Key_F8)
    window.resize(900, 700)
    qtbot.waitUntil(lambda: page.width() == 900)
    assert parts_apart(page) == all_parts[:2]


def test_the_filters_have_the_room_that_they_need(window: MainWindow) -> None:
    page = window.page
    assert page is not None
    page.filters.given.setMinimumWidth(400)
    page.hide()
    page.show()
    # Measured when the style sheet is in force, which it is not yet when the page is made.
    assert page.left.minimumWidth() >= page.filters.least_width() > 400


def test_a_name_as_long_as_it_may_be_makes_no_list_scroll_sideways(
    qtbot: QtBot, window: MainWindow
) -> None:
    picker = ClassPicker(["a name " * 40, "dog"], window, keys={"1": 0})
    picker.open()
    bar = picker.list.horizontalScrollBar()
    assert (bar.maximum(), picker.list.visualRect(picker.list.model().index(0, 0)).width()) == (
        0,
        picker.list.viewport().width(),
    )
    picker.close_picker()


def test_a_dialog_is_as_high_as_its_style_wants(qtbot: QtBot, window: MainWindow) -> None:
    dialog = ExportDialog(ReviewState(10), destination="/somewhere", parent=window)
    dialog.show()
    qtbot.waitExposed(dialog)
    for button in dialog.destination.findChildren(QPushButton):
        assert button.height() >= button.sizeHint().height()
    dialog.close()
    dialog.deleteLater()


def test_a_name_as_long_as_it_may_be_makes_no_wide_list_of_filters(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    long = "a name " * 28 + "end"
    window = open_window(make_project(tmp_path / "long.lnl", 40, names=(long, "dog")))
    assert window.page is not None
    given = window.page.filters.given
    qtbot.mouseClick(given, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    assert given.view().window().width() <= max(WIDEST, given.width())
    assert long in given.itemData(1, Qt.ItemDataRole.ToolTipRole)
    given.hidePopup()
    place = given.findText("dog")
    assert place == 2 and given.itemText(1) == long
