"""Tables of paths and labels in Excel workbooks and SQLite databases."""

import importlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.located_rows import rows_of
from lnl_gui.dataset.readers.table_files.merged_cells import Area, fill_merged, has_merged_rows
from lnl_gui.dataset.readers.tables.column_names import (
    KNOWN_NAMES,
    LABEL_NAMES,
    PATH_NAMES,
    SPECIAL_LABEL_NAMES,
)
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tables.rows import list_rows
from lnl_gui.dataset.readers.tables.split_columns import plain_name
from lnl_gui.dataset.readers.tables.tables import Table, unique_names
from lnl_gui.util import file_types
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress

NAME = "spreadsheet"

Grid = list[list[str]]


def detects(source: Path, options: ReaderOptions) -> bool:
    """A file with the suffix of a workbook or a database."""
    return source.is_file() and source.suffix.lower() in (*file_types.EXCEL, *file_types.SQLITE)


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read the sheet, or the table, that looks most like paths and labels.

    Raises:
        UserError: when the file cannot be read or holds no such table.
    """
    found = rows_of(read_sheet(source), source.parent, options)
    return list_rows(source.parent, NAME, found, search_root=options.image_root, progress=progress)


def read_sheet(source: Path) -> Table:
    """The sheet, or the table of a database, that looks most like paths and labels.

    Raises:
        UserError: when the file cannot be read or holds no such table.
    """
    sheets = dict(_sheets(source))
    filled = {name: grid for name, grid in sheets.items() if len(grid) > 1}
    if not filled:
        raise UserError(
            message("`{source}` is empty.", source=source),
            message("Choose a table with paths and labels."),
            code="no_images",
        )
    chosen = max(filled, key=lambda name: _likeness(filled[name][0]))
    table = _table(source, filled[chosen])
    table.beside = [_table(source / name, grid) for name, grid in filled.items() if name != chosen]
    if source.suffix.lower() in file_types.EXCEL:
        _doubt_formulas(table, chosen)
    if len(filled) > 1:
        table.warnings.append(
            message("Of {sheets} `{chosen}` was read.", sheets=shorten(filled), chosen=chosen)
        )
    return table


def _doubt_formulas(table: Table, sheet: str) -> None:
    """Formulas whose values no program has stored count as empty cells.

    Raises:
        UserError: when a column of paths or labels holds nothing else.
    """
    empty = {at: sum(not row[at] for row in table.rows) for at in range(len(table.columns))}
    if not any(2 * count > len(table.rows) for count in empty.values()):
        return
    formulas = _formulas(table.source, sheet)
    for at, name in enumerate(table.columns):
        # The file with its values has no text in the cells that stay formulas in the other.
        count = min(formulas.get(at, 0), empty[at])
        if 2 * count <= len(table.rows):
            continue
        said = message(
            "Column `{column}` of `{source}` holds formulas whose values are not in the file:"
            " {count} cells.",
            column=name,
            source=table.source.name,
            count=count,
        )
        if plain_name(name) in {*PATH_NAMES, *LABEL_NAMES, *SPECIAL_LABEL_NAMES}:
            raise UserError(
                said,
                message("Open it in Excel or LibreOffice and save it, or save the table as CSV."),
                code="no_values",
            )
        table.warnings.append(said)


def _formulas(source: Path, sheet: str) -> Counter[int]:
    """How many cells of each column of a sheet are formulas."""
    openpyxl = importlib.import_module("openpyxl")
    with closing(openpyxl.load_workbook(source, read_only=True)) as book:
        return Counter(
            at
            for row in book[sheet].iter_rows()
            for at, cell in enumerate(row)
            if cell.data_type == "f"
        )


def _table(source: Path, grid: Grid) -> Table:
    head, *body = grid
    width = len(head)
    rows = [(row + [""] * width)[:width] for row in body if any(row)]
    return Table(source, unique_names(head), rows)


def _likeness(head: Iterable[str]) -> int:
    """How much a header looks like one of paths and labels."""
    names = {name.casefold().replace(" ", "_") for name in head}
    return (
        2 * bool(names & set(PATH_NAMES))
        + 2 * bool(names & set(LABEL_NAMES))
        + bool(names & KNOWN_NAMES)
    )


def _sheets(source: Path) -> Iterator[tuple[str, Grid]]:
    if source.suffix.lower() in file_types.EXCEL:
        return _workbook(source)
    return _database(source)


def _workbook(source: Path) -> Iterator[tuple[str, Grid]]:
    openpyxl = importlib.import_module("openpyxl")
    try:
        # Only a sheet that is read whole tells which of its cells are merged.
        stream = not has_merged_rows(source)
        # `data_only`: of a formula the value that Excel computed last, not its text.
        book = openpyxl.load_workbook(source, read_only=stream, data_only=True)
    except Exception as error:  # openpyxl raises whatever a damaged archive leads it to
        raise _unreadable(source, error) from error
    with closing(book):
        for sheet in book.worksheets:
            merged = () if stream else [area.bounds for area in sheet.merged_cells.ranges]
            yield sheet.title, _grid(sheet.iter_rows(values_only=True), merged)


def _database(source: Path) -> Iterator[tuple[str, Grid]]:
    try:
        # Without `mode=ro` SQLite makes an empty file of a name that is not there.
        with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as connection:
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
            ).fetchall()
            for (name,) in tables:
                quoted = str(name).replace('"', '""')
                cursor = connection.execute(f'SELECT * FROM "{quoted}"')
                head = [column[0] for column in cursor.description]
                yield str(name), _grid([head, *cursor])
    except sqlite3.Error as error:
        raise _unreadable(source, error) from error


def _grid(rows: Iterable[Iterable[Any]], merged: Iterable[Area] = ()) -> Grid:
    grid = [[cell_text(cell).strip() for cell in row] for row in rows]
    # A title above the table fills a single cell.
    start = next((at for at, row in enumerate(grid) if sum(map(bool, row)) > 1), len(grid))
    fill_merged(grid, merged, below=start)
    return grid[start:]


def _unreadable(source: Path, error: Exception) -> UserError:
    return UserError(
        message("`{source}` cannot be read: {error}.", source=source, error=error),
        message("Save the table as CSV and open that."),
        code="not_a_table",
    )
