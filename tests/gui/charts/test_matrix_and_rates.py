"""Clicks and keys name the right classes, at ten classes and at thousands."""

from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from lnl_gui.gui.charts.label_matrix import LabelMatrix
from lnl_gui.gui.charts.noise_rates import ClassNoise, NoiseRates
from lnl_gui.gui.charts.pair_table import ClassOrder, count_pairs, pair_table
from lnl_gui.gui.charts.panels import MatrixPanel

COUNTS = np.array([[90, 4, 0, 1], [2, 80, 30, 0], [0, 12, 70, 0], [0, 0, 0, 50]])
NAMES = ("cat", "dog", "eel", "fox")


def show_counts(matrix: LabelMatrix, counts: np.ndarray, class_names: Sequence[str]) -> None:
    """Show a dense matrix (C, C) of counts."""
    given, suggested = np.nonzero(counts)
    matrix.set_pairs(given, suggested, counts[given, suggested], class_names)


@pytest.fixture
def matrix(qtbot: QtBot) -> LabelMatrix:
    widget = LabelMatrix()
    qtbot.addWidget(widget)
    widget.resize(420, 420)
    widget.show()
    qtbot.waitExposed(widget)
    show_counts(widget, COUNTS, NAMES)
    return widget


def test_a_click_names_given_and_suggested(qtbot: QtBot, matrix: LabelMatrix) -> None:
    for given, suggested in ((0, 1), (1, 2), (3, 0)):
        place = matrix.cell_rect(given, suggested).center()
        with qtbot.waitSignal(matrix.cell_activated) as caught:
            qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert caught.args == [given, suggested]


def test_a_click_on_a_label_is_none(qtbot: QtBot, matrix: LabelMatrix) -> None:
    with qtbot.assertNotEmitted(matrix.cell_activated):
        qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(3, 60))


def test_keys_walk_jump_and_activate(qtbot: QtBot, matrix: LabelMatrix) -> None:
    qtbot.keyClick(matrix, Qt.Key.Key_Right)
    assert matrix.current() == (0, 1)
    assert matrix.accessibleDescription() == "cat → dog: 4"
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(matrix, Qt.Key.Key_Right, control)
    assert matrix.current() == (0, 3)
    qtbot.keyClick(matrix, Qt.Key.Key_Down, control)
    assert matrix.current() == (3, 3)
    qtbot.keyClick(matrix, Qt.Key.Key_Down, control)
    assert matrix.current() == (3, 3)
    with qtbot.waitSignal(matrix.cell_activated) as caught:
        qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert caught.args == [3, 3]


def test_confused_classes_come_first(qtbot: QtBot, matrix: LabelMatrix) -> None:
    matrix.set_order(ClassOrder.CONFUSED_FIRST)
    # In both directions: dog and eel 42, cat and dog 6, cat and fox 1.
    assert [matrix.class_name(place) for place in range(4)] == ["dog", "eel", "cat", "fox"]
    place = matrix.cell_rect(0, 1).center()
    with qtbot.waitSignal(matrix.cell_activated) as caught:
        qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == [1, 2]


def test_many_classes_can_be_read_and_the_most_confused_come_first(qtbot: QtBot) -> None:
    panel = MatrixPanel()
    qtbot.addWidget(panel)
    panel.resize(420, 600)
    panel.show()
    qtbot.waitExposed(panel)
    counts = np.eye(120, dtype=np.int64)
    counts[100, 50] = 40
    show_counts(panel.matrix, counts, tuple(f"class {number}" for number in range(120)))
    assert panel.matrix.cell_side() >= 16
    assert {panel.matrix.class_name(0), panel.matrix.class_name(1)} == {"class 100", "class 50"}
    # The other 118 are no news; they are counted, and all of them can be had.
    assert panel.matrix.table().classes == 2
    assert panel.left_out.text() == "118 classes confused with none are left out."
    panel.order.setCurrentIndex(panel.order.findData(ClassOrder.CONFUSED_FIRST))
    assert panel.matrix.table().classes == 120 and panel.left_out.isHidden()
    assert {panel.matrix.class_name(0), panel.matrix.class_name(1)} == {"class 100", "class 50"}
    assert panel.matrix.cell_side() >= 16
    panel.matrix.fit()
    assert panel.matrix.cell_side() < 16
    # What somebody has chosen stays when the panel changes its size.
    panel.resize(700, 700)
    assert panel.matrix.cell_side() < 16


