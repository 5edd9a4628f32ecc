"""Objects at URLs. A key is the whole URL; the container is the file that names it: a table with
URLs in its column of paths, or the note of a project on which URL it was made of.

`read` asks for them directly: such a container need not be opened, and is read by many threads at
once.
"""

from pathlib import Path

from lnl_gui.remote.reading import read_object

KIND = "remote"


class RemoteObjects:
    """What a file names by URL."""

    def read(self, key: str) -> bytes:
        """The bytes of one object.

        Raises:
            RemoteError: when it cannot be read.
        """
        return read_object(key)

    def close(self) -> None:
        """Nothing is open."""


def open_container(path: Path) -> RemoteObjects:
    """The objects that a file names, whether it is still there or not."""
    return RemoteObjects()
