"""Scales from data to pixels, tick marks and small type, shared by the charts."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from lnl_gui.gui.i18n.numbers import decimal, fill

SMALL = 0.88


@dataclass(frozen=True)
class Scale:
    """Linear scale from data in [low, high] to pixels in [start, end]."""

    low: float
    high: float
    start: float
    end: float

    def to_pixel(self, value: float) -> float:
        return self.start + (value - self.low) / self._span() * (self.end - self.start)

    def to_value(self, pixel: float) -> float:
        length = self.end - self.start
        return self.low + (pixel - self.start) / (length or 1.0) * (self.high - self.low)

    def _span(self) -> float:
        return (self.high - self.low) or 1.0


def nice_step(span: float, most: int) -> float:
    """The smallest step of 1, 2 or 5 times a power of ten with at most `most` steps in `span`."""
    if span <= 0 or most < 1:
        return 1.0
    raw = span / most
    power = 10.0 ** math.floor(math.log10(raw))
    # Differences of floats are off in the last bits: without the tolerance 0.8 to 1.1 in 3 steps
    # would give steps of 0.2.
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * (1 - 1e-9))


def nice_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values inside [low, high], at most `most` + 1 of them."""
    step = nice_step(high - low, most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [step * place for place in range(first, last + 1)]


def tick_text(value: float, step: float) -> str:
    """A tick's number with no more digits than its step needs; 12k, 1.5M when large."""
    if abs(value) >= 1e6:
        return fill("{:g}M", value / 1e6)
    if abs(value) >= 1e4:
        return fill("{:g}k", value / 1e3)
    digits = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    return decimal(value, digits)


def small_font(font: QFont) -> QFont:
    """The font for ticks and captions."""
    result = QFont(font)
    # A font whose size is set in pixels has a point size of -1.
    if font.pixelSize() > 0:
        result.setPixelSize(max(9, round(font.pixelSize() * SMALL)))
    else:
        result.setPointSizeF(font.pointSizeF() * SMALL)
    result.setBold(False)
    return result


def draw_bottom_axis(
    painter: QPainter, scale: Scale, top: float, *, text: QColor, line: QColor, most: int = 6
) -> None:
    """Ticks with numbers under a horizontal line at `top`."""
    step = nice_step(scale.high - scale.low, most)
    painter.setPen(QPen(line, 1))
    painter.drawLine(QPointF(scale.start, top), QPointF(scale.end, top))
    height = painter.fontMetrics().height()
    for value in nice_ticks(scale.low, scale.high, most):
        place = scale.to_pixel(value)
        painter.setPen(QPen(line, 1))
        painter.drawLine(QPointF(place, top), QPointF(place, top + 4))
        painter.setPen(text)
        box = QRectF(place - 40, top + 5, 80, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tick_text(value, step))


def draw_left_axis(
    painter: QPainter,
    scale: Scale,
    left: float,
    right: float,
    values: list[tuple[float, str]],
    *,
    text: QColor,
    line: QColor,
) -> None:
    """Grid lines from `left` to `right` with a caption left of each."""
    height = painter.fontMetrics().height()
    for value, caption in values:
        place = scale.to_pixel(value)
        painter.setPen(QPen(line, 1))
        painter.drawLine(QPointF(left, place), QPointF(right, place))
        painter.setPen(text)
        box = QRectF(0, place - height / 2, left - 7, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, caption)


def draw_nothing(painter: QPainter, area: QRectF, text: str, colour: QColor) -> None:
    """A sentence in the middle of an empty chart."""
    painter.setPen(colour)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(area.adjusted(16, 8, -16, -8), int(flags), text)
