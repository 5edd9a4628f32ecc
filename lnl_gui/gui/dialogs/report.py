"""Widgets of dialogs that only tell something: a report, what copies it, what closes them."""

from collections.abc import Callable

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton

from lnl_gui.util.translation import tr


def add_close(buttons: QDialogButtonBox, dialog: QDialog) -> None:
    """Add the button of a dialog that only tells something: the Return key presses it."""
    button = QPushButton(tr("Close"))
    # Before it is laid out, or its size would be that of a plain button.
    button.setProperty("role", "primary")
    buttons.addButton(button, QDialogButtonBox.ButtonRole.RejectRole)
    button.setDefault(True)
    button.setFocus()
    buttons.rejected.connect(dialog.reject)


def copy_button(words: str, text: Callable[[], str]) -> QPushButton:
    """A button that copies what `text` gives, and says so then."""
    button = QPushButton(words)
    # Buttons of a dialog are auto-default in Qt: with the focus, this one would take Return.
    button.setAutoDefault(False)

    def copy() -> None:
        QGuiApplication.clipboard().setText(text())
        button.setText(tr("Copied"))

    button.clicked.connect(copy)
    return button


def report_field(text: str = "") -> QPlainTextEdit:
    """A text of a program, to read and to copy."""
    field = QPlainTextEdit(text)
    field.setReadOnly(True)
    field.setAccessibleName(tr("Report"))
    field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    return field
