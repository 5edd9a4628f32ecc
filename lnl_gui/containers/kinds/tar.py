"""Tar archives that are read in place, such as the shards of WebDataset.

A key is `OFFSET+SIZE/NAME`: where the member's bytes lie and what it is called. An archive that is
compressed as a whole is unpacked into the cache once.
"""

import re
import tarfile
from pathlib import Path

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.raw import unpacked
from lnl_gui.containers.limits import check_size
from lnl_gui.util.messages import message

_KEY = re.compile(r"(\d{1,18})\+(\d{1,18})/(.+)", re.DOTALL)
_LONGEST_PLAIN = 99
"""Letters of a name that the header itself holds; longer ones lie before it."""


class TarContainer:
    """An open archive."""

    def __init__(self, path: Path) -> None:
        self._stream = unpacked(path).open("rb")

    def read(self, key: str) -> bytes:
        """The bytes of one member.

        Raises:
            ContainerError: when the archive has another member there, or is cut short.
        """
        found = _KEY.fullmatch(key)
        if found is None:
            raise ContainerError(message("`{key}` names no image", key=key[:80]))
        offset, size, name = int(found[1]), int(found[2]), found[3]
        check_size(size)
        if not self._is_there(offset, size, name):
            raise ContainerError(message("the archive has changed: `{name}` moved", name=name[:80]))
        data = self._stream.read(size)
        if len(data) < size:
            raise ContainerError(message("cut short: `{name}` is not whole", name=name[:80]))
        return data

    def _is_there(self, offset: int, size: int, name: str) -> bool:
        """Whether the header before the bytes is still that of this member."""
        self._stream.seek(max(0, offset - tarfile.BLOCKSIZE))
        try:
            header = tarfile.TarInfo.frombuf(
                self._stream.read(tarfile.BLOCKSIZE), "utf-8", "surrogateescape"
            )
        except tarfile.HeaderError:
            return False
        # Such a name lies in a header of its own before this one, which holds only a part of it.
        if len(name) > _LONGEST_PLAIN or not name.isascii():
            return True
        return header.size == size and header.name == name

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()


def member_key(offset: int, size: int, name: str) -> str:
    """The key of a member whose bytes begin at `offset`."""
    return f"{offset}+{size}/{name}"


def open_container(path: Path) -> TarContainer:
    """Open an archive."""
    return TarContainer(path)
