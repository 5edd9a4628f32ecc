"""Compressed arrays unpacked into the user's cache, once, to be mapped by every process."""

import hashlib
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from lnl_gui.containers.errors import ContainerError
from lnl_gui.util.atomic import atomic_file
from lnl_gui.util.messages import message
from lnl_gui.util.paths import cache_folder

_SPARED = 1 << 30
"""Bytes of the disk that are left free."""
_UNUSED = 30 * 24 * 3600
"""Seconds after which an array that nobody opened goes."""


def kept_array(identity: str, write: Callable[[IO[bytes]], None], size: int) -> Path:
    """The file of an array in the cache, written unless it is there.

    Args:
        identity: names the array and the state of the container it comes from.
        write: writes a `.npy` file.
        size: its bytes, as far as known.

    Raises:
        ContainerError: when the disk has no room for it.
        OSError: when it cannot be written.
    """
    folder = cache_folder() / "arrays"
    name = hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    target = folder / f"{name}.npy"
    if target.is_file():
        with suppress(OSError):
            target.touch()
        return target
    folder.mkdir(parents=True, exist_ok=True)
    _forget_unused(folder)
    if size + _SPARED > shutil.disk_usage(folder).free:
        raise ContainerError(
            message(
                "the disk of the cache has no room for its {size:,.1f} GiB unpacked",
                size=size / (1 << 30),
            )
        )
    with atomic_file(target) as stream:
        write(stream)
    return target


def _forget_unused(folder: Path) -> None:
    oldest = time.time() - _UNUSED
    for file in folder.glob("*.npy"):
        # Windows does not delete a file that is mapped; it goes another time.
        with suppress(OSError):
            if file.stat().st_mtime < oldest:
                file.unlink()
