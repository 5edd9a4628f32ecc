"""A folder in memory for the tests' files, where the system has one that is large enough."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
"""In memory on most Linux systems; half of the memory may be used."""
NEEDED = 6 * 2**30
"""Free bytes; three fifths of the tests left .7 GB."""


@contextmanager
def memory_folder(place: Path = SHARED_MEMORY, needed: int = NEEDED) -> Iterator[Path | None]:
    """An empty folder that is removed afterwards, or None where memory has no room for one.

    Args:
        place: where memory is mounted.
        needed: free bytes below which none is made.
    """
    made = _made(place, needed)
    if made is None:
        yield None
        return
    with made as name:
        yield Path(name)


def _made(place: Path, needed: int) -> tempfile.TemporaryDirectory[str] | None:
    try:
        if shutil.disk_usage(place).free < needed:
            return None
        return tempfile.TemporaryDirectory("", "lnl-tests-", place, ignore_cleanup_errors=True)
    except OSError:
        return None
