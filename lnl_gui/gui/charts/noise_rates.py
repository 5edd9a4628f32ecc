"""Bar chart of the noise rate by class with 95 % intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from lnl_gui.gui.charts.axes import Scale, draw_nothing, nice_ticks, small_font
from lnl_gui.gui.i18n.numbers import fill, percent
from lnl_gui.gui.style.colours import ChartColours, blend, chart_colours, with_alpha
from lnl_gui.gui.widgets.basic import as_plain, plural
from lnl_gui.util.translation import tr

_LABEL_MOST = 150
_NUMBER = 56


@dataclass(frozen=True)
class ClassNoise:
    """Estimated share of wrong labels in a class, with a 95 % interval, all in [0, 1]."""

    class_id: int
    name: str
    rate: float
    low: float
    high: float
    samples: int = 0


class NoiseRates(QAbstractScrollArea):
    """One bar a class, worst first unless told otherwise."""

    class_activated = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ClassNoise, ...] = ()
        self._overall: float | None = None
        self._current = 0
        self._hover: int | None = None
        self.setAccessibleName(tr("Noise rate of each class"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        # A scroll area of this kind moves nothing by itself.
        self.verticalScrollBar().valueChanged.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        return QSize(460, 360)

    def set_rates(
        self, rates: Sequence[ClassNoise], overall: float | None = None, *, by_rate: bool = True
    ) -> None:
        """Show the rates; `overall` is drawn as a line through all bars."""
        ordered = sorted(rates, key=lambda row: -row.rate) if by_rate else list(rates)
        self._rows, self._overall = tuple(ordered), overall
        self._current = min(self._current, max(0, len(self._rows) - 1))
        self._bars()
        self._say_current()
        self.viewport().update()

    def rows(self) -> tuple[ClassNoise, ...]:
        """The classes in the order shown."""
        return self._rows

    def row_height(self) -> int:
        return self.fontMetrics().height() + 12

    def _axis_height(self) -> int:
        return self.fontMetrics().height() + 8

    def _bars(self) -> None:
        room = self.viewport().height() - self._axis_height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, len(self._rows) * self.row_height() - room))
        bar.setPageStep(max(1, room))
        bar.setSingleStep(self.row_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._bars()

    def _label_width(self) -> int:
        metrics = QFontMetrics(self.font())
        # The first few hundred names stand for all: measuring ten thousand would be felt.
        longest = max((metrics.horizontalAdvance(row.name) for row in self._rows[:400]), default=0)
        return min(longest, _LABEL_MOST) + 14

    def _scale(self) -> Scale:
        most = max((row.high for row in self._rows), default=0.0)
        end = self.viewport().width() - _NUMBER
        # At least 5 %: bars of clean classes must not fill the width.
        return Scale(0.0, min(1.0, max(0.05, most * 1.04)), self._label_width(), end)

    def row_at(self, y: float) -> int | None:
        """The place of the row at a height of the viewport."""
        place = int((y + self.verticalScrollBar().value()) // self.row_height())
        below = y >= self.viewport().height() - self._axis_height()
        return None if below or not 0 <= place < len(self._rows) else place

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = chart_colours(self.palette())
        painter.fillRect(self.viewport().rect(), colours.base)
        area = QRectF(self.viewport().rect())
        if not self._rows:
            draw_nothing(painter, area, tr("No estimate yet."), colours.faint)
            return
        area.setHeight(area.height() - self._axis_height())
        scale = self._scale()
        self._draw_axis(painter, scale, area, colours)
        painter.setClipRect(area)
        offset = self.verticalScrollBar().value()
        first = offset // self.row_height()
        last = min(len(self._rows), int((offset + area.height()) // self.row_height()) + 1)
        for place in range(first, last):
            self._draw_row(painter, place, place * self.row_height() - offset, scale, colours)
        self._draw_overall(painter, scale, area, colours)

    def _draw_axis(
        self, painter: QPainter, scale: Scale, area: QRectF, colours: ChartColours
    ) -> None:
        painter.setFont(small_font(self.font()))
        height = painter.fontMetrics().height()
        for value in nice_ticks(0.0, scale.high, 5):
            place = scale.to_pixel(value)
            painter.setPen(QPen(colours.line, 1))
            painter.drawLine(QPointF(place, 0), QPointF(place, area.bottom()))
            painter.setPen(colours.faint)
            box = QRectF(place - 30, area.bottom() + 3, 60, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, fill("{:.3g} %", 100 * value))

    def _draw_row(
        self, painter: QPainter, place: int, top: float, scale: Scale, colours: ChartColours
    ) -> None:
        row, height = self._rows[place], self.row_height()
        if place == self._hover or (self.hasFocus() and place == self._current):
            painter.fillRect(
                QRectF(0, top, self.viewport().width(), height),
                blend(colours.base, colours.accent, 0.12),
            )
        painter.setFont(self.font())
        painter.setPen(colours.text)
        width = self._label_width() - 10
        text = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideMiddle, width)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, top, width, height), flags, text)
        middle = top + height / 2
        bar = QRectF(scale.start, middle - 5, max(2.0, scale.to_pixel(row.rate) - scale.start), 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(colours.suspect, 0.75))
        painter.drawRoundedRect(bar, 3, 3)
        self._draw_interval(painter, row, middle, scale, colours)
        number = QRectF(scale.end + 6, top, _NUMBER - 8, height)
        painter.setPen(colours.text)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(number, flags, percent(row.rate, 1))

    def _draw_interval(
        self, painter: QPainter, row: ClassNoise, middle: float, scale: Scale, colours: ChartColours
    ) -> None:
        low, high = scale.to_pixel(row.low), scale.to_pixel(row.high)
        painter.setPen(QPen(colours.text, 1.4))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        for end in (low, high):
            painter.drawLine(QPointF(end, middle - 4), QPointF(end, middle + 4))

    def _draw_overall(
        self, painter: QPainter, scale: Scale, area: QRectF, colours: ChartColours
    ) -> None:
        if self._overall is None:
            return
        place = scale.to_pixel(self._overall)
        painter.setPen(QPen(colours.accent, 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(place, 0), QPointF(place, area.bottom()))

    def _caption(self, row: ClassNoise) -> str:
        interval = fill(tr("{:.1f} to {:.1f} %"), 100 * row.low, 100 * row.high)
        said = fill(tr("{}: {:.1f} % wrong ({})"), row.name, 100 * row.rate, interval)
        return f"{said}, {plural(row.samples, 'sample')}" if row.samples else said

    def _say_current(self) -> None:
        if self._rows:
            self.setAccessibleDescription(self._caption(self._rows[self._current]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = max(1, self.viewport().height() // self.row_height() - 2)
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self._rows),
            Qt.Key.Key_End: len(self._rows),
        }
        if self._rows and event.key() in steps:
            wanted = self._current + steps[Qt.Key(event.key())]
            self._go(min(max(wanted, 0), len(self._rows) - 1))
        elif self._rows and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.class_activated.emit(self._rows[self._current].class_id)
        else:
            super().keyPressEvent(event)

    def _go(self, place: int) -> None:
        self._current = place
        self._say_current()
        bar, top = self.verticalScrollBar(), place * self.row_height()
        room = self.viewport().height() - self._axis_height()
        if top < bar.value():
            bar.setValue(top)
        elif top + self.row_height() > bar.value() + room:
            bar.setValue(top + self.row_height() - room)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.row_at(event.position().y())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._go(place)
            self.class_activated.emit(self._rows[place].class_id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.row_at(event.position().y())
        if place != self._hover:
            self._hover = place
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.row_at(event.pos().y())
            text = "" if place is None else self._caption(self._rows[place])
            QToolTip.showText(event.globalPos(), as_plain(text), self)
            return True
        return super().viewportEvent(event)
