"""Sizes that a file claims are checked before memory or disk is taken."""

import shutil
from pathlib import Path
from typing import IO

from lnl_gui.containers.errors import ContainerError
from lnl_gui.util.messages import message

MEMBER_LIMIT = 1 << 31
"""Largest member that is read, in bytes."""
SPARED = 1 << 30
"""Bytes of a disk that are left free."""
_CHUNK = 1 << 20


def check_size(size: int, limit: int = MEMBER_LIMIT) -> None:
    """Refuse a member of more than `limit` bytes.

    Raises:
        ContainerError: when it is larger, or no size at all.
    """
    if size < 0:
        raise ContainerError(message("the container is damaged: it claims a negative size"))
    if size > limit:
        raise ContainerError(message("larger than {limit} GiB", limit=limit >> 30))


def check_free(folder: Path, size: int) -> None:
    """Refuse what a disk has no room for.

    Raises:
        ContainerError: when `size` bytes and some to spare are not free.
    """
    if size + SPARED > shutil.disk_usage(folder).free:
        raise ContainerError(
            message(
                "the disk of `{folder}` has no room for its {size:,.1f} GiB unpacked",
                folder=folder,
                size=size / (1 << 30),
            )
        )


def copy_bounded(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy a stream whose length is not known, as long as the disk has room.

    Raises:
        ContainerError: when there is no room for more.
    """
    folder = Path(target.name).parent
    size = 0
    while chunk := source.read(_CHUNK):
        if size % (64 * _CHUNK) == 0:
            check_free(folder, len(chunk))
        target.write(chunk)
        size += len(chunk)
