"""What a damaged PNG or JPEG still holds: a file without its needless and without its broken parts.

The pixels of a picture that lacks its end are filled up in grey, so that a decoder takes it.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from lnl_gui.pictures.memory import MEBIBYTE

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_END_OF_JPEG = b"\xff\xd9"
_MARK, _START_OF_SCAN = 0xFF, 0xDA
_LARGEST_METADATA = MEBIBYTE // 4
# What gives pixels; all else is about them. The orientation lies in eXIf.
_PIXEL_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_HEADER = struct.Struct(">II5B")
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_COLOUR_TYPE, _PALETTE = 3, 3
_LARGEST_MENDED = 256 * MEBIBYTE
LEAST_PART = 0.25
"""Share of a picture's rows that must be there: of less nobody could say what it shows."""
_FILL = 128
# What the middle of all values is in RGB: of a JPEG in colour or grey, and in CMYK.
_FILLS = (_FILL, 64)
# Compressed bytes at a time: an error loses what its step would have given.
_STEP = 512


@dataclass(frozen=True)
class _Chunk:
    kind: bytes
    body: memoryview
    whole: bool
    """the check sum is right"""


def without_large_metadata(data: bytes) -> bytes:
    """A PNG without large texts and profiles, which Pillow refuses; other files as they are.

    Args:
        data: of a file of any kind.
    """
    if not data.startswith(_PNG):
        return data
    chunks = list(_chunks(data, check=False))
    if all(chunk.kind in _PIXEL_CHUNKS or len(chunk.body) <= _LARGEST_METADATA for chunk in chunks):
        return data
    kept = (
        chunk
        for chunk in chunks
        if chunk.kind in _PIXEL_CHUNKS or len(chunk.body) <= _LARGEST_METADATA
    )
    return _PNG + b"".join(_encoded(chunk.kind, chunk.body) for chunk in kept)


@dataclass(frozen=True)
class Mended:
    """A file that a decoder takes.

    Attributes:
        data: its bytes.
        is_damaged: something of the file is broken or missing; False where it only carried more
            beside its pixels than decoders take.
    """

    data: bytes
    is_damaged: bool = True


def lacks_end(data: bytes) -> bool:
    """Whether a JPEG has no end mark after its pixels, which decoders do not always miss.

    Args:
        data: of a file of any kind.
    """
    if not data.startswith(_JPEG):
        return False
    at = 2
    # Segments say how long they are, up to the one that pixels follow: a thumbnail has an end mark
    # of its own.
    while at + 4 <= len(data) and data[at] == _MARK and data[at + 1] != _START_OF_SCAN:
        at += 1 if data[at + 1] == _MARK else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    # From behind, where it lies in a whole file.
    return data.rfind(_END_OF_JPEG, at) < 0


def mended(data: bytes) -> Mended | None:
    """A whole file of what a damaged one still holds; None where nothing can be mended.

    Args:
        data: of a PNG or JPEG that could not be decoded.
    """
    if data.startswith(_JPEG):
        # A decoder that meets the end early fills the rest with grey.
        return Mended(data + _END_OF_JPEG)
    return _mended_png(data) if data.startswith(_PNG) else None


def missing_rows(image: Image.Image) -> float:
    """Share of the rows at the bottom of a mended picture that hold nothing but the filling.

    Args:
        image: RGB.
    """
    # Of every column a few pixels are enough, and no copy of the picture is made.
    columns = range(0, image.width, max(1, image.width // 64))
    strips = [np.asarray(image.crop((x, 0, x + 1, image.height)))[:, 0] for x in columns]
    fill = min(_FILLS, key=lambda value: abs(int(strips[0][-1, 0]) - value))
    filled = np.all([np.abs(s.astype(np.int16) - fill).max(axis=1) <= 1 for s in strips], axis=0)
    there = np.flatnonzero(~filled)
    return 1.0 - (int(there[-1]) + 1) / image.height if len(there) else 1.0


def _chunks(data: bytes, *, check: bool) -> Iterator[_Chunk]:
    """Chunks as far as the file goes; the last one may be cut."""
    view, at = memoryview(data), len(_PNG)
    while at + 8 <= len(view):
        length, kind = struct.unpack_from(">I4s", view, at)
        body = view[at + 8 : at + 8 + length]
        stored = view[at + 8 + length : at + 12 + length]
        whole = not check or (
            len(stored) == 4 and zlib.crc32(body, zlib.crc32(kind)) == int.from_bytes(stored, "big")
        )
        yield _Chunk(bytes(kind), body, whole)
        at += 12 + length
        if kind == b"IEND":
            return


def _encoded(kind: bytes, body: bytes | memoryview) -> bytes:
    check = zlib.crc32(body, zlib.crc32(kind))
    return struct.pack(">I4s", len(body), kind) + bytes(body) + struct.pack(">I", check)


def _mended_png(data: bytes) -> Mended | None:
    chunks = list(_chunks(data, check=True))
    # With a header that may say anything the rows would be cut anywhere.
    if not chunks or chunks[0].kind != b"IHDR" or not chunks[0].whole:
        return None
    if len(chunks[0].body) != _HEADER.size:
        return None
    header = chunks[0].body
    rows = _whole_rows(_HEADER.unpack(header), [c.body for c in chunks if c.kind == b"IDAT"])
    if rows is None:
        return None
    is_damaged = not rows.complete or not all(chunk.whole for chunk in chunks)
    # A palette that is probably right is more than none, by which all would be black.
    palette = [c for c in chunks if c.kind == b"PLTE" and len(c.body) and len(c.body) % 3 == 0][:1]
    if _HEADER.unpack(header)[_COLOUR_TYPE] == _PALETTE and not palette:
        return None
    kept = palette + [c for c in chunks if c.whole and c.kind in (b"tRNS", b"eXIf")]
    start = [_encoded(chunk.kind, chunk.body) for chunk in (chunks[0], *kept)]
    end = [_encoded(b"IDAT", rows.compressed), _encoded(b"IEND", b"")]
    return Mended(b"".join([_PNG, *start, *end]), is_damaged)


@dataclass(frozen=True)
class _Rows:
    compressed: bytes
    complete: bool


def _whole_rows(header: tuple[int, ...], parts: list[memoryview]) -> _Rows | None:
    """Compressed rows, filled up in grey where there are too few; None when hardly any is there."""
    width, height, depth, colour, _, _, interlaced = header
    row = 1 + (width * depth * _SAMPLES.get(colour, 0) + 7) // 8
    # Passes of an interlaced picture have rows of several lengths, and each is all over it.
    if interlaced or row * height > _LARGEST_MENDED or not height:
        return _Rows(b"".join(parts), complete=True) if interlaced else None
    raw = _decompressed(parts, row * height)
    there = len(raw) // row
    if there < LEAST_PART * height:
        return None
    # Bytes that no row filter changes; an entry of a palette would be any colour.
    filling = b"\0" + bytes([0 if colour == _PALETTE else _FILL]) * (row - 1)
    whole = bytes(raw[: there * row]) + filling * (height - there)
    return _Rows(zlib.compress(whole, 1), there == height)


def _decompressed(parts: list[memoryview], size: int) -> bytearray:
    """At most `size` bytes, as many as can be had."""
    raw, engine = bytearray(), zlib.decompressobj()
    try:
        for part in parts:
            rest: bytes | memoryview = part
            while len(rest) and len(raw) < size:
                step = bytes(rest[:_STEP])
                raw += engine.decompress(step, size - len(raw))
                rest = rest[_STEP:]
    except zlib.error:
        pass
    return raw
