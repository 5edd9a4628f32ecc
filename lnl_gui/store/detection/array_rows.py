"""Single rows of a detection's arrays, read from the file without mapping it.

A window looks at a dozen arrays for each sample it shows. To map each takes longer than the rest of
the look, and to keep them mapped would end the program when somebody cuts a file short meanwhile.
"""

import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from lnl_gui.store.database.derived_files import readable_array, shape_in_detection
from lnl_gui.store.detection.scores import EMPTY, Scores


@dataclass(frozen=True)
class _Layout:
    """Where the rows of an array lie in its file."""

    offset: int
    rows: int
    row_shape: tuple[int, ...]
    dtype: np.dtype[np.generic]

    @property
    def row_bytes(self) -> int:
        return int(np.prod(self.row_shape, dtype=np.int64)) * self.dtype.itemsize


def sample_row(found: Scores, name: str, row: int) -> np.ndarray | None:
    """One row of an array (N, ...), any shape, as of `detection_row`.

    Of another picture than the one there now it holds NaN, -1 or False too.
    """
    return detection_row(found.folder, name, sys.maxsize if found.is_of_other(row) else row)


def detection_row(folder: Path | None, name: str, row: int) -> np.ndarray | None:
    """One row of an array (N, ...) of a detect run: its shape without the first axis, any shape.

    Args:
        folder: of the run; None before there is one.
        name: of the array, without its ending.
        row: of the project; one that came after the run has NaN, -1 or False.

    Returns:
        The row, or None where the array is damaged or was not made.
    """
    if folder is None:
        return None
    file = folder / f"{name}.npy"
    try:
        with file.open("rb") as stream:
            state = os.fstat(stream.fileno())
            stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
            layout = _layout(file, stamp, _count_stamp(folder))
            if layout is None:
                return None
            if row >= layout.rows:
                return np.full(layout.row_shape, EMPTY.get(layout.dtype.kind, 0), layout.dtype)
            stream.seek(layout.offset + row * layout.row_bytes)
            data = stream.read(layout.row_bytes)
    except OSError:
        return None
    if len(data) < layout.row_bytes:
        return None
    return np.frombuffer(data, layout.dtype).reshape(layout.row_shape)


def _count_stamp(folder: Path) -> tuple[int, int]:
    """What changes with the array that says how many rows the others must have."""
    state = (folder / "suspicion.npy").stat()
    return state.st_mtime_ns, state.st_size


# The header is Python's syntax, and slow to read; files of another time or length are others.
@lru_cache(maxsize=256)
def _layout(file: Path, _stamp: tuple[int, ...], _count: tuple[int, int]) -> _Layout | None:
    shape = shape_in_detection(file.parent, file.stem)
    found = readable_array(file, shape=shape)
    # In Fortran's order a row is no run of bytes; LNL writes none.
    if not isinstance(found, np.memmap) or not found.flags.c_contiguous:
        return None
    return _Layout(found.offset, len(found), found.shape[1:], found.dtype)
