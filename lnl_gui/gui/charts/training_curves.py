"""Loss and accuracy by epoch, of training on given and on curated labels."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from lnl_gui.gui.charts.axes import (
    Scale,
    draw_bottom_axis,
    draw_left_axis,
    draw_nothing,
    nice_step,
    nice_ticks,
    small_font,
    tick_text,
)
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.style.colours import ChartColours, chart_colours
from lnl_gui.util.translation import tr

_GAP = 26


@dataclass
class TrainingCurve:
    """The figures of one training, one entry an epoch; NaN where there is none."""

    epochs: list[float] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    holdout: list[float] = field(default_factory=list)


class TrainingCurves(QWidget):
    """Two panes, loss and accuracy. Series appear in the order in which their points come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: dict[str, TrainingCurve] = {}
        self._titles: dict[str, str] = {}
        self.setMinimumHeight(200)
        self.setAccessibleName(tr("Training curves"))

    def sizeHint(self) -> QSize:
        return QSize(720, 300)

    def set_titles(self, titles: Mapping[str, str]) -> None:
        """Names of the series by key, such as {"given": "Given labels"}."""
        self._titles = dict(titles)
        self.update()

    def clear(self) -> None:
        self._curves.clear()
        self.setAccessibleDescription("")
        self.update()

    def add_point(
        self,
        stage: str,
        epoch: float,
        loss: float,
        train_accuracy: float | None = None,
        holdout_accuracy: float | None = None,
    ) -> None:
        """Add one epoch of a series. Accuracies in [0, 1]; None where not measured."""
        curve = self._curves.setdefault(stage, TrainingCurve())
        curve.epochs.append(epoch)
        curve.loss.append(loss)
        curve.train.append(math.nan if train_accuracy is None else train_accuracy)
        curve.holdout.append(math.nan if holdout_accuracy is None else holdout_accuracy)
        self._describe(stage)
        self.update()

    def curves(self) -> dict[str, TrainingCurve]:
        return self._curves

    def title(self, stage: str) -> str:
        return self._titles.get(stage, stage.replace("_", " ").capitalize())

    def _describe(self, stage: str) -> None:
        curve = self._curves[stage]
        text = fill(
            tr("{}, epoch {:g}: loss {:.3f}"),
            self.title(stage),
            curve.epochs[-1],
            curve.loss[-1],
        )
        if math.isfinite(curve.holdout[-1]):
            text += fill(
                tr(", accuracy on held-out samples {:.1f} %"),
                100 * curve.holdout[-1],
            )
        self.setAccessibleDescription(text)

    def _places(self) -> list[tuple[int, str]]:
        """Series with their places: titled ones keep theirs, whichever point comes first."""
        order = [*self._titles, *(stage for stage in self._curves if stage not in self._titles)]
        return [(place, stage) for place, stage in enumerate(order) if stage in self._curves]

    def colour(self, place: int, colours: ChartColours) -> QColor:
        """The colour of the series that came at that place."""
        return (colours.suspect, colours.accent, colours.good, colours.bad)[place % 4]

    def _epoch_range(self) -> tuple[float, float]:
        epochs = [epoch for curve in self._curves.values() for epoch in curve.epochs]
        low = min(epochs, default=0.0)
        # One epoch alone has no range.
        return low, max([*epochs, low + 1])

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = chart_colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        if not self._curves:
            draw_nothing(
                painter,
                QRectF(self.rect()),
                tr("Curves appear as it trains."),
                colours.faint,
            )
            return
        line = painter.fontMetrics().height()
        top = self._draw_legend(painter, colours, line) + 8
        width = (self.width() - _GAP) / 2
        height = self.height() - top
        first = QRectF(0, top, width, height)
        self._draw_pane(painter, first, colours, of_loss=True)
        self._draw_pane(painter, first.translated(width + _GAP, 0), colours, of_loss=False)

    def _draw_legend(self, painter: QPainter, colours: ChartColours, line: int) -> float:
        entries = [
            (self.title(stage), self.colour(place, colours), Qt.PenStyle.SolidLine)
            for place, stage in self._places()
        ]
        if any(math.isfinite(v) for curve in self._curves.values() for v in curve.train):
            entries.append((tr("held out"), colours.faint, Qt.PenStyle.SolidLine))
            entries.append((tr("while training"), colours.faint, Qt.PenStyle.DotLine))
        left, top = 8.0, 4.0
        for text, colour, style in entries:
            needed = 34 + painter.fontMetrics().horizontalAdvance(text)
            if left + needed > self.width() and left > 8:
                left, top = 8.0, top + line + 4
            middle = top + line / 2
            painter.setPen(QPen(colour, 2.4, style))
            painter.drawLine(QPointF(left, middle), QPointF(left + 20, middle))
            painter.setPen(colours.text)
            painter.drawText(QPointF(left + 26, top + painter.fontMetrics().ascent()), text)
            left += needed + 16
        return top + line

    def _draw_pane(
        self, painter: QPainter, box: QRectF, colours: ChartColours, *, of_loss: bool
    ) -> None:
        title = tr("Loss") if of_loss else tr("Accuracy")
        metrics = painter.fontMetrics()
        painter.setPen(colours.faint)
        painter.drawText(QPointF(box.left() + 8, box.top() + metrics.ascent()), title)
        left = box.left() + metrics.horizontalAdvance("0.000") + 16
        bottom = box.bottom() - 2 * metrics.height() - 8
        area = QRectF(
            QPointF(left, box.top() + metrics.height() + 8), QPointF(box.right() - 10, bottom)
        )
        low, high = self._value_range(of_loss=of_loss)
        across = Scale(*self._epoch_range(), area.left(), area.right())
        up = Scale(low, high, area.bottom(), area.top())
        self._draw_axes(painter, across, up, area, colours, of_loss=of_loss)
        painter.save()
        painter.setClipRect(area.adjusted(-4, -4, 4, 4))
        for place, stage in self._places():
            curve = self._curves[stage]
            colour = self.colour(place, colours)
            if of_loss:
                _draw_line(painter, across, up, curve.epochs, curve.loss, QPen(colour, 2.2))
            else:
                dotted = QPen(colour, 1.5, Qt.PenStyle.DotLine)
                _draw_line(painter, across, up, curve.epochs, curve.train, dotted)
                _draw_line(painter, across, up, curve.epochs, curve.holdout, QPen(colour, 2.2))
        painter.restore()

    def _value_range(self, *, of_loss: bool) -> tuple[float, float]:
        values = [
            value
            for curve in self._curves.values()
            for series in ((curve.loss,) if of_loss else (curve.train, curve.holdout))
            for value in series
            if math.isfinite(value)
        ]
        if not values:
            return 0.0, 1.0
        low, high = min(values), max(values)
        margin = max(0.08 * (high - low), 0.01)
        high = high + margin if of_loss else min(1.0, high + margin)
        return max(0.0, low - margin), high

    def _draw_axes(
        self,
        painter: QPainter,
        across: Scale,
        up: Scale,
        area: QRectF,
        colours: ChartColours,
        *,
        of_loss: bool,
    ) -> None:
        step = nice_step(up.high - up.low, 4)
        rows = [
            (v, tick_text(v, step) if of_loss else fill("{:.3g} %", 100 * v))
            for v in nice_ticks(up.low, up.high, 4)
        ]
        painter.save()
        # `draw_left_axis` writes from 0 on; each pane begins elsewhere.
        painter.translate(area.left() - 62, 0)
        shifted = Scale(up.low, up.high, up.start, up.end)
        draw_left_axis(
            painter, shifted, 62, 62 + area.width(), rows, text=colours.faint, line=colours.line
        )
        painter.restore()
        # No finer than whole epochs.
        most = int(min(8, max(1, across.high - across.low)))
        draw_bottom_axis(
            painter, across, area.bottom(), text=colours.faint, line=colours.line, most=most
        )
        box = QRectF(area.left(), self.height() - painter.fontMetrics().height(), area.width(), 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, tr("epoch"))


def _draw_line(
    painter: QPainter,
    across: Scale,
    up: Scale,
    epochs: list[float],
    values: list[float],
    pen: QPen,
) -> None:
    known = [(e, v) for e, v in zip(epochs, values, strict=True) if math.isfinite(v)]
    points = [QPointF(across.to_pixel(epoch), up.to_pixel(value)) for epoch, value in known]
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))
    if points and pen.style() == Qt.PenStyle.SolidLine:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen.color())
        # Beyond that, points are a thick line.
        for point in points if len(points) <= 40 else points[-1:]:
            painter.drawEllipse(point, 3.2, 3.2)
