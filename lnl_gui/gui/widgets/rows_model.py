"""The model of a table whose lines are objects and whose columns say how these are shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from lnl_gui.gui.widgets.basic import as_plain
from lnl_gui.util.messages import Message
from lnl_gui.util.translation import localized

Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")
NO_INDEX = QModelIndex()


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column.

    `tip` explains the heading, `tool_tip` a cell; `number` aligns heading and cells to the right.
    """

    title: Message | str
    text: Callable[[Row], str]
    tip: Message | str = ""
    tool_tip: Callable[[Row], str] | None = None
    picture: Callable[[Row], Any] | None = None
    number: bool = False


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows to be read; a cell is made when it is seen, so that a million rows cost nothing.

    Args:
        columns: what is shown of a row.
        parent: owner.
        rows: shown at first.
        strong: whether a row is written in a bolder face.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        parent: QObject | None,
        *,
        rows: Sequence[Row] = (),
        strong: Callable[[Row], bool] = lambda _row: False,
    ) -> None:
        super().__init__(parent)
        self._columns, self._strong = tuple(columns), strong
        self.rows = rows

    def show_rows(self, rows: Sequence[Row], columns: Sequence[Column[Row]] = ()) -> None:
        """Show other rows, in other columns if they are given."""
        self.beginResetModel()
        self.rows = rows
        self._columns = tuple(columns) or self._columns
        self.endResetModel()

    def as_text(self) -> str:
        """The table with tabs, for a spreadsheet."""
        lines = [[localized(column.title) for column in self._columns]]
        lines += [[column.text(row) for column in self._columns] for row in self.rows]
        return "\n".join("\t".join(line) for line in lines)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return localized(column.title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return localized(column.tip) or None if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ToolTipRole and column.tool_tip is not None:
            return as_plain(column.tool_tip(row))
        if role == Qt.ItemDataRole.DecorationRole and column.picture is not None:
            return column.picture(row)
        if role == Qt.ItemDataRole.FontRole and self._strong(row):
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        return None


def _alignment(column: Column[Any]) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
