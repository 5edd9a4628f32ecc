"""The rows of a table, with the folder that their paths start from."""

from pathlib import Path

from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.linked_names import take_linked_names
from lnl_gui.dataset.readers.tables.columns import choose_columns
from lnl_gui.dataset.readers.tables.rows import RowSet, table_rows
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.dataset.readers.tools.annotated import ToolAnnotations, annotated_rows
from lnl_gui.dataset.readers.tools.automl import automl, is_automl
from lnl_gui.dataset.readers.tools.via import is_via_table, table_annotations


def rows_of(table: Table, folder: Path, options: ReaderOptions, *, split: str = "") -> RowSet:
    """The rows of a table with the folder their paths start from, found if not given."""
    # Tools first: VIA's `filename` would pass for any table's column of paths.
    if is_via_table(table):
        return _tool_rows(table, table_annotations(table), folder, options)
    if not options.concerns_table and is_automl(table):
        return _tool_rows(table, automl(table), folder, options)
    columns = choose_columns(table, options)
    take_linked_names(table, columns.path, folder, options)
    base = options.image_root
    if base is None:
        cells = [row[columns.path] for row in table.rows]
        base = find_base(cells, folder, table.warnings, table.suspicions)
    return table_rows(table, columns, base, split=split)


def _tool_rows(
    table: Table, found: ToolAnnotations, folder: Path, options: ReaderOptions
) -> RowSet:
    paths = [image.path for image in found.images]
    base = options.image_root or find_base(paths, folder, table.warnings, table.suspicions)
    rows = annotated_rows(found, table.source, base, question=options.label_column)
    rows.warnings[:0] = table.warnings
    rows.suspicions += table.suspicions
    rows.skipped += table.skipped
    return rows
