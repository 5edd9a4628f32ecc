"""Beside the grid: the current sample up close, and charts."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QWidget

from lnl_gui.gui.review_model import ReviewModel
from lnl_gui.gui.theme import Theme


class SidePanel(QTabWidget):
    """Tabs of details about what is current."""

    def __init__(self, review: ReviewModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Details")
        self.setDocumentMode(True)

    def look_closely(self) -> None:
        """Bring the current sample to the front."""
        self.show()
        self.setCurrentIndex(0)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
