"""Thumbnails: the file itself where it is small, else a reduced JPEG or a PNG of native size."""

import io
import struct

import numpy as np
import simplejpeg

from lnl_gui.dataset.pixels.resampling import ResizedPicture
from lnl_gui.pictures.decoding import DecodedImage

QUALITY = 88
OWN_BYTES = 32 * 1024
"""A file up to here is its own thumbnail: three times an encoded one, and half a ms less work."""
OWN_SIDE = 512
_JPEG, _END_OF_JPEG = b"\xff\xd8", b"\xff\xd9"
_PNG = b"\x89PNG\r\n\x1a\n"
_MARK, _START_OF_SCAN, _ADOBE, _COMMENT = 0xFF, 0xDA, 0xEE, 0xFE
# Application segments but the first, which says nothing of where and by whom a picture was taken.
_ABOUT = range(0xE1, 0xF0)
_PIXEL_CHUNKS = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_DEEPEST, _PLAIN_COLOURS = 8, (0, 2, 3)


def own_thumbnail(data: bytes, decoded: DecodedImage, side: int) -> bytes | None:
    """The file itself without what is not pixels, where that serves as a thumbnail; else None.

    Only a file that every decoder shows alike: upright, whole, 8 bits, opaque, not in CMYK.

    Args:
        data: of the file.
        decoded: what it holds.
        side: longest side of a lossless thumbnail.
    """
    if len(data) > OWN_BYTES or decoded.truncated or decoded.rendered:
        return None
    longest = max(decoded.width, decoded.height)
    if data.startswith(_PNG) and decoded.format == "PNG" and longest <= side:
        return _plain_png(data)
    if data.startswith(_JPEG) and decoded.format == "JPEG" and longest <= OWN_SIDE:
        return _plain_jpeg(data)
    return None


def _plain_png(data: bytes) -> bytes | None:
    if data[24] > _DEEPEST or data[25] not in _PLAIN_COLOURS:
        return None
    kept, at = [_PNG], len(_PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        whole = data[at : at + 12 + length]
        if kind in _PIXEL_CHUNKS:
            kept.append(whole)
        # Transparency needs a ground, an orientation turns the picture; some decoders obey it.
        elif kind in (b"tRNS", b"eXIf", b"acTL"):
            return None
        at += 12 + length
        if kind == b"IEND":
            return b"".join(kept)
    return None


def _plain_jpeg(data: bytes) -> bytes | None:
    kept, at = [_JPEG], 2
    while at + 4 <= len(data) and data[at] == _MARK:
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if kind == _START_OF_SCAN:
            end = data.rfind(_END_OF_JPEG, at)
            return b"".join([*kept, data[at : end + 2]]) if end > 0 else None
        # Adobe's segment changes colours, and EXIF may turn the picture.
        if kind == _ADOBE or (kind == 0xE1 and data[at + 4 : at + 8] == b"Exif"):
            return None
        if kind not in _ABOUT and kind != _COMMENT:
            kept.append(data[at : at + 2 + length])
        at += 2 + length
    return None


def encode_thumbnail(picture: ResizedPicture, side: int) -> bytes:
    """Encode a thumbnail: lossless PNG at native size up to `side` pixels, else reduced JPEG.

    Args:
        picture: RGB.
        side: longest side in pixels.
    """
    if max(picture.size) <= side:
        stream = io.BytesIO()
        picture.image.save(stream, "PNG", compress_level=3)
        return stream.getvalue()
    # Half of the time of Pillow's own writing, which copies the pixels into four bytes each.
    reduced = np.ascontiguousarray(picture.within(side, "bicubic"))
    return bytes(simplejpeg.encode_jpeg(reduced, QUALITY, colorsubsampling="420"))
