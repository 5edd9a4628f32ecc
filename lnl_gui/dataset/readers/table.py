"""A CSV or TSV file of paths and labels, alone or in a folder beside its images."""

from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.annotated import Annotations, annotated_rows
from lnl_gui.dataset.readers.automl import automl, is_automl
from lnl_gui.dataset.readers.column_names import KNOWN_NAMES
from lnl_gui.dataset.readers.columns import choose_columns
from lnl_gui.dataset.readers.locate import find_base
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import table_reason
from lnl_gui.dataset.readers.rows import RowSet, list_rows, table_rows
from lnl_gui.dataset.readers.table_search import TableFile, find_tables
from lnl_gui.dataset.readers.tables import Table, read_table
from lnl_gui.dataset.readers.text_files import inner_suffix
from lnl_gui.dataset.readers.via import is_via_table, table_annotations
from lnl_gui.util import file_types
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress

NAME = "table"


def detects(source: Path, options: ReaderOptions) -> bool:
    """A file with a table's suffix, or a folder with one table whose paths are found."""
    if source.is_file():
        return inner_suffix(source) in file_types.TABLES
    return source.is_dir() and bool(find_tables(source, options))


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read a table, or the tables of a folder (`train.csv`, `test.csv` become its splits).

    Raises:
        UserError: when it cannot be read as one, or has no usable row.
    """
    files = [TableFile(source)] if source.is_file() else find_tables(source, options)
    if not files:
        raise UserError(
            message(
                "`{source}` holds no table of paths and labels ({suffixes}).",
                source=source,
                suffixes=", ".join(file_types.TABLES),
            ),
            message("Choose the table itself."),
            code="not_a_table",
        )
    found = RowSet()
    for file in files:
        table = read_table(file.path, known_names=KNOWN_NAMES, encoding=options.encoding)
        found.extend(rows_of(table, file.path.parent, options, split=file.split))
    why = table_reason([file.path for file in files], source, found.reading.columns)
    found.reading = replace(found.reading, why=why)
    root = source if source.is_dir() else source.parent
    return list_rows(
        root,
        NAME,
        found,
        search_root=options.image_root,
        whole_folder=source.is_dir(),
        progress=progress,
    )


def rows_of(table: Table, folder: Path, options: ReaderOptions, *, split: str = "") -> RowSet:
    """The rows of a table with the folder their paths start from, found if not given."""
    if is_via_table(table):
        return _tool_rows(table, table_annotations(table), folder, options)
    if not options.concerns_table and is_automl(table):
        return _tool_rows(table, automl(table), folder, options)
    columns = choose_columns(table, options)
    base = options.image_root
    if base is None:
        cells = [row[columns.path] for row in table.rows]
        base = find_base(cells, folder, table.warnings, table.suspicions)
    return table_rows(table, columns, base, split=split)


def _tool_rows(table: Table, found: Annotations, folder: Path, options: ReaderOptions) -> RowSet:
    paths = [image.path for image in found.images]
    base = options.image_root or find_base(paths, folder, table.warnings, table.suspicions)
    rows = annotated_rows(found, table.source, base, question=options.label_column)
    rows.warnings[:0] = table.warnings
    rows.suspicions += table.suspicions
    rows.skipped += table.skipped
    return rows
