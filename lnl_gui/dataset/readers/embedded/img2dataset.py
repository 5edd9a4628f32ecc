"""The Parquet file that img2dataset writes beside each shard, for what is not in the shard."""

import importlib
from pathlib import Path

from lnl_gui.dataset.listing import Skipped
from lnl_gui.util.files.file_there import is_file
from lnl_gui.util.messages import message

_STATUS, _KEY, _WHY = "status", "key", "error_message"
_SUCCESS = "success"


def failed_downloads(shard: Path, shown: str) -> list[Skipped]:
    """The samples that could not be downloaded, with the reason; none without such a file.

    Args:
        shard: the tar archive.
        shown: what people call it.
    """
    beside = shard.with_suffix(".parquet")
    if not is_file(beside):
        return []
    parquet = importlib.import_module("pyarrow.parquet")
    try:
        file = parquet.ParquetFile(str(beside))
        there = [name for name in (_KEY, _STATUS, _WHY) if name in file.schema_arrow.names]
        if not {_KEY, _STATUS} <= set(there):
            return []
        rows = file.read(columns=there).to_pylist()
    # pyarrow's errors are ones of these.
    except (OSError, ValueError) as error:
        reason = message("cannot be read: {reason}", reason=str(error)[:190])
        return [Skipped(f"{shown} ({beside.name})", reason)]
    return [
        Skipped(
            f"{shown}/{row[_KEY]}",
            message("not downloaded: {reason}", reason=str(row.get(_WHY) or row[_STATUS])[:190]),
        )
        for row in rows
        if row[_STATUS] != _SUCCESS
    ]
