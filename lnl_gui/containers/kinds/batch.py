"""The python batches of CIFAR-10 and CIFAR-100: a pickled dictionary with an array `data`."""

from pathlib import Path
from typing import IO, Any

import numpy as np

from lnl_gui.containers.array_cache import kept_file
from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.array import ArrayContainer, load_array
from lnl_gui.containers.kinds.array_pickle import read_pickle
from lnl_gui.containers.limits import check_size
from lnl_gui.util.messages import message


def open_container(path: Path) -> ArrayContainer:
    """Open a batch; a key is `data[LAYOUT]/ROW`."""
    return ArrayContainer(lambda name: batch_array(path, name))


def read_batch(path: Path) -> dict[str, Any]:
    """The dictionary of a batch, its keys as text.

    Raises:
        ContainerError: when it is no such file.
        OSError: when it cannot be read.
    """
    check_size(path.stat().st_size)
    found = read_pickle(path.read_bytes())
    if not isinstance(found, dict):
        raise ContainerError(message("a pickle without a dictionary"))
    return {_text(key): value for key, value in found.items()}


def batch_array(path: Path, name: str) -> np.ndarray:
    """An array of a batch, unpacked into the cache once and mapped from there.

    Raises:
        ContainerError: when there is none of that name.
        OSError: when it cannot be read.
    """

    def write(target: IO[bytes]) -> None:
        found = read_batch(path).get(name)
        if not isinstance(found, np.ndarray):
            raise ContainerError(message("there is no array `{name}` in it", name=name[:80]))
        np.save(target, found, allow_pickle=False)

    size = path.stat().st_size
    return load_array(kept_file(path, name, write, size), "")


def _text(key: Any) -> str:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key)
