"""What cleaning gained, verified and estimated apart, with 95 % intervals."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from lnl_gui.gui.charts.axes import Scale, draw_bottom_axis, draw_nothing, small_font
from lnl_gui.gui.i18n.numbers import fill, percent
from lnl_gui.gui.style.colours import ChartColours, chart_colours, with_alpha
from lnl_gui.store.training.gain import Gain
from lnl_gui.store.training.gain_words import headline
from lnl_gui.util.statistics.intervals import Estimate
from lnl_gui.util.translation import localized, tr


def verdict(accuracy: Estimate, gain: Gain | None) -> str:
    """A sentence on the gain, qualified where its interval contains 0, or on the one model."""
    if gain is None:
        return fill(
            tr(
                "{:.1f} % of the held-out samples are right, by their labels, which are not"
                " corrected."
            ),
            100 * accuracy.value,
        )
    said = localized(headline(gain))
    if gain.claims_nothing or gain.best.low > 0 or gain.best.high < 0:
        return f"{said}."
    return tr("{}, within the uncertainty.").format(said)


def _tone(found: Estimate | None, colours: ChartColours) -> QColor:
    """Good or bad only where it is verified and certain."""
    if found is None or found.low <= 0 <= found.high:
        return colours.accent
    return colours.good if found.value > 0 else colours.bad


_WIDE = 450
"""Width from which the numbers are large."""
_MARGIN, _TALLEST = 10, 10_000
_WRAPPED = int(Qt.TextFlag.TextWordWrap)


class ResultCard(QWidget):
    """Big numbers and intervals on one axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._accuracy: Estimate | None = None
        self._gain: Gain | None = None
        self._said = ""
        self.setAccessibleName(tr("What cleaning gained"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_result(self, accuracy: Estimate | None, gain: Gain | None) -> None:
        """Show the gain, or the accuracy where only one model was trained."""
        self._accuracy, self._gain = accuracy, gain
        self._said = ""
        if accuracy is not None:
            self._said = verdict(accuracy, gain)
            self.setAccessibleDescription(self._said)
        # Where nothing was cleaned a gain of 0 would pass for a finding, and so would any of a few
        # videos.
        if gain is not None and gain.claims_nothing:
            self._gain = None
        self._fit_height()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(520, self._needed_height(520))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        # The sentence takes more lines where the panel is narrow, and must be read to its end.
        self.setFixedHeight(self._needed_height(self.width()))

    def _needed_height(self, width: int) -> int:
        above = self.fontMetrics().height() * 7.7 + 24
        if self._accuracy is None:
            return round(above)
        metrics = QFontMetricsF(self._bold())
        area = QRectF(0, 0, max(1, width - 2 * _MARGIN), _TALLEST)
        return math.ceil(above + metrics.boundingRect(area, _WRAPPED, self._said).height())

    def _bold(self) -> QFont:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        return bold

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = chart_colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._accuracy is None:
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
        self._draw_foot(painter, top, colours, self._said)

    def _rows(self, colours: ChartColours) -> list[tuple[str, Estimate, QColor]]:
        """Title, value in per cent and colour of what is shown."""
        gain = self._gain
        if gain is None:
            shown = [(tr("Accuracy"), self._accuracy, colours.accent)]
        elif gain.alike:
            # Neither estimated nor verified: the models answer alike.
            shown = [(tr("Gain"), gain.best, colours.accent)]
        else:
            shown = [
                (tr("Verified gain"), gain.verified, _tone(gain.verified, colours)),
                (tr("Estimated gain"), gain.estimated, colours.suspect),
            ]
        return [(title, found.times(100), colour) for title, found, colour in shown if found]

    def _draw_numbers(self, painter: QPainter, line: int, colours: ChartColours) -> float:
        big = QFont(self.font())
        big.setPointSizeF(big.pointSizeF() * (2.1 if self.width() >= _WIDE else 1.5))
        big.setWeight(QFont.Weight.DemiBold)
        left = 10.0
        for title, found, colour in self._rows(colours):
            value = percent(found.value / 100, 1)
            if self._gain is not None:
                value = fill(tr("{:+.1f} points"), found.value).replace("-", "\u2212")
            self._draw_number(painter, left, line, (title, value), (big, colour), colours)
            left += self.width() / 2
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

    def _scale(self, rows: list[tuple[str, Estimate, QColor]]) -> Scale:
        low = min(found.low for _, found, _ in rows)
        high = max(found.high for _, found, _ in rows)
        # A point at least: an interval may have no width.
        margin = max(0.25 * (high - low), 1.0)
        if self._gain is None:
            return Scale(max(0.0, low - margin), min(100.0, high + margin), 14, self.width() - 16)
        # No difference is always in sight: whether the interval holds it is what matters.
        return Scale(min(0.0, low) - margin, max(0.0, high) + margin, 14, self.width() - 16)

    def _draw_intervals(
        self, painter: QPainter, top: float, line: int, colours: ChartColours
    ) -> float:
        rows = self._rows(colours)
        scale = self._scale(rows)
        if self._gain is not None:
            zero = scale.to_pixel(0)
            painter.setPen(QPen(colours.faint, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(zero, top), QPointF(zero, top + len(rows) * line * 1.25))
        for _, found, colour in rows:
            middle = top + line / 2
            low, high = scale.to_pixel(found.low), scale.to_pixel(found.high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(colour, 0.28))
            painter.drawRoundedRect(QRectF(low, middle - 5, high - low, 10), 5, 5)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(scale.to_pixel(found.value), middle), 6, 6)
            top += line * 1.25
        painter.setFont(small_font(self.font()))
        draw_bottom_axis(painter, scale, top, text=colours.faint, line=colours.line, most=6)
        return top + line * 1.6

    def _draw_foot(self, painter: QPainter, top: float, colours: ChartColours, text: str) -> None:
        painter.setFont(self._bold())
        painter.setPen(QPen(colours.text))
        area = QRectF(_MARGIN, top, self.width() - 2 * _MARGIN, self.height() - top)
        painter.drawText(area, _WRAPPED, text)
