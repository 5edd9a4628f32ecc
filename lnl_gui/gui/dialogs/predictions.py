"""What a model says of new images, the least certain first."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHeaderView, QVBoxLayout, QWidget

from lnl_gui.gui.i18n.numbers import percent
from lnl_gui.gui.widgets.basic import button, label
from lnl_gui.gui.widgets.reading_table import copy_and_close, reading_table
from lnl_gui.gui.widgets.rows_model import Column, RowsModel
from lnl_gui.store.training.prediction_words import CERTAIN, NOT_CALIBRATED, not_read_message
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import harmless


@dataclass(frozen=True)
class Prediction:
    """One image, the class the model names and its probability."""

    path: str
    label: str
    probability: float


COLUMNS: tuple[Column[Prediction], ...] = (
    Column(
        message("Image"),
        lambda found: harmless(Path(found.path).name),
        tool_tip=lambda found: found.path,
    ),
    Column(message("Class"), lambda found: harmless(found.label)),
    Column(message("Probability"), lambda found: percent(found.probability), number=True),
)


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
        self._found = found
        self.table = reading_table(tr("New images"), RowsModel(COLUMNS, self, rows=found))
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        unsure = sum(each.probability < CERTAIN for each in found)
        self.said = label(
            localized(
                message_n(
                    "{unsure:,} of {count:,} image needs a look: the model is less than {limit}"
                    " certain of its class.",
                    "{unsure:,} of {count:,} images need a look: the model is less than {limit}"
                    " certain of their class.",
                    len(found),
                    unsure=unsure,
                    limit=percent(CERTAIN),
                )
            ),
            "heading",
            wrap=True,
        )
        hint = tr(
            "Review opens them as a project of their own, with these labels as the given ones. Find"
            " suspects there and decide; then “Add reviewed images to the dataset…” in the menu"
            " copies them into your dataset, or export them by themselves."
        )
        hint = f"{localized(NOT_CALIBRATED)} {hint}"
        if unreadable:
            skipped = localized(not_read_message(unreadable))
            hint = f"{skipped} {hint}"
        self.review = button(tr("Review them…"), "primary")
        self.review.clicked.connect(self._review)
        foot = copy_and_close(self, tr("Copy table"), self.as_text, primary=False)
        self.review.setDefault(True)
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
        lines = ["\t".join(localized(column.title) for column in COLUMNS)]
        lines += [f"{row.path}\t{row.label}\t{row.probability:.4f}" for row in self._found]
        return "\n".join(lines)
