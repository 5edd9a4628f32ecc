"""A Parquet or Arrow file, of which only the columns that are asked for are read."""

import importlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Self

import numpy as np

from lnl_gui.containers.kinds.arrow import read_arrow
from lnl_gui.util.files import file_types

_LOOKED_AT = 4


class EmbeddedTable:
    """The columns of a file.

    Args:
        path: the file; its ending says the form.

    Raises:
        OSError, ValueError: when it is not in that form.
    """

    def __init__(self, path: Path) -> None:
        self.kind = "parquet" if path.suffix.lower() in file_types.PARQUET else "arrow"
        self._table: Any = None
        self._file: Any = None
        if self.kind == "arrow":
            self._table = read_arrow(path)
        else:
            parquet = importlib.import_module("pyarrow.parquet")
            self._file = parquet.ParquetFile(str(path), memory_map=True)
        self.schema = self._table.schema if self._table is not None else self._file.schema_arrow
        self.rows = int(
            self._table.num_rows if self._table is not None else self._file.metadata.num_rows
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file: a dataset may have more files than a process may hold open."""
        self._table = None
        if self._file is not None:
            self._file.close()

    def column(self, name: str) -> Any:
        """A whole column as a `pyarrow.ChunkedArray`."""
        if self._table is not None:
            return self._table.column(name)
        return self._file.read(columns=[name]).column(0)

    def first_values(self, name: str) -> list[bytes]:
        """The first few values of a column of bytes."""
        if self._table is not None:
            return [v for v in self._table.column(name)[:_LOOKED_AT].to_pylist() if v]
        batches = self._file.iter_batches(batch_size=_LOOKED_AT, columns=[name])
        return [v for batch in islice(batches, 1) for v in batch.column(0).to_pylist() if v]

    def without_bytes(self, image: str) -> np.ndarray:
        """The rows whose image is not in the file, int64 (n,), ascending."""
        if self._file is not None and self._has_no_nulls(image):
            return np.zeros(0, np.int64)
        masks = [_is_empty(chunk) for chunk in self._chunks(image)]
        return np.flatnonzero(np.concatenate(masks)) if masks else np.zeros(0, np.int64)

    def paths(self, image: str) -> list[str]:
        """What each cell of an image column names as its file; "" for nothing."""
        if self._table is not None:
            cells = self._table.column(image).combine_chunks().field("path").to_pylist()
        else:
            # The field alone: with the struct all bytes of all images would be read.
            found = self._file.read(columns=[f"{image}.path"]).column(0)
            cells = [None if cell is None else cell["path"] for cell in found.to_pylist()]
        return [cell or "" for cell in cells]

    def _has_no_nulls(self, image: str) -> bool:
        """Whether the statistics of a Parquet file say so, which saves reading all images."""
        metadata = self._file.metadata
        for group in range(metadata.num_row_groups):
            found = metadata.row_group(group)
            for column in map(found.column, range(found.num_columns)):
                if column.path_in_schema not in (image, f"{image}.bytes"):
                    continue
                known = column.is_stats_set and column.statistics.has_null_count
                if not known or column.statistics.null_count:
                    return False
        return True

    def _chunks(self, image: str) -> Iterator[Any]:
        if self._table is not None:
            yield from self._table.column(image).chunks
            return
        # In small batches: a column of images may not fit in memory.
        for batch in self._file.iter_batches(batch_size=256, columns=[image]):
            yield batch.column(0)


def _is_empty(chunk: Any) -> np.ndarray:
    """Which cells hold no bytes, bool (n,)."""
    empty = np.asarray(chunk.is_null())
    if chunk.type.num_fields:
        # `flatten` and not `field`: it knows that what lies in an empty struct is empty too.
        at = chunk.type.get_field_index("bytes")
        empty |= np.asarray(chunk.flatten()[at].is_null())
    return empty
