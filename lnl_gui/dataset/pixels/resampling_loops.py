"""The compiled loops of `resampling`, apart from it because numba takes time to load."""

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.extending import intrinsic

from lnl_gui.util.process.compiled_loop import compiled

_BITS = 22
_HALF = np.int32(1 << (_BITS - 1))
_SHIFT, _DARK, _LIGHT = np.int32(_BITS), np.int32(0), np.int32(255)
# An index that may be negative would be checked for that at every pixel.
_at = np.uint64
# Pillow's luminance, in 16 bits (Convert.c).
_RED, _GREEN, _BLUE = np.uint32(19595), np.uint32(38470), np.uint32(7471)
_GREY_HALF, _GREY_SHIFT = np.uint32(1 << 15), np.uint32(16)
# Every other byte, pair of bytes and half of eight bytes.
_BYTE_PAIRS, _QUARTERS = np.uint64(0x00FF00FF00FF00FF), np.uint64(0x0000FFFF0000FFFF)
_HALVES = np.uint64(0x00000000FFFFFFFF)


def _load_eight(_: Any, source: Any, at: Any) -> Any:
    """Eight bytes of an array (n,) from any place on, as one number."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(_pointer(context, builder, signature, arguments), align=1)

    return numba.types.uint64(source, at), generate


def _store_eight(_: Any, target: Any, at: Any, value: Any) -> Any:
    """Write one number to eight bytes of an array (n,) from any place on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[2], _pointer(context, builder, signature, arguments), align=1)
        return context.get_dummy_value()

    return numba.types.void(target, at, value), generate


