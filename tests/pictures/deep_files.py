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


def ppm(values: np.ndarray, *, greatest: int = 65535, plain: bool = False) -> bytes:
    """A PPM of values (H, W, 3) uint16, as bytes or as text."""
    height, width, _ = values.shape
    head = f"P{3 if plain else 6}\n{width} {height}\n{greatest}\n".encode()
    return head + (
        " ".join(map(str, values.ravel())).encode() if plain else values.astype(">u2").tobytes()
    )


def any_tiff(
    values: np.ndarray, *, photometric: int = 1, apart: bool = False, no_data: str = ""
) -> bytes:
    """A little-endian TIFF of values (H, W) or (H, W, C) of any dtype; `apart`: each channel.

    `no_data`: the value of the GDAL_NODATA tag, of at least four characters.
    """
    height, width, *more = values.shape
    channels = more[0] if more else 1
    planes = [values[..., n] for n in range(channels)] if apart else [values]
    strips = [plane.astype(plane.dtype.newbyteorder("<")).tobytes() for plane in planes]
    form = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    tags: dict[int, list[int]] = {
        256: [width], 257: [height], 258: [values.dtype.itemsize * 8] * channels, 259: [1],
        262: [photometric], 273: [0] * len(strips), 277: [channels], 278: [height],
        279: [len(strip) for strip in strips], 284: [2 if apart else 1], 339: [form] * channels,
    }  # fmt: skip
    text = no_data.encode() + b"\0"
    start = 8 + 2 + 12 * (len(tags) + bool(no_data)) + 4
    lists = {tag: 4 * len(found) for tag, found in tags.items() if len(found) > 1}
    behind = start + sum(lists.values())
    where = behind + (len(text) if no_data else 0)
    for number, strip in enumerate(strips):
        tags[273][number] = where
        where += len(strip)
    entries, tables = b"", b""
    for tag, found in tags.items():
        place = start + len(tables) if tag in lists else found[0]
        entries += struct.pack("<HHII", tag, 4, len(found), place)
        tables += struct.pack(f"<{len(found)}I", *found) if tag in lists else b""
    if no_data:
        entries += struct.pack("<HHII", 42113, 2, len(text), behind)
        tables += text
    head = b"II*\0" + struct.pack("<IH", 8, len(tags) + bool(no_data)) + entries + b"\0" * 4
    return head + tables + b"".join(strips)
