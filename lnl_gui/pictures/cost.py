"""How much memory an image takes while it is decoded, known from its header."""

import struct
from dataclasses import dataclass

from PIL import Image

from lnl_gui.pictures.deep_colour import DECODED_BYTES, is_deep_colour

# Pillow keeps a pixel of these modes in so many bytes, of all others in four.
_PIXEL_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
# What the libraries of these formats hold of a pixel beside Pillow's own.
_LIBRARY_BYTES = {"JPEG2000": 16, "AVIF": 12, "WEBP": 8, "HEIF": 12, "JXL": 12}
_RGB_BYTES = 4
_COEFFICIENT_BYTES = 2
_WORTH_REDUCING = 16_000_000
_SHRUNK = ("L", "RGB", "CMYK", "YCbCr", "RGBX")


@dataclass(frozen=True)
class DecodingCost:
    """What decoding takes.

    Attributes:
        size: bytes, of everything that is held at once.
        factor: the picture is to be reduced by this whole number as soon as it is decoded.
    """

    size: int
    factor: int = 1


def decoding_cost(
    image: Image.Image, full_size: tuple[int, int], *, minimum_side: int
) -> DecodingCost:
    """The memory that decoding an opened image takes, before any of it is taken.

    Args:
        image: opened, not loaded, its size reduced where the decoder will do so.
        full_size: width and height that the header claims.
        minimum_side: pixels of the shorter side that must be left; 0: all.
    """
    pixels = image.width * image.height
    own = pixels * _PIXEL_BYTES.get(image.mode, 4)
    library = full_size[0] * full_size[1] * _library_bytes(image)
    if is_deep_colour(image):
        library += pixels * DECODED_BYTES
    factor = _factor(image, minimum_side) if image.mode in _SHRUNK else 1
    if factor > 1:
        return DecodingCost(own + library + own // factor**2, factor)
    # A picture that is RGB already is handed on as it is.
    copies = 0 if image.mode == "RGB" else pixels * _RGB_BYTES * _copies(image)
    return DecodingCost(own + library + copies)


def claimed_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a WebP, whose memory is taken as soon as it is opened; else None.

    Args:
        data: of a file of any kind.
    """
    if len(data) < 30 or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    kind = data[12:16]
    # Sizes are stored less one, in 24 bits or in 14 (RFC 9649).
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return width, height
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    # The two upper bits only ask for scaling when it is shown (RFC 6386).
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def _factor(image: Image.Image, minimum_side: int) -> int:
    """Whole number to reduce a large picture by, leaving twice the pixels that are needed."""
    # Ordinary pictures stay whole: their embeddings are those of the encoder's own transforms.
    if minimum_side <= 0 or image.width * image.height < _WORTH_REDUCING:
        return 1
    return max(1, min(image.size) // (2 * minimum_side))


def _library_bytes(image: Image.Image) -> int:
    name = str(image.format)
    if name in ("JPEG", "MPO") and image.info.get("progressive"):
        # The coefficients of the whole picture are held until its last pass.
        return _COEFFICIENT_BYTES * len(image.getbands())
    return _LIBRARY_BYTES.get(name, 0)


def _copies(image: Image.Image) -> int:
    # A transparent picture is laid on its ground: layer, ground and their sum.
    return 3 if image.mode in ("LA", "PA", "RGBA", "La", "RGBa") else 1