def _pointer(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    place = builder.gep(array.data, [arguments[1]])
    return builder.bitcast(place, ir.IntType(64).as_pointer())


_eight_bytes: Any = intrinsic(_load_eight)
_put_eight_bytes: Any = intrinsic(_store_eight)


def _exchange(
    one: np.uint64, other: np.uint64, mask: np.uint64, bits: np.uint64
) -> tuple[np.uint64, np.uint64]:
    """Exchange the upper parts of the one for the lower parts of the other."""
    changed = ((one >> bits) ^ other) & mask
    return one ^ (changed << bits), other ^ changed


_exchanged: Any = numba.njit(inline="always")(_exchange)


def _transposed(source: np.ndarray, target: np.ndarray) -> None:
    """Copy (R, C) to (C, R), eight times eight bytes at once (Hacker's Delight, 7-3)."""
    rows, columns = _at(source.shape[0]), _at(source.shape[1])
    given, made = source.ravel(), target.ravel()
    whole_rows, whole_columns = rows - rows % _at(8), columns - columns % _at(8)
    for row in range(_at(0), whole_rows, _at(8)):
        for column in range(_at(0), whole_columns, _at(8)):
            at = row * columns + column
            a = _eight_bytes(given, at)
            b = _eight_bytes(given, at + columns)
            c = _eight_bytes(given, at + _at(2) * columns)
            d = _eight_bytes(given, at + _at(3) * columns)
            e = _eight_bytes(given, at + _at(4) * columns)
            f = _eight_bytes(given, at + _at(5) * columns)
            g = _eight_bytes(given, at + _at(6) * columns)
            h = _eight_bytes(given, at + _at(7) * columns)
            a, b = _exchanged(a, b, _BYTE_PAIRS, _at(8))
            c, d = _exchanged(c, d, _BYTE_PAIRS, _at(8))
            e, f = _exchanged(e, f, _BYTE_PAIRS, _at(8))
            g, h = _exchanged(g, h, _BYTE_PAIRS, _at(8))
            a, c = _exchanged(a, c, _QUARTERS, _at(16))
            b, d = _exchanged(b, d, _QUARTERS, _at(16))
            e, g = _exchanged(e, g, _QUARTERS, _at(16))
            f, h = _exchanged(f, h, _QUARTERS, _at(16))
            a, e = _exchanged(a, e, _HALVES, _at(32))
            b, f = _exchanged(b, f, _HALVES, _at(32))
            c, g = _exchanged(c, g, _HALVES, _at(32))
            d, h = _exchanged(d, h, _HALVES, _at(32))
            at = column * rows + row
            _put_eight_bytes(made, at, a)
            _put_eight_bytes(made, at + rows, b)
            _put_eight_bytes(made, at + _at(2) * rows, c)
            _put_eight_bytes(made, at + _at(3) * rows, d)
            _put_eight_bytes(made, at + _at(4) * rows, e)
            _put_eight_bytes(made, at + _at(5) * rows, f)
            _put_eight_bytes(made, at + _at(6) * rows, g)
            _put_eight_bytes(made, at + _at(7) * rows, h)
    for row in range(_at(0), rows):
        for column in range(whole_columns if row < whole_rows else _at(0), columns):
            made[column * rows + row] = given[row * columns + column]


def _grey(source: np.ndarray, target: np.ndarray) -> None:
    """Luminance (C, 1, R) of the planes (C, 3, R) of a picture, as Pillow rounds it."""
    for column in range(source.shape[0]):
        for row in range(source.shape[2]):
            target[_at(column), _at(0), _at(row)] = (
                _RED * np.uint32(source[_at(column), _at(0), _at(row)])
                + _GREEN * np.uint32(source[_at(column), _at(1), _at(row)])
                + _BLUE * np.uint32(source[_at(column), _at(2), _at(row)])
                + _GREY_HALF
            ) >> _GREY_SHIFT


def _weighted(
    source: np.ndarray,
    begin: np.uint64,
    first: np.ndarray,
    weights: np.ndarray,
    target: np.ndarray,
) -> None:
    """Each row of the target (S, K, n) as a weighted sum of neighbouring rows of the source.

    The source is (R, K, m), of which n values from `begin` on are taken.
    """
    channels, width = target.shape[1], target.shape[2]
    taps = _at(weights.shape[1])
    total = np.empty(width, np.int32)
    for row in range(target.shape[0]):
        for channel in range(channels):
            k = _at(channel)
            for i in range(width):
                total[_at(i)] = _HALF
            tap, line = _at(0), first[_at(row)]
            # Four at a time, so that the sums are written a quarter as often.
            while tap + _at(3) < taps:
                one, two = weights[_at(row), tap], weights[_at(row), tap + _at(1)]
                three, four = weights[_at(row), tap + _at(2)], weights[_at(row), tap + _at(3)]
                for i in range(width):
                    at = begin + _at(i)
                    total[_at(i)] += (
                        np.int32(source[line, k, at]) * one
                        + np.int32(source[line + _at(1), k, at]) * two
                    ) + (
                        np.int32(source[line + _at(2), k, at]) * three
                        + np.int32(source[line + _at(3), k, at]) * four
                    )
                tap += _at(4)
                line += _at(4)
            while tap < taps:
                weight = weights[_at(row), tap]
                for i in range(width):
                    total[_at(i)] += np.int32(source[line, k, begin + _at(i)]) * weight
                tap += _at(1)
                line += _at(1)
            for i in range(width):
                target[_at(row), k, _at(i)] = min(max(total[_at(i)] >> _SHIFT, _DARK), _LIGHT)


def _resized(
    planes: np.ndarray,
    begin: np.uint64,
    height: np.int64,
    columns: np.ndarray,
    column_weights: np.ndarray,
    rows: np.ndarray,
    row_weights: np.ndarray,
    target: np.ndarray,
) -> None:
    """Both directions in one call: the planes (C, K, R) of a picture to rows (H, 1, W * K).

    Only the `height` rows from `begin` on matter. Columns and rows are the first ones of each
    window, the latter counted from there.
    """
    channels, width = planes.shape[1], len(columns)
    narrow = np.empty((width, channels, height), np.uint8)
    weighted(planes, begin, columns, column_weights, narrow)
    turned = np.empty((height, width * channels), np.uint8)
    transposed(narrow.reshape(width * channels, height), turned)
    lines = turned.reshape(height, 1, width * channels)
    weighted(lines, np.uint64(0), rows, row_weights, target)


def _compiled(function: Any, *arguments: Any) -> Any:
    return compiled(numba.njit(nogil=True)(function), *arguments)


_BYTES, _NUMBERS = numba.types.uint8, numba.types.Array(numba.types.uint64, 1, "C")
_PLANES = numba.types.Array(_BYTES, 3, "C")
_WEIGHTS = numba.types.Array(numba.types.int32, 2, "C")
_SOURCE = numba.types.Array(_BYTES, 3, "C", readonly=True)
transposed = _compiled(
    _transposed, numba.types.Array(_BYTES, 2, "C", readonly=True), numba.types.Array(_BYTES, 2, "C")
)
grey = _compiled(_grey, _SOURCE, _PLANES)
weighted = _compiled(
    _weighted,
    _SOURCE,
    numba.types.uint64,
    _NUMBERS,
    _WEIGHTS,
    _PLANES,
)
resized = _compiled(
    _resized,
    _SOURCE,
    numba.types.uint64,
    numba.types.int64,
    _NUMBERS,
    _WEIGHTS,
    _NUMBERS,
    _WEIGHTS,
    _PLANES,
)
