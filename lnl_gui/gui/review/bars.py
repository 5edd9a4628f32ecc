"""The bars above the grid, one below the other; in a low window beside each other."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from lnl_gui.gui.review.bar_sizes import LEAST_WIDTH
from lnl_gui.gui.review.verdict_bar import VerdictBar
from lnl_gui.gui.review.view_bar import ViewBar

BESIDE_FROM = 620
"""Width from which both have room on one line."""
KEYS_WIDTH = 350
"""Of the verdict buttons with their keys."""


class Bars(QWidget):
    """The verdict buttons, and how the pictures are shown.

    Args:
        verdicts: stands first.
        view: takes what is left of the line.
    """

    def __init__(self, verdicts: VerdictBar, view: ViewBar) -> None:
        super().__init__()
        self._parts, self._low = (verdicts, view), False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        for part in self._parts:
            self._layout.addWidget(part)

    def set_low(self, low: bool) -> None:
        """Whether the window is low."""
        self._low = low
        for part in self._parts:
            part.set_low(low)
        self._turn()

    def minimumSizeHint(self) -> QSize:
        # Side by side they want more, and stand below each other once they do not get it.
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        beside = self._low and self.width() >= BESIDE_FROM
        ways = QBoxLayout.Direction
        self._layout.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        for place, width in enumerate((KEYS_WIDTH, LEAST_WIDTH)):
            self._layout.setStretch(place, width if beside else 0)
