"""The classes of a project as a table: colour and name, key, images."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QWidget

from lnl_gui.gui.i18n.numbers import count
from lnl_gui.gui.widgets.basic import as_plain
from lnl_gui.store.classes import ClassInfo
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized
from lnl_gui.util.visible import harmless

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
NAME, KEY, NOW, GIVEN = range(4)
HEADS = (message("Class"), message("Key"), message("Images now"), message("As given"))
SWATCH = 12


class ClassList(QAbstractTableModel):
    """Classes that match what was typed, in their order."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._all: Sequence[ClassInfo] = ()
        self._now = self._given = np.zeros(0, np.int64)
        self._wanted = ""
        self.shown: list[ClassInfo] = []

    def show_classes(
        self, classes: Sequence[ClassInfo], given: np.ndarray, now: np.ndarray
    ) -> None:
        """Show classes with their numbers of images, int64 (C,) by id."""
        self._all, self._given, self._now = classes, given, now
        self.filter(self._wanted)

    def filter(self, text: str) -> None:
        """Only those with a text in name or description."""
        self._wanted = text.strip().casefold()
        self.beginResetModel()
        self.shown = [
            entry
            for entry in self._all
            if self._wanted in f"{entry.name}\n{entry.description}".casefold()
        ]
        self.endResetModel()

    def line_of(self, class_id: int) -> int:
        """Where a class is shown, or -1."""
        return next((at for at, entry in enumerate(self.shown) if entry.id == class_id), -1)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return localized(HEADS[section]) if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry, column = self.shown[index.row()], index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            swatch = QPixmap(SWATCH, SWATCH)
            swatch.fill(QColor(entry.colour))
            return swatch
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_plain("\n".join(filter(None, (entry.name, entry.description, entry.note))))
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                harmless(entry.name),
                entry.shortcut,
                count(int(self._now[entry.id])),
                count(int(self._given[entry.id])),
            )[column]
        return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in (NOW, GIVEN) else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