def test_the_first_screen_of_a_thousand_classes_holds_the_largest_confusions(
    qtbot: QtBot,
) -> None:
    rng = np.random.default_rng(0)
    given, suggested = rng.permutation(1000).reshape(2, 500)
    amounts = rng.permutation(500) + 1
    panel = MatrixPanel()
    qtbot.addWidget(panel)
    panel.resize(500, 600)
    panel.show()
    panel.matrix.set_pairs(given, suggested, amounts, [f"class {c}" for c in range(1000)])
    top, bottom, left, right = panel.matrix.cells().visible()
    block = panel.matrix.table().block(top, bottom, left, right)
    seen = np.sort(block[block > 0])[::-1]
    assert len(seen) >= 8
    np.testing.assert_array_equal(seen, 500 - np.arange(len(seen)))


def test_where_no_class_is_confused_all_are_shown() -> None:
    alone = np.arange(30)
    table = pair_table(alone, alone, alone + 1, classes=30, order=ClassOrder.CONFUSED_ONLY)
    assert table.classes == 30 and table.count(4, 4) == 5


def test_the_place_on_the_matrix_stays_on_it_when_classes_are_left_out(
    qtbot: QtBot, matrix: LabelMatrix
) -> None:
    counts = COUNTS.copy()
    counts[0] = counts[:, 0] = 0
    qtbot.keyClick(matrix, Qt.Key.Key_Down)
    for _ in range(3):
        qtbot.keyClick(matrix, Qt.Key.Key_Down)
    matrix.set_order(ClassOrder.CONFUSED_ONLY)
    show_counts(matrix, counts, NAMES)
    assert matrix.table().classes == 2 and matrix.current()[0] in (1, 2)


def test_the_matrix_uses_the_panel_until_somebody_zooms(qtbot: QtBot, matrix: LabelMatrix) -> None:
    matrix.resize(200, 200)
    small = matrix.cell_side()
    matrix.resize(420, 420)
    assert matrix.cell_side() > small


def test_ten_classes_fit_without_scrolling(qtbot: QtBot) -> None:
    widget = LabelMatrix()
    qtbot.addWidget(widget)
    widget.resize(620, 600)
    widget.show()
    show_counts(widget, np.ones((10, 10), int), [f"class {c}" for c in range(10)])
    assert widget.verticalScrollBar().maximum() == 0
    assert widget.horizontalScrollBar().maximum() == 0


