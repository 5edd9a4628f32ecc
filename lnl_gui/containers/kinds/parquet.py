"""Encoded images in a column of a Parquet file."""

import importlib
from bisect import bisect_right
from collections import OrderedDict
from itertools import accumulate
from pathlib import Path
from typing import IO, Any

from lnl_gui.containers.array_cache import kept_file
from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.arrow import cell_bytes, read_arrow
from lnl_gui.containers.kinds.column_key import parse_column_key
from lnl_gui.util.messages import message

_DIRECT = 16 << 20
"""Bytes of a row group that is read for the sake of one image. Training asks for images in random
order, and each costs a whole group: datasets on the hub have a hundred images in one (2 MB), while
pandas writes everything into one, which is copied into the cache once and mapped from there."""
_GROUPS_KEPT = 4


class ParquetContainer:
    """A key is `COLUMN/ROW`.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        parquet = importlib.import_module("pyarrow.parquet")
        self._file = parquet.ParquetFile(str(path), memory_map=True)
        metadata = self._file.metadata
        self._groups = range(metadata.num_row_groups)
        sizes = (metadata.row_group(at).num_rows for at in self._groups)
        self._starts = list(accumulate(sizes, initial=0))
        self._columns: OrderedDict[tuple[str, int], Any] = OrderedDict()
        self._kept: dict[str, Any] = {}

    def read(self, key: str) -> bytes:
        """The image file in one cell.

        Raises:
            ContainerError: when there is no such cell, or no image in it.
        """
        name, row = parse_column_key(key)
        if name not in self._file.schema_arrow.names:
            raise ContainerError(message("there is no column `{name}`", name=name[:80]))
        group, within = self._place(row)
        if self._is_small(name):
            return cell_bytes(self._group(name, group)[within])
        return cell_bytes(self._copy(name)[row])

    def close(self) -> None:
        """Let go of the file."""
        self._columns.clear()
        self._kept.clear()
        self._file.close()

    def _place(self, row: int) -> tuple[int, int]:
        """The row group of a row, and its place there."""
        if row >= self._starts[-1]:
            raise ContainerError(message("there is no row {row}", row=row))
        group = bisect_right(self._starts, row) - 1
        return group, row - self._starts[group]

    def _is_small(self, name: str) -> bool:
        return all(column_size(self._file, name, at) <= _DIRECT for at in self._groups)

    def _group(self, name: str, group: int) -> Any:
        key = (name, group)
        if key not in self._columns:
            self._columns[key] = self._file.read_row_group(group, columns=[name]).column(0)
            while len(self._columns) > _GROUPS_KEPT:
                self._columns.popitem(last=False)
        self._columns.move_to_end(key)
        return self._columns[key]

    def _copy(self, name: str) -> Any:
        if name not in self._kept:
            size = sum(column_size(self._file, name, at) for at in self._groups)
            kept = kept_file(self._path, f"column {name}", lambda s: self._write(name, s), size)
            self._kept[name] = read_arrow(kept).column(0)
        return self._kept[name]

    def _write(self, name: str, stream: IO[bytes]) -> None:
        pyarrow = importlib.import_module("pyarrow")
        schema = pyarrow.schema([self._file.schema_arrow.field(name)])
        with pyarrow.ipc.new_stream(stream, schema) as writer:
            # In small batches, so that a file of any size is copied in little memory.
            for batch in self._file.iter_batches(batch_size=64, columns=[name]):
                writer.write_batch(pyarrow.RecordBatch.from_arrays(batch.columns, schema=schema))


def open_container(path: Path) -> ParquetContainer:
    """Open a Parquet file."""
    return ParquetContainer(path)


def column_size(file: Any, name: str, group: int) -> int:
    """Bytes of a column in a row group, unpacked, as the file claims."""
    found = file.metadata.row_group(group)
    columns = (found.column(at) for at in range(found.num_columns))
    return int(
        sum(c.total_uncompressed_size for c in columns if c.path_in_schema.split(".")[0] == name)
    )
