"""The header of a JPEG in which there is nothing but a picture in colour.

Pillow opens any file, which takes a quarter as long as decoding a picture of 256 pixels. What is
not as plain as the files of most datasets is left to it: turned, with a profile, in other colours,
with several pictures, or with a segment of which it might think something else.
"""

from dataclasses import dataclass

_START, _MARK = b"\xff\xd8\xff", 0xFF
_BASELINE, _EXTENDED, _PROGRESSIVE = 0xC0, 0xC1, 0xC2
_HUFFMAN_TABLES, _QUANTISATION_TABLES, _RESTART_INTERVAL = 0xC4, 0xDB, 0xDD
_JFIF, _COMMENT, _START_OF_SCAN = 0xE0, 0xFE, 0xDA
_SKIPPED = (_HUFFMAN_TABLES, _RESTART_INTERVAL, _COMMENT)
_TABLE = 65
"""Bytes of a quantisation table of 8 bits, with its number."""
_COLOUR_FRAME = 15


@dataclass(frozen=True)
class PlainHeader:
    """Width and height in pixels, and whether all of its pixels are refined in several passes."""

    width: int
    height: int
    progressive: bool

    def decoding_bytes(self, pixels: int) -> int:
        """What decoding takes, as `lnl_gui.pictures.cost` counts it.

        Args:
            pixels: that are left where it is reduced meanwhile, or all of them.
        """
        return 4 * pixels + 2 * 3 * self.width * self.height * self.progressive


def plain_header(data: bytes) -> PlainHeader | None:
    """The header of a plain JPEG of 8 bits in three colours; None of anything else.

    Args:
        data: of a file of any kind.
    """
    if not data.startswith(_START):
        return None
    found, at = None, 2
    while at + 4 <= len(data) and data[at] == _MARK:
        kind, body = data[at + 1], at + 4
        at += 2 + int.from_bytes(data[at + 2 : body], "big")
        # A length of less than its own two bytes ends the loop: no mark begins within them.
        if at > len(data):
            return None
        if kind == _START_OF_SCAN:
            return found
        if kind in (_BASELINE, _EXTENDED, _PROGRESSIVE):
            frame = data[body:at]
            if found is not None or len(frame) != _COLOUR_FRAME or (frame[0], frame[5]) != (8, 3):
                return None
            height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
            if width == 0 or height == 0:
                return None
            found = PlainHeader(width, height, kind == _PROGRESSIVE)
        elif not (
            kind in _SKIPPED
            or (kind == _JFIF and at - body >= 14 and data[body : body + 5] == b"JFIF\0")
            or (kind == _QUANTISATION_TABLES and _are_tables(data, body, at))
        ):
            return None
    return None


def _are_tables(data: bytes, start: int, stop: int) -> bool:
    whole = start < stop and (stop - start) % _TABLE == 0
    return whole and all(data[at] < 4 for at in range(start, stop, _TABLE))
