"""What could be meant, offered under a line of text in the look of its window."""

from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.gui.style.theme import DARK, LIGHT, Theme
from lnl_gui.gui.widgets.completion import complete_from, sheet_of

RED = "QListView { background: #ff0000; }"


def test_what_contains_the_letters_is_offered_in_the_windows_look(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    field = QLineEdit()
    complete_from(field, ["Rain boot", "Sandal", "BOOTS"])
    window.setCentralWidget(field)
    # Given after the list was made, as a window's is.
    window.setStyleSheet(RED)
    window.show()
    qtbot.keyClicks(field, "boot")
    popup = field.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    model = popup.model()
    offered = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert offered == ["Rain boot", "BOOTS"]
    viewport = popup.grab().toImage()
    assert viewport.pixelColor(viewport.width() - 20, 12).name() == "#ff0000"


def test_a_list_of_choices_is_completed_from_its_own_model(qtbot: QtBot) -> None:
    box = QComboBox()
    qtbot.addWidget(box)
    box.setEditable(True)
    box.setModel(QStringListModel(["cat", "dog"]))
    complete_from(box, box.model())
    assert box.completer().model() is box.model()


def test_all_that_belongs_to_a_window_is_drawn_by_its_sheet(
    qapp: QApplication, theme: Theme, window: QWidget
) -> None:
    dialog = QDialog(window)
    inner = QLineEdit(dialog)
    assert not qapp.styleSheet()
    assert sheet_of(inner) == theme.sheet and "QLineEdit" in theme.sheet
    theme.choose(DARK)
    try:
        assert sheet_of(inner) == theme.sheet
    finally:
        theme.choose(LIGHT)
    dialog.deleteLater()
