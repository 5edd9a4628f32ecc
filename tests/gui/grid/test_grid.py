"""The grid's arithmetic against plain loops, and its model at a million samples."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from lnl_gui.gui.grid.cache import PixmapCache
from lnl_gui.gui.grid.geometry import Geometry, columns_for
from lnl_gui.gui.grid.model import GridModel
from lnl_gui.gui.grid.view import GridView
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.style.theme import Theme
from lnl_gui.session.samples.selection import Selection
from lnl_gui.store.dataset.classes import ClassInfo

MILLION = 1_000_000


class ManySamples(QObject):
    """What the grid reads of a review, over arrays of any length."""

    order_changed = Signal()
    selection_changed = Signal()
    current_changed = Signal()
    sight_requested = Signal(int)
    changed = Signal(object)

    def __init__(self, count: int) -> None:
        super().__init__()
        self.order = np.arange(count)[::-1].copy()
        self.selection = Selection(count)
        self.session = SimpleNamespace(
            columns=SimpleNamespace(
                given=np.zeros(count, np.int32),
                suggested=np.ones(count, np.int32),
                current=np.zeros(count, np.int32),
                suspicion=np.full(count, 0.5, np.float32),
                status=np.zeros(count, np.uint8),
                content_hash=np.zeros(count, "S32"),
            ),
            classes=[ClassInfo(0, "a", "#112233", "1"), ClassInfo(1, "b", "#445566", "2")],
            images=SimpleNamespace(
                thumbnail_of=lambda row: None, file_of=lambda row: f"missing-{row}.png"
            ),
        )
        self.words = SimpleNamespace(
            class_name=lambda class_id: "ab"[class_id],
            class_colour=lambda class_id, dark: "#808080",
        )

    def describe(self, position: int) -> str:
        return f"row {self.order[position]}"

    def change_selection(self, change: Callable[[Selection], object]) -> None:
        change(self.selection)
        self.current_changed.emit()

    def move_to(self, position: int, *, extend: bool = False) -> None:
        self.selection.extend_to(position) if extend else self.selection.select_only(position)
        self.current_changed.emit()


@pytest.mark.parametrize(("count", "columns"), [(0, 3), (1, 3), (9, 3), (10, 3), (10, 1), (7, 9)])
def test_positions_and_cells_are_one_to_one(count: int, columns: int) -> None:
    geometry = Geometry(count, columns)
    cells = [(row, column) for row in range(geometry.rows + 1) for column in range(columns + 1)]
    found = [geometry.position(*cell) for cell in cells]
    assert sorted(p for p in found if p is not None) == list(range(count))
    assert all(geometry.position(*geometry.cell(p)) == p for p in range(count))


@pytest.mark.parametrize("columns", [1, 3, 4])
def test_a_rectangle_holds_what_lies_in_it(columns: int) -> None:
    geometry = Geometry(11, columns)
    for top, left, bottom, right in [(0, 0, 0, 0), (1, 0, 9, 1), (-3, -2, 1, 7), (2, 1, 1, 1)]:
        expected = [
            p for p in range(11) if top <= p // columns <= bottom and left <= p % columns <= right
        ]
        assert geometry.rectangle(top, left, bottom, right).tolist() == expected


@pytest.mark.parametrize(
    ("start", "step", "end"),
    [
        (2, 1, 3),  # the end of a line wraps into the next
        (3, -1, 2),
        (0, -1, 0),
        (9, 1, 9),
        (1, 3, 4),
        (8, 3, 9),  # below is nothing: the last sample
        (7, 3, 9),
        (6, 3, 9),
        (1, -3, 1),
        (4, -30, 1),
        (1, 300, 9),
        (0, 300, 9),
    ],
)
def test_moves_stay_inside(start: int, step: int, end: int) -> None:
    assert Geometry(10, 3).move(start, step) == end


def test_columns_for_a_width() -> None:
    assert [columns_for(width, 100) for width in (10, 99, 100, 350)] == [1, 1, 1, 3]


def test_the_cache_drops_the_least_recently_used(qtbot: QtBot) -> None:
    pixmap = QPixmap(10, 10)
    cache = PixmapCache(budget=3 * 400)
    for row in range(3):
        cache.put((row, 10), pixmap)
    assert cache.get((0, 10)) is not None
    cache.put((3, 10), pixmap)
    assert cache.get((1, 10)) is None and cache.get((0, 10)) is not None
    cache.put((0, 10), pixmap)
    assert cache.used_bytes == 1200 and len(cache) == 3
    cache.discard((0, 10))
    assert cache.used_bytes == 800


def test_the_model_of_a_million(qtbot: QtBot) -> None:
    review = ManySamples(MILLION)
    model = GridModel(review)  # type: ignore[arg-type]  # the part of a review it reads
    model.set_columns(7)
    model.rebuild()
    assert (model.rowCount(), model.columnCount()) == (142_858, 7)
    last = model.index(142_857, 0)
    assert model.data(last) == "row 0"
    assert model.flags(last) & Qt.ItemFlag.ItemIsEnabled
    beyond = model.index(142_857, 1)
    assert model.data(beyond) is None and model.flags(beyond) == Qt.ItemFlag.NoItemFlags


def test_the_view_of_a_million_reaches_both_ends(qtbot: QtBot, theme: Theme) -> None:
    review = ManySamples(MILLION)
    view = GridView(review, theme)  # type: ignore[arg-type]  # the part of a review it reads
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    qtbot.waitExposed(view)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert review.selection.current == MILLION - 1
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum()
    qtbot.keyClick(view, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert (review.selection.current, bar.value()) == (0, 0)
    view.thumbnails.stop()


def test_the_row_that_comes_next_is_seen_and_a_click_moves_nothing(
    qtbot: QtBot, theme: Theme
) -> None:
    review = ManySamples(1000)
    view = GridView(review, theme)  # type: ignore[arg-type]  # the part of a review it reads
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    qtbot.waitExposed(view)
    view.setFocus()
    columns, bar = view.geometry_of_cells.columns, view.verticalScrollBar()

    def is_whole(row: int) -> bool:
        return view.viewport().rect().contains(view.visualRect(view.model().index(row, 0)))

    for row in range(1, 12):
        qtbot.keyClick(view, Qt.Key.Key_Down)
        assert review.selection.current == row * columns
        assert is_whole(row) and is_whole(row + 1)
    lowest = view.last_visible() // columns
    place = bar.value()
    for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
        lower = view.model().index(lowest - 1, 0)
        qtbot.mouseClick(view.viewport(), button, pos=view.visualRect(lower).center())
        assert review.selection.current == (lowest - 1) * columns
        assert bar.value() == place
    # A picture higher than half the page is itself whole, and as much as there is room for below.
    view.resize(900, int(view.rowHeight(0) * 1.5))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert is_whole(review.selection.current // columns)
    assert view.visualRect(view.currentIndex()).top() == 0
    qtbot.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert bar.value() == bar.maximum()
    view.thumbnails.stop()


def test_arrows_wrap_and_shift_extends(qtbot: QtBot, window: MainWindow) -> None:
    assert window.page is not None and window.project.review is not None
    grid, review = window.page.grid, window.project.review
    columns = grid.geometry_of_cells.columns
    review.move_to(columns - 1)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert review.selection.current == columns
    qtbot.keyClick(grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert review.selection.positions.tolist() == list(range(columns, 2 * columns + 1))
    qtbot.keyClick(grid, Qt.Key.Key_Up)
    assert review.selection.count == 0 and review.selection.current == columns


def test_zoom_keeps_the_current_sample_in_sight(qtbot: QtBot, window: MainWindow) -> None:
    assert window.page is not None and window.project.review is not None
    grid, review = window.page.grid, window.project.review
    review.move_to(19)
    side, columns = grid.side, grid.geometry_of_cells.columns
    qtbot.keyClicks(grid, "++++")
    assert grid.side > side and grid.geometry_of_cells.columns < columns
    index = grid.model().index(*grid.geometry_of_cells.cell(19))
    assert grid.viewport().rect().intersects(grid.visualRect(index))
    qtbot.keyClicks(grid, "-" * 30)
    assert grid.side == 64


def test_a_cell_can_be_read_aloud(window: MainWindow) -> None:
    assert window.page is not None
    model = window.page.grid.model()
    text = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert text == "image-0000.png, given cat, suggested dog, 99 % likely to be wrong, not reviewed"


def test_return_looks_closely_and_the_keys_stay(qtbot: QtBot, window: MainWindow) -> None:
    page, review = window.page, window.project.review
    assert page is not None and review is not None
    before = page.splitter.sizes()
    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    assert page.splitter.sizes()[2] > before[2]
    assert page.grid.hasFocus()
    qtbot.keyClicks(page.grid, "q")
    assert review.session.columns.status[0] and review.selection.current == 1
    inspector = page.details.inspector

    def shown() -> int | None:
        view = inspector.view()
        return None if view is None else view.row

    qtbot.waitUntil(lambda: shown() == 1)
    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    assert np.abs(np.subtract(page.splitter.sizes(), before)).max() <= 2
