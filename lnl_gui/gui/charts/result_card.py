"""Accuracy with given and with curated labels, with 95 % intervals."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lnl_gui.gui.charts.axes import Scale, draw_bottom_axis, draw_nothing, small_font
from lnl_gui.gui.i18n.numbers import fill, percent
from lnl_gui.gui.style.colours import ChartColours, chart_colours, with_alpha
from lnl_gui.util.intervals import Estimate
from lnl_gui.util.translation import tr


def verdict(
    before: Estimate | None, after: Estimate, paired: tuple[float, float] | None = None
) -> str:
    """A sentence on the difference, qualified where the interval contains 0.

    `paired` is the interval of the difference on the same samples, which tells more than the two
    intervals apart.
    """
    if before is None:
        return fill(tr("{:.1f} % of the held-out samples are right."), 100 * after.value)
    points = 100 * (after.value - before.value)
    if abs(points) < 0.05:
        return tr("Cleaning made no difference.")
    text = fill(
        tr("Cleaning gained {:.1f} points of accuracy")
        if points > 0
        else tr("Cleaning lost {:.1f} points of accuracy"),
        abs(points),
    )
    if sign_of(before, after, paired):
        return f"{text}."
    return tr("{}, within the uncertainty.").format(text)


def sign_of(
    before: Estimate, after: Estimate, paired: tuple[float, float] | None = None
) -> Literal[-1, 0, 1]:
    """Sign of the difference where its 95 % interval excludes 0, else 0."""
    # Without pairs the two intervals have to be apart, which is stricter.
    low, high = paired or (after.low - before.high, after.high - before.low)
    return 1 if low > 0 else -1 if high < 0 else 0


_WIDE = 450
"""Width from which the numbers are large."""


class ResultCard(QWidget):
    """Big numbers and two intervals on one axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before: Estimate | None = None
        self._after: Estimate | None = None
        self._paired: tuple[float, float] | None = None
        self.setAccessibleName(tr("Accuracy before and after cleaning"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_result(
        self,
        before: Estimate | None,
        after: Estimate | None,
        *,
        paired: tuple[float, float] | None = None,
    ) -> None:
        """Show accuracies; `before` is None if only one model was trained."""
        self._before, self._after, self._paired = before, after, paired
        if after is not None:
            self.setAccessibleDescription(verdict(before, after, paired))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(520, round(line * 9.8) + 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = chart_colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._after is None:
            draw_nothing(
                painter,
                QRectF(self.rect()),
                tr("Nothing trained yet."),
                colours.faint,
            )
            return
        line = self.fontMetrics().height()
        top = self._draw_numbers(painter, line, colours)
        top = self._draw_intervals(painter, top + line * 0.6, line, colours)
        self._draw_foot(painter, top, line, colours)

    def _draw_numbers(self, painter: QPainter, line: int, colours: ChartColours) -> float:
        shown = [(tr("Curated labels"), self._after, colours.accent)]
        if self._before is not None:
            shown.insert(0, (tr("Given labels"), self._before, colours.suspect))
        big = QFont(self.font())
        big.setPointSizeF(big.pointSizeF() * (2.1 if self.width() >= _WIDE else 1.5))
        big.setWeight(QFont.Weight.DemiBold)
        left, step = 10.0, self.width() / 3
        for title, accuracy, colour in shown:
            if accuracy is not None:
                text = (title, percent(accuracy.value, 1))
                self._draw_number(painter, left, line, text, (big, colour), colours)
                left += step
        if self._before is not None and self._after is not None:
            points = 100 * (self._after.value - self._before.value)
            sign = sign_of(self._before, self._after, self._paired)
            colour = {1: colours.good, 0: colours.text, -1: colours.bad}[sign]
            text = (
                tr("Difference"),
                fill("{:+.1f}", points).replace("-", "\u2212"),
            )
            self._draw_number(painter, left, line, text, (big, colour), colours)
        return 4.0 * line

    def _draw_number(
        self,
        painter: QPainter,
        left: float,
        line: int,
        text: tuple[str, str],
        face: tuple[QFont, QColor],
        colours: ChartColours,
    ) -> None:
        painter.setFont(small_font(self.font()))
        painter.setPen(colours.faint)
        painter.drawText(QPointF(left, line), text[0])
        painter.setFont(face[0])
        painter.setPen(face[1])
        painter.drawText(QPointF(left, line * 3.1), text[1])

    def _scale(self) -> Scale:
        shown = [accuracy for accuracy in (self._before, self._after) if accuracy is not None]
        low = min(accuracy.low for accuracy in shown)
        high = max(accuracy.high for accuracy in shown)
        margin = max(0.25 * (high - low), 0.01)
        return Scale(max(0, low - margin) * 100, min(1, high + margin) * 100, 14, self.width() - 16)

    def _draw_intervals(
        self, painter: QPainter, top: float, line: int, colours: ChartColours
    ) -> float:
        scale = self._scale()
        rows = [(self._before, colours.suspect), (self._after, colours.accent)]
        for accuracy, colour in rows:
            if accuracy is None:
                continue
            middle = top + line / 2
            low, high = scale.to_pixel(100 * accuracy.low), scale.to_pixel(100 * accuracy.high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(colour, 0.28))
            painter.drawRoundedRect(QRectF(low, middle - 5, high - low, 10), 5, 5)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(scale.to_pixel(100 * accuracy.value), middle), 6, 6)
            top += line * 1.25
        painter.setFont(small_font(self.font()))
        draw_bottom_axis(painter, scale, top, text=colours.faint, line=colours.line, most=6)
        return top + line * 1.6

    def _draw_foot(self, painter: QPainter, top: float, line: int, colours: ChartColours) -> None:
        if self._after is None:
            return
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(QPen(colours.text))
        area = QRectF(10, top, self.width() - 20, line * 2.1)
        wrap = Qt.TextFlag.TextWordWrap
        painter.drawText(area, wrap, verdict(self._before, self._after, self._paired))
