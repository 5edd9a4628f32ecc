"""TFRecord files of `tf.train.Example`: encoded images, and raw pixels with their shape.

A key is `[at=OFFSET,feature=NAME,shape=HxWxC]/ROW`: where the record begins, which of its features
is the image, the shape of raw pixels, and its number, which only names it. The framing is that of
https://www.tensorflow.org/tutorials/load_data/tfrecord, and is checked.
"""

import math
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.layout import parse_key
from lnl_gui.containers.kinds.raw import unpacked
from lnl_gui.containers.kinds.tf_example import parse_example
from lnl_gui.containers.limits import check_size
from lnl_gui.containers.pixels import Pixels
from lnl_gui.util.messages import message

_HEAD = struct.Struct("<QI")
_TAIL = struct.Struct("<I")
_WHERE = re.compile(r"\[at=(\d{1,18}),feature=([^,\]]*)")


class RecordFile:
    """An open file of records."""

    def __init__(self, path: Path) -> None:
        plain = unpacked(path)
        self._size = plain.stat().st_size
        self._stream = plain.open("rb")

    def read(self, key: str) -> bytes | Pixels:
        """The image of one record.

        Raises:
            ContainerError: when there is no such record, or its sums do not fit.
        """
        found = _WHERE.match(key)
        if found is None:
            raise ContainerError(message("`{key}` names no image", key=key[:80]))
        values = parse_example(read_record(self._stream, int(found[1]), self._size))
        value = values.get(unquote(found[2])) or [None]
        if not isinstance(value[0], bytes):
            raise ContainerError(message("`{key}` names no image", key=key[:80]))
        layout = parse_key(key)[1]
        if not layout.shape:
            return value[0]
        if math.prod(layout.shape) != len(value[0]):
            raise ContainerError(message("the pixels are fewer or more than the shape says"))
        return layout.image(np.frombuffer(value[0], np.uint8))

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()


def open_container(path: Path) -> RecordFile:
    """Open a file."""
    return RecordFile(path)


def record_key(offset: int, feature: str, row: int, shape: tuple[int, ...] = ()) -> str:
    """The key of the image in the record that begins at `offset`."""
    said = f",shape={'x'.join(map(str, shape))}" if shape else ""
    return f"[at={offset},feature={quote(feature, safe='')}{said}]/{row:05}"


def read_record(stream: IO[bytes], offset: int, size: int) -> bytes:
    """The data of the record at `offset` of a file of `size` bytes.

    Raises:
        ContainerError: when it is cut short, or a sum does not fit.
        ImportError: when crc32c is not installed.
    """
    import crc32c  # noqa: PLC0415 -- few need it

    def fits(data: bytes, claimed: int) -> bool:
        # Masked, because sums of data that holds sums would be weak.
        crc = crc32c.crc32c(data)
        return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF == claimed

    stream.seek(offset)
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise ContainerError(message("cut short after {count} bytes", count=offset))
    length, claimed = _HEAD.unpack(head)
    if not fits(head[:8], claimed):
        raise ContainerError(message("no TFRecord at byte {offset}, or damaged", offset=offset))
    if length > size - offset - _HEAD.size - _TAIL.size:
        raise ContainerError(message("cut short after {count} bytes", count=offset))
    check_size(length)
    data = stream.read(length)
    if not fits(data, _TAIL.unpack(stream.read(_TAIL.size))[0]):
        raise ContainerError(message("no TFRecord at byte {offset}, or damaged", offset=offset))
    return data


def records(path: Path) -> Iterator[tuple[int, bytes]]:
    """Where each record begins, and its data.

    Raises:
        ContainerError: at the first that is damaged or cut short.
        OSError: when it cannot be read.
    """
    plain = unpacked(path)
    size, offset = plain.stat().st_size, 0
    with plain.open("rb") as stream:
        while offset < size:
            data = read_record(stream, offset, size)
            yield offset, data
            offset += _HEAD.size + len(data) + _TAIL.size
