"""Arrays as `.npy` files that appear whole or not at all.

Apart from `util.files.atomic`, so that the command line's `--help` need not load numpy.
"""

import os
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import DTypeLike

from lnl_gui.util.files.atomic import atomic_file

_STEP = 1 << 20


class _Stream:
    """A stream that numpy does not take for a file, to which it writes past Python."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.write = stream.write


def write_array(target: Path, array: np.ndarray) -> None:
    """Write an array of any shape as a `.npy` file, atomically and without pickling."""
    with atomic_file(target) as stream:
        save_array(stream, array)


def save_array(stream: IO[bytes], array: np.ndarray) -> None:
    """Write an array of any shape in the format `.npy`, without pickling.

    Raises:
        OSError: with its number; numpy's own of a full disk has none.
    """
    np.save(_Stream(stream), array, allow_pickle=False)


def map_new_array(target: Path, shape: tuple[int, ...], dtype: DTypeLike) -> np.memmap:
    """A new `.npy` file, mapped for writing, whose room on the disk is taken.

    Raises:
        OSError: when there is not enough; nothing is left behind then.
    """
    array: np.memmap = np.lib.format.open_memmap(target, "w+", dtype, shape)
    try:
        _take_room(target, array.offset)
    except OSError as error:
        del array  # Windows does not remove a mapped file
        target.unlink(missing_ok=True)
        error.filename = str(target)
        raise
    return array


def _take_room(file: Path, start: int) -> None:
    # A mapped page for which the disk has no room ends the process without a word.
    size = file.stat().st_size
    with file.open("r+b") as stream:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(stream.fileno(), 0, size)
            return
        stream.seek(start)
        for _ in range(start, size, _STEP):
            stream.write(bytes(min(_STEP, size - stream.tell())))
