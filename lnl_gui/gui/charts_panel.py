"""Charts of the open project that act on the grid."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from lnl_gui.gui.charts.embedding_map import EmbeddingMap
from lnl_gui.gui.charts.label_matrix import LabelMatrix
from lnl_gui.gui.charts.loss_histogram import LossHistogram
from lnl_gui.gui.charts.map_colours import COLOUR_BY, MapColumns
from lnl_gui.gui.charts.noise_rates import ClassNoise, NoiseRates
from lnl_gui.gui.parts import label
from lnl_gui.gui.review_model import ReviewModel
from lnl_gui.session.changes import Changes
from lnl_gui.session.views import ViewSpec
from lnl_gui.store import scores

MATRIX, LOSS, MAP, CLASSES = "Given × suggested", "Loss", "Map of the images", "Noise by class"
HINTS = {
    MATRIX: "Click a cell to see its suspects.",
    LOSS: "Drag the line; let go to see the samples right of it.",
    MAP: "Draw around points to see their samples.",
    CLASSES: "Click a class to see its suspects.",
}
_HIGHEST_LOSS = 1e9
REFRESH_MILLISECONDS = 120


class ChartsPanel(QWidget):
    """One chart at a time, drawn anew only while it can be seen."""

    acted = Signal()
    """A chart changed what the grid shows."""

    def __init__(self, review: ReviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self._stale = {MATRIX, LOSS, MAP, CLASSES}
        self.matrix, self.loss = LabelMatrix(), LossHistogram()
        self.map, self.classes = EmbeddingMap(), NoiseRates()
        self._build()
        self._connect()

    def _build(self) -> None:
        self.choice = QComboBox()
        self.choice.setAccessibleName("Chart")
        self.colour_by = QComboBox()
        self.colour_by.setAccessibleName("Colour by")
        for name in COLOUR_BY:
            self.colour_by.addItem(f"By {name}", name)
        self.stack = QStackedWidget()
        for title, chart in (
            (MATRIX, self.matrix),
            (MAP, self.map),
            (LOSS, self.loss),
            (CLASSES, self.classes),
        ):
            self.choice.addItem(title)
            self.stack.addWidget(chart)
        self.hint = label("", "muted", wrap=True)
        row = QHBoxLayout()
        row.addWidget(self.hint, 1)
        row.addWidget(self.colour_by)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.choice)
        layout.addLayout(row)
        layout.addWidget(self.stack, 1)
        self._choose(0)

    def _connect(self) -> None:
        self._later = QTimer(self, singleShot=True, interval=REFRESH_MILLISECONDS)
        self._later.timeout.connect(self.refresh)
        self.choice.currentIndexChanged.connect(self._choose)
        self.colour_by.currentIndexChanged.connect(
            lambda _index: self.map.set_colour_by(self.colour_by.currentData())
        )
        self.matrix.cell_activated.connect(self._show_pair)
        self.loss.threshold_chosen.connect(self._show_losses)
        self.map.lassoed.connect(self._show_lasso)
        self.map.point_activated.connect(self._review.go_to_row)
        self.classes.class_activated.connect(self._show_class)
        self._review.changed.connect(self._changed)
        self._review.current_changed.connect(self._mark_current)

    def show_chart(self, title: str) -> None:
        """Bring a chart to the front."""
        self.choice.setCurrentText(title)

    def _choose(self, index: int) -> None:
        self.stack.setCurrentIndex(index)
        title = self.choice.itemText(index)
        self.hint.setText(HINTS[title])
        self.colour_by.setVisible(title == MAP)
        self.refresh()

    def _changed(self, changes: Changes) -> None:
        if changes.scores or changes.labels:
            self._stale |= {MATRIX, MAP} if not changes.scores else set(HINTS)
            self._later.start()

    def showEvent(self, event: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Draw the chart in front anew if what it shows has changed."""
        title = self.choice.currentText()
        if not self.isVisible() or title not in self._stale:
            return
        self._stale.discard(title)
        {
            MATRIX: self._fill_matrix,
            LOSS: self._fill_loss,
            MAP: self._fill_map,
            CLASSES: self._fill_classes,
        }[title]()

    # From the project to the charts

    def _names(self) -> tuple[str, ...]:
        return tuple(found.name for found in self._review.session.classes)

    def _fill_matrix(self) -> None:
        columns = self._review.session.columns
        rows = np.flatnonzero(columns.flagged & (columns.suggested >= 0))
        pairs = columns.given[rows].astype(np.int64) << 32 | columns.suggested[rows]
        found, counts = np.unique(pairs, return_counts=True)
        self.matrix.set_pairs(found >> 32, found & 0xFFFFFFFF, counts, self._names())

    def _fill_loss(self) -> None:
        columns = self._review.session.columns
        loss = columns.loss[np.isfinite(columns.loss)]
        if len(loss):
            # The line starts where as many losses lie right of it as there are suspects.
            share = np.count_nonzero(columns.flagged) / len(loss)
            self.loss.set_losses(loss, threshold=float(np.quantile(loss, 1 - min(share, 1))))

    def _fill_map(self) -> None:
        session = self._review.session
        folder = session.detection.folder
        points = scores.load_array(folder, "projection") if folder is not None else None
        if points is None:
            return
        columns = session.columns
        self.map.set_points(np.array(points))
        self.map.set_columns(
            MapColumns(
                columns.given, columns.suggested, columns.suspicion, columns.status, self._names()
            )
        )
        self._mark_current()

    def _fill_classes(self) -> None:
        session = self._review.session
        folder = session.detection.folder
        if folder is None:
            return
        rate = scores.load_array(folder, "class_noise_rate")
        interval = scores.load_array(folder, "class_noise_rate_interval")
        if rate is None or interval is None:
            return
        sizes = np.bincount(session.columns.given, minlength=len(rate))
        low, high = interval[:, 0], interval[:, 1]
        rows = [
            ClassNoise(i, name, float(rate[i]), float(low[i]), float(high[i]), int(sizes[i]))
            for i, name in enumerate(self._names()[: len(rate)])
        ]
        self.classes.set_rates(rows, session.detection.summary.get("noise_rate"))

    def _mark_current(self) -> None:
        row = self._review.current_row
        self.map.set_current(-1 if row is None else row)

    # From the charts to the grid

    def _show_pair(self, given: int, suggested: int) -> None:
        self._show(ViewSpec(given=(given,), suggested=(suggested,)))

    def _show_class(self, class_id: int) -> None:
        self._show(ViewSpec(given=(class_id,)))

    def _show_losses(self, threshold: float) -> None:
        self._show(ViewSpec(flagged=None, loss=(threshold, _HIGHEST_LOSS), sort="loss"))

    def _show_lasso(self, mask: np.ndarray) -> None:
        if mask.any():
            self.map.set_selection(mask)
            self._show(ViewSpec(flagged=None), mask)

    def _show(self, spec: ViewSpec, within: np.ndarray | None = None) -> None:
        if within is None:
            self.map.set_selection(None)
        sort = spec.sort if spec.loss is not None else self._review.spec.sort
        self._review.show_view(replace(spec, sort=sort), within)
        self.acted.emit()
