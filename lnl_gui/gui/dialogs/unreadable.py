"""The list of files that are left out, each with its reason."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QVBoxLayout, QWidget

from lnl_gui.gui.dialogs.form import show_until_closed
from lnl_gui.gui.widgets.basic import label
from lnl_gui.gui.widgets.reading_table import copy_and_close, reading_table
from lnl_gui.gui.widgets.rows_model import Column, RowsModel
from lnl_gui.store.dataset.samples import LeftOut, left_out_message, left_out_number
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import harmless

COLUMNS: tuple[Column[LeftOut], ...] = (
    Column(message("File"), lambda entry: harmless(entry.path), tool_tip=lambda entry: entry.path),
    Column(
        message("Reason"),
        lambda entry: localized(entry.reason),
        tool_tip=lambda entry: localized(entry.reason),
    ),
)


class UnreadableDialog(QDialog):
    """What was skipped, to read or to copy."""

    def __init__(self, entries: Sequence[LeftOut], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = entries
        self.setWindowTitle(tr("Files that are left out"))
        self.resize(720, 460)
        self.table = reading_table(
            tr("Files that are left out"), RowsModel(COLUMNS, self, rows=entries)
        )
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        layout.addWidget(
            label(
                localized(left_out_number(entries)),
                "title",
            )
        )
        kinds = left_out_message(entries)
        hint = message("{kinds}. They count nowhere; the rest is not affected.", kinds=kinds)
        layout.addWidget(label(localized(hint), "muted", wrap=True))
        layout.addWidget(self.table, 1)
        layout.addLayout(copy_and_close(self, tr("Copy list"), self.as_text))

    def as_text(self) -> str:
        """The list with tabs, for a spreadsheet."""
        return "\n".join(f"{entry.path}\t{localized(entry.reason)}" for entry in self._entries)


def show_unreadable(parent: QWidget, entries: Sequence[LeftOut]) -> None:
    """Show the list until it is closed."""
    show_until_closed(UnreadableDialog(entries, parent))
