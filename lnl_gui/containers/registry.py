"""The kinds of container by name, and what a kind provides."""

from importlib import import_module
from pathlib import Path
from typing import Protocol

from lnl_gui.containers.pixels import Pixels

KINDS = {
    "array": "lnl_gui.containers.kinds.array",
    "arrow": "lnl_gui.containers.kinds.arrow",
    "batch": "lnl_gui.containers.kinds.batch",
    "hdf5": "lnl_gui.containers.kinds.hdf5",
    "lmdb": "lnl_gui.containers.kinds.lmdb",
    "mat": "lnl_gui.containers.kinds.mat",
    "parquet": "lnl_gui.containers.kinds.parquet",
    "pixels": "lnl_gui.containers.kinds.pixel_table",
    "raw": "lnl_gui.containers.kinds.raw",
    "remote": "lnl_gui.containers.kinds.remote",
    "tar": "lnl_gui.containers.kinds.tar",
    "tfrecord": "lnl_gui.containers.kinds.tfrecord",
}
"""Name, as projects store it -> module with `open_container`, imported when it is first needed."""


class Container(Protocol):
    """An open container."""

    def read(self, key: str) -> bytes | Pixels:
        """The image file's bytes, or the pixels, of one member.

        Raises:
            ContainerError: when there is no such member or it cannot be read; other exceptions
                become one.
        """

    def close(self) -> None:
        """Let go of the file."""


def open_container(kind: str, path: Path) -> Container:
    """Open a container for reading.

    Raises:
        Exception: whatever its kind or library raises on damaged files.
    """
    return import_module(KINDS[kind]).open_container(path)
