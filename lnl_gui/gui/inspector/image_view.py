"""Image widget with zoom, pan, fit and 1:1."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from lnl_gui.gui.charts.axes import draw_nothing
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.style.colours import blend, chart_colours
from lnl_gui.gui.widgets.own_keys import ZOOM_KEYS, claims
from lnl_gui.util.translation import tr

_WHEEL_FACTOR = 1.25
_LARGEST = 64.0
PIXELATED_FROM = 2.0
"""Enlargement from which pixels are shown as squares."""
_FITTED_PIXELATED_FROM = 3.0
"""The same while the image fits the window, where nobody has asked to see pixels."""


class ImageView(QWidget):
    """Shows an image; a zoom of 1 is one image pixel on one device pixel."""

    zoom_changed = Signal(float)
    moved = Signal()
    """Zoomed or dragged, by a person or a button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels: tuple[QImage, ...] = ()
        self._message = ""
        self._zoom = 1.0
        self._corner = QPointF()
        self._fits = True
        self._grabbed: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(tr("Image"))

    def sizeHint(self) -> QSize:
        return QSize(480, 420)

    def set_image(self, levels: Sequence[QImage]) -> None:
        """Show an image given with its halvings, largest first."""
        before = self.image_size()
        self._levels, self._message = tuple(levels), ""
        # Of the same size the zoom stays, to compare the same place in both.
        if self._fits or self.image_size() != before:
            self.fit()
        self.update()

    def set_message(self, text: str) -> None:
        """Show a sentence instead of an image."""
        self._levels, self._message = (), text
        self._fits = True
        self.update()

    def image_size(self) -> QSize:
        return self._levels[0].size() if self._levels else QSize()

    def levels(self) -> tuple[QImage, ...]:
        """The image shown and its halvings, largest first."""
        return self._levels

    def zoom(self) -> float:
        return self._zoom

    def fits(self) -> bool:
        """Whether the image keeps fitting the window when that is resized."""
        return self._fits

    def is_pixelated(self) -> bool:
        enlarged = self._zoom / self.devicePixelRatioF()
        return enlarged > (_FITTED_PIXELATED_FROM if self._fits else PIXELATED_FROM)

    def fit(self) -> None:
        """As large as fits, small images enlarged at most eight times."""
        self._fits = True
        size = self.image_size()
        if size.isEmpty():
            return
        ratio = self.devicePixelRatioF()
        room = min(self.width() * ratio / size.width(), self.height() * ratio / size.height())
        self._set_zoom(min(room, 8.0))
        self._centre()

    def show_true_pixels(self) -> None:
        """100 %, around the middle of what is seen."""
        self.zoom_to(1.0, QPointF(self.rect().center()))

    def zoom_by(self, factor: float, anchor: QPointF | None = None) -> None:
        self.zoom_to(self._zoom * factor, anchor or QPointF(self.rect().center()))

    def zoom_to(self, zoom: float, anchor: QPointF) -> None:
        """Set the zoom and keep the image point under `anchor` where it is."""
        if not self._levels:
            return
        point = self.image_point(anchor)
        self._fits = False
        self._set_zoom(zoom)
        scale = self._zoom / self.devicePixelRatioF()
        self._corner = anchor - point * scale
        self._hold_inside()
        self.update()
        self.moved.emit()

    def follow(self, other: "ImageView") -> None:
        """Show the same part of this image as another view shows of its own; emits nothing."""
        size, theirs = self.image_size(), other.image_size()
        if size.isEmpty() or theirs.isEmpty():
            return
        middle = other.image_point(QPointF(other.rect().center()))
        self._fits = False
        # By the widths: what is compared may be one image in two resolutions.
        self._set_zoom(other.zoom() * theirs.width() / size.width())
        scale = self._zoom / self.devicePixelRatioF()
        x = middle.x() / theirs.width() * size.width()
        y = middle.y() / theirs.height() * size.height()
        self._corner = QPointF(self.rect().center()) - QPointF(x, y) * scale
        self._hold_inside()
        self.update()

    def image_point(self, position: QPointF) -> QPointF:
        """Image coordinates, in image pixels, under a position of the widget."""
        return (position - self._corner) * (self.devicePixelRatioF() / self._zoom)

    def _set_zoom(self, zoom: float) -> None:
        size = self.image_size()
        # Sixteen pixels of the longer side stay to be found again.
        smallest = min(1.0, 16 / max(1, size.width(), size.height()))
        self._zoom = min(max(zoom, smallest), _LARGEST)
        self.zoom_changed.emit(self._zoom)
        self.setAccessibleDescription(
            fill(
                tr("{} by {} pixels at {:.0f} %"),
                size.width(),
                size.height(),
                100 * self._zoom,
            )
        )

    def _shown_size(self) -> tuple[float, float]:
        scale = self._zoom / self.devicePixelRatioF()
        return self.image_size().width() * scale, self.image_size().height() * scale

    def _centre(self) -> None:
        width, height = self._shown_size()
        self._corner = QPointF((self.width() - width) / 2, (self.height() - height) / 2)
        self.update()

    def _hold_inside(self) -> None:
        """Keep the middle of the widget on the image, so that it cannot be lost."""
        width, height = self._shown_size()
        middle = QPointF(self.rect().center())
        x = min(max(self._corner.x(), middle.x() - width), middle.x())
        y = min(max(self._corner.y(), middle.y() - height), middle.y())
        self._corner = QPointF(x, y)

    def pan_by(self, step: QPointF) -> None:
        self._fits = False
        self._corner += step
        self._hold_inside()
        self.update()
        self.moved.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = chart_colours(self.palette())
        painter.fillRect(self.rect(), blend(colours.base, colours.text, 0.06))
        if not self._levels:
            draw_nothing(painter, QRectF(self.rect()), self._message, colours.faint)
            return
        width, height = self._shown_size()
        smooth = QPainter.RenderHint.SmoothPixmapTransform
        painter.setRenderHint(smooth, not self.is_pixelated())
        painter.drawImage(QRectF(self._corner.x(), self._corner.y(), width, height), self._level())

    def _level(self) -> QImage:
        """The smallest halving that still has a pixel for each device pixel."""
        # Qt's smooth scaling looks at two by two pixels: shrunk by more than half, it leaves some
        # out.
        wanted = self.image_size().width() * self._zoom
        return next(
            (level for level in reversed(self._levels) if level.width() >= wanted), self._levels[0]
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fits:
            self.fit()
        else:
            self._hold_inside()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Qt counts 120 for a notch of a wheel; touch pads send fractions of one.
        notches = event.angleDelta().y() / 120
        if notches and self._levels:
            self.zoom_by(_WHEEL_FACTOR**notches, event.position())
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self.pan_by(event.position() - self._grabbed)
            self._grabbed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._fits:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def event(self, event: QEvent) -> bool:
        return claims(event, ZOOM_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(_WHEEL_FACTOR)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(1 / _WHEEL_FACTOR)
        elif control and key == Qt.Key.Key_0:
            self.fit()
        elif control and key == Qt.Key.Key_1:
            self.show_true_pixels()
        elif control and key in _ARROWS:
            self.pan_by(QPointF(*_ARROWS[Qt.Key(key)]))
        else:
            super().keyPressEvent(event)


_ARROWS = {
    Qt.Key.Key_Left: (40.0, 0.0),
    Qt.Key.Key_Right: (-40.0, 0.0),
    Qt.Key.Key_Up: (0.0, 40.0),
    Qt.Key.Key_Down: (0.0, -40.0),
}
