"""Decoded images of a training, kept in memory as far as there is room.

Each epoch asks for every image again. Beside a GPU, decoding them takes longer than learning from
them; the views are then drawn from pixels that are there already.
"""

import threading
from collections.abc import Callable

import numpy as np

from lnl_gui.containers.location import ImageLocation

SHARE = 0.25
"""Of the memory that is free when training begins, for all processes that train on one machine."""


class PixelCache:
    """Pixels (S, S, 3) uint8 by file, of one preprocessing.

    Args:
        most: bytes that are kept at most; further images are decoded anew every time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0
        self._kept: dict[ImageLocation, np.ndarray] = {}
        self._lock = threading.Lock()

    def get(self, file: ImageLocation, decode: Callable[[], np.ndarray]) -> np.ndarray:
        """The pixels of a file, read only; decoded where they are not kept.

        Args:
            file: whose they are.
            decode: gives them; what it raises is raised.

        Returns:
            (S, S, 3) uint8.
        """
        found = self._kept.get(file)
        if found is not None:
            return found
        pixels = decode()
        with self._lock:
            if self._taken + pixels.nbytes > self._most or file in self._kept:
                return pixels
            self._taken += pixels.nbytes
            # A copy: they may be a window of a larger picture, which would be kept too.
            kept = self._kept[file] = np.array(pixels)
            kept.flags.writeable = False
        return kept
