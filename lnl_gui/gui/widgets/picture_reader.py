"""Pictures for the window, wherever an image lies and whatever its format: as they are embedded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QImageReader

from lnl_gui.containers.location import ImageLocation, outer_path
from lnl_gui.containers.read import image_bytes
from lnl_gui.pictures.rendering import Range, Rendering
from lnl_gui.util.translation import localized, tr

_FORMATS = QImage.Format
_MORE_THAN_8_BITS = frozenset(
    [
        _FORMATS.Format_Grayscale16,
        _FORMATS.Format_RGBX64,
        _FORMATS.Format_RGBA64,
        _FORMATS.Format_RGBA64_Premultiplied,
        _FORMATS.Format_RGBX16FPx4,
        _FORMATS.Format_RGBX32FPx4,
        _FORMATS.Format_RGBA16FPx4,
        _FORMATS.Format_RGBA32FPx4,
    ]
)


@dataclass(frozen=True)
class ReadPicture:
    """A picture upright, in RGB, as the encoders see it.

    `black_white` are the values shown so in one of more than 8 bits, else None.
    """

    image: QImage
    black_white: Range | None = None


def read_as_embedded(
    location: ImageLocation, bound: Callable[[QSize], QSize], rendering: Rendering
) -> QImage:
    """The image of `read_with_range`.

    Raises:
        OSError: with the reason in words when it cannot be decoded.
    """
    return read_with_range(location, bound, rendering).image


def read_with_range(
    location: ImageLocation, bound: Callable[[QSize], QSize], rendering: Rendering
) -> ReadPicture:
    """An image upright, in RGB, as the encoders see it, and its values that are black and white.

    Qt reads plain pictures, which is fast; what is transparent, of more than 8 bits, or of a format
    that Qt does not know is read as it is for the embedding.

    Args:
        location: of the image.
        bound: the size to read a picture of some size in.
        rendering: of the dataset.

    Raises:
        OSError: with the reason in words when it cannot be decoded.
    """
    with _reader(location) as reader:
        # Many files carry another format's suffix.
        reader.setDecideFormatFromContent(True)
        size = reader.size()
        if size.isValid():
            reader.setScaledSize(bound(size))
        image = QImage() if reader.imageFormat() in _MORE_THAN_8_BITS else reader.read()
    plain = not image.isNull() and not image.hasAlphaChannel()
    if plain and image.format() not in _MORE_THAN_8_BITS:
        # The format that QPainter draws without converting, so that the window need not.
        return ReadPicture(image.convertToFormat(_FORMATS.Format_RGB32))
    return _decoded(location, bound, rendering)


def _decoded(
    location: ImageLocation, bound: Callable[[QSize], QSize], rendering: Rendering
) -> ReadPicture:
    # Pillow takes a while to import, and most datasets never need it here.
    from PIL.Image import Resampling  # noqa: PLC0415

    from lnl_gui.pictures.decoding import decode_with_header  # noqa: PLC0415
    from lnl_gui.pictures.errors import UnreadableImage  # noqa: PLC0415
    from lnl_gui.pictures.reading import read_bytes  # noqa: PLC0415

    try:
        found = decode_with_header(read_bytes(location), rendering=rendering)
    except UnreadableImage as error:
        gone = not outer_path(location).exists()
        raise OSError(tr("The file is gone") if gone else localized(error.reason)) from error
    image = found.image
    size = bound(QSize(image.width, image.height))
    if (size.width(), size.height()) != image.size:
        image = image.resize((size.width(), size.height()), Resampling.BICUBIC, reducing_gap=2.0)
    rgb = image.convert("RGB")
    # Qt does not keep the bytes alive; converting to another format copies them.
    whole = QImage(rgb.tobytes(), rgb.width, rgb.height, 3 * rgb.width, _FORMATS.Format_RGB888)
    return ReadPicture(whole.convertToFormat(_FORMATS.Format_RGB32), found.black_white)


@contextmanager
def _reader(location: ImageLocation) -> Iterator[QImageReader]:
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
