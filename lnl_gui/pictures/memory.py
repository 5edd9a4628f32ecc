"""Memory of the images in flight, shared by the threads that decode them.

The bound is on the sum over all threads, so that it does not grow with the number of processors. An
image waits for its turn before its memory is taken, never while it is half decoded.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MEBIBYTE = 1 << 20
PICTURE_LIMIT = 640 * MEBIBYTE
"""Memory one image may take while it is decoded, in bytes: of 160 megapixels in colour."""
FILE_LIMIT = 512 * MEBIBYTE
"""Largest file that is read, in bytes."""
PIXELS_IN_FLIGHT = 512 * MEBIBYTE
FILES_IN_FLIGHT = 256 * MEBIBYTE

Reserve = Callable[[int], None]
"""Waits until so many bytes more may be taken."""


def unbounded(size: int) -> None:
    """Reserve `size` bytes for a single image that shares its memory with no other: at once."""


class MemoryBudget:
    """Bytes shared by threads.

    Args:
        limit: how many may be held at once. One that asks for more gets it when nobody else holds
            any, so that every request is served.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._changed = threading.Condition()

    def take(self, size: int) -> None:
        """Wait until `size` bytes are free, and hold them."""
        with self._changed:
            self._changed.wait_for(lambda: not self._held or self._held + size <= self._limit)
            self._held += size

    def give(self, size: int) -> None:
        """Give back `size` bytes."""
        with self._changed:
            self._held -= size
            self._changed.notify_all()


class Share:
    """What one image holds of the memory; each of the two is reserved at most once."""

    def __init__(self, memory: "DecodingMemory") -> None:
        self._memory = memory
        self._taken: list[tuple[MemoryBudget, int]] = []

    def file(self, size: int) -> None:
        """Wait for `size` bytes for the file; before `pixels`."""
        self._take(self._memory.files, size)

    def pixels(self, size: int) -> None:
        """Wait for `size` bytes for the decoded picture."""
        self._take(self._memory.pixels, size)

    def close(self) -> None:
        """Give everything back."""
        while self._taken:
            budget, size = self._taken.pop()
            budget.give(size)

    def _take(self, budget: MemoryBudget, size: int) -> None:
        # Two budgets in one order, and each asked once: no two images can wait for each other.
        if all(taken is not budget for taken, _ in self._taken):
            budget.take(size)
            self._taken.append((budget, size))


@dataclass(frozen=True)
class DecodingMemory:
    """Memory of all images that are read and decoded at one time."""

    files: MemoryBudget = field(default_factory=lambda: MemoryBudget(FILES_IN_FLIGHT))
    pixels: MemoryBudget = field(default_factory=lambda: MemoryBudget(PIXELS_IN_FLIGHT))

    @contextmanager
    def share(self) -> Iterator[Share]:
        """The part of one image, held until the block ends."""
        share = Share(self)
        try:
            yield share
        finally:
            share.close()
