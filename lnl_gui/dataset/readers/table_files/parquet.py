"""Tables of paths and labels in Parquet, Feather and ORC.

pandas plays no part in the reading; a missing number that it wrote as NaN counts as an empty cell.
"""

import importlib
from pathlib import Path

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.located_rows import rows_of
from lnl_gui.dataset.readers.tables.records_table import table_of_objects
from lnl_gui.dataset.readers.tables.rows import list_rows
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.errors import UserError
from lnl_gui.util.files import file_types
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress

NAME = "parquet"
_MODULES = {
    **dict.fromkeys(file_types.PARQUET, "pyarrow.parquet"),
    **dict.fromkeys(file_types.FEATHER, "pyarrow.feather"),
    **dict.fromkeys(file_types.ORC, "pyarrow.orc"),
}


def detects(source: Path, options: ReaderOptions) -> bool:
    """A file with a suffix of one of these forms."""
    return source.is_file() and source.suffix.lower() in _MODULES


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read the file.

    Raises:
        UserError: when the file is none of these.
    """
    found = rows_of(read_parquet(source), source.parent, options)
    return list_rows(source.parent, NAME, found, search_root=options.image_root, progress=progress)


def read_parquet(source: Path) -> Table:
    """The file's flat columns as a table of text.

    Raises:
        UserError: when the file is none of these.
    """
    # Only this needs pyarrow, whose import takes a quarter of a second.
    pyarrow = importlib.import_module("pyarrow")
    module = importlib.import_module(_MODULES[source.suffix.lower()])
    try:
        objects = module.read_table(str(source)).to_pylist()
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise UserError(
            message(
                "`{source}` cannot be read as {kind}: {error}.",
                source=source,
                kind=source.suffix[1:],
                error=error,
            ),
            code="not_a_table",
        ) from error
    return table_of_objects(source, objects)
