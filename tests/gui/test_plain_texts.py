"""Names of files and classes are text in the window, never markup."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.unreadable import UnreadableModel
from lnl_gui.gui.widgets.basic import ElidedLabel, as_plain
from lnl_gui.util.messages import message

MARKUP = "<img src='file:///etc/x'><b>a</b>\u202etxt"


def test_tool_tips_show_markup_as_it_is_written(qtbot: QtBot) -> None:
    label = ElidedLabel(MARKUP)
    qtbot.addWidget(label)
    assert "<img" not in label.toolTip() and "&lt;img" in label.toolTip()
    assert "\u202e" not in label.toolTip() + label.text() + as_plain(MARKUP)
    model = UnreadableModel([(MARKUP, message("damaged: {why}", why="<h1>x</h1>"))], label)
    for column in (0, 1):
        tip = model.data(model.index(0, column), Qt.ItemDataRole.ToolTipRole)
        assert "<img" not in tip and "<h1>" not in tip


def test_message_boxes_show_plain_text(qtbot: QtBot, monkeypatch: object) -> None:
    boxes: list[Qt.TextFormat] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: boxes.append(box.textFormat()))
    questions._confirm(None, MARKUP, MARKUP, "Go on")
    assert boxes == [Qt.TextFormat.PlainText]


def test_every_message_box_and_label_of_names_says_plain_text() -> None:
    """Each file of the window that makes a message box sets its format."""
    for file in (Path(questions.__file__).parents[1]).rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert text.count("QMessageBox(") <= text.count("setTextFormat"), file
