"""Arrays of NumPy, `.npy` and `.npz`, mapped from disk and never loaded whole."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import numpy as np

from lnl_gui.containers.array_cache import kept_file
from lnl_gui.containers.errors import ContainerError, is_of_machine, reason_of
from lnl_gui.containers.kinds.layout import parse_key, read_row
from lnl_gui.containers.pixels import Pixels
from lnl_gui.util.messages import message

_LOCAL_HEADER = 30
_IN_MEMORY = 32 << 20
"""Largest compressed array that is unpacked into memory, in bytes; larger ones are kept as files
in the cache, mapped, and shared by window and worker."""


class ArrayContainer:
    """Rows of named arrays as images. A key is `NAME[LAYOUT]/ROW`.

    Args:
        load: the array of a name, (N, ...).
    """

    def __init__(self, load: Callable[[str], np.ndarray]) -> None:
        self._load = load
        self._arrays: dict[str, np.ndarray] = {}
        self._problems: dict[str, ContainerError] = {}

    def read(self, key: str) -> Pixels:
        """One row as an image.

        Raises:
            ContainerError: when there is no such array or row.
        """
        name, layout, row = parse_key(key)
        return read_row(self._array(name), layout, row)

    def _array(self, name: str) -> np.ndarray:
        # Kept, or a damaged file would be unpacked in vain for each of its images.
        if name in self._problems:
            raise self._problems[name]
        if name not in self._arrays:
            try:
                self._arrays[name] = self._load(name)
            except Exception as error:
                problem = ContainerError(reason_of(error))
                if not is_of_machine(problem.reason):
                    self._problems[name] = problem
                raise problem from error
        return self._arrays[name]

    def close(self) -> None:
        """Let go of the arrays; a mapped file is closed with its last reference."""
        self._arrays.clear()


def open_container(path: Path) -> ArrayContainer:
    """Open a `.npy` or `.npz` file."""
    return ArrayContainer(lambda name: load_array(path, name))


def array_names(path: Path) -> list[str]:
    """The arrays of a file; [""] for a `.npy`.

    Raises:
        OSError, zipfile.BadZipFile: when it cannot be read.
    """
    if not zipfile.is_zipfile(path):
        return [""]
    with zipfile.ZipFile(path) as archive:
        return [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]


def load_array(path: Path, name: str) -> np.ndarray:
    """An array of a file, of any shape, read-only and mapped where the file allows it.

    Raises:
        ContainerError: for an array of objects (it would run code), one of another size than it
            claims, and a name that is not there.
        OSError, ValueError, zipfile.BadZipFile: for a damaged file.
    """
    if not name:
        with path.open("rb") as stream:
            return _mapped(path, stream, path.stat().st_size)
    with zipfile.ZipFile(path) as archive:
        try:
            entry = archive.getinfo(f"{name}.npy")
        except KeyError:
            raise ContainerError(
                message("there is no array `{name}` in it", name=name[:80])
            ) from None
        # Uncompressed, as `numpy.savez` writes: the array lies in the archive as in a file.
        if entry.compress_type == zipfile.ZIP_STORED:
            with path.open("rb") as stream:
                stream.seek(_data_start(stream, entry))
                return _mapped(path, stream, stream.tell() + entry.file_size)
        return _unpacked(path, archive, entry)


def _data_start(stream: IO[bytes], entry: zipfile.ZipInfo) -> int:
    # The lengths in the local header, which may differ from those in the directory.
    stream.seek(entry.header_offset)
    header = stream.read(_LOCAL_HEADER)
    name, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    return entry.header_offset + _LOCAL_HEADER + name + extra


def _unpacked(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> np.ndarray:
    if entry.file_size <= _IN_MEMORY:
        with archive.open(entry) as stream:
            shape, fortran, dtype = _header(stream, entry.file_size)
            data = stream.read(_length(shape, dtype) + 1)
            _check_length(len(data), shape, dtype)
            return np.ndarray(shape, dtype, data, order="F" if fortran else "C")

    def write(target: IO[bytes]) -> None:
        with archive.open(entry) as stream:
            shutil.copyfileobj(stream, target, 1 << 20)

    kept = kept_file(path, entry.filename, write, entry.file_size)
    with kept.open("rb") as stream:
        return _mapped(kept, stream, entry.file_size)


def _mapped(path: Path, stream: IO[bytes], end: int) -> np.ndarray:
    """Map the array that begins where `stream` stands and ends before `end`."""
    shape, fortran, dtype = _header(stream, end - stream.tell())
    _check_length(end - stream.tell(), shape, dtype)
    # No system maps zero bytes.
    if not _length(shape, dtype):
        return np.empty(shape, dtype)
    return np.memmap(path, dtype, "r", stream.tell(), shape, "F" if fortran else "C")


def _header(stream: IO[bytes], size: int) -> tuple[tuple[int, ...], bool, np.dtype]:
    # Version 3 is for names of fields beyond Latin-1, and no image has fields.
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    version = np.lib.format.read_magic(stream)
    if version not in readers or size < 8:
        raise ContainerError(message("not an array file of a version that is known"))
    shape, fortran, dtype = readers[version](stream)
    if dtype.hasobject:
        raise ContainerError(
            message("an array of Python objects, which is not opened: it could run code")
        )
    return shape, fortran, dtype


def _length(shape: tuple[int, ...], dtype: np.dtype) -> int:
    length = int(dtype.itemsize)
    for size in shape:
        length *= int(size)
    return length


def _check_length(there: int, shape: tuple[int, ...], dtype: np.dtype) -> None:
    if min(shape, default=0) < 0 or there < _length(shape, dtype):
        raise ContainerError(
            message(
                "cut short or damaged: an array of shape {shape} and type {dtype} takes more bytes"
                " than there are",
                shape=str(shape),
                dtype=str(dtype),
            )
        )
