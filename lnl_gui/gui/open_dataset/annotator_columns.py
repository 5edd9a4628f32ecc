"""Choice of a table's columns with the labels of several annotators."""

import re
from collections.abc import Collection, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from lnl_gui.gui.dialogs.form import hint
from lnl_gui.util.translation import tr

LINES = 4
_LIKELY = re.compile(r"(annotator|rater|labell?er|coder|worker)s?[ _-]?\w*", re.IGNORECASE)


def likely_annotators(columns: Sequence[str]) -> tuple[str, ...]:
    """Columns whose names say so, where there are several."""
    found = tuple(column for column in columns if _LIKELY.fullmatch(column.strip()))
    return found if len(found) > 1 else ()


class AnnotatorColumns(QWidget):
    """A list of columns with a box to tick before each."""

    changed = Signal()
    """A person ticked a column, or took a tick away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.several = QCheckBox(tr("Se&veral people labelled the images"))
        self.several.clicked.connect(self._opened)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Columns of annotators"))
        self.list.itemChanged.connect(lambda _item: self.changed.emit())
        self._hint = hint(
            tr("Tick each person's column. Without a label column, what most said is the label.")
        )
        inner = QVBoxLayout(self)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(4)
        for part in (self.several, self.list, self._hint):
            inner.addWidget(part)
        self._show_list()

    def _opened(self) -> None:
        """Whether the columns are shown; without them none is ticked."""
        self._show_list()
        if not self.several.isChecked() and self.chosen():
            self.tick(())
            self.changed.emit()

    def _show_list(self) -> None:
        self.list.setVisible(self.several.isChecked())
        self._hint.setVisible(self.several.isChecked())

    def offer(self, columns: Sequence[str]) -> None:
        """List the columns of a table; where they are others than before, those that look like
        annotators are ticked."""
        if list(columns) == self._columns():
            return
        # Only what a person ticks is a change.
        with QSignalBlocker(self.list):
            self.list.clear()
            for column in columns:
                item = QListWidgetItem(column, self.list)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        self.tick(likely_annotators(columns))
        lines = min(LINES, max(1, len(columns)))
        self.list.setFixedHeight(lines * self.list.sizeHintForRow(0) + 2 * self.list.frameWidth())

    def tick(self, columns: Collection[str]) -> None:
        """Tick these columns and no other."""
        with QSignalBlocker(self.list):
            for line in range(self.list.count()):
                item = self.list.item(line)
                ticked = item.text() in columns
                item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        # Whoever has opened the list and ticked nothing yet keeps it open.
        if columns or not self.list.count():
            self.several.setChecked(bool(columns))
            self._show_list()

    def _columns(self) -> list[str]:
        return [self.list.item(line).text() for line in range(self.list.count())]

    def chosen(self) -> tuple[str, ...]:
        """The columns that are ticked."""
        items = (self.list.item(line) for line in range(self.list.count()))
        return tuple(item.text() for item in items if item.checkState() is Qt.CheckState.Checked)
