"""Histogram of per-sample losses with a two-component mixture and a draggable threshold."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from lnl_gui.gui.charts.axes import (
    Scale,
    draw_bottom_axis,
    draw_left_axis,
    draw_nothing,
    nice_ticks,
    small_font,
    tick_text,
)
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.style.colours import ChartColours, chart_colours, with_alpha
from lnl_gui.store.detection.detection_tables import ClassMixture
from lnl_gui.util.messages import message_n
from lnl_gui.util.translation import localized, tr

_GRIP = 8.0
QUANTILE_FROM = 100_000
"""Values that a quantile is taken from at most (twice as many below the next whole step)."""


@dataclass(frozen=True)
class Gaussian:
    """One component of a mixture over the losses."""

    mean: float
    deviation: float
    weight: float

    def density(self, values: np.ndarray) -> np.ndarray:
        """Weighted density at each of `values` (n,), float64 (n,)."""
        # Losses that are all alike have none.
        deviation = max(self.deviation, 1e-9)
        scaled = (values - self.mean) / deviation
        height = self.weight / (deviation * math.sqrt(2 * math.pi))
        return height * np.exp(-0.5 * scaled * scaled)


@dataclass(frozen=True)
class MixtureCurve:
    """Sum of the components of many classes, each weighted by its share of the samples."""

    means: np.ndarray
    deviations: np.ndarray
    weights: np.ndarray

    @property
    def mean(self) -> float:
        """Of the whole curve."""
        return float(np.average(self.means, weights=self.weights))

    def density(self, values: np.ndarray) -> np.ndarray:
        """Weighted density at each of `values` (n,), float64 (n,)."""
        deviations = np.maximum(self.deviations, 1e-9)
        scaled = (values[:, None] - self.means) / deviations
        heights = self.weights / (deviations * math.sqrt(2 * math.pi))
        density: np.ndarray = (heights * np.exp(-0.5 * scaled * scaled)).sum(axis=1)
        return density


LossCurve = Gaussian | MixtureCurve


def gaussians(mixture: ClassMixture | None) -> tuple[Gaussian, ...]:
    """The components of a fitted mixture as curves; empty without a mixture."""
    if not mixture:
        return ()
    parts = zip(mixture.means, mixture.deviations, mixture.weights, strict=True)
    return tuple(
        Gaussian(float(mean), float(spread), float(weight)) for mean, spread, weight in parts
    )


def thinned(values: np.ndarray) -> np.ndarray:
    """Every k-th of many values (N,), enough for a quantile that is only drawn."""
    return values[:: max(1, len(values) // QUANTILE_FROM)]


def bin_counts(values: np.ndarray, low: float, high: float, bins: int) -> np.ndarray:
    """Counts of `values` (N,) in equal bins of [low, high], what lies outside in the end bins."""
    if high <= low:
        return np.array([len(values)] + [0] * (bins - 1))
    place = ((values - low) * (bins / (high - low))).astype(np.int64)
    return np.bincount(np.clip(place, 0, bins - 1), minlength=bins)


class LossHistogram(QWidget):
    """Losses of many samples; the share right of the threshold is suspect.

    A press puts the threshold where it is, a drag moves it. Left and Right move it by a
    hundredth of the axis, with Shift by a tenth.
    """

    threshold_changed = Signal(float)
    """At every step of a drag."""
    threshold_chosen = Signal(float)
    """When the drag ends or a key moved it."""

    def __init__(self, *, compact: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._compact = compact
        self._losses = np.zeros(0, np.float32)
        self._counts = np.zeros(0, np.int64)
        self._gaussians: tuple[LossCurve, ...] = ()
        self._range = (0.0, 1.0)
        self._threshold: float | None = None
        self._mark: float | None = None
        self._dragging = False
        self.setAccessibleName(tr("Histogram of losses"))
        self.setMinimumHeight(96 if compact else 180)
        if not compact:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(320, 130) if self._compact else QSize(560, 280)

    def set_losses(
        self,
        losses: np.ndarray,
        gaussians: Sequence[LossCurve] = (),
        *,
        threshold: float | None = None,
        mark: float | None = None,
        bins: int = 72,
    ) -> None:
        """Show `losses` (N,), NaN left out; `mark` points at one sample's loss."""
        self._losses = losses[np.isfinite(losses)]
        self._gaussians = tuple(gaussians)
        self._threshold, self._mark = threshold, mark
        self._range = self._find_range()
        self._counts = bin_counts(self._losses, *self._range, bins)
        self._describe()
        self.update()

    def set_threshold(self, threshold: float | None) -> None:
        """Move the threshold without a signal."""
        self._threshold = threshold
        self._describe()
        self.update()

    def threshold(self) -> float | None:
        return self._threshold

    def suspects(self) -> int:
        """How many losses lie above the threshold."""
        if self._threshold is None:
            return 0
        return int(np.count_nonzero(self._losses > self._threshold))

    def _find_range(self) -> tuple[float, float]:
        if not len(self._losses):
            return 0.0, 1.0
        low = float(self._losses.min())
        # The last thousandth would squeeze everything else; it is counted in the last bin.
        high = float(np.quantile(thinned(self._losses), 0.999))
        for value in (self._mark, self._threshold):
            if value is not None and math.isfinite(value):
                low, high = min(low, value), max(high, value)
        # Losses that are all alike have no range.
        margin = 0.02 * (high - low) or 0.5
        return (low - margin if low < 0 else max(0.0, low - margin)), high + margin

    def _describe(self) -> None:
        text = localized(message_n("{count:,} sample.", "{count:,} samples.", len(self._losses)))
        if self._threshold is not None:
            text += fill(
                tr(" Threshold {:.3g}: {} above it."),
                self._threshold,
                self.suspects(),
            )
        if self._mark is not None:
            text += fill(tr(" This sample's loss is {:.3g}."), self._mark)
        self.setAccessibleDescription(text)

    def _area(self) -> QRectF:
        line = self.fontMetrics().height()
        left = 12 if self._compact else 12 + self.fontMetrics().horizontalAdvance("0000k")
        top = 24 if not self._compact or self._mark is not None else 8
        return QRectF(left, top, self.width() - left - 14, self.height() - top - line - 12)

    def value_at(self, pixel: float) -> float:
        """The loss under a horizontal position, held inside the axis."""
        area = self._area()
        value = Scale(*self._range, area.left(), area.right()).to_value(pixel)
        return min(max(value, self._range[0]), self._range[1])

    def pixel_of(self, value: float) -> float:
        """The horizontal position of a loss."""
        area = self._area()
        return Scale(*self._range, area.left(), area.right()).to_pixel(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = chart_colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        area = self._area()
        if not len(self._losses):
            draw_nothing(painter, QRectF(self.rect()), tr("No losses yet."), colours.faint)
            return
        across = Scale(*self._range, area.left(), area.right())
        # Square-root heights: the few suspects stay visible beside the many clean samples.
        up = Scale(0.0, math.sqrt(self._counts.max() * 1.08), area.bottom(), area.top())
        if not self._compact:
            self._draw_counts_axis(painter, up, area, colours)
        self._draw_bars(painter, across, up, colours)
        self._draw_gaussians(painter, across, up, colours)
        most = 4 if self._compact else 8
        draw_bottom_axis(
            painter, across, area.bottom(), text=colours.faint, line=colours.line, most=most
        )
        self._draw_threshold(painter, across, area, colours)
        self._draw_mark(painter, across, area, colours)

    def _draw_counts_axis(
        self, painter: QPainter, up: Scale, area: QRectF, colours: ChartColours
    ) -> None:
        most = float(self._counts.max())
        # Powers of ten: even steps crowd at the top of a square root.
        powers = (1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6)
        ticks = [v for v in powers if v < most * 0.6]
        ticks = [*ticks[-2:], *nice_ticks(0, most, 2)[-1:]]
        rows = [(math.sqrt(v), tick_text(v, 1.0)) for v in sorted(set(ticks)) if v >= 1]
        draw_left_axis(
            painter, up, area.left(), area.right(), rows, text=colours.faint, line=colours.line
        )

    def _draw_bars(
        self, painter: QPainter, across: Scale, up: Scale, colours: ChartColours
    ) -> None:
        edges = np.linspace(*self._range, len(self._counts) + 1)
        painter.setPen(Qt.PenStyle.NoPen)
        for count, low, high in zip(self._counts, edges[:-1], edges[1:], strict=True):
            if not count:
                continue
            above = self._threshold is not None and (low + high) / 2 > self._threshold
            left, right = across.to_pixel(low), across.to_pixel(high)
            # A pixel at least: one sample beside a million would not be seen.
            top = min(up.to_pixel(math.sqrt(count)), up.start - 1)
            painter.setBrush(with_alpha(colours.suspect if above else colours.clean, 0.42))
            painter.drawRect(QRectF(left + 0.5, top, max(1.0, right - left - 1), up.start - top))

    def _draw_gaussians(
        self, painter: QPainter, across: Scale, up: Scale, colours: ChartColours
    ) -> None:
        values = np.linspace(*self._range, 240)
        # From densities to samples a bin, the unit of the bars.
        per_bin = len(self._losses) * (self._range[1] - self._range[0]) / len(self._counts)
        ordered = sorted(self._gaussians, key=lambda gaussian: gaussian.mean)
        painter.save()
        # A narrow component is many times as high as the bars.
        painter.setClipRect(
            QRectF(across.start, up.end, across.end - across.start, up.start - up.end)
        )
        for place, gaussian in enumerate(ordered):
            colour = colours.clean if place == 0 else colours.suspect
            heights = np.sqrt(gaussian.density(values) * per_bin)
            path = QPainterPath(QPointF(across.to_pixel(values[0]), up.to_pixel(heights[0])))
            for value, height in zip(values[1:], heights[1:], strict=True):
                path.lineTo(across.to_pixel(value), up.to_pixel(height))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 2.2))
            painter.drawPath(path)
        painter.restore()

    def _draw_threshold(
        self, painter: QPainter, across: Scale, area: QRectF, colours: ChartColours
    ) -> None:
        if self._threshold is None:
            return
        place = across.to_pixel(min(max(self._threshold, across.low), across.high))
        colour = colours.accent if self.hasFocus() or self._dragging else colours.text
        painter.setPen(QPen(colour, 2 if not self._compact else 1.2, Qt.PenStyle.SolidLine))
        painter.drawLine(QPointF(place, area.top() - 4), QPointF(place, area.bottom()))
        if self._compact:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(place - 5, area.top() - 12, 10, 16), 4, 4)
        self._draw_share(painter, place, area, colours)

    def _draw_share(
        self, painter: QPainter, place: float, area: QRectF, colours: ChartColours
    ) -> None:
        count = self.suspects()
        share = 100 * count / max(1, len(self._losses))
        text = fill(tr("{:,} above ({:.1f} %)"), count, share)
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(text)
        left = place + 12 if place + 14 + width < self.width() else place - 12 - width
        painter.setPen(colours.text)
        painter.drawText(QPointF(left, area.top() - 2 - metrics.descent() + 2), text)

    def _draw_mark(
        self, painter: QPainter, across: Scale, area: QRectF, colours: ChartColours
    ) -> None:
        if self._mark is None:
            return
        place = across.to_pixel(min(max(self._mark, across.low), across.high))
        painter.setPen(QPen(colours.text, 1.6))
        painter.drawLine(QPointF(place, area.top()), QPointF(place, area.bottom()))
        painter.setBrush(colours.text)
        painter.drawPolygon(
            [
                QPointF(place, area.top() + 1),
                QPointF(place - 5, area.top() - 7),
                QPointF(place + 5, area.top() - 7),
            ]
        )
        text = fill(tr("this sample, {:.2f}"), self._mark)
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(text)
        left = place + 9 if place + 11 + width < self.width() else place - 9 - width
        painter.drawText(QPointF(left, area.top() - 3), text)

    def _near_grip(self, pixel: float) -> bool:
        return self._threshold is not None and abs(pixel - self.pixel_of(self._threshold)) <= _GRIP

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._compact or not len(self._losses):
            super().mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
            self._move(self.value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._move(self.value_at(event.position().x()))
        elif not self._compact:
            near = self._near_grip(event.position().x())
            self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging and self._threshold is not None:
            self._dragging = False
            self.update()
            self.threshold_chosen.emit(self._threshold)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -0.01, Qt.Key.Key_Right: 0.01}
        if self._compact or not len(self._losses) or event.key() not in steps:
            super().keyPressEvent(event)
            return
        factor = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        span = self._range[1] - self._range[0]
        start = sum(self._range) / 2 if self._threshold is None else self._threshold
        value = start + steps[Qt.Key(event.key())] * factor * span
        self._move(min(max(value, self._range[0]), self._range[1]))
        if self._threshold is not None:
            self.threshold_chosen.emit(self._threshold)

    def _move(self, value: float) -> None:
        if value == self._threshold:
            return
        self.set_threshold(value)
        self.threshold_changed.emit(value)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
