"""Widths and cuts of the few words that all cells share, measured once."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

_MOST = 20_000
"""Entries; a project has some classes and a page some widths: so many are never needed."""


class MeasuredFont:
    """A font whose texts are measured and cut once each.

    Args:
        font: of the texts.
    """

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._metrics = QFontMetricsF(font)
        self.height = self._metrics.height()
        self._widths: dict[str, float] = {}
        self._cut: dict[tuple[str, float], str] = {}

    def width(self, text: str) -> float:
        """Width of a text in logical pixels."""
        found = self._widths.get(text)
        if found is None:
            if len(self._widths) > _MOST:
                self._widths.clear()
            found = self._widths[text] = self._metrics.horizontalAdvance(text)
        return found

    def cut(self, text: str, room: float) -> str:
        """The text without its middle where it is wider than `room`."""
        key = (text, room)
        found = self._cut.get(key)
        if found is None:
            if len(self._cut) > _MOST:
                self._cut.clear()
            found = self._metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
            self._cut[key] = found
        return found
