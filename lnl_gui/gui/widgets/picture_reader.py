"""Qt's image reader for an image wherever it lies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImageReader

from lnl_gui.containers.location import ImageLocation
from lnl_gui.containers.read import image_bytes


@contextmanager
def picture_reader(location: ImageLocation) -> Iterator[QImageReader]:
    """A reader of a file or of a container's member, upright, valid inside the block.

    Raises:
        OSError: when a member cannot be read, with the reason in words.
    """
    if isinstance(location, Path):
        reader = QImageReader(str(location))
        reader.setAutoTransform(True)
        yield reader
        return
    # Named, because the reader does not keep its device alive.
    buffer = QBuffer()
    buffer.setData(QByteArray(image_bytes(location)))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    yield reader
