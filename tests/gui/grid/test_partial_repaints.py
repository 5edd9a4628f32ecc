"""Only cells that have changed are painted anew; the screen is as if all had been."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.gui.shell.main_window import MainWindow

KEYS = (
    *(Qt.Key.Key_W, Qt.Key.Key_Q, Qt.Key.Key_E, Qt.Key.Key_N),
    *(Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up),
    *(Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp),
)


def on_screen(window: MainWindow) -> np.ndarray:
    """The grid as it has been painted so far, without painting it for this picture: bytes (n,)."""
    QApplication.processEvents()
    assert window.page is not None
    grid = window.page.grid.viewport()
    corner = grid.mapTo(window, grid.rect().topLeft())
    shot = window.screen().grabWindow(
        window.winId(), corner.x(), corner.y(), grid.width(), grid.height()
    )
    image = shot.toImage()
    return np.array(image.constBits(), np.uint8)


def test_any_keys_leave_the_grid_as_a_full_repaint_would(qtbot: QtBot, window: MainWindow) -> None:
    assert window.page is not None and window.project.review is not None
    grid, review = window.page.grid, window.project.review
    assert len(np.unique(on_screen(window))) > 20, "nothing is painted"
    generator = np.random.default_rng(0)
    shift, none = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
    for turn in range(50):
        key = KEYS[generator.integers(len(KEYS))]
        QTest.keyClick(grid, key, shift if generator.random() < 0.2 else none)
        if generator.random() < 0.15:
            QTest.keySequence(grid, ["Ctrl+A", "Esc"][generator.integers(2)])
        if generator.random() < 0.2:
            (review.undo if generator.random() < 0.6 else review.redo)()
        # A message over the grid comes and goes, and so do pictures that arrive.
        window.notifications.clear()
        QApplication.processEvents()
        qtbot.waitUntil(lambda: not grid.thumbnails._asked, timeout=30_000)
        found = on_screen(window)
        grid.viewport().repaint()
        now = on_screen(window)
        assert found.shape == now.shape, turn
        # Translucent pictures are rounded by the place of the part that is painted.
        assert np.abs(found.astype(int) - now).max() <= 2, (turn, key)


def coloured(widget: QWidget, colour: str) -> int:
    """How many pixels of a widget have exactly this colour."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.array(image.constBits(), np.uint8).view(np.uint32)
    return int(np.count_nonzero(pixels == QColor(colour).rgb()))


def test_the_colour_chosen_for_a_class_is_the_one_shown(window: MainWindow) -> None:
    page, review = window.page, window.project.review
    assert page is not None and review is not None
    page.left.setCurrentWidget(page.groups)
    places = (page.grid.viewport(), page.groups.list)
    row = review.current_row
    assert row is not None
    number = int(review.session.columns.suggested[row])
    default = review.words.class_colour(number, dark=window.theme.dark)
    assert all(coloured(place, default) for place in places)
    assert not any(coloured(place, "#ff00ff") for place in places)
    review.do(lambda: review.session.class_edits.colour(number, "#ff00ff"))
    for place in places:
        assert coloured(place, "#ff00ff") and not coloured(place, default)
    review.undo()
    assert all(coloured(place, default) for place in places)
