"""The rows of a table, with the folder that their paths start from."""

from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.readers.files.finder import FileFinder
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.linked_names import take_linked_names
from lnl_gui.dataset.readers.tables.columns import TableColumns, choose_columns
from lnl_gui.dataset.readers.tables.rows import RowSet, table_rows
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.dataset.readers.tools.annotated import ToolAnnotations, annotated_rows
from lnl_gui.dataset.readers.tools.automl import automl, is_automl
from lnl_gui.dataset.readers.tools.via import is_via_table, table_annotations
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.messages import message


def rows_of(table: Table, folder: Path, options: ReaderOptions, *, split: str = "") -> RowSet:
    """The rows of a table with the folder their paths start from, found if not given."""
    # Tools first: VIA's `filename` would pass for any table's column of paths.
    if is_via_table(table):
        return _tool_rows(table, table_annotations(table), folder, options)
    if not options.concerns_table and is_automl(table):
        return _tool_rows(table, automl(table), folder, options)
    plain = replace(table, warnings=[*table.warnings], suspicions=[*table.suspicions])
    columns = choose_columns(table, options)
    if _first_line_is_row(table, columns, folder, options):
        table = plain.without_header()
        columns = choose_columns(table, options)
    take_linked_names(table, columns.path, folder, options)
    base = options.image_root
    if base is None:
        cells = [row[columns.path] for row in table.rows]
        base = find_base(cells, folder, table.warnings, table.suspicions)
    return table_rows(table, columns, base, split=split)


def _first_line_is_row(
    table: Table, columns: TableColumns, folder: Path, options: ReaderOptions
) -> bool:
    """Whether the line that became the header names an image and its class, as the others do."""
    if not table.first_line or columns.label < 0 or _names_columns(options):
        return False
    name = table.first_line[columns.path]
    cells = [name, *(row[columns.path] for row in table.rows)]
    base = options.image_root or find_base(cells, folder, [])
    if not FileFinder().exists(name, base):
        return False
    word = clean_label(table.first_line[columns.label])
    if any(clean_label(row[columns.label]) == word for row in table.rows):
        return True
    table.suspicions.append(
        message(
            "The first line of `{source}` was taken for its header, but `{name}` is an image. If"
            " the table has no header, put one above it, such as `path,label`.",
            source=table.source.name,
            name=name,
        )
    )
    return False


def _names_columns(options: ReaderOptions) -> bool:
    """Whether somebody called a column by its name, which then is one."""
    said = (
        *(options.path_column, options.label_column, options.split_column, options.group_column),
        *options.annotator_columns,
    )
    return any(name is not None and not name.strip().isdigit() for name in said)


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
