"""JPEG 2000 in colours of more than 8 bits, whose brightest values Pillow turns into black.

Pillow rounds to 8 bits and forgets that the greatest values round up to 256. The same file read as
one of a bit more, in which they are three quarters of all grey, tells them from black.
"""

import io

import numpy as np
from PIL import Image

from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.util.messages import message

_CODESTREAM = b"\xff\x4f\xff\x51"
_TILE, _QUANTISATION, _QUANTISATION_OF_ONE, _SIZE = 0xFF90, 0xFF5C, 0xFF5D, 0xFF51
_CHANNELS_AT, _SIGN, _DEEPEST = 36, 0x80, 37
_LUMINANCE_FIRST = b"colr\x01\0\0\0\0\0\x12"
"""What says that the colours of a file are luminance and chrominance."""
_BETWEEN = 128
"""Where nothing is black, and where what Pillow takes for black would be 64 or 192."""
_COLOURS = ("LA", "RGB", "RGBA", "CMYK")
_UNREADABLE = message(
    "a JPEG 2000 image in colours of more than 8 bits that cannot be read rightly: convert it to"
    " PNG or TIFF"
)


def unwrapped(image: Image.Image, data: bytes) -> Image.Image:
    """A loaded picture with its brightest values, which Pillow has made black; any other as it is.

    Args:
        image: as opened and loaded.
        data: of its file.

    Raises:
        UnreadableImage: when black cannot be told from white.
    """
    if image.format != "JPEG2000" or image.mode not in _COLOURS or not _is_deep(data):
        return image
    pixels = np.array(image)
    black = pixels == 0
    if not black.any():
        return image
    deeper = _deeper(data)
    if deeper is None:
        raise UnreadableImage(_UNREADABLE)
    with Image.open(io.BytesIO(deeper), formats=("JPEG2000",)) as again:
        halves = np.asarray(again)
    if halves.shape != pixels.shape:
        raise UnreadableImage(_UNREADABLE)
    pixels[black & (halves > _BETWEEN)] = 255
    found = Image.fromarray(pixels, image.mode)
    found.info = image.info
    return found


def _is_deep(data: bytes) -> bool:
    start = data.find(_CODESTREAM)
    return start >= 0 and max(_depths(data, start + 2)) > 8


def _depths(data: bytes, size: int) -> list[int]:
    """Bits of the values of each channel, by the segment of sizes."""
    at = size + 2 + _CHANNELS_AT
    channels = int.from_bytes(data[at : at + 2], "big")
    each = data[at + 2 : at + 2 + 3 * channels : 3]
    return [(depth & ~_SIGN) + 1 for depth in each] or [0]


def _deeper(data: bytes) -> bytes | None:
    """The file with all values declared one bit deeper; None where that is not enough of a change.

    What is divided by is kept: its exponents grow with the depth, and the bits that guard against
    overflow, by which they count too, become fewer.
    """
    start = data.find(_CODESTREAM)
    if _LUMINANCE_FIRST in data[:start] or _CODESTREAM in data[start + 2 :]:
        return None
    found, at = bytearray(data), start + 2
    while at + 4 <= len(data):
        kind, end = (
            int.from_bytes(data[at : at + 2], "big"),
            at + 2 + int.from_bytes(data[at + 2 : at + 4], "big"),
        )
        if kind == _TILE:
            return bytes(found)
        if kind == _SIZE:
            depths = _depths(data, at)
            if max(depths) > _DEEPEST:
                return None
            for channel in range(len(depths)):
                found[at + 4 + _CHANNELS_AT + 3 * channel] += 1
        elif kind == _QUANTISATION and not _shift(found, at + 4, end):
            return None
        elif kind == _QUANTISATION_OF_ONE:
            wide = len(_depths(data, start + 2)) > 256
            if not _shift(found, at + 5 + wide, end):
                return None
        at = end
    return None


def _shift(found: bytearray, at: int, end: int) -> bool:
    """Adapt the quantisation that begins somewhere; whether that can be done."""
    if found[at] & 31 == 0:
        return True
    steps = range(at + 1, end, 2)
    if not found[at] >> 5 or any(found[step] >> 3 == 31 for step in steps):
        return False
    found[at] -= 1 << 5
    for step in steps:
        found[step] += 1 << 3
    return True
