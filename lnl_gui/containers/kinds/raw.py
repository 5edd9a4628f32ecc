"""Files of bytes with records of one length: MNIST's idx, CIFAR's binary batches, STL-10.

The name of the array says where the bytes are: `OFFSET+LENGTH` for records that begin there, or
`OFFSET+LENGTH-SKIPPED` where each record begins with bytes that are no pixels. Files compressed by
gzip are unpacked into the cache once.
"""

import gzip
import re
import zlib
from pathlib import Path
from typing import IO, cast

import numpy as np

from lnl_gui.containers.array_cache import kept_file
from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.array import ArrayContainer
from lnl_gui.containers.limits import copy_bounded
from lnl_gui.util.messages import message

_NAME = re.compile(r"(\d+)\+(\d+)(?:-(\d+))?")
_GZIP = b"\x1f\x8b"


def open_container(path: Path) -> ArrayContainer:
    """Open a file of records; a key is `OFFSET+LENGTH[LAYOUT]/ROW`."""
    return ArrayContainer(lambda name: _named_records(path, name))


def records_name(offset: int, length: int, skipped: int = 0) -> str:
    """The name of the array of a file's records."""
    return f"{offset}+{length}" + (f"-{skipped}" if skipped else "")


def load_records(path: Path, offset: int, length: int, skipped: int = 0) -> np.ndarray:
    """The records of a file as uint8 (N, length - skipped), mapped.

    Args:
        path: plain or compressed by gzip.
        offset: where the first record begins, in bytes.
        length: bytes of a record.
        skipped: bytes at the beginning of each record that are left out.

    Raises:
        ContainerError: when there is no whole record.
        OSError: when it cannot be read.
    """
    plain = unpacked(path)
    count = (plain.stat().st_size - offset) // length if length > skipped else 0
    if count < 1:
        raise ContainerError(message("cut short: it holds no whole record"))
    found = np.memmap(plain, np.uint8, "r", offset, (count, length))
    return found[:, skipped:]


def unpacked(path: Path) -> Path:
    """The file itself, or what gzip packed into it as a file in the cache.

    Raises:
        ContainerError: when the packed file is damaged or too large.
        OSError: when it cannot be read.
    """
    with path.open("rb") as stream:
        if stream.read(2) != _GZIP:
            return path

    def write(target: IO[bytes]) -> None:
        try:
            with gzip.open(path) as source:
                copy_bounded(cast(IO[bytes], source), target)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ContainerError(message("damaged: {reason}", reason=str(error)[:190])) from error

    return kept_file(path, "unpacked", write, path.stat().st_size)


def _named_records(path: Path, name: str) -> np.ndarray:
    found = _NAME.fullmatch(name)
    if found is None:
        raise ContainerError(message("`{key}` names no image", key=name[:80]))
    offset, length, skipped = (int(part or 0) for part in found.groups())
    return load_records(path, offset, length, skipped)
