"""Tabs beside the grid: inspector, charts, training."""

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTabWidget, QWidget

from lnl_gui.gui.charts.charts_panel import ChartsPanel
from lnl_gui.gui.charts.training_panel import TrainingPanel
from lnl_gui.gui.inspector.inspector import Inspector
from lnl_gui.gui.inspector.sample_view import SampleView
from lnl_gui.gui.inspector.sample_view_builder import bare_view, sample_view
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.blind_mode import HiddenTabs
from lnl_gui.util.translation import tr

FOLLOW_MILLISECONDS = 60
"""How long the cursor must rest: running through the grid must not read every image."""


class SidePanel(QTabWidget):
    """Tabs of details about what is current and about the whole."""

    def __init__(self, review: ReviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self.setAccessibleName(tr("Details"))
        self.setDocumentMode(True)
        self.setProperty("role", "side")
        self.inspector = Inspector()
        self.charts = ChartsPanel(review)
        self.training = TrainingPanel(review)
        for title, page in (
            (tr("Sample"), self.inspector),
            (tr("Charts"), self.charts),
            (tr("Training"), self.training),
        ):
            self.addTab(page, title)
        HiddenTabs(self, (self.charts,), review)
        self._later = QTimer(self, singleShot=True, interval=FOLLOW_MILLISECONDS)
        self._later.timeout.connect(self.follow)
        self.inspector.sample_requested.connect(self._go_to)
        self.inspector.looked_for.connect(review.note_image)
        review.current_changed.connect(self._later.start)
        review.order_changed.connect(self._later.start)
        review.changed.connect(lambda _changes: self._later.start())
        self.currentChanged.connect(lambda _index: self._later.start())
        self._later.start()

    def follow(self) -> None:
        """Show what is current now, where it can be seen."""
        if self.isVisible() and self.currentWidget() is self.inspector:
            row = self._review.current_row
            self.inspector.show_sample(None if row is None else self._view_of(row))

    def showEvent(self, event: object) -> None:
        self._later.start()

    def look_closely(self) -> None:
        """Bring the current sample to the front."""
        self.setCurrentWidget(self.inspector)
        # At once: what was asked for does not wait for the cursor to rest.
        self.follow()

    def watch_training(self, *, to_front: bool) -> None:
        """Training begins: draw its curves, and show them if nothing else is being looked at."""
        self.training.begin()
        if to_front:
            self.setCurrentWidget(self.training)

    def add_epoch(self, values: dict[str, Any]) -> None:
        self.training.add_epoch(values)

    def _go_to(self, row: int) -> None:
        """To a neighbour: in the grid where it is shown, else only here."""
        if not self._review.go_to_row(row):
            self.inspector.show_sample(self._view_of(row))

    def _view_of(self, row: int) -> SampleView:
        known = bare_view if self._review.hides_reasons else sample_view
        return known(self._review.session, row)
