"""Only cells that have changed are painted anew: what is on the screen is what all of it would be."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.shell.main_window import MainWindow

KEYS = (
    *(Qt.Key.Key_W, Qt.Key.Key_Q, Qt.Key.Key_E, Qt.Key.Key_N),
    *(Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up),
    *(Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp),
)


def on_screen(window: MainWindow) -> QImage:
    """The grid as it has been painted so far, without painting it for this picture."""
    QApplication.processEvents()
    assert window.page is not None
    grid = window.page.grid.viewport()
    corner = grid.mapTo(window, grid.rect().topLeft())
    whole = window.screen().grabWindow(window.winId(), corner.x(), corner.y(), *_size(grid))
    return whole.toImage()


def _size(widget: object) -> tuple[int, int]:
    return widget.width(), widget.height()  # type: ignore[attr-defined]


def test_any_keys_leave_the_grid_as_a_full_repaint_would(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.page is not None and window.project.review is not None
    grid, review = window.page.grid, window.project.review
    first = on_screen(window)
    assert first.width() > 200 and len(set(first.bits()[:4000:4])) > 1  # something is painted
    generator = np.random.default_rng(0)
    for turn in range(60):
        key = KEYS[generator.integers(len(KEYS))]
        shift = Qt.KeyboardModifier.ShiftModifier
        none = Qt.KeyboardModifier.NoModifier
        QTest.keyClick(grid, key, shift if generator.random() < 0.2 else none)
        if generator.random() < 0.15:
            QTest.keySequence(grid, ["Ctrl+A", "Esc"][generator.integers(2)])
        if generator.random() < 0.2:
            (review.undo if generator.random() < 0.6 else review.redo)()
        found = on_screen(window)
        grid.viewport().repaint()
        assert found == on_screen(window), f"turn {turn}, {key}"
