"""The icon of Windows and of macOS from the drawing: `python packaging/frozen/icons.py FOLDER`."""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).resolve().parents[2] / "resources" / "icons" / "app.svg"
SIZE = 1024
ICO_SIZES = tuple((side, side) for side in (16, 24, 32, 48, 64, 128, 256))


def drawn() -> Image.Image:
    """The icon, (SIZE, SIZE) in RGBA."""
    picture = QImage(SIZE, SIZE, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return Image.open(BytesIO(buffer.data().data())).convert("RGBA")


def write_icons(folder: Path) -> None:
    """Write lnl.ico and lnl.icns.

    Args:
        folder: where they go; made when it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    image = drawn()
    image.save(folder / "lnl.ico", sizes=ICO_SIZES)
    image.save(folder / "lnl.icns")


if __name__ == "__main__":
    application = QGuiApplication(sys.argv[:1])
    write_icons(Path(sys.argv[1]))
