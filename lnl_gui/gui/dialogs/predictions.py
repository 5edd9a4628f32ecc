"""What a model says of new images, the least certain first."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QDialog, QHeaderView, QVBoxLayout, QWidget

from lnl_gui.gui.i18n.numbers import percent
from lnl_gui.gui.widgets.basic import button, label, plural
from lnl_gui.gui.widgets.reading_table import copy_and_close, reading_table
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
CERTAIN = 0.9
"""Probability from which a class is called certain."""
COLUMNS = (message("Image"), message("Class"), message("Probability"))


@dataclass(frozen=True)
class Prediction:
    """One image, the class the model names and its probability."""

    path: str
    label: str
    probability: float


class PredictionsModel(QAbstractTableModel):
    """One row an image."""

    def __init__(self, found: Sequence[Prediction], parent: QWidget) -> None:
        super().__init__(parent)
        self.found = tuple(found)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.found)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return localized(COLUMNS[section]) if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.found[index.row()], index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role == Qt.ItemDataRole.ToolTipRole and column == 0:
            return row.path
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        name = Path(row.path).name
        return (name, row.label, percent(row.probability))[column]


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == 2 else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class PredictionsWindow(QDialog):
    """The predictions, and the way to review them."""

    review_requested = Signal()
    """Open the images with their predicted labels as a project."""

    def __init__(
        self, found: Sequence[Prediction], unreadable: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("New images"))
        self.resize(760, 560)
        model = PredictionsModel(found, self)
        self.table = reading_table(tr("New images"), model)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        unsure = sum(each.probability < CERTAIN for each in found)
        self.said = label(
            tr("{} of {} need a look: the model is less than {} certain of their class.").format(
                unsure, plural(len(found), "image"), percent(CERTAIN)
            ),
            "heading",
            wrap=True,
        )
        hint = tr(
            "Review opens them as a project of their own, with these labels as the given ones. "
            "Find suspects there, decide, and export them beside your dataset."
        )
        if unreadable:
            hint = f"{tr('{} could not be read.').format(plural(unreadable, 'image'))} {hint}"
        self.review = button(tr("Review them…"), "primary")
        self.review.clicked.connect(self._review)
        foot = copy_and_close(self, tr("Copy table"), self.as_text)
        foot.insertWidget(0, self.review)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        layout.addWidget(self.said)
        layout.addWidget(label(hint, "muted", wrap=True))
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)

    def _review(self) -> None:
        self.accept()
        self.review_requested.emit()

    def as_text(self) -> str:
        """The table with tabs, for a spreadsheet."""
        model = self.table.model()
        assert isinstance(model, PredictionsModel)
        lines = ["\t".join(map(localized, COLUMNS))]
        lines += [f"{row.path}\t{row.label}\t{row.probability:.4f}" for row in model.found]
        return "\n".join(lines)
