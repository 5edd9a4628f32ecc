"""Choice of a table's columns with the labels of several annotators."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from lnl_gui.gui.dialogs.form import hint, label
from lnl_gui.util.translation import tr

LINES = 4
_LIKELY = re.compile(r"(annotator|rater|labell?er|coder|worker)s?[ _-]?\w*", re.IGNORECASE)


def likely_annotators(columns: Sequence[str]) -> tuple[str, ...]:
    """Columns whose names say so, where there are several."""
    found = tuple(column for column in columns if _LIKELY.fullmatch(column.strip()))
    return found if len(found) > 1 else ()


class AnnotatorColumns(QWidget):
    """A list of columns with a box to tick before each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Columns of annotators"))
        caption = label(tr("&Annotators"))
        caption.setBuddy(self.list)
        inner = QVBoxLayout(self)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(4)
        inner.addWidget(caption)
        inner.addWidget(self.list)
        inner.addWidget(
            hint(
                tr(
                    "Tick the columns with the label that each of several people gave. All of them "
                    "are heard; without a label column what most of them said is the label.",
                )
            )
        )

    def offer(self, columns: Sequence[str]) -> None:
        """List the columns of a table; those that look like annotators are ticked."""
        self.list.clear()
        likely = likely_annotators(columns)
        for column in columns:
            item = QListWidgetItem(column, self.list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            state = Qt.CheckState.Checked if column in likely else Qt.CheckState.Unchecked
            item.setCheckState(state)
        lines = min(LINES, max(1, len(columns)))
        self.list.setFixedHeight(lines * self.list.sizeHintForRow(0) + 2 * self.list.frameWidth())
        self.setVisible(len(columns) > 2)

    def chosen(self) -> tuple[str, ...]:
        """The columns that are ticked."""
        items = (self.list.item(line) for line in range(self.list.count()))
        return tuple(item.text() for item in items if item.checkState() is Qt.CheckState.Checked)
