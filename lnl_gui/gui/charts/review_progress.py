"""Progress of the review: decided, left, verdicts per minute, expected errors."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lnl_gui.gui.charts.axes import draw_nothing, small_font
from lnl_gui.gui.i18n.numbers import count, fill
from lnl_gui.gui.style.colours import ChartColours, chart_colours, with_alpha
from lnl_gui.util.statistics.intervals import Estimate
from lnl_gui.util.translation import tr


@dataclass(frozen=True)
class ReviewFigures:
    """Where the review stands. `per_minute` holds the last minutes' verdicts, oldest first."""

    reviewed: int
    to_review: int
    per_minute: Sequence[float] = ()
    errors: Estimate | None = None
    """still expected in what is left; None where that is not known"""
    unjudged: int = 0
    """labels left that no detection has judged, which the errors do not count"""
    at_random: bool = False
    """whether their interval begins at none and holds for errors at random alone"""


def _grouped(value: float) -> str:
    return count(round(value))


def time_left(figures: ReviewFigures) -> str:
    """Time to the end at the pace of the last minutes, in words; "" without a pace."""
    recent = list(figures.per_minute)[-10:]
    pace = sum(recent) / len(recent) if recent else 0.0
    left = figures.to_review - figures.reviewed
    if pace <= 0 or left <= 0:
        return ""
    minutes = left / pace
    # Or rounding would say "1 minutes".
    if minutes < 1.5:
        return tr("about a minute left")
    if minutes < 90:
        return fill(tr("about {:.0f} minutes left"), minutes)
    return fill(tr("about {:.1f} hours left"), minutes / 60)


def _expected_title(figures: ReviewFigures) -> str:
    return tr("Expected in what was judged") if figures.unjudged else tr("Expected in what is left")


def errors_text(figures: ReviewFigures) -> str:
    """The errors still expected, with their interval."""
    errors = figures.errors
    if errors is None:
        return ""
    text = tr("{} errors left")
    if figures.unjudged:
        text = tr("{} errors in what was judged and is left")
    return f"{text.format(_number(errors, figures))} ({_condition(errors, figures)})"


def _number(errors: Estimate, figures: ReviewFigures) -> str:
    """The expected one, or its interval alone where that would pass for known."""
    if figures.at_random:
        return f"{_grouped(errors.low)}–{_grouped(errors.high)}"
    return _grouped(errors.value)


def _condition(errors: Estimate, figures: ReviewFigures) -> str:
    """What stands beside it: its interval, or what that holds for."""
    if figures.at_random:
        return tr("if errors are at random")
    return tr("{} to {}").format(_grouped(errors.low), _grouped(errors.high))


class ReviewProgress(QWidget):
    """A bar, three figures and the pace of the last minutes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures: ReviewFigures | None = None
        self.setAccessibleName(tr("Progress of the review"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(460, round(self.fontMetrics().height() * 6.2) + 16)

    def set_figures(self, figures: ReviewFigures) -> None:
        self._figures = figures
        parts = [
            tr("{} of {} reviewed").format(figures.reviewed, figures.to_review),
            time_left(figures),
        ]
        parts.append(errors_text(figures))
        self.setAccessibleDescription(", ".join(part for part in parts if part))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = chart_colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._figures is None:
            draw_nothing(
                painter,
                QRectF(self.rect()),
                tr("The review has not begun."),
                colours.faint,
            )
            return
        line = self.fontMetrics().height()
        self._draw_head(painter, self._figures, line, colours)
        self._draw_bar(painter, self._figures, line * 1.6, colours)
        self._draw_pace(painter, self._figures, line, colours)

    def _draw_head(
        self, painter: QPainter, figures: ReviewFigures, line: int, colours: ChartColours
    ) -> None:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(colours.text)
        text = tr("{} of {} reviewed").format(
            _grouped(figures.reviewed), _grouped(figures.to_review)
        )
        painter.drawText(QPointF(4, line), text)
        painter.setFont(small_font(self.font()))
        painter.setPen(colours.faint)
        box = QRectF(0, 0, self.width() - 4, line * 1.3)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, flags, time_left(figures))

    def _draw_bar(
        self, painter: QPainter, figures: ReviewFigures, top: float, colours: ChartColours
    ) -> None:
        bar = QRectF(4, top, self.width() - 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.line)
        painter.drawRoundedRect(bar, 4, 4)
        share = figures.reviewed / figures.to_review if figures.to_review else 1.0
        if share > 0:
            # No narrower than its round ends.
            bar.setWidth(max(8.0, bar.width() * min(share, 1.0)))
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(bar, 4, 4)

    def _draw_pace(
        self, painter: QPainter, figures: ReviewFigures, line: int, colours: ChartColours
    ) -> None:
        top, half = line * 2.6, self.width() / 2
        values = list(figures.per_minute)
        painter.setFont(small_font(self.font()))
        painter.setPen(colours.faint)
        painter.drawText(QPointF(4, top + line * 0.8), tr("Verdicts a minute"))
        painter.drawText(QPointF(half + 12, top + line * 0.8), _expected_title(figures))
        if values:
            area = QRectF(44, top + line * 1.1, half - 60, line * 1.9)
            _draw_spark(painter, area, values, colours)
        big = QFont(self.font())
        big.setPointSizeF(big.pointSizeF() * 1.25)
        big.setWeight(QFont.Weight.DemiBold)
        painter.setFont(big)
        painter.setPen(colours.text)
        painter.drawText(QPointF(4, top + line * 2.5), _grouped(values[-1]) if values else "–")
        errors = figures.errors
        if errors is None:
            painter.setFont(self.font())
            painter.drawText(QPointF(half + 12, top + line * 2.5), tr("not known yet"))
            return
        number = tr("{} errors").format(_number(errors, figures))
        painter.drawText(QPointF(half + 12, top + line * 2.2), number)
        painter.setFont(small_font(self.font()))
        painter.setPen(colours.faint)
        painter.drawText(QPointF(half + 12, top + line * 3.2), _condition(errors, figures))


def _draw_spark(
    painter: QPainter, area: QRectF, values: list[float], colours: ChartColours
) -> None:
    # Minutes without a verdict are a line at the bottom.
    most = max(max(values), 1.0)
    step = area.width() / max(1, len(values) - 1)
    points = [
        QPointF(area.left() + place * step, area.bottom() - area.height() * value / most)
        for place, value in enumerate(values)
    ]
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    painter.setPen(QPen(colours.accent, 1.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    path.lineTo(points[-1].x(), area.bottom())
    path.lineTo(area.left(), area.bottom())
    painter.fillPath(path, with_alpha(colours.accent, 0.14))
