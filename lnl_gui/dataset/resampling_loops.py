"""The compiled loops of `resampling`, apart from it because numba takes time to load."""

from contextlib import suppress
from typing import Any

import numba
import numpy as np

_BITS = 22
_HALF = np.int32(1 << (_BITS - 1))
_SHIFT, _DARK, _LIGHT = np.int32(_BITS), np.int32(0), np.int32(255)
# An index that may be negative would be checked for that at every pixel.
_at = np.uint64
_BLOCK = 16


def _turned(source: np.ndarray, target: np.ndarray) -> None:
    """Copy (R, C, K) to (C, R, K), in blocks that stay in the cache."""
    rows, columns, channels = source.shape
    for first in range(0, rows, _BLOCK):
        last = min(first + _BLOCK, rows)
        for column in range(columns):
            for row in range(first, last):
                if channels == 3:
                    target[_at(column), _at(row), _at(0)] = source[_at(row), _at(column), _at(0)]
                    target[_at(column), _at(row), _at(1)] = source[_at(row), _at(column), _at(1)]
                    target[_at(column), _at(row), _at(2)] = source[_at(row), _at(column), _at(2)]
                else:
                    target[_at(column), _at(row), _at(0)] = source[_at(row), _at(column), _at(0)]


def _weighted(
    source: np.ndarray, first: np.ndarray, weights: np.ndarray, target: np.ndarray
) -> None:
    """Each row of the target (S, n) as a weighted sum of neighbouring rows of the source (R, n)."""
    width = source.shape[1]
    total = np.empty(width, np.int32)
    for row in range(target.shape[0]):
        for i in range(width):
            total[_at(i)] = _HALF
        for tap in range(weights.shape[1]):
            weight = weights[_at(row), _at(tap)]
            if weight != 0:
                line = first[_at(row)] + _at(tap)
                for i in range(width):
                    total[_at(i)] += np.int32(source[line, _at(i)]) * weight
        for i in range(width):
            target[_at(row), _at(i)] = min(max(total[_at(i)] >> _SHIFT, _DARK), _LIGHT)


def _laplacian_sums(grey: np.ndarray) -> tuple[np.int64, np.int64]:
    """Sum and sum of squares of the 4-neighbour Laplacian of (H, W), edges repeated."""
    height, width = grey.shape
    total, squares = np.int64(0), np.int64(0)
    for row in range(height):
        above, below = _at(max(row - 1, 0)), _at(min(row + 1, height - 1))
        for i in range(width):
            left, right = _at(max(i - 1, 0)), _at(min(i + 1, width - 1))
            value = (
                np.int32(grey[above, _at(i)])
                + np.int32(grey[below, _at(i)])
                + np.int32(grey[_at(row), left])
                + np.int32(grey[_at(row), right])
                - 4 * np.int32(grey[_at(row), _at(i)])
            )
            total += value
            squares += value * value
    return total, squares


def _compiled(function: Any, *arguments: Any) -> Any:
    loop = numba.njit(nogil=True)(function)
    with suppress(RuntimeError):  # no folder can be written: compiled anew in every process
        loop.enable_caching()
    loop.compile(arguments)
    # One form for all arrays; another one would be compiled for each layout, a second each.
    loop.disable_compile()
    return loop


_BYTES, _NUMBERS = numba.types.uint8, numba.types.Array(numba.types.uint64, 1, "C")
_ROWS = numba.types.Array(_BYTES, 2, "C")
turned = _compiled(
    _turned,
    numba.types.Array(_BYTES, 3, "A", readonly=True),
    numba.types.Array(_BYTES, 3, "C"),
)
weighted = _compiled(
    _weighted, _ROWS, _NUMBERS, numba.types.Array(numba.types.int32, 2, "C"), _ROWS
)
laplacian_sums = _compiled(_laplacian_sums, numba.types.Array(_BYTES, 2, "C", readonly=True))
