"""Table model of the reading order, with descriptions for screen readers."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from lnl_gui.gui.grid.geometry import Geometry
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.widgets.basic import as_plain
from lnl_gui.util.visible import harmless

Index = QModelIndex | QPersistentModelIndex
_WORDS = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.ToolTipRole,
)
NO_INDEX = QModelIndex()


class GridModel(QAbstractTableModel):
    """Positions of the review's reading order in rows of `columns` cells."""

    def __init__(self, review: ReviewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self.geometry = Geometry(0, 1)
        review.order_changed.connect(self.rebuild)

    def set_columns(self, columns: int) -> None:
        if columns != self.geometry.columns:
            self.rebuild(columns)

    def rebuild(self, columns: int | None = None) -> None:
        """Reset the model for another reading order or number of columns."""
        # A reset: a new order of a million samples would be a million moves.
        self.beginResetModel()
        self.geometry = Geometry(len(self._review.order), columns or self.geometry.columns)
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else self.geometry.rows

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else self.geometry.columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        position = self.geometry.position(index.row(), index.column())
        if position is None or role not in _WORDS:
            return None
        text = self._review.describe(position)
        return as_plain(text) if role == Qt.ItemDataRole.ToolTipRole else harmless(text)

    def flags(self, index: Index) -> Qt.ItemFlag:
        position = self.geometry.position(index.row(), index.column())
        if position is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
