"""Icons drawn in the colour asked for, sharp at every pixel density."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from lnl_gui.util.paths import resource

SCALES = (1, 2, 3)


@lru_cache(maxsize=256)
def _drawing(name: str, colour: str) -> bytes:
    source = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    return source.replace("#000", colour).encode()


def pixmap(name: str, colour: QColor | str, side: int, scale: float = 1.0) -> QPixmap:
    """The icon as a pixmap of `side` logical pixels at `scale` device pixels each."""
    # A copy costs nothing, and whoever paints on it leaves what is kept as it is.
    return QPixmap(_drawn(name, QColor(colour).name(), side, scale))


# The bars above the grid are painted anew at each verdict, and an icon takes a quarter of a
# millisecond to draw.
@lru_cache(maxsize=512)
def _drawn(name: str, colour: str, side: int, scale: float) -> QPixmap:
    device_side = round(side * scale)
    result = QPixmap(QSize(device_side, device_side))
    result.fill(Qt.GlobalColor.transparent)
    drawing = _drawing(name, colour)
    painter = QPainter(result)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(0, 0, device_side, device_side))
    painter.end()
    # Last: a painter on a pixmap with a ratio counts in logical pixels.
    result.setDevicePixelRatio(scale)
    return result


def icon(name: str, colour: QColor | str, side: int = 18, disabled: QColor | str = "") -> QIcon:
    """The icon with one pixmap for each pixel density."""
    result = QIcon()
    for scale in SCALES:
        result.addPixmap(pixmap(name, colour, side, scale))
        if disabled:
            faint = pixmap(name, disabled, side, scale)
            result.addPixmap(faint, QIcon.Mode.Disabled)
    return result
