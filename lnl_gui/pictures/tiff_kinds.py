"""TIFF pictures of more than 8 bits that Pillow opens, and takes for something else."""

import numpy as np
from PIL import Image

from lnl_gui.pictures.errors import OTHER_TIFF, UnreadableImage
from lnl_gui.pictures.no_value import NO_DATA, declared_no_data
from lnl_gui.pictures.to_rgb import INVERTED, is_deep

_BITS, _PHOTOMETRIC, _CHANNELS, _PLANES, _SAMPLE_FORMAT = 258, 262, 277, 284, 339
_LEAST_IS_WHITE, _APART, _UNSIGNED, _SIGNED = 0, 2, 1, 2


def check_kind(image: Image.Image) -> None:
    """Refuse what would come out as another picture.

    Args:
        image: opened, not loaded.

    Raises:
        UnreadableImage: for channels of 16 bits that lie apart, and signed values of 8 bits.
    """
    bits = tag_of(image, _BITS, 8)
    apart = tag_of(image, _PLANES, 1) == _APART and tag_of(image, _CHANNELS, 1) > 1 and bits > 8
    if apart or (bits <= 8 and tag_of(image, _SAMPLE_FORMAT, _UNSIGNED) == _SIGNED):
        raise UnreadableImage(OTHER_TIFF)


def as_meant(image: Image.Image) -> Image.Image:
    """A loaded picture with the values that its file says.

    Pillow has no unsigned numbers of 32 bits, where great ones become negative, and turns grey
    whose least value is white for 8 bits alone.

    Args:
        image: as opened and loaded; any other than such a TIFF is handed on.
    """
    if image.format != "TIFF" or not is_deep(image):
        return image
    unsigned = tag_of(image, _SAMPLE_FORMAT, _UNSIGNED) == _UNSIGNED
    inverted = tag_of(image, _PHOTOMETRIC, 1) == _LEAST_IS_WHITE
    found = image
    if image.mode == "I" and unsigned and tag_of(image, _BITS, 16) == 32:
        found = Image.fromarray(np.asarray(image).view(np.uint32).astype(np.float32))
        found.info = image.info
    if inverted:
        found.info[INVERTED] = True
    no_data = declared_no_data(image)
    if no_data is not None:
        found.info[NO_DATA] = no_data
    return found


def is_signed(image: Image.Image) -> bool:
    """Whether the values of an opened picture may be below zero."""
    return tag_of(image, _SAMPLE_FORMAT, _UNSIGNED) == _SIGNED


def tag_of(image: Image.Image, tag: int, default: int) -> int:
    """The first number of a tag; the default where there is none, as in other formats.

    Args:
        image: opened.
        tag: its number.
        default: what a missing one means.
    """
    tags = getattr(image, "tag_v2", None)
    try:
        found = tags[tag] if tags is not None else default
        return int(found[0] if isinstance(found, tuple) else found)
    except (TypeError, ValueError, IndexError, KeyError):
        return default
