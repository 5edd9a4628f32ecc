"""Result of a noise test as a table of figures by noise and detector."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QHeaderView, QVBoxLayout, QWidget

from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.widgets.basic import label
from lnl_gui.gui.widgets.reading_table import copy_and_close, reading_table
from lnl_gui.store.benchmark_names import CONSENSUS, DETECT, Noise
from lnl_gui.util.messages import from_json, message
from lnl_gui.util.translation import localized, tr

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
COLUMNS = (
    ("noise", message("Wrong labels"), ""),
    ("method", message("Detector"), ""),
    (
        "precision",
        message("Precision"),
        message("Of what was flagged, so much was wrong"),
    ),
    (
        "recall",
        message("Recall"),
        message("Of what was wrong, so much was flagged"),
    ),
    ("f1", "F1", message("Between precision and recall")),
    (
        "average_precision",
        message("Ranking"),
        message("Average precision over all thresholds"),
    ),
    (
        "suggestion_accuracy",
        message("Suggestion"),
        message("Of the wrong ones found, so many got the right label"),
    ),
)


NOISES = {
    "symmetric": message("Symmetric"),
    "symmetric_inclusive": message("Symmetric, of all classes"),
    "asymmetric": message("Asymmetric"),
    "pair": message("Pair"),
    "instance": message("Instance"),
    "given": message("Given"),
}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def summary(means: Sequence[dict[str, Any]]) -> str:
    """The consensus in one sentence."""
    found = [
        (row["recall"], row["precision"])
        for row in means
        if row["method"] == CONSENSUS and row["recall"] is not None
    ]
    if not found:
        return tr("The figures of each detector are below.")
    recalls, precisions = zip(*found, strict=True)
    return tr(
        "{} of 100 wrong labels are flagged; {} of 100 flagged labels really are wrong."
    ).format(_span(recalls), _span(precisions))


def _span(shares: Sequence[float]) -> str:
    """A share, or the lowest and the highest of several, in a hundred."""
    low, high = round(100 * min(shares)), round(100 * max(shares))
    return str(low) if low == high else tr("{} to {}").format(low, high)


class FiguresModel(QAbstractTableModel):
    """One row a noise and detector."""

    def __init__(
        self, means: Sequence[dict[str, Any]], titles: dict[str, str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._rows, self._titles = list(means), titles

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return localized(COLUMNS[section][1])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section > 1 else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return localized(COLUMNS[section][2]) if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, name = self._rows[index.row()], COLUMNS[index.column()][0]
        if role == Qt.ItemDataRole.FontRole and row["method"] == CONSENSUS:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() > 1:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        value = row[name]
        if name == "method":
            detector = str(value).removeprefix(DETECT)
            if value == CONSENSUS:
                return tr("Consensus")
            title = self._titles.get(detector)
            return title or _capital(detector.replace("_", " "))
        if name == "noise":
            kind, _, rate = str(Noise(value, row["rate"])).partition(" ")
            return f"{localized(NOISES.get(kind, _capital(kind)))} {rate}".strip()
        return "–" if value is None else fill("{:.1%}", value)


class NoiseTestResult(QDialog):
    """A summary, the note on the labels used, and the table of figures."""

    def __init__(
        self,
        metrics: dict[str, Any],
        *,
        titles: dict[str, str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Noise test: how far can I trust this?"))
        self.resize(860, 560)
        self.table = reading_table(
            tr("Figures of each detector"),
            FiguresModel(metrics["means"], titles or {}, self),
        )
        self.table.setAlternatingRowColors(True)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.sentence = label(summary(metrics["means"]), "heading", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        layout.addWidget(self.sentence)
        layout.addWidget(label(localized(from_json(metrics.get("note"))), "muted", wrap=True))
        layout.addWidget(self.table, 1)
        copy = tr("Copy table")
        layout.addLayout(copy_and_close(self, copy, self.as_text))

    def as_text(self) -> str:
        """The table with tabs, for a spreadsheet."""
        model = self.table.model()
        lines = [[localized(title) for _, title, _ in COLUMNS]]
        for row in range(model.rowCount()):
            cells = (model.index(row, column).data() for column in range(len(COLUMNS)))
            lines.append([str(cell) for cell in cells])
        return "\n".join("\t".join(line) for line in lines)


def show_noise_test(
    parent: QWidget, metrics: dict[str, Any], *, titles: dict[str, str] | None = None
) -> None:
    """Show the result in a dialog that is not modal and deletes itself when closed."""
    dialog = NoiseTestResult(metrics, titles=titles, parent=parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
