"""Small pictures in rows that wrap: neighbours and exemplars, each with its label."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from lnl_gui.gui.charts.axes import small_font
from lnl_gui.gui.i18n.numbers import decimal, fill
from lnl_gui.gui.inspector.image_loader import ImageLoader, LoadedImage
from lnl_gui.gui.inspector.sample_view import Picture
from lnl_gui.gui.style.colours import ChartColours, blend, chart_colours
from lnl_gui.gui.widgets.basic import as_plain
from lnl_gui.pictures.rendering import AS_DECLARED, Rendering
from lnl_gui.util.translation import tr

_GAP = 8
_RADIUS = 6.0


class PictureTiles(QWidget):
    """Square pictures with label and similarity; a click or Return asks for that sample."""

    activated = Signal(int)

    def __init__(
        self, name: str, *, side: int = 78, captions: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._side, self._captions = side, captions
        self._pictures: tuple[Picture, ...] = ()
        self._images: dict[int, QImage] = {}
        self._marked: str = ""
        self._current = 0
        self._loader = ImageLoader(self)
        self._loader.loaded.connect(self._arrived)
        self.setAccessibleName(name)
        # A click goes to that sample and leaves the keys with the grid.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_pictures(
        self,
        pictures: Sequence[Picture],
        marked: str = "",
        *,
        rendering: Rendering = AS_DECLARED,
    ) -> None:
        """Show pictures; those labelled `marked`, the given label, are drawn as agreeing."""
        self._loader.forget()
        self._pictures, self._marked = tuple(pictures), marked
        self._images, self._current = {}, 0
        device_side = round(self._side * self.devicePixelRatioF())
        # The loader serves the newest request first: ask for the last tile first.
        for picture in reversed(self._pictures):
            # The side bounds the longer edge; of a wide image the middle square is shown.
            self._loader.request(picture.row, picture.file, 2 * device_side, rendering)
        self.setFixedHeight(self.heightForWidth(self.width()))
        self._describe()
        self.update()

    def pictures(self) -> tuple[Picture, ...]:
        return self._pictures

    def loader(self) -> ImageLoader:
        return self._loader

    def _arrived(self, result: LoadedImage) -> None:
        if result.levels:
            self._images[int(result.key)] = result.levels[0]  # type: ignore[call-overload]
            self.update()

    def _describe(self) -> None:
        texts = [_caption(picture) for picture in self._pictures]
        self.setAccessibleDescription(", ".join(texts) or tr("None known yet."))

    def columns(self, width: int) -> int:
        return max(1, (width + _GAP) // (self._side + _GAP))

    def _actual_side(self, width: int) -> int:
        """Side in pixels that fills the width, at most 1.4 times the side asked for."""
        columns = self.columns(width)
        return min((width - (columns - 1) * _GAP) // columns, self._side * 7 // 5)

    def _tile_height(self, width: int) -> int:
        lines = int(self._captions) + any(p.similarity is not None for p in self._pictures)
        return self._actual_side(width) + lines * self.fontMetrics().height() + 4

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if not self._pictures:
            return self.fontMetrics().height() + 8
        rows = -(-len(self._pictures) // self.columns(width))
        return rows * (self._tile_height(width) + _GAP)

    def sizeHint(self) -> QSize:
        return QSize(4 * (self._side + _GAP), self.heightForWidth(4 * (self._side + _GAP)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._side, self._tile_height(self._side))

    def resizeEvent(self, event: QResizeEvent) -> None:
        wanted = self.heightForWidth(event.size().width())
        if wanted != self.height():
            self.setFixedHeight(wanted)

    def tile_rect(self, place: int) -> QRect:
        """Where a tile lies, its caption included."""
        line, column = divmod(place, self.columns(self.width()))
        side, height = self._actual_side(self.width()), self._tile_height(self.width())
        return QRect(column * (side + _GAP), line * (height + _GAP), side, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(small_font(self.font()))
        colours = chart_colours(self.palette())
        if not self._pictures:
            painter.setPen(colours.faint)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, tr("None known yet."))
        for place, picture in enumerate(self._pictures):
            self._draw_tile(painter, place, picture, colours)

    def _draw_tile(
        self, painter: QPainter, place: int, picture: Picture, colours: ChartColours
    ) -> None:
        tile = self.tile_rect(place)
        box = QRectF(tile.x(), tile.y(), tile.width(), tile.width()).adjusted(1, 1, -1, -1)
        path = QPainterPath()
        path.addRoundedRect(box, _RADIUS, _RADIUS)
        painter.fillPath(path, blend(colours.base, colours.text, 0.08))
        image = self._images.get(picture.row)
        if image is not None:
            painter.save()
            painter.setClipPath(path)
            painter.drawImage(box, image, _middle_square(image))
            painter.restore()
        if self.hasFocus() and place == self._current:
            painter.setPen(QPen(colours.accent, 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
        if self._captions:
            self._draw_caption(painter, tile, picture, colours)

    def _draw_caption(
        self, painter: QPainter, tile: QRect, picture: Picture, colours: ChartColours
    ) -> None:
        metrics = painter.fontMetrics()
        top = tile.y() + tile.width() + 2
        differs = bool(self._marked) and picture.label != self._marked
        painter.setPen(colours.suspect if differs else colours.text)
        text = metrics.elidedText(picture.label, Qt.TextElideMode.ElideMiddle, tile.width())
        line = QRect(tile.x(), top, tile.width(), metrics.height())
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, text)
        if picture.similarity is not None:
            painter.setPen(colours.faint)
            line.translate(0, metrics.height())
            painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, decimal(picture.similarity, 2))

    def _place_at(self, x: float, y: float) -> int | None:
        for place in range(len(self._pictures)):
            if self.tile_rect(place).contains(int(x), int(y)):
                return place
        return None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().x(), event.position().y())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit(self._pictures[place].row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self.columns(self.width())
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        if event.key() in steps and self._pictures:
            wanted = self._current + steps[Qt.Key(event.key())]
            self._current = min(max(wanted, 0), len(self._pictures) - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._pictures:
            self.activated.emit(self._pictures[self._current].row)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._place_at(event.pos().x(), event.pos().y())
            text = "" if place is None else _caption(self._pictures[place])
            QToolTip.showText(event.globalPos(), as_plain(text), self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()


def _caption(picture: Picture) -> str:
    if picture.similarity is None:
        return picture.label
    return fill(tr("{}, similarity {:.2f}"), picture.label, picture.similarity)


def _middle_square(image: QImage) -> QRectF:
    side = min(image.width(), image.height())
    return QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)