def test_thousands_of_classes_are_reached_and_clicked(qtbot: QtBot) -> None:
    widget = LabelMatrix()
    qtbot.addWidget(widget)
    widget.resize(500, 400)
    widget.show()
    given, suggested = np.array([5, 7000]), np.array([6, 8123])
    widget.set_pairs(given, suggested, np.array([3, 9]), [f"c{c}" for c in range(9000)])
    widget.set_cell_side(20)
    qtbot.keyClick(widget, Qt.Key.Key_Down)
    for _ in range(6999):
        widget._go(widget._current[0] + 1, 0)
    qtbot.keyClick(widget, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert widget.current() == (7000, 8123)
    cell = widget.cell_rect(7000, 8123)
    assert widget.viewport().rect().contains(cell)
    with qtbot.waitSignal(widget.cell_activated) as caught:
        qtbot.mouseClick(widget.viewport(), Qt.MouseButton.LeftButton, pos=cell.center())
    assert caught.args == [7000, 8123]
    widget.grab()


def test_zoom_keeps_the_cell_under_the_pointer(qtbot: QtBot) -> None:
    widget = LabelMatrix()
    qtbot.addWidget(widget)
    widget.resize(500, 400)
    widget.show()
    given = np.arange(300)
    widget.set_pairs(given, given, np.ones(300, int), [f"c{c}" for c in range(300)])
    widget.set_cell_side(20)
    widget.verticalScrollBar().setValue(2000)
    widget.horizontalScrollBar().setValue(2000)
    anchor = QPoint(260, 210)
    before = widget.cell_at(anchor)
    widget.zoom(1.5, anchor)
    assert widget.cell_side() == 30
    assert widget.cell_at(anchor) == before


@pytest.mark.parametrize("order", list(ClassOrder))
def test_table_gives_back_the_counts(order: ClassOrder) -> None:
    rng = np.random.default_rng(2)
    dense = rng.integers(0, 3, (40, 40))
    given, suggested = np.nonzero(np.ones_like(dense))
    table = pair_table(given, suggested, dense.reshape(-1), classes=40, order=order)
    ordered = dense[np.ix_(table.order, table.order)]
    np.testing.assert_array_equal(table.block(0, 40, 0, 40), ordered)
    np.testing.assert_array_equal(table.block(3, 17, 30, 40), ordered[3:17, 30:40])
    assert table.count(4, 9) == ordered[4, 9]
    off = dense.copy()
    np.fill_diagonal(off, 0)
    assert table.largest_confusion() == off.max()
    np.testing.assert_array_equal(table.order[table.position], np.arange(40))


def rates(count: int) -> list[ClassNoise]:
    return [
        ClassNoise(c, f"c{c}", 0.01 * ((c * 7) % count), 0.0, 0.9, 10 * c) for c in range(count)
    ]


def test_rates_are_worst_first_and_a_click_names_the_class(qtbot: QtBot) -> None:
    chart = NoiseRates()
    qtbot.addWidget(chart)
    chart.resize(400, 300)
    chart.show()
    chart.set_rates(rates(10), overall=0.05)
    shown = [row.rate for row in chart.rows()]
    assert shown == sorted(shown, reverse=True)
    place = QPoint(100, 3 * chart.row_height() + 4)
    with qtbot.waitSignal(chart.class_activated) as caught:
        qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == [chart.rows()[3].class_id]


def test_rates_by_keyboard_scroll_to_what_is_current(qtbot: QtBot) -> None:
    chart = NoiseRates()
    qtbot.addWidget(chart)
    chart.resize(400, 200)
    chart.show()
    chart.set_rates(rates(900), by_rate=False)
    qtbot.keyClick(chart, Qt.Key.Key_End)
    with qtbot.waitSignal(chart.class_activated) as caught:
        qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert caught.args == [899]
    assert chart.row_at(chart.viewport().height() - 40) is not None
    assert chart.verticalScrollBar().value() == chart.verticalScrollBar().maximum()
    assert "c899" in chart.accessibleDescription()


def test_empty_charts_say_so_and_take_keys(qtbot: QtBot) -> None:
    for chart in (NoiseRates(), LabelMatrix()):
        qtbot.addWidget(chart)
        chart.show()
        qtbot.keyClick(chart, Qt.Key.Key_Return)
        qtbot.keyClick(chart, Qt.Key.Key_Down)
        chart.grab()


@pytest.mark.parametrize("classes", [7, 5000])
def test_pairs_are_counted_alike_whatever_the_number_of_classes(classes: int) -> None:
    rng = np.random.default_rng(4)
    given, suggested = rng.integers(-1, 7, 3000), rng.integers(-1, 7, 3000)
    found = zip(*(a.tolist() for a in count_pairs(given, suggested, classes=classes)), strict=True)
    pairs = list(zip(given.tolist(), suggested.tolist(), strict=True))
    wanted = {pair: pairs.count(pair) for pair in set(pairs) if -1 not in pair}
    assert {(g, s): count for g, s, count in found} == wanted
