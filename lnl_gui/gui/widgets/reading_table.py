"""Read-only table and button row of dialogs whose text can be copied."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QTableView

from lnl_gui.gui.widgets.basic import button
from lnl_gui.util.translation import tr


def reading_table(name: str, model: QAbstractTableModel) -> QTableView:
    """A table without grid and line numbers, selected by lines; `name` is for a screen reader."""
    table = QTableView()
    # The words of its header begin and end where its cells do.
    table.setProperty("role", "table")
    table.setAccessibleName(name)
    table.setModel(model)
    table.setShowGrid(False)
    # Tab leaves it, or who has no mouse could not.
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.verticalHeader().hide()
    return table


def copy_and_close(
    dialog: QDialog, copy: str, text: Callable[[], str], *, primary: bool = True
) -> QHBoxLayout:
    """Buttons at the foot of a dialog: one copies what `text` gives, the main one closes.

    Where another button is the main one, `primary` is False.
    """
    row = QHBoxLayout()
    row.addStretch(1)
    copying = button(copy)
    copying.clicked.connect(lambda: QGuiApplication.clipboard().setText(text()))
    close = button(tr("Close"), "primary" if primary else "")
    close.setDefault(primary)
    close.clicked.connect(dialog.accept)
    row.addWidget(copying)
    row.addWidget(close)
    return row
