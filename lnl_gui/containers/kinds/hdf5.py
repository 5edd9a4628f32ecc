"""HDF5 files: rows of datasets as images, encoded images as bytes, a dataset for each image.

A key is `DATASET[LAYOUT]/ROW`; `whole=1` in the layout says that the dataset is one image. Only
what lies in the file itself is read: a file may point at any other of the machine.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.layout import Layout, parse_key
from lnl_gui.containers.limits import check_size
from lnl_gui.containers.pixels import Pixels
from lnl_gui.util.messages import message

WHOLE = "whole=1"


class Hdf5Container:
    """An open file."""

    def __init__(self, path: Path) -> None:
        self._file = open_hdf5(path)

    def read(self, key: str) -> bytes | Pixels:
        """One row, or one dataset, as an image.

        Raises:
            ContainerError: when there is no such dataset or row.
        """
        name, layout, row = parse_key(key)
        dataset = plain_dataset(self._file, name)
        if WHOLE in key[len(name) :]:
            return _image(dataset, (), layout)
        if row >= len(dataset):
            raise ContainerError(
                message("image {row} of {count} is missing", row=row, count=len(dataset))
            )
        return _image(dataset, (row,), layout)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def open_container(path: Path) -> Hdf5Container:
    """Open a file."""
    return Hdf5Container(path)


def open_hdf5(path: Path) -> Any:
    """The file as an `h5py.File`, for reading only.

    Raises:
        ImportError: when h5py is not installed.
        OSError: when the file is damaged.
    """
    import h5py  # noqa: PLC0415 -- few need it

    # Locks fail on network drives, and nothing is written here.
    return h5py.File(str(path), "r", locking=False)


def plain_dataset(file: Any, name: str) -> Any:
    """A dataset whose values lie in this file.

    Raises:
        ContainerError: when it is not there, or its values lie in other files.
    """
    import h5py  # noqa: PLC0415

    parts = name.split("/")
    groups = ["/".join(parts[: at + 1]) for at in range(len(parts))]
    # Links may lead into any other file, wherever on the way they stand.
    inside = all(
        group in file and isinstance(file.get(group, getlink=True), h5py.HardLink)
        for group in groups
    )
    found = file[name] if inside else None
    if not isinstance(found, h5py.Dataset):
        raise ContainerError(message("there is no array `{name}` in it", name=name[:80]))
    if found.external or found.is_virtual:
        raise ContainerError(
            message("the values of `{name}` lie in another file, which is not read", name=name[:80])
        )
    return found


def is_encoded(dataset: Any) -> bool:
    """Whether a value is a string of bytes: of variable length, or opaque."""
    import h5py  # noqa: PLC0415

    if h5py.check_string_dtype(dataset.dtype) is not None:
        return True
    inner = h5py.check_vlen_dtype(dataset.dtype)
    if inner is not None:
        return inner in (np.dtype(np.uint8), np.dtype(np.int8))
    return dataset.dtype.kind == "V" and dataset.dtype.names is None


def bytes_of(value: Any) -> bytes:
    """The bytes of one encoded value."""
    return value.tobytes() if isinstance(value, (np.ndarray, np.void)) else bytes(value)


def _image(dataset: Any, at: tuple[int, ...], layout: Layout) -> bytes | Pixels:
    check_size(math.prod(dataset.shape[len(at) :]) * dataset.dtype.itemsize)
    # Read whole chunks only: of what a chunk claims the library takes as much memory.
    if dataset.chunks:
        check_size(math.prod(dataset.chunks) * dataset.dtype.itemsize)
    value = dataset[at]
    if is_encoded(dataset):
        return bytes_of(value)
    if at == () and np.ndim(value) == 1 and not layout.shape:
        return bytes_of(np.asarray(value, np.uint8))
    return layout.image(np.asarray(value))
