"""The embedding as a map: colours, pan, zoom, lasso, for a million samples."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from lnl_gui.gui.charts.axes import draw_nothing
from lnl_gui.gui.charts.lasso import lasso
from lnl_gui.gui.charts.map_colours import COLOUR_BY, Colouring, MapColumns, colouring
from lnl_gui.gui.charts.raster import (
    DrawList,
    MapView,
    draw_points,
    fitting_view,
    mix,
    radius_for,
    visible_points,
)
from lnl_gui.gui.style.colours import ChartColours, chart_colours, pack, with_alpha
from lnl_gui.gui.widgets.basic import plural
from lnl_gui.gui.widgets.own_keys import ZOOM_KEYS, claims
from lnl_gui.util.messages import message_n
from lnl_gui.util.translation import localized, tr

# Pixels around the canvas and the largest radius: points are drawn without clipping.
_PAD = 6
# Points have a radius of 3.6 pixels at most (`raster.radius_for`), too little to hit.
_PICK_PIXELS = 9.0
# To find the nearest of 1 M points takes 7 ms: not at every move of the pointer.
_HOVER_MILLISECONDS = 60
_PAN = {
    Qt.Key.Key_Left: (60.0, 0.0),
    Qt.Key.Key_Right: (-60.0, 0.0),
    Qt.Key.Key_Up: (0.0, 60.0),
    Qt.Key.Key_Down: (0.0, -60.0),
}


class EmbeddingMap(QWidget):
    """Points of all samples.

    Drag draws a lasso, with the right or middle button it pans; the wheel zooms. Keys: arrows
    pan, plus and minus zoom, Home fits, Ctrl+A selects what is visible, Escape deselects.
    """

    lassoed = Signal(object)
    """A mask (N,) bool of the samples selected."""
    point_activated = Signal(int)
    recoloured = Signal(object)
    """The entries of the legend, pairs of a name and its colour."""
    hovered = Signal(int)
    """The row under the pointer, -1 for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points = np.zeros((0, 2), np.float32)
        self._count = 0
        self._columns: MapColumns | None = None
        self._by = COLOUR_BY[0]
        self._colouring: Colouring | None = None
        self._drawn = DrawList(self._points)
        self._bounds = self._drawn.bounds()
        self._selection: np.ndarray | None = None
        self._view = MapView(0.0, 0.0, 1.0)
        self._fits = True
        self._canvas: np.ndarray | None = None
        self._current = -1
        self._lasso_mode = True
        self._path: list[tuple[float, float]] = []
        self._pan_from: QPointF | None = None
        self._hover_at = QPointF()
        self._hover_timer = QTimer(self)
        self._hover_timer.setSingleShot(True)
        self._hover_timer.timeout.connect(self._say_hovered)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(220, 180)
        self.setAccessibleName(tr("Map of the embedding"))

    def sizeHint(self) -> QSize:
        return QSize(640, 520)

    def set_points(self, points: np.ndarray) -> None:
        """Show points (N, 2) float32; NaN hides one.

        Other points than before drop the selection and the zoom; the same ones keep both.
        """
        points = np.ascontiguousarray(points, np.float32)
        if np.array_equal(points, self._points, equal_nan=True):
            return
        self._points = points
        self._selection, self._colouring, self._columns = None, None, None
        self._drawn = DrawList(self._points)
        self._bounds = self._drawn.bounds()
        self._fits = True
        self._count = int(np.count_nonzero(np.isfinite(points).all(axis=1)))
        self.setAccessibleDescription(plural(self._count, "sample"))
        self._redraw()

    def why_nothing(self) -> str:
        """Why no point is drawn; "" where any is."""
        if not len(self._points):
            return tr("The map comes with the search for suspects.")
        return "" if self._count else tr("No image has a place here. Try another projection.")

    def set_columns(self, columns: MapColumns) -> None:
        """Give the values that colour the points, in the order of the points."""
        self._columns = columns
        self._recolour()

    def set_colour_by(self, by: str) -> None:
        """Colour by one of `COLOUR_BY`."""
        self._by = by
        self._recolour()

    def colour_by(self) -> str:
        return self._by

    def set_selection(self, mask: np.ndarray | None) -> None:
        """Highlight the samples of a mask (N,) bool; None highlights none."""
        wanted = mask if mask is not None and mask.any() else None
        if wanted is None and self._selection is None:
            return
        self._selection = wanted
        taken = 0 if self._selection is None else int(self._selection.sum())
        self.setAccessibleDescription(
            localized(
                message_n(
                    "{count:,} sample, {taken:,} selected",
                    "{count:,} samples, {taken:,} selected",
                    self._count,
                    taken=taken,
                )
            )
        )
        self._redraw()

    def set_current(self, row: int) -> None:
        """Put a ring around one sample; -1 around none."""
        self._current = row
        self.update()

    def set_lasso_mode(self, on: bool) -> None:
        """Whether a drag with the left button draws a lasso or pans."""
        self._lasso_mode = on

    def is_dragging(self) -> bool:
        """Whether a lasso is being drawn or the map moved."""
        return bool(self._path) or self._pan_from is not None

    def view(self) -> MapView:
        return self._view

    def fit(self) -> None:
        """Show all points."""
        self._fits = True
        self._redraw()

    def _recolour(self) -> None:
        if self._columns is None:
            self._redraw()
            return
        before = self._colouring
        found = colouring(self._columns, self._by, chart_colours(self.palette()))
        self._colouring = found
        # New scores leave given labels as they are: a million points need not be drawn anew.
        same = before is not None and _same(before, found)
        if not same:
            self._drawn.colour(found.codes, rising=found.rising)
        if not same or before is None or not np.array_equal(before.table, found.table):
            self.recoloured.emit(found.legend)
            self._redraw()

    def _redraw(self) -> None:
        self._canvas = None
        self.update()

    def _device_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    def render_canvas(self) -> np.ndarray:
        """The map as packed colours (height, width) uint32 in device pixels."""
        colours = chart_colours(self.palette())
        width, height = self._device_size()
        if self._fits:
            self._view = fitting_view(self._bounds, width, height)
        ground = pack([colours.base])[0]
        canvas = np.full((height + 2 * _PAD, width + 2 * _PAD), ground, np.uint32)
        drawn = self._drawn
        seen = visible_points(drawn.x, drawn.y, self._view, width, height)
        across, down = seen.across + np.float32(_PAD), seen.down + np.float32(_PAD)
        radius = min(radius_for(len(across)) * self.devicePixelRatioF(), _PAD)
        table = self._shades(colours)
        codes = drawn.codes[seen.places]
        if self._selection is None:
            draw_points(canvas, across, down, table[codes], radius)
        else:
            faded = mix(np.full_like(table, ground), table, 0.22)
            draw_points(canvas, across, down, faded[codes], radius)
            chosen = self._selection[drawn.order][seen.places]
            alone = radius_for(int(chosen.sum())) * self.devicePixelRatioF()
            # As large as if they were alone, within what does not cover their neighbours.
            above = min(max(radius * 1.3, min(alone, 2.5 * radius + 1.0)), _PAD)
            draw_points(canvas, across[chosen], down[chosen], table[codes[chosen]], above)
        return np.ascontiguousarray(canvas[_PAD:-_PAD, _PAD:-_PAD])

    def _shades(self, colours: ChartColours) -> np.ndarray:
        return pack([colours.clean]) if self._colouring is None else self._colouring.table

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = chart_colours(self.palette())
        painter = QPainter(self)
        if nothing := self.why_nothing():
            painter.fillRect(self.rect(), colours.base)
            draw_nothing(painter, QRectF(self.rect()), nothing, colours.faint)
            return
        if self._canvas is None:
            self._canvas = self.render_canvas()
        height, width = self._canvas.shape
        # QImage does not copy: the array has to outlive it, so it is kept in the widget.
        image = QImage(self._canvas.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        painter.drawImage(QRectF(self.rect()), image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_current(painter, colours)
        self._draw_path(painter, colours)
        if self.hasFocus():
            painter.setPen(QPen(colours.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def position_of(self, row: int) -> QPointF:
        """Position of a sample in widget coordinates."""
        width, height = self._device_size()
        x, y = self._points[row : row + 1].T
        across, down = self._view.to_pixels(x, y, width, height)
        return QPointF(float(across[0]), float(down[0])) / self.devicePixelRatioF()

    def _draw_current(self, painter: QPainter, colours: ChartColours) -> None:
        if not 0 <= self._current < len(self._points):
            return
        # One without an image has no place.
        if not np.isfinite(self._points[self._current]).all():
            return
        place = self.position_of(self._current)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # Light within dark, or dark within light, is seen on points of any colour.
        for colour, thickness in ((colours.base, 5.0), (colours.text, 2.2)):
            painter.setPen(QPen(colour, thickness))
            painter.drawEllipse(place, 8, 8)

    def _draw_path(self, painter: QPainter, colours: ChartColours) -> None:
        if len(self._path) < 2:
            return
        painter.setPen(QPen(colours.accent, 1.6, Qt.PenStyle.DashLine))
        painter.setBrush(with_alpha(colours.accent, 0.14))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in self._path]))

    def take(self, polygon: Sequence[tuple[float, float]]) -> np.ndarray:
        """Which samples lie inside a polygon given in widget coordinates, (N,) bool."""
        width, height = self._device_size()
        across, down = self._view.to_pixels(self._points[:, 0], self._points[:, 1], width, height)
        ratio = self.devicePixelRatioF()
        corners = [(x * ratio, y * ratio) for x, y in polygon]
        return lasso(across, down, corners, width, height)

    def nearest(self, position: QPointF, within: float = _PICK_PIXELS) -> int:
        """The row nearest to a position of the widget, -1 if none is within that many pixels."""
        if not len(self._points):
            return -1
        width, height = self._device_size()
        ratio = self.devicePixelRatioF()
        across, down = self._view.to_pixels(self._points[:, 0], self._points[:, 1], width, height)
        across -= np.float32(position.x() * ratio)
        down -= np.float32(position.y() * ratio)
        distance = np.nan_to_num(across * across + down * down, nan=np.inf)
        row = int(distance.argmin())
        return row if distance[row] <= (within * ratio) ** 2 else -1

    def zoom_by(self, factor: float, anchor: QPointF | None = None) -> None:
        """Zoom and keep what is under `anchor` where it is."""
        width, height = self._device_size()
        ratio = self.devicePixelRatioF()
        place = (anchor or QPointF(self.rect().center())) * ratio
        x, y = self._view.to_plane(place.x(), place.y(), width, height)
        scale = self._view.scale * factor
        self._view = MapView(
            x - (place.x() - width / 2) / scale, y + (place.y() - height / 2) / scale, scale
        )
        self._fits = False
        self._redraw()

    def pan_by(self, step: QPointF) -> None:
        """Move the points by a step in widget pixels."""
        shift = step * (self.devicePixelRatioF() / self._view.scale)
        self._view = MapView(self._view.x - shift.x(), self._view.y + shift.y(), self._view.scale)
        self._fits = False
        self._redraw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Qt counts 120 for a notch of a wheel; touch pads send fractions of one.
        self.zoom_by(1.2 ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if left and (self._lasso_mode or shift):
            self._path = [(event.position().x(), event.position().y())]
        else:
            self._pan_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._path:
            last = QPointF(*self._path[-1])
            # Fewer corners: the exact test near the outline takes points times corners.
            if (place - last).manhattanLength() >= 3:
                self._path.append((place.x(), place.y()))
                self.update()
        elif self._pan_from is not None:
            self.pan_by(place - self._pan_from)
            self._pan_from = place
        else:
            self._hover_at = place
            self._hover_timer.start(_HOVER_MILLISECONDS)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        path, self._path = self._path, []
        self._pan_from = None
        self.unsetCursor()
        if len(path) >= 3:
            self._announce(self.take(path))
        elif path:
            row = self.nearest(event.position())
            if row >= 0:
                self.point_activated.emit(row)
        self.update()

    def _announce(self, mask: np.ndarray) -> None:
        self.set_selection(mask)
        self.lassoed.emit(mask)

    def _say_hovered(self) -> None:
        self.hovered.emit(self.nearest(self._hover_at))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_timer.stop()
        self.hovered.emit(-1)

    def event(self, event: QEvent) -> bool:
        all_in_view = (Qt.Key.Key_A,)
        return claims(event, ZOOM_KEYS, with_control=all_in_view) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in _PAN:
            self.pan_by(QPointF(*_PAN[Qt.Key(key)]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1.25)
        elif key == Qt.Key.Key_Minus:
            # The inverse of 1.25, so that in and out again is where one was.
            self.zoom_by(0.8)
        elif key == Qt.Key.Key_Home:
            self.fit()
        elif control and key == Qt.Key.Key_A:
            corners = self.rect()
            w, h = corners.width(), corners.height()
            # Beyond the edges by a pixel, so that points on an edge are inside.
            self._announce(self.take([(-1, -1), (w + 1, -1), (w + 1, h + 1), (-1, h + 1)]))
        elif key == Qt.Key.Key_Escape and self._selection is not None:
            self._announce(np.zeros(len(self._points), bool))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._recolour()
            # The ground is another one, whatever the points are.
            self._redraw()
        super().changeEvent(event)


def _same(first: Colouring, second: Colouring) -> bool:
    return first.rising == second.rising and np.array_equal(first.codes, second.codes)
