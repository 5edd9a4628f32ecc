"""The legend of the map: beside it, where it covers no point."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lnl_gui.gui.charts.axes import small_font
from lnl_gui.gui.style.colours import chart_colours

Entry = tuple[str, QColor]
_DOT, _GAP, _LONGEST = 14, 10, 150


class MapLegend(QWidget):
    """Coloured dots and their names, in as many lines as they need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these names with their colours."""
        self._entries = tuple(entries)
        self.setAccessibleName(", ".join(name for name, _ in self._entries))
        self.setVisible(bool(self._entries))
        self.updateGeometry()
        self._fit()
        self.update()

    def places(self, width: int) -> list[QRect]:
        """Where each entry lies in so much width."""
        metrics = QFontMetrics(small_font(self.font()))
        line, places, x, y = metrics.height() + 3, [], 0, 2
        for name, _ in self._entries:
            wide = min(_DOT + metrics.horizontalAdvance(name), _LONGEST, max(width, 1))
            if x and x + wide > width:
                x, y = 0, y + line
            places.append(QRect(x, y, wide, line))
            x += wide + _GAP
        return places

    def _fit(self) -> None:
        places = self.places(self.width())
        self.setFixedHeight(places[-1].bottom() + 3 if places else 0)

    def sizeHint(self) -> QSize:
        return QSize(220, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        # The height is set here, which is a change of size as well.
        if event.size().width() != event.oldSize().width():
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        metrics, colours = painter.fontMetrics(), chart_colours(self.palette())
        for (name, colour), box in zip(self._entries, self.places(self.width()), strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(box.left() + 5, box.center().y() + 0.5), 4.5, 4.5)
            painter.setPen(colours.text)
            room = box.adjusted(_DOT, 0, 0, 0)
            # A pixel more: an advance is rounded down.
            text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room.width() + 1)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
