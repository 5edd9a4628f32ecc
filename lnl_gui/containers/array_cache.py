"""Compressed arrays unpacked into the user's cache, once, to be mapped by every process."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from lnl_gui.containers.limits import check_free
from lnl_gui.containers.stamp import container_stamp
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.paths import cache_folder

_UNUSED = 30 * 24 * 3600
"""Seconds after which an array that nobody opened goes."""


def kept_file(container: Path, name: str, write: Callable[[IO[bytes]], None], size: int) -> Path:
    """A file in the cache with something of a container, written unless it is there.

    Args:
        container: as it is now; another state of it makes another file.
        name: what of it.
        write: writes it.
        size: its bytes, as far as known.

    Raises:
        ContainerError: when the container is missing, or the disk has no room.
        OSError: when it cannot be written.
    """
    folder = cache_folder() / "arrays"
    identity = f"{container.absolute()}|{container_stamp(container)}|{name}"
    digest = hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=16)
    target = folder / digest.hexdigest()
    if target.is_file():
        with suppress(OSError):
            target.touch()
        return target
    folder.mkdir(parents=True, exist_ok=True)
    _forget_unused(folder)
    check_free(folder, size)
    try:
        with atomic_file(target) as stream:
            write(stream)
    except PermissionError:
        # Windows replaces no file that is mapped: another process was faster, with the same.
        if not target.is_file():
            raise
    return target


def _forget_unused(folder: Path) -> None:
    oldest = time.time() - _UNUSED
    for file in folder.iterdir():
        # Windows does not delete a file that is mapped; it goes another time.
        with suppress(OSError):
            if file.stat().st_mtime < oldest:
                file.unlink()
