"""The few fields of protocol buffers that `tf.train.Example` is made of.

`Example { Features features = 1 }`, `Features { map<string, Feature> feature = 1 }`, `Feature` is
one of a list of bytes (1), floats (2) and whole numbers (3):
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/example/feature.proto
"""

import struct
from collections.abc import Iterator
from typing import TypeAlias

from lnl_gui.containers.errors import ContainerError
from lnl_gui.util.messages import message

Values: TypeAlias = list[bytes] | list[float] | list[int]
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10


def parse_example(data: bytes) -> dict[str, Values]:
    """The values of each feature.

    Raises:
        ContainerError: when it is no such message.
    """
    found: dict[str, Values] = {}
    try:
        for number, features in fields(memoryview(data)):
            if number != 1:
                continue
            for _, entry in fields(_message(features)):
                # Where a field is repeated that may not be, the format has the last one count.
                said = dict(fields(_message(entry)))
                name = bytes(_message(said.get(1, memoryview(b"")))).decode("utf-8", "replace")
                found[name] = _values(_message(said.get(2, memoryview(b""))))
    except (ValueError, IndexError, TypeError, struct.error) as error:
        raise ContainerError(message("a record that is no tf.train.Example")) from error
    return found


def fields(data: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Number and value of each field of a message.

    Raises:
        ValueError, IndexError: when it is none.
    """
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield tag >> 3, value
            continue
        sizes = {_FIXED64: 8, _FIXED32: 4}
        size, at = _varint(data, at) if kind == _BYTES else (sizes.get(kind, -1), at)
        if size < 0 or at + size > len(data):
            raise ValueError
        yield tag >> 3, data[at : at + size]
        at += size


def _values(feature: memoryview) -> Values:
    for number, listed in fields(feature):
        entries = [value for _, value in fields(_message(listed))]
        if number == 1:
            return [bytes(_message(value)) for value in entries]
        if number == 2:
            # In one packed field, or each in a field of four bytes: the bytes are the same.
            packed = b"".join(bytes(_message(value)) for value in entries)
            return list(struct.unpack(f"<{len(packed) // 4}f", packed))
        if number == 3:
            return [_signed(value) for entry in entries for value in _numbers(entry)]
    return list[bytes]()


def _numbers(entry: memoryview | int) -> Iterator[int]:
    """Packed numbers, or one alone."""
    if isinstance(entry, int):
        yield entry
        return
    at = 0
    while at < len(entry):
        value, at = _varint(entry, at)
        yield value


def _signed(value: int) -> int:
    # A negative number is written modulo 2^64.
    return value - (1 << 64) if value >= 1 << 63 else value


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(_LONGEST_VARINT):
        byte = data[at + shift]
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value, at + shift + 1
    raise ValueError


def _message(value: memoryview | int) -> memoryview:
    if isinstance(value, int):
        raise TypeError
    return value
