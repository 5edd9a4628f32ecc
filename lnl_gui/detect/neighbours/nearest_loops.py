"""The compiled loop of `kept_nearest`, apart from it because numba takes time to load."""

from typing import Any

import numba
import numpy as np

from lnl_gui.util.process.compiled_loop import compiled

# Compared at a time, which the compiler does with vector registers.
_CHUNK = 64


def _keep(
    tile: np.ndarray,
    numbers: np.ndarray,
    rows: np.ndarray,
    own_group: np.ndarray,
    other_group: np.ndarray,
    closeness: np.ndarray,
    index: np.ndarray,
) -> None:
    """Insert what is closer than the last one kept, in falling order; see `KeptNearest`.

    Args:
        tile: (b, m) float32.
        numbers: (m,) int32.
        rows: (b,) int64 of what is kept.
        own_group: (b,) int64.
        other_group: (m,) int64.
        closeness: (n, k) float32, kept.
        index: (n, k) int32, kept.
    """
    count, last = tile.shape[1], closeness.shape[1] - 1
    for row in range(tile.shape[0]):
        kept = rows[row]
        least = closeness[kept, last]
        for begin in range(0, count, _CHUNK):
            end = min(begin + _CHUNK, count)
            closer = np.int32(0)
            for column in range(begin, end):
                closer += np.int32(tile[row, column] > least)
            if not closer:
                continue
            for column in range(begin, end):
                value = tile[row, column]
                if value > least and own_group[row] != other_group[column]:
                    place = last
                    while place > 0 and closeness[kept, place - 1] < value:
                        closeness[kept, place] = closeness[kept, place - 1]
                        index[kept, place] = index[kept, place - 1]
                        place -= 1
                    closeness[kept, place] = value
                    index[kept, place] = numbers[column]
                    least = closeness[kept, last]


def _array(kind: Any, dimensions: int) -> Any:
    return numba.types.Array(kind, dimensions, "C")


_FLOAT, _INT, _LONG = numba.types.float32, numba.types.int32, numba.types.int64
keep = compiled(
    numba.njit(nogil=True)(_keep),
    _array(_FLOAT, 2),
    _array(_INT, 1),
    _array(_LONG, 1),
    _array(_LONG, 1),
    _array(_LONG, 1),
    _array(_FLOAT, 2),
    _array(_INT, 2),
)
