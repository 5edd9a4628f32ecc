"""Parquet files of paths and labels, read by pyarrow where that is installed.

pyarrow is no dependency, since few datasets need it and its wheel is over 40 MB. pandas plays no
part in the reading; a missing number that it wrote as NaN counts as an empty cell.
"""

import importlib
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.records_table import table_of_objects
from lnl_gui.dataset.readers.rows import list_rows
from lnl_gui.dataset.readers.table import rows_of
from lnl_gui.dataset.readers.tables import Table
from lnl_gui.util import file_types
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress

NAME = "parquet"


def detects(source: Path, options: ReaderOptions) -> bool:
    """A file with Parquet's suffix."""
    return source.is_file() and source.suffix.lower() in file_types.PARQUET


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read a Parquet file.

    Raises:
        UserError: when pyarrow is not installed or the file is not Parquet.
    """
    found = rows_of(read_parquet(source), source.parent, options)
    return list_rows(source.parent, NAME, found, search_root=options.image_root, progress=progress)


def read_parquet(source: Path) -> Table:
    """The file's flat columns as a table of text.

    Raises:
        UserError: when pyarrow is not installed or the file is not Parquet.
    """
    pyarrow_parquet = _engine(source)
    try:
        objects = pyarrow_parquet.read_table(str(source)).to_pylist()
    except (OSError, ValueError) as error:  # pyarrow's own errors derive from ValueError
        raise UserError(
            message("`{source}` cannot be read as Parquet: {error}.", source=source, error=error)
        ) from error
    return table_of_objects(source, objects)


def _engine(source: Path) -> Any:
    try:
        return importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise UserError(
            message(
                "`{source}` is a Parquet file, and reading those needs the package pyarrow.",
                source=source,
            ),
            message("Install it with `pip install pyarrow`, or save the table as CSV."),
            code="missing_package",
        ) from error
