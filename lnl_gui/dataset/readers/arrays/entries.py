"""The arrays in files of NumPy and in pickles of arrays, by name, and how one is loaded."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lnl_gui.containers.errors import ContainerError, reason_of
from lnl_gui.containers.kinds.array import array_names, load_array
from lnl_gui.containers.kinds.batch import batch_array, read_batch
from lnl_gui.dataset.readers.arrays.roles import ArrayEntry
from lnl_gui.dataset.readers.files.places import files_in
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

PICKLES = (".p", ".pkl", ".pickle", ".pkl.gz", ".pickle.gz")
"""Dictionaries of arrays, such as the German traffic signs of courses, and `mnist.pkl.gz`."""
SUFFIXES = (".npy", ".npz", *PICKLES)
_MOST_FILES = 10_000
# `numpy.savez(file, *images)` makes an array of each image; such files are refused by name.
_MOST_ARRAYS = 1000


def is_array_file(file: Path) -> bool:
    """Whether a file holds arrays by its name."""
    return file.name.lower().endswith(SUFFIXES)


def array_files(folder: Path) -> list[Path]:
    """The array files directly in a folder."""
    return [file for file in files_in(folder) if is_array_file(file)][:_MOST_FILES]


def partners(file: Path) -> list[Path]:
    """The other array files of a folder: the labels of one that was chosen lie beside it."""
    return [other for other in array_files(file.parent) if other != file]


def list_entries(root: Path, files: Sequence[Path]) -> list[ArrayEntry]:
    """The arrays of all files that can be opened.

    Raises:
        UserError: when a file is damaged, or a pickle holds more than arrays.
    """
    return [entry for file in files for entry in _file_entries(root, file)]


def container_kind(entry: ArrayEntry) -> str:
    """The kind of container that the array lies in."""
    return "batch" if _is_pickle(entry.file) else "array"


def load_entry(entry: ArrayEntry) -> np.ndarray:
    """The array (n, ...) of n images, mapped where its file allows it.

    Raises:
        OSError, ValueError: when it cannot be read any more.
    """
    load = batch_array if _is_pickle(entry.file) else load_array
    return load(entry.file, entry.name)


def _is_pickle(file: Path) -> bool:
    return file.name.lower().endswith(PICKLES)


def _file_entries(root: Path, file: Path) -> list[ArrayEntry]:
    try:
        found = _pickled(file) if _is_pickle(file) else _stored(file)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise UserError(
            message("`{file}` cannot be read: {reason}.", file=file, reason=reason_of(error)),
            message("Only plain arrays are read, as `numpy.save` writes numbers and texts."),
            code="not_arrays",
        ) from error
    place = file.relative_to(root).as_posix()
    return [
        ArrayEntry(file, name, f"{place}/{name}" if name else file.stem, shape, kind)
        for name, shape, kind in found
    ]


def _stored(file: Path) -> list[tuple[str, tuple[int, ...], str]]:
    names = array_names(file)
    if len(names) > _MOST_ARRAYS:
        raise UserError(
            message("`{file}` holds {count} arrays.", file=file, count=len(names)),
            message("Stack the images into one array, and their labels into another."),
            code="not_arrays",
        )
    found: list[tuple[str, tuple[int, ...], str]] = []
    for name in names:
        try:
            array = load_array(file, name)
        except ContainerError:
            # Lists of names are often stored as objects beside arrays that are fine.
            if not name:
                raise
            continue
        found.append((name, array.shape, array.dtype.kind))
    return found


def _pickled(file: Path) -> list[tuple[str, tuple[int, ...], str]]:
    arrays = {
        name: value for name, value in read_batch(file).items() if isinstance(value, np.ndarray)
    }
    return [(name, value.shape, value.dtype.kind) for name, value in arrays.items()]
