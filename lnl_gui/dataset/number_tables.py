"""Reads matrices of numbers made elsewhere: NumPy files, and tables with a path and numbers.

A file may bring its own order: paths of its rows, names of its columns.
"""

import csv
import gzip
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np

from lnl_gui.dataset.readers.tables.column_names import PATH_NAMES
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

LARGEST = 16 << 30
"""Bytes that an unpacked archive of arrays may claim."""
_MATRIX_NAMES = ("embeddings", "embedding", "features", "pred_probs", "probabilities", "probs")
_PATH_KEYS = ("paths", "path", "files", "filenames", "file_names")
_CLASS_KEYS = ("classes", "class_names", "class_order")
_DELIMITERS = ",;\t"


class _Unfit(Exception):
    """The file is no such table, for a reason in words."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


_LONGEST_LINE = 1 << 24


@dataclass(frozen=True)
class NumberTable:
    """A matrix, and where the file says so what its rows and columns are."""

    values: np.ndarray
    """(N, D), real numbers, memory-mapped where the file allows"""
    paths: tuple[str, ...] | None = None
    columns: tuple[str, ...] | None = None


def read_numbers(file: Path) -> NumberTable:
    """Read `.npy`, `.npz`, or a delimited table (also gzipped) of one path and numbers a row.

    Raises:
        UserError: naming the file, when it is missing, damaged, no matrix of real numbers, or
            claims an absurd size.
    """
    if not file.is_file():
        raise UserError(
            message("`{file}` does not exist.", file=file),
            message("Check the spelling."),
            code="not_found",
        )
    try:
        table = _read(file)
    except _Unfit as error:
        raise _bad(file, error.reason) from None
    # Zip, numpy and csv raise whatever they stumble over on bytes of anybody's.
    except Exception as error:
        raise _bad(file, Message(str(error) or type(error).__name__)) from error
    values = table.values
    if values.ndim != 2 or not values.size:
        shape = " x ".join(map(str, values.shape))
        raise _bad(
            file, message("it holds {shape} numbers, not one row for each image", shape=shape)
        )
    if values.dtype.kind not in "fiu":
        raise _bad(file, message("it holds {kind}, not numbers", kind=str(values.dtype)))
    return table


def _read(file: Path) -> NumberTable:
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes[-1:] == [".npy"]:
        # Never with pickle: such a file runs whatever its author liked.
        return NumberTable(np.load(file, mmap_mode="r", allow_pickle=False))
    if suffixes[-1:] == [".npz"]:
        return _from_archive(file)
    return _from_text(file)


def _from_archive(file: Path) -> NumberTable:
    with zipfile.ZipFile(file) as archive:
        claimed = sum(entry.file_size for entry in archive.infolist())
    if claimed > LARGEST:
        raise _Unfit(message("it claims {size} GiB", size=claimed >> 30))
    with np.load(file, allow_pickle=False) as arrays:
        matrices = [name for name in arrays.files if arrays[name].ndim == 2]
        chosen = [name for name in matrices if name.lower() in _MATRIX_NAMES] or matrices
        if len(chosen) != 1:
            raise _Unfit(message("it holds {count} matrices, and one is needed", count=len(chosen)))
        return NumberTable(
            arrays[chosen[0]], _texts_of(arrays, _PATH_KEYS), _texts_of(arrays, _CLASS_KEYS)
        )


def _texts_of(arrays: "np.lib.npyio.NpzFile", names: tuple[str, ...]) -> tuple[str, ...] | None:
    for name in arrays.files:
        if name.lower() in names and arrays[name].dtype.kind == "U":
            return tuple(arrays[name].ravel().tolist())
    return None


def _from_text(file: Path) -> NumberTable:
    opened = gzip.open if file.suffix.lower() == ".gz" else open
    # Excel puts a mark before UTF-8, which would be part of the first column's name.
    with cast(IO[str], opened(file, "rt", encoding="utf-8-sig", newline="")) as stream:
        first = stream.readline(_LONGEST_LINE)
        delimiter = max(_DELIMITERS, key=first.count)
        header = next(csv.reader([first], delimiter=delimiter))
        lines = csv.reader(stream, delimiter=delimiter)
        at = _path_column(header)
        rows: list[np.ndarray] = []
        paths: list[str] = []
        for number, row in enumerate(lines, 2):
            if not row:
                continue
            if len(row) != len(header):
                raise _Unfit(
                    message(
                        "line {number} has {count} columns, and the first {expected}",
                        number=number,
                        count=len(row),
                        expected=len(header),
                    )
                )
            if len(rows) * len(header) * 8 > LARGEST:
                raise _Unfit(message("it claims {size} GiB", size=LARGEST >> 30))
            paths.append(row.pop(at))
            rows.append(np.array(row, np.float64))
    names = tuple(name for place, name in enumerate(header) if place != at)
    values = np.stack(rows) if rows else np.zeros((0, len(names)))
    return NumberTable(values.astype(np.float32), tuple(paths), names)


def _path_column(header: list[str]) -> int:
    lowered = [name.strip().lower() for name in header]
    for name in PATH_NAMES:
        if name in lowered:
            return lowered.index(name)
    raise _Unfit(message("its first line names no column of paths, such as `path`"))


def read_names(file: Path) -> tuple[str, ...]:
    """A list of paths or names: one a line, a JSON list, or a `.npy` of texts.

    Raises:
        UserError: naming the file, when it cannot be read or is no list of texts.
    """
    try:
        if file.suffix.lower() == ".npy":
            found = np.load(file, allow_pickle=False)
            names = found.ravel().tolist() if found.dtype.kind == "U" else None
        elif file.suffix.lower() == ".json":
            names = json.loads(file.read_text(encoding="utf-8"))
        else:
            names = file.read_text(encoding="utf-8-sig").splitlines()
            while names and not names[-1].strip():
                names.pop()
    except Exception as error:
        raise _bad(file, Message(str(error) or type(error).__name__)) from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _bad(file, message("it is no list of names"))
    return tuple(names)


def _bad(file: Path, reason: Message) -> UserError:
    return UserError(
        message("`{file}` could not be read: {reason}.", file=file, reason=reason),
        message(
            "Wanted is a NumPy file (.npy, .npz) of one row for each image, or a table with a"
            " column `path` and a column for each number."
        ),
        code="bad_numbers",
    )
