"""Files of 16 bits a colour, written byte by byte: Pillow writes none."""

import struct
import zlib
from typing import Literal

import numpy as np

_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


def png(values: np.ndarray, *, clear: tuple[int, int, int] | None = None) -> bytes:
    """A PNG of values (H, W, C) uint16: grey, grey with opacity, RGB or RGBA."""
    height, width, channels = values.shape
    lines = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 16, _COLOUR_TYPES[channels], 0, 0, 0)
    between = chunk(b"tRNS", struct.pack(">3H", *clear)) if clear else b""
    body = chunk(b"IDAT", zlib.compress(lines))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + between + body + chunk(b"IEND", b"")


def tiff(values: np.ndarray, order: Literal["<", ">"] = "<", *, deflate: bool = False) -> bytes:
    """A TIFF of values (H, W, 3 or 4) uint16 in one strip."""
    height, width, channels = values.shape
    pixels = values.astype(f"{order}u2").tobytes()
    pixels = zlib.compress(pixels) if deflate else pixels
    tags = [
        (256, width), (257, height), (259, 8 if deflate else 1), (262, 2), (273, 0),
        (277, channels), (278, height), (279, len(pixels)), (284, 1),
    ]  # fmt: skip
    tags += [(338, 2)] if channels == 4 else []
    depths = struct.pack(f"{order}{channels}H", *[16] * channels)
    start = 8 + 2 + 12 * (len(tags) + 1) + 4
    entries = {258: struct.pack(f"{order}HHII", 258, 3, channels, start)}
    for tag, value in tags:
        where = start + len(depths) if tag == 273 else value
        entries[tag] = struct.pack(f"{order}HHII", tag, 4, 1, where)
    folder = b"".join(entries[tag] for tag in sorted(entries))
    mark = b"II*\0" if order == "<" else b"MM\0*"
    count = struct.pack(f"{order}H", len(entries))
    return mark + struct.pack(f"{order}I", 8) + count + folder + b"\0" * 4 + depths + pixels
