"""The rows of a table, with the folder that their paths start from."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.files.finder import FileFinder
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.split_folders import all_found, split_folder
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.folder_columns import take_folders
from lnl_gui.dataset.readers.table_files.folder_rows import folder_rows
from lnl_gui.dataset.readers.table_files.linked_names import take_linked_names
from lnl_gui.dataset.readers.table_files.table_names import split_of_table
from lnl_gui.dataset.readers.tables.columns import TableColumns, choose_columns
from lnl_gui.dataset.readers.tables.rows import RowSet
from lnl_gui.dataset.readers.tables.split_columns import split_of_cell
from lnl_gui.dataset.readers.tables.table_rows import table_rows
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.dataset.readers.tools.annotated import ToolAnnotations, annotated_rows
from lnl_gui.dataset.readers.tools.automl import automl, is_automl
from lnl_gui.dataset.readers.tools.via import is_via_table, table_annotations
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.messages import message

_PEEK = 50


def rows_of(table: Table, folder: Path, options: ReaderOptions, *, split: str = "") -> RowSet:
    """The rows of a table with the folder their paths start from, found if not given."""
    # Tools first: VIA's `filename` would pass for any table's column of paths.
    if is_via_table(table):
        return _tool_rows(table, table_annotations(table), folder, options)
    if not options.concerns_table and is_automl(table):
        return _tool_rows(table, automl(table), folder, options)
    of_folders = folder_rows(table, options, split=split)
    if of_folders is not None:
        return of_folders
    plain = replace(table, warnings=[*table.warnings], suspicions=[*table.suspicions])
    columns = choose_columns(table, options)
    if _first_line_is_row(table, columns, folder, options):
        table = plain.without_header()
        columns = choose_columns(table, options)
    take_linked_names(table, columns.path, folder, options)
    base = options.image_root
    bases = split_bases(table, columns, folder) if base is None else {}
    named = options.path_column is not None
    if bases:
        return replace(_rows_by_split(table, columns, bases, split), path_is_named=named)
    take_folders(table, columns.path, folder, options)
    if base is None:
        cells = [row[columns.path] for row in table.rows]
        part = split or split_of_table(table.source)
        base = find_base(cells, folder, table.warnings, table.suspicions, part=part)
    return replace(table_rows(table, columns, base, split=split), path_is_named=named)


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


def split_bases(table: Table, columns: TableColumns, folder: Path) -> dict[str, Path]:
    """Where the paths of each split start, where the same names lie in the folders of several.

    The split is that of the row, or else that of the table's name (given as ""). Empty where the
    paths say it themselves, or where it remains open.
    """
    cells: dict[str, list[str]] = {}
    if columns.split >= 0:
        split_of = split_of_cell(table.columns[columns.split])
        for row in table.rows:
            cells.setdefault(split_of(row[columns.split]), []).append(row[columns.path])
        names = {split: split for split in cells}
    else:
        cells[""] = [row[columns.path] for row in table.rows]
        names = {"": split_of_table(table.source)}
    if not all(names.values()) or not table.rows:
        return {}
    if all_found(FileFinder(), [row[columns.path] for row in table.rows[:_PEEK]], folder):
        return {}
    found = {split: split_folder(cells[split], folder, name) for split, name in names.items()}
    bases = {split: base for split, base in found.items() if base is not None}
    return bases if len(bases) == len(found) else {}


def _rows_by_split(
    table: Table, columns: TableColumns, bases: Mapping[str, Path], split: str
) -> RowSet:
    """The rows, whose paths start from the folder of their split."""
    one = next(iter(bases.values()))
    found = table_rows(table, columns, one, split=split)
    if columns.split >= 0:
        found.rows = [replace(row, base=bases[row.split]) for row in found.rows]
    places = list(dict.fromkeys(bases.values()))
    if len(places) > 1:
        found.reading = replace(found.reading, image_root=None)
        said = message(
            "The paths were found in {folders}, by the split of each row.",
            folders=shorten(map(str, places)),
        )
    else:
        said = message("The paths were found in `{best}`, not beside the table.", best=one)
    found.warnings.append(said)
    return found


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
