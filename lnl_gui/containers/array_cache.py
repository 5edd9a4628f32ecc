"""Compressed arrays unpacked into the user's cache, once, to be mapped by every process."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from lnl_gui.containers.limits import check_free
from lnl_gui.util.atomic import atomic_file
from lnl_gui.util.paths import cache_folder

_UNUSED = 30 * 24 * 3600
"""Seconds after which an array that nobody opened goes."""


def kept_file(identity: str, write: Callable[[IO[bytes]], None], size: int) -> Path:
    """A file in the cache, written unless it is there.

    Args:
        identity: names what is in it and the state of the container it comes from.
        write: writes it.
        size: its bytes, as far as known.

    Raises:
        ContainerError: when the disk has no room for it.
        OSError: when it cannot be written.
    """
    folder = cache_folder() / "arrays"
    name = hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    target = folder / name
    if target.is_file():
        with suppress(OSError):
            target.touch()
        return target
    folder.mkdir(parents=True, exist_ok=True)
    _forget_unused(folder)
    check_free(folder, size)
    with atomic_file(target) as stream:
        write(stream)
    return target


def _forget_unused(folder: Path) -> None:
    oldest = time.time() - _UNUSED
    for file in folder.iterdir():
        # Windows does not delete a file that is mapped; it goes another time.
        with suppress(OSError):
            if file.stat().st_mtime < oldest:
                file.unlink()
