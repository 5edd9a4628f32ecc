"""Pickled dictionaries of arrays: the batches of CIFAR, the files of courses, `mnist.pkl.gz`."""

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np

from lnl_gui.containers.array_cache import kept_file
from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.array import ArrayContainer, load_array
from lnl_gui.containers.kinds.array_pickle import read_pickle
from lnl_gui.containers.kinds.raw import unpacked
from lnl_gui.containers.limits import check_size
from lnl_gui.util.files.array_file import save_array
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
    found = read_pickle(unpacked(path).read_bytes())
    values = found if isinstance(found, dict) else _pairs(found)
    return {_text(key): _as_array(value) for key, value in values.items()}


def batch_array(path: Path, name: str) -> np.ndarray:
    """An array of a batch, of any shape, unpacked into the cache once and mapped from there.

    Raises:
        ContainerError: when there is none of that name.
        OSError: when it cannot be read.
    """
    size = path.stat().st_size

    def write(target: IO[bytes]) -> None:
        arrays = {k: v for k, v in read_batch(path).items() if isinstance(v, np.ndarray)}
        if name not in arrays:
            raise ContainerError(message("there is no array `{name}` in it", name=name[:80]))
        # All at once: each of them would want the whole pickle read again.
        for other, values in arrays.items():
            if other != name:
                kept_file(path, other, _saving(values), values.nbytes)
        _saving(arrays[name])(target)

    return load_array(kept_file(path, name, write, size), "")


def _saving(values: np.ndarray) -> Callable[[IO[bytes]], None]:
    return lambda target: save_array(target, values)


def _pairs(found: Any) -> dict[str, Any]:
    """Pairs of images and labels, as in `mnist.pkl.gz`: training, validation and test part."""
    parts = [found] if _is_pair(found) else found
    if isinstance(parts, list) and 1 <= len(parts) <= 3 and all(map(_is_pair, parts)):
        names = {1: ("",), 2: ("train_", "test_"), 3: ("train_", "valid_", "test_")}[len(parts)]
        pairs = zip(names, parts, strict=True)
        return {f"{name}{what}": pair["xy".index(what)] for name, pair in pairs for what in "xy"}
    raise ContainerError(message("a pickle without a dictionary"))


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], np.ndarray)


def _as_array(value: Any) -> Any:
    """A list of numbers, such as labels, as an array."""
    if isinstance(value, list) and value and all(isinstance(entry, int) for entry in value):
        return np.array(value, np.int64)
    return value


def _text(key: Any) -> str:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key)
