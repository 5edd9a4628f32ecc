"""Encoded images in a column of an Arrow file, memory-mapped: Hugging Face's `save_to_disk`."""

import importlib
from pathlib import Path
from typing import Any

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.column_key import parse_column_key
from lnl_gui.containers.limits import check_size
from lnl_gui.util.messages import message

_BYTES = "bytes"


class ArrowContainer:
    """A key is `COLUMN/ROW`.

    Args:
        table: the file's table, mapped: a row costs what its image takes.
    """

    def __init__(self, table: Any) -> None:
        self._table = table

    def read(self, key: str) -> bytes:
        """The image file in one cell.

        Raises:
            ContainerError: when there is no such cell, or no image in it.
        """
        name, row = parse_column_key(key)
        if name not in self._table.column_names or row >= self._table.num_rows:
            raise ContainerError(message("there is no row {row} of `{name}`", row=row, name=name))
        return cell_bytes(self._table.column(name)[row])

    def close(self) -> None:
        """Let go of the mapping."""
        self._table = None


def open_container(path: Path) -> ArrowContainer:
    """Open a file in the stream form, or in the file form (also called Feather)."""
    return ArrowContainer(read_arrow(path))


def read_arrow(path: Path) -> Any:
    """The `pyarrow.Table` of a file, mapped and not read.

    Raises:
        OSError, ValueError: when it is in neither form; pyarrow's errors are ones of these.
    """
    pyarrow = importlib.import_module("pyarrow")
    mapped = pyarrow.memory_map(str(path), "r")
    try:
        # `save_to_disk` writes the stream form, Feather is the file form.
        return pyarrow.ipc.open_stream(mapped).read_all()
    except pyarrow.ArrowInvalid:
        mapped.seek(0)
        return pyarrow.ipc.open_file(mapped).read_all()


def cell_bytes(cell: Any) -> bytes:
    """The image file in a cell of bytes, or of a struct with a field of bytes.

    Args:
        cell: a `pyarrow.Scalar`.

    Raises:
        ContainerError: when the cell is empty.
    """
    if cell.is_valid and hasattr(cell, "keys"):
        cell = cell[_BYTES]
    if not cell.is_valid:
        raise ContainerError(message("the cell is empty"))
    buffer = cell.as_buffer()
    check_size(buffer.size)
    return bytes(buffer.to_pybytes())
