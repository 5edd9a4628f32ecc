"""A chart: how many samples each class has, as text."""

from PySide6.QtWidgets import QLabel

from lnl_gui.gui.charts.plugin import ChartInfo
from lnl_gui.gui.model.review_model import ReviewModel


class Sizes:
    """One line a class."""

    def __init__(self, review: ReviewModel) -> None:
        self._review = review
        self.widget = QLabel()

    def refresh(self) -> None:
        """Count the current labels."""
        session = self._review.session
        current = session.columns.current
        lines = [f"{each.name}: {int((current == each.id).sum())}" for each in session.classes]
        self.widget.setText("\n".join(lines))


INFO = ChartInfo("Class sizes", "How many samples each class has now.", Sizes)
