"""What the C library does with large blocks of memory that were given back.

glibc maps every block above 128 KiB anew and hands it back to the system when it is freed. A
network's activations are hundreds of megabytes that come and go at every layer, and each time the
system fills their pages with zeros again: training on the processor then spends more time in page
faults than in arithmetic. Keeping freed blocks in the heap ends that.
"""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Numbers of glibc's `malloc.h`."""
KEPT_BLOCK = 1 << 30
"""Blocks up to this size come from the heap and go back to it: the activations of a layer."""
NEVER = (1 << 31) - 1
USUAL_BLOCK = 32 << 20
"""glibc raises its threshold to this by itself, in programs that free blocks as large; fixed,
because once it was set by hand glibc adapts it no more."""


@contextmanager
def freed_memory_kept() -> Iterator[None]:
    """Reuse freed blocks while computing; the memory goes back to the system afterwards.

    Does something under glibc alone: other C libraries keep large blocks by themselves, or have no
    such setting. Harmless when nested or used from several threads, the last one gives back.
    """
    library = _glibc()
    if library is None:
        yield
        return
    _set(library, block=KEPT_BLOCK, trim=NEVER)
    try:
        yield
    finally:
        _set(library, block=USUAL_BLOCK, trim=2 * USUAL_BLOCK)
        library.malloc_trim(0)


def _set(library: ctypes.CDLL, *, block: int, trim: int) -> None:
    # Older releases of glibc refuse a threshold above half an arena and return 0.
    if not library.mallopt(M_MMAP_THRESHOLD, block):
        library.mallopt(M_MMAP_THRESHOLD, USUAL_BLOCK)
    library.mallopt(M_TRIM_THRESHOLD, trim)


def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    program = ctypes.CDLL(None)
    # Linux with musl has neither.
    known = all(hasattr(program, name) for name in ("gnu_get_libc_version", "mallopt"))
    return program if known else None
