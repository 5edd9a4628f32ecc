"""Histogram of the losses of all samples or one class, with the mixture and a threshold."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from lnl_gui.gui.charts.loss_histogram import (
    LossCurve,
    LossHistogram,
    MixtureCurve,
    gaussians,
    thinned,
)
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.session import detection
from lnl_gui.session.changes import Changes
from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.detection.detection_tables import ClassMixture
from lnl_gui.util.translation import tr

ALL = -1
DRAG_MILLISECONDS = 150
"""The grid is filtered at this interval during a drag, not at every pixel."""


def mixture_curves(
    classes: Mapping[int, ClassMixture], given: np.ndarray, class_id: int
) -> tuple[LossCurve, ...]:
    """The two Gaussian components of a class, or of all classes summed.

    Args:
        classes: the mixtures of a detection, by id of the class.
        given: given labels of the samples that have a loss, int32 (n,); -1 for none.
        class_id: a class, or `ALL`.
    """
    if class_id != ALL:
        return gaussians(classes.get(class_id))
    known = [(label, entry) for label, entry in classes.items() if len(entry.means) == 2]
    if not known:
        return ()
    # A deleted class leaves samples that have a loss and no label any more.
    count = np.bincount(given[given >= 0], minlength=max(i for i, _ in known) + 1)
    share = np.array([count[i] for i, _ in known]) / max(1, len(given))
    means = np.array([entry.means for _, entry in known])
    deviations = np.array([entry.deviations for _, entry in known])
    weights = np.array([entry.weights for _, entry in known]) * share[:, None]
    # Fits name their components in any order; the lower mean is the clean one.
    order = np.argsort(means, axis=1)
    parts = (np.take_along_axis(each, order, axis=1) for each in (means, deviations, weights))
    low_high = list(zip(*(part.T for part in parts), strict=True))
    return tuple(MixtureCurve(*curve) for curve in low_high if curve[2].sum() > 0)


class LossPanel(QWidget):
    """A list of classes above the histogram."""

    threshold_dragged = Signal(float, int)
    """A loss and a class, or `ALL`, while the threshold is dragged, at most every 150 ms."""
    threshold_chosen = Signal(float, int)
    """The same once it is released."""

    def __init__(self, review: ReviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self.of_class = QComboBox()
        self.of_class.setAccessibleName(tr("Losses of"))
        self.of_class.addItem(tr("All classes"), ALL)
        self._fill_classes()
        review.changed.connect(self._classes_edited)
        self.of_class.currentIndexChanged.connect(lambda _index: self.fill())
        self.histogram = LossHistogram()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.of_class)
        layout.addWidget(self.histogram, 1)
        self._dragging = QTimer(self, singleShot=True, interval=DRAG_MILLISECONDS)
        self._dragging.timeout.connect(lambda: self._tell(self.threshold_dragged))
        self.histogram.threshold_changed.connect(self._dragged)
        self.histogram.threshold_chosen.connect(self._chosen)

    @property
    def class_id(self) -> int:
        """The class shown, or `ALL`."""
        return int(self.of_class.currentData())

    def _fill_classes(self) -> None:
        for found in self._review.session.shown_classes:
            self.of_class.addItem(found.name, found.id)

    def _classes_edited(self, changes: Changes) -> None:
        if not changes.classes:
            return
        chosen = self.class_id
        # Each line that is taken out or added may change what is chosen, which draws the losses.
        with QSignalBlocker(self.of_class):
            while self.of_class.count() > 1:
                self.of_class.removeItem(1)
            self._fill_classes()
            self.of_class.setCurrentIndex(max(0, self.of_class.findData(chosen)))
        self.fill()

    def fill(self) -> None:
        """Show the newest losses."""
        session = self._review.session
        columns, class_id = session.columns, self.class_id
        mask = np.isfinite(columns.loss)
        if class_id != ALL:
            mask &= columns.given == class_id
        mixtures = detection.loss_mixtures(session.detection)
        curves = mixture_curves(mixtures, columns.given[mask], class_id)
        self.histogram.set_losses(
            columns.loss[mask], curves, threshold=starting_threshold(columns, mask)
        )

    def _dragged(self, _value: float) -> None:
        # Not restarted: a steady drag would put the update off until it ends.
        if not self._dragging.isActive():
            self._dragging.start()

    def _chosen(self, _value: float) -> None:
        self._dragging.stop()
        self._tell(self.threshold_chosen)

    def _tell(self, signal: Any) -> None:
        threshold = self.histogram.threshold()
        if threshold is not None:
            signal.emit(threshold, self.class_id)


def starting_threshold(columns: SampleColumns, mask: np.ndarray) -> float | None:
    """The loss above which as many samples of a mask (N,) lie as are flagged; None without any."""
    losses = columns.loss[mask]
    if not len(losses):
        return None
    share = np.count_nonzero(columns.flagged[mask]) / len(losses)
    return float(np.quantile(thinned(losses), 1 - min(share, 1)))
