"""Icons drawn in the colour asked for, sharp at every pixel density."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from lnl_gui.util.paths import resource

SCALES = (1, 2, 3)


@lru_cache(maxsize=256)
def _drawing(name: str, colour: str) -> bytes:
    source = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    return source.replace("#000", colour).encode()


def pixmap(name: str, colour: QColor | str, side: int, scale: float = 1.0) -> QPixmap:
    """The icon as a pixmap of `side` logical pixels at `scale` device pixels each."""
    result = QPixmap.fromImage(_drawn(name, QColor(colour).name(), round(side * scale)))
    result.setDevicePixelRatio(scale)
    return result


# Bars that verdicts paint anew hold icons, each of which takes a quarter of a millisecond to draw.
# Images and not pixmaps: those may not outlive the application.
@lru_cache(maxsize=512)
def _drawn(name: str, colour: str, side: int) -> QImage:
    result = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    QSvgRenderer(QByteArray(_drawing(name, colour))).render(painter, QRectF(0, 0, side, side))
    painter.end()
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
