"""The compiled loops of `measures` and `perceptual_hash`, apart because numba takes time to load.

Each does in one call what takes a dozen small ones in numpy: between those, threads that decode
wait for the interpreter and for one another.
"""

import math
from typing import Any

import numba
import numpy as np

from lnl_gui.util.process.compiled_loop import compiled

_BYTES = numba.types.Array(numba.types.uint8, 2, "C", readonly=True)
_VALUES = numba.types.Array(numba.types.float64, 1, "C")
_WAVES = numba.types.Array(numba.types.float64, 2, "C")
# An index that may be negative would be checked for that at every pixel.
_at = np.uint64


def _count(grey: np.ndarray, counts: np.ndarray) -> None:
    """Pixels of each grey level, in four tables in turn: of equal neighbours none waits."""
    pixels = grey.ravel()
    quarters = len(pixels) // 4
    for i in range(quarters):
        at = _at(4 * i)
        counts[_at(pixels[at])] += 1
        counts[_at(256) + _at(pixels[at + _at(1)])] += 1
        counts[_at(512) + _at(pixels[at + _at(2)])] += 1
        counts[_at(768) + _at(pixels[at + _at(3)])] += 1
    for i in range(4 * quarters, len(pixels)):
        counts[_at(pixels[_at(i)])] += 1


_counted: Any = numba.njit(inline="always")(_count)


def _laplacian(grey: np.ndarray) -> float:
    """Variance of the 4-neighbour Laplacian of (H, W), edges repeated."""
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
    return float(squares) / grey.size - (float(total) / grey.size) ** 2


_laplacian_variance: Any = numba.njit(inline="always")(_laplacian)


def _measure(grey: np.ndarray, shares: np.ndarray, measures: np.ndarray) -> None:
    """Of (H, W): mean, standard deviation, variance of the Laplacian, entropy in bits, levels.

    Args:
        grey: the picture.
        shares: (n,) of the pixels, each for a level that they do not exceed.
        measures: (4 + n,), filled in.
    """
    counts = np.zeros(1024, np.int64)
    _counted(grey, counts)
    for level in range(256):
        counts[level] += counts[256 + level] + counts[512 + level] + counts[768 + level]
    mean, variance, bits = 0.0, 0.0, 0.0
    for level in range(256):
        mean += counts[level] / grey.size * level
    for level in range(256):
        share = counts[level] / grey.size
        variance += share * (level - mean) ** 2
        if share > 0:
            bits -= share * math.log2(share)
    measures[0], measures[1] = mean, math.sqrt(variance)
    measures[2], measures[3] = _laplacian_variance(grey), max(bits, 0.0)
    for i in range(len(shares)):
        below, level = counts[0], 0
        while below < shares[i] * grey.size:
            level += 1
            below += counts[level]
        measures[4 + i] = level


def _hashed(grey: np.ndarray, waves: np.ndarray, edge: float) -> tuple[bool, np.uint64]:
    """Which of the slowest waves of (N, N) are above their median, first wave first.

    Args:
        grey: the picture.
        waves: (K, N), K cosines, with K * K at most 64 and even.
        edge: the least distance of the two middle values at which rounding decides nothing.

    Returns:
        whether their distance is greater, and the bits.
    """
    size, count = waves.shape[1], waves.shape[0]
    # Sums of whole rows, which vectorise; a product of matrices would need BLAS.
    down = np.zeros((count, size))
    for k in range(count):
        for row in range(size):
            for column in range(size):
                down[k, column] += waves[k, row] * grey[row, column]
    slowest = np.zeros(count * count)
    for k in range(count):
        for n in range(count):
            for column in range(size):
                slowest[k * count + n] += down[k, column] * waves[n, column]
    # The half of them with the least values, found by counting: a sort takes seconds to compile.
    bits, highest_below, lowest_above = np.uint64(0), -np.inf, np.inf
    for value in slowest:
        less = 0
        for other in slowest:
            less += other < value
        above = less >= len(slowest) // 2
        bits = bits << np.uint64(1) | np.uint64(above)
        if above:
            lowest_above = min(lowest_above, value)
        else:
            highest_below = max(highest_below, value)
    return lowest_above - highest_below > edge, bits


measure = compiled(numba.njit(nogil=True)(_measure), _BYTES, _VALUES, _VALUES)
hashed = compiled(numba.njit(nogil=True)(_hashed), _BYTES, _WAVES, numba.types.float64)
