"""A dialog that is higher than the screen scrolls: nothing in it is laid over another part."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.choices import RecipeChoice
from lnl_gui.gui.dialogs.form import DialogFrame
from lnl_gui.gui.dialogs.tune import TuneDialog

SOLID = (QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox, QTableView)
LONG = "A recipe that needs more images to learn from than there are, said in as many words. " * 2
CONSTANTS: dict[str, int | float | str | bool] = {"epochs": 3, "learning_rate": 1e-3, "loss": "gce"}


def recipes(unfit: int) -> tuple[RecipeChoice, ...]:
    """One that fits and others that do not, each with its reason."""
    fitting = RecipeChoice("quick", "Quick", "Fast.", "", 3, 128, 1e-3, constants=CONSTANTS)
    others = (
        RecipeChoice(f"r{n}", f"Recipe {n}", "", "", 3, 128, 1e-3, unfit={"bundled": LONG})
        for n in range(unfit)
    )
    return (fitting, *others)


def place(widget: QWidget, dialog: QWidget) -> QRect:
    return QRect(widget.mapTo(dialog, QPoint()), widget.size())


def overlapping(dialog: QWidget) -> list[tuple[str, str]]:
    """Pairs of parts of one parent that cover each other."""
    found = []
    for parent in (dialog, *dialog.findChildren(QWidget)):
        parts = [
            each
            for each in parent.children()
            if isinstance(each, SOLID) and each.isVisibleTo(dialog) and not each.size().isEmpty()
        ]
        found += [
            (type(one).__name__, type(other).__name__)
            for at, one in enumerate(parts)
            for other in parts[at + 1 :]
            if place(one, dialog).intersects(place(other, dialog))
        ]
    return found


def cut(dialog: QWidget) -> list[str]:
    """Texts that wrap and have less height than their lines need."""
    return [
        each.text()
        for each in dialog.findChildren(QLabel)
        if each.isVisibleTo(dialog)
        and each.wordWrap()
        and each.text()
        and each.height() < each.heightForWidth(each.width())
    ]


@pytest.mark.parametrize("unfit", [0, 3, 12])
def test_a_dialog_fits_the_screen_and_none_of_its_parts_covers_another(
    qtbot: QtBot, unfit: int
) -> None:
    dialog = TuneDialog(recipes(unfit))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    assert dialog.height() <= dialog.screen().availableGeometry().height()
    for height in (dialog.height(), 420):
        dialog.resize(dialog.width(), height)
        qtbot.waitUntil(lambda height=height: dialog.height() == height)
        qtbot.waitUntil(lambda: not cut(dialog))
        assert overlapping(dialog) == []
        main = next(each for each in dialog.findChildren(QPushButton) if each.isDefault())
        assert dialog.rect().contains(place(main, dialog))


def test_a_field_comes_into_sight_with_the_focus(qtbot: QtBot) -> None:
    dialog = TuneDialog(recipes(12))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.resize(dialog.width(), 420)
    frame = dialog._frame
    assert isinstance(frame, DialogFrame)
    table = dialog.findChild(QTableView)
    assert table is not None
    bar = frame.scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.device.setFocus()
    qtbot.keyClick(dialog.device, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: bar.value() > 0, timeout=5000)
