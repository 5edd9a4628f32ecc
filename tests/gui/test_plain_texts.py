"""Names of files and classes are text in the window, never markup."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

import lnl_gui
from lnl_gui.gui.dialogs.question import QuestionDialog
from lnl_gui.gui.dialogs.unreadable import COLUMNS
from lnl_gui.gui.inspector.explanation_text import breakable
from lnl_gui.gui.widgets.basic import ElidedLabel, as_plain, menu_text
from lnl_gui.gui.widgets.rows_model import RowsModel
from lnl_gui.store.dataset.samples import SKIPPED, LeftOut
from lnl_gui.util.messages import message
from lnl_gui.util.visible import harmless

MARKUP = "<img src='file:///etc/x'><b>a</b>\u202etxt"


def test_tool_tips_show_markup_as_it_is_written(qtbot: QtBot) -> None:
    label = ElidedLabel(MARKUP)
    qtbot.addWidget(label)
    assert "<img" not in label.toolTip() and "&lt;img" in label.toolTip()
    assert "\u202e" not in label.toolTip() + label.text() + as_plain(MARKUP)
    reason = message("damaged: {why}", why="<h1>x</h1>")
    rows = [LeftOut(MARKUP, reason, SKIPPED)]
    model = RowsModel(COLUMNS, label, rows=rows)
    for column in (0, 1):
        tip = model.data(model.index(0, column), Qt.ItemDataRole.ToolTipRole)
        assert "<img" not in tip and "<h1>" not in tip


def test_questions_show_plain_text(qtbot: QtBot) -> None:
    dialog = QuestionDialog(MARKUP, MARKUP, "Go on")
    qtbot.addWidget(dialog)
    for words in (dialog.title, dialog.text):
        assert words.textFormat() == Qt.TextFormat.PlainText
        assert words.text() == harmless(MARKUP) and "\u202e" not in words.text()
    assert "\u202e" not in dialog.windowTitle()


def test_names_do_nothing_in_labels_menus_and_for_screen_readers(qtbot: QtBot) -> None:
    label = ElidedLabel(MARKUP)
    qtbot.addWidget(label)
    assert "\u202e" not in label.accessibleName()
    assert breakable("R\u202eD") == "R\\u202eD"
    assert menu_text("R&D\tCtrl+Q\n") == "R&&D\\u0009Ctrl+Q\\u000a"


def test_all_questions_have_one_dress() -> None:
    """Qt's own boxes look different, and show markup unless they are told not to."""
    for file in Path(lnl_gui.gui.__file__).parent.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "QMessageBox" not in text and "QInputDialog" not in text, file
