"""The tools above matrix and map do what they say."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from lnl_gui.gui.charts.map_colours import MapColumns
from lnl_gui.gui.charts.panels import HeatLegend, MapPanel, MatrixPanel
from lnl_gui.gui.style.colours import blend, chart_colours
from lnl_gui.gui.style.theme import DARK_TOKENS, LIGHT_TOKENS, Tokens, palette
from tests.gui.charts.test_matrix_and_rates import show_counts


def test_map_tools(qtbot: QtBot) -> None:
    panel = MapPanel()
    qtbot.addWidget(panel)
    panel.resize(500, 400)
    panel.show()
    panel.map.set_points(np.random.default_rng(0).normal(size=(50, 2)))
    panel.colour.setCurrentIndex(panel.colour.findData("status"))
    assert panel.map.colour_by() == "status"
    panel.map.grab()
    scale = panel.map.view().scale
    panel.map.zoom_by(2.0)
    fit = next(b for b in panel.findChildren(QToolButton) if b.text() == "Fit")
    fit.click()
    panel.map.grab()
    assert panel.map.view().scale == pytest.approx(scale)
    qtbot.keyClick(panel.map, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert panel.taken.text() == "50 taken"


def test_the_hand_moves_instead_of_taking(qtbot: QtBot) -> None:
    panel = MapPanel()
    qtbot.addWidget(panel)
    panel.resize(500, 400)
    panel.show()
    panel.map.set_points(np.random.default_rng(0).normal(size=(50, 2)))
    panel.map.grab()
    panel.hand.click()
    before = panel.map.position_of(0)
    left = Qt.MouseButton.LeftButton
    with qtbot.assertNotEmitted(panel.map.lassoed):
        qtbot.mousePress(panel.map, left, pos=panel.map.rect().center())
        for step in range(1, 5):
            qtbot.mouseMove(panel.map, panel.map.rect().center() + QPoint(9 * step, 0))
        qtbot.mouseRelease(panel.map, left)
    assert panel.map.position_of(0).x() - before.x() == pytest.approx(36, abs=0.1)


def test_the_legend_covers_no_point(qtbot: QtBot) -> None:
    panel = MapPanel()
    qtbot.addWidget(panel)
    panel.resize(420, 420)
    panel.show()
    names = tuple(f"a class with a long name {number}" for number in range(10))
    labels = np.arange(50) % 10
    panel.map.set_points(np.random.default_rng(0).normal(size=(50, 2)))
    panel.map.set_columns(MapColumns(labels, labels, labels / 50, labels * 0, names))
    qtbot.waitUntil(lambda: panel.legend.isVisible() and panel.legend.height() > 20)
    qtbot.waitUntil(lambda: not panel.legend.geometry().intersects(panel.map.geometry()))
    places = panel.legend.places(panel.legend.width())
    assert len(places) == 10
    assert all(place.right() <= panel.legend.width() for place in places)
    assert places[-1].bottom() <= panel.legend.height()
    assert not any(first.intersects(second) for first, second in itertools.combinations(places, 2))


def test_matrix_tools(qtbot: QtBot) -> None:
    panel = MatrixPanel()
    qtbot.addWidget(panel)
    panel.resize(500, 500)
    panel.show()
    show_counts(panel.matrix, np.array([[5, 0, 0], [0, 5, 3], [0, 1, 5]]), ("a", "b", "c"))
    panel.order.setCurrentIndex(1)
    assert [panel.matrix.class_name(place) for place in range(3)] == ["b", "c", "a"]
    side = panel.matrix.cell_side()
    for button in panel.findChildren(QToolButton):
        if button.text() == "−":
            button.click()
    assert panel.matrix.cell_side() < side


def test_the_legend_rises_from_faint_to_strong(qtbot: QtBot) -> None:
    legend = HeatLegend("few", "many")
    qtbot.addWidget(legend)
    legend.resize(legend.sizeHint())
    image = legend.grab().toImage()
    middle = image.height() // 2
    row = [image.pixelColor(x, middle).saturation() for x in range(image.width())]
    assert max(row) > 100


def _luminance(colour: QColor) -> float:
    def channel(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(c) for c in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("tokens", [LIGHT_TOKENS, DARK_TOKENS], ids=["light", "dark"])
def test_every_colour_of_text_reaches_contrast_aa(qapp: object, tokens: Tokens) -> None:
    colours = chart_colours(palette(tokens))
    for ground in (
        colours.base,
        QColor(tokens.background),
        blend(colours.base, colours.text, 0.06),
    ):
        for name in ("text", "faint", "accent", "suspect", "clean", "good", "bad"):
            first, second = sorted((_luminance(ground), _luminance(getattr(colours, name))))
            assert (second + 0.05) / (first + 0.05) >= 4.5, name
