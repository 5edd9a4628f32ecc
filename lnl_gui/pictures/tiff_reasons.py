"""Why a TIFF that no decoder takes is no picture: it is cut short, or packed in an unusual way."""

import io
import struct
from collections.abc import Iterator

from PIL import Image

from lnl_gui.pictures.errors import CUT_SHORT, OTHER_TIFF
from lnl_gui.util.messages import Message

_ORDERS = {b"II": "<", b"MM": ">"}
_PLAIN, _BIG = 42, 43
_STARTS, _SIZES = (273, 324), (279, 325)
"""Tags that say where strips or tiles begin, and how many bytes they take."""
_NUMBERS = {3: "H", 4: "I", 16: "Q"}
_BYTES = {**dict.fromkeys((1, 2, 6, 7), 1), **dict.fromkeys((3, 8), 2)}
_BYTES |= {**dict.fromkeys((4, 9, 11, 13), 4), **dict.fromkeys((5, 10, 12, 16, 17, 18), 8)}
"""What a number of each kind takes."""
_MOST_PARTS = 1 << 16


def tiff_reason(data: bytes) -> Message | None:
    """What is wrong with a TIFF that could not be read; None where that is not known.

    Args:
        data: of a file of any kind.
    """
    if data[:2] not in _ORDERS or len(data) < 4:
        return None
    try:
        end = _end(data)
    except (struct.error, MemoryError, OverflowError):
        # Libraries write the list of what there is at the end.
        return CUT_SHORT
    if end is None:
        return None
    if end > len(data):
        return CUT_SHORT
    return OTHER_TIFF if _is_packed_otherwise(data) else None


def _end(data: bytes) -> int | None:
    """Where the last of what belongs to the first picture ends; None where this is no TIFF.

    Raises:
        struct.error: when the file ends before that is said.
    """
    order = _ORDERS[data[:2]]
    (version,) = struct.unpack_from(f"{order}H", data, 2)
    if version not in (_PLAIN, _BIG):
        return None
    word, count, entry, at = ("I", "H", 12, 4) if version == _PLAIN else ("Q", "Q", 20, 8)
    (start,) = struct.unpack_from(f"{order}{word}", data, at)
    (number,) = struct.unpack_from(f"{order}{count}", data, start)
    first = start + struct.calcsize(f"{order}{count}")
    found: dict[int, list[int]] = {}
    ends = [0]
    for place in range(first, first + entry * number, entry):
        tag, kind, length = struct.unpack_from(f"{order}HH{word}", data, place)
        inside = place + entry - struct.calcsize(f"{order}{word}")
        size = length * _BYTES.get(kind, 0)
        # What has no place in the list lies elsewhere.
        is_here = size <= struct.calcsize(f"{order}{word}")
        where = inside if is_here else struct.unpack_from(f"{order}{word}", data, inside)[0]
        ends.append(where + size)
        if tag in (*_STARTS, *_SIZES) and kind in _NUMBERS:
            layout = f"{order}{min(length, _MOST_PARTS)}{_NUMBERS[kind]}"
            found[tag] = list(struct.unpack_from(layout, data, where))
    return max([*ends, *_ends(found)])


def _ends(found: dict[int, list[int]]) -> Iterator[int]:
    for starts, sizes in zip(_STARTS, _SIZES, strict=True):
        # A part without bytes is one that nothing was written for.
        pairs = zip(found.get(starts, []), found.get(sizes, []), strict=False)
        yield from (start + size for start, size in pairs if size)


def _is_packed_otherwise(data: bytes) -> bool:
    """Whether the pixels are packed in a way that the libraries at hand do not know."""
    try:
        with Image.open(io.BytesIO(data), formats=("TIFF",)) as image:
            packing = image.info.get("compression", "raw")
    except Exception:  # what cannot be opened says nothing of its packing
        return False
    if packing == "raw":
        return False
    # What it can read it can write, so that one pixel of any kind tells.
    for mode in ("RGB", "1"):
        try:
            Image.new(mode, (8, 8)).save(io.BytesIO(), "TIFF", compression=packing)
        except Exception:  # another kind of pixels, or no such packing at all
            continue
        return False
    return True
