"""Pictures for the window, wherever an image lies and whatever its format: as they are embedded."""

from dataclasses import dataclass
from math import isqrt
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from lnl_gui.containers.location import ImageLocation, outer_path, url_of
from lnl_gui.pictures.rendering import AS_DECLARED, Range, Rendering
from lnl_gui.util.translation import localized, tr

if TYPE_CHECKING:
    from PIL import Image

_MOST_PIXELS = 40_000_000
"""Larger pictures are reduced: at four bytes a pixel this is 160 MB of Qt's limit of 256 MB."""


@dataclass(frozen=True)
class ReadPicture:
    """A picture upright, in RGB, as the encoders see it.

    `black_white` are the values shown so in one of more than 8 bits, else None.
    """

    image: QImage
    black_white: Range | None = None


def read_as_embedded(
    location: ImageLocation, side: int = 0, rendering: Rendering = AS_DECLARED
) -> QImage:
    """The image of `read_with_range`.

    Raises:
        OSError: with the reason in words when it cannot be decoded.
    """
    return read_with_range(location, side, rendering).image


def read_with_range(location: ImageLocation, side: int, rendering: Rendering) -> ReadPicture:
    """An image upright, in RGB, as the encoders see it, and its values that are black and white.

    Runs on threads that read. Qt's own reader does not: it takes locks of Qt's while it holds
    Python's, and then waits for a GUI thread that waits for it.

    Args:
        location: of the image.
        side: pixels at most either way; 0: any.
        rendering: of the dataset.

    Raises:
        FileNotFoundError: with the reason in words when its file or container is gone.
        OSError: with the reason in words when it cannot be decoded.
    """
    # Pillow takes a while to import; the window is there before the first picture is.
    from lnl_gui.pictures.decoding import decode_with_header  # noqa: PLC0415
    from lnl_gui.pictures.errors import UnreadableImage  # noqa: PLC0415
    from lnl_gui.pictures.reading import read_bytes  # noqa: PLC0415

    try:
        found = decode_with_header(
            read_bytes(location),
            minimum_side=side or isqrt(_MOST_PIXELS),
            rendering=rendering,
            judged=False,
        )
    except UnreadableImage as error:
        reason = localized(error.reason)
        if is_gone(location):
            # A type of its own: the window then looks whether all of the images are gone.
            plain = tr("The file is gone") if isinstance(location, Path) else reason
            raise FileNotFoundError(plain) from error
        raise OSError(reason) from error
    rgb = found.image.convert("RGB")
    size = _bounded(QSize(found.width, found.height), side)
    return ReadPicture(_as_shown(rgb, size), found.black_white)


def is_gone(location: ImageLocation) -> bool:
    """Whether the file of an image, or its container, is not on this disk; of a URL it never is."""
    return url_of(location) is None and not outer_path(location).exists()


def read_cached(file: Path, side: int) -> QImage:
    """A cached thumbnail, at most `side` pixels either way; runs on threads that read.

    Raises:
        OSError: when there is none, or it is damaged.
    """
    from lnl_gui.pictures.cached import decode_cached  # noqa: PLC0415
    from lnl_gui.pictures.errors import UnreadableImage  # noqa: PLC0415

    try:
        rgb = decode_cached(file.read_bytes(), side)
    except UnreadableImage as error:
        raise OSError(localized(error.reason)) from error
    return _as_shown(rgb, _bounded(QSize(rgb.width, rgb.height), side))


def _as_shown(rgb: "Image.Image", size: QSize) -> QImage:
    """A picture of Pillow's in RGB in the form that QPainter draws without converting."""
    # Pillow keeps four bytes a pixel, so this is one copy; Qt does not keep the bytes alive, and
    # converting to another format copies them once more.
    data = rgb.tobytes("raw", "RGBX")
    whole = QImage(data, rgb.width, rgb.height, 4 * rgb.width, QImage.Format.Format_RGBX8888)
    image = whole.convertToFormat(QImage.Format.Format_RGB32)
    if size == image.size():
        return image
    # In a third of Pillow's time, and it is for looking at alone.
    return image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _bounded(size: QSize, side: int) -> QSize:
    """A size of at most `side` pixels either way, 0: any, and of no more than Qt can hold."""
    bound = QSize(size)
    if side and max(size.width(), size.height()) > side:
        bound = size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
    pixels = bound.width() * bound.height()
    if pixels > _MOST_PIXELS:
        bound = bound * (_MOST_PIXELS / pixels) ** 0.5
    return QSize(max(1, bound.width()), max(1, bound.height()))
