"""Tables of paths and labels in Excel workbooks and SQLite databases."""

import importlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Listing, is_image_name, shorten
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.formulas import doubt_formulas
from lnl_gui.dataset.readers.table_files.located_rows import rows_of
from lnl_gui.dataset.readers.table_files.merged_cells import Area, fill_merged, has_merged_rows
from lnl_gui.dataset.readers.tables.column_names import (
    FOREIGN_LABEL_NAMES,
    KNOWN_NAMES,
    LABEL_NAMES,
    PATH_NAMES,
    SPLIT_NAMES,
    plain_name,
)
from lnl_gui.dataset.readers.tables.named_columns import by_name
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tables.rows import list_rows
from lnl_gui.dataset.readers.tables.tables import (
    Table,
    table_of_cells,
    unique_names,
    with_one_header,
)
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.errors import UserError
from lnl_gui.util.files import file_types
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

    Sheets of the same columns that are called after splits, `train` and `test`, are one table.

    Raises:
        UserError: when the file cannot be read or holds no such table.
    """
    sheets = dict(_sheets(source))
    filled = {name: table for name, table in sheets.items() if table.rows}
    if not filled:
        raise UserError(
            message("`{source}` is empty.", source=source),
            message("Choose a table with paths and labels."),
            code="no_images",
        )
    chosen = max(filled, key=lambda name: _likeness(filled[name].columns))
    parts = _parts(filled, chosen)
    names = filled[chosen].columns
    rows = [row for name in parts for row in _in_order(names, filled[name])]
    table = replace(filled[chosen], rows=rows)
    for name in parts:
        table.warnings += [said for said in filled[name].warnings if said not in table.warnings]
    if len(parts) > 1 and not by_name(table, SPLIT_NAMES):
        titles = [name for name in parts for _ in filled[name].rows]
        table.columns = [*names, SPLIT_NAMES[0]]
        table.rows = [[*row, title] for row, title in zip(rows, titles, strict=True)]
    table.beside = [
        replace(sheet, source=source / name) for name, sheet in filled.items() if name not in parts
    ]
    if source.suffix.lower() in file_types.EXCEL:
        doubt_formulas(table, parts)
    if len(filled) > len(parts):
        _say_unread(table, filled, parts)
    return table


def _parts(sheets: Mapping[str, Table], chosen: str) -> list[str]:
    """The chosen sheet, with those of the same columns that are called after other splits."""
    first = split_in_name(chosen)
    alike = [name for name, sheet in sheets.items() if _same_columns(sheet, sheets[chosen])]
    others = [name for name in alike if split_in_name(name) not in ("", first)]
    return [name for name in alike if name in (chosen, *others)] if first else [chosen]


def _same_columns(one: Table, other: Table) -> bool:
    return _plain_names(one) == _plain_names(other)


def _plain_names(sheet: Table) -> set[str]:
    return set(map(plain_name, sheet.columns))


def _in_order(names: Sequence[str], sheet: Table) -> Grid:
    """Rows with their cells in the order of the first sheet's columns."""
    if names == sheet.columns:
        return sheet.rows
    places = {plain_name(name): at for at, name in enumerate(sheet.columns)}
    at = [places.get(plain_name(name), -1) for name in names]
    return [[row[place] if place >= 0 else "" for place in at] for row in sheet.rows]


def _say_unread(table: Table, sheets: Mapping[str, Table], parts: Sequence[str]) -> None:
    """That sheets were left; a suspicion where these hold other rows of the same columns."""
    taken = {tuple(row) for name in parts for row in sheets[name].rows}
    alike = [
        name
        for name, sheet in sheets.items()
        if name not in parts
        and _same_columns(sheet, sheets[parts[0]])
        # A view of a database may show again what one of its tables holds.
        and not taken.issuperset(map(tuple, _in_order(sheets[parts[0]].columns, sheet)))
    ]
    if alike:
        table.suspicions.append(
            message(
                "Of the sheets of `{source}` only {chosen} was read; {alike} have the same columns."
                " Put all rows into one sheet, or call the sheets after the parts, such as train"
                " and test; or save the one that is meant as CSV and choose that.",
                source=table.source.name,
                chosen=shorten(parts),
                alike=shorten(alike),
            )
        )
        return
    table.warnings.append(
        message(
            "Of {sheets} `{chosen}` was read.",
            sheets=shorten(sheets),
            chosen=", ".join(parts),
        )
    )


def _likeness(head: Iterable[str]) -> int:
    """How much a header looks like one of paths and labels."""
    names = set(map(plain_name, head))
    return (
        2 * bool(names & set(PATH_NAMES))
        + 2 * bool(names & {*LABEL_NAMES, *FOREIGN_LABEL_NAMES})
        + bool(names & KNOWN_NAMES)
    )


def _sheets(source: Path) -> Iterator[tuple[str, Table]]:
    if source.suffix.lower() in file_types.EXCEL:
        return _workbook(source)
    return _database(source)


def _workbook(source: Path) -> Iterator[tuple[str, Table]]:
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
            grid = _grid(sheet.iter_rows(values_only=True), merged)
            if grid:
                yield sheet.title, table_of_cells(source, grid, KNOWN_NAMES)


def _database(source: Path) -> Iterator[tuple[str, Table]]:
    try:
        # Without `mode=ro` SQLite makes an empty file of a name that is not there.
        with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as connection:
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
            ).fetchall()
            for (name,) in tables:
                quoted = str(name).replace('"', '""')
                cursor = connection.execute(f'SELECT * FROM "{quoted}"')
                head = _texts(column[0] for column in cursor.description)
                yield str(name), _table(source, head, list(map(_texts, cursor)))
    except sqlite3.Error as error:
        raise _unreadable(source, error) from error


def _table(source: Path, head: list[str], rows: Grid) -> Table:
    """A table of a database, whose names may be the first row of a file that was taken into it."""
    if any(map(is_image_name, head)):
        return table_of_cells(source, [head, *rows], KNOWN_NAMES)
    return with_one_header(Table(source, unique_names(head), [row for row in rows if any(row)]))


def _grid(rows: Iterable[Iterable[Any]], merged: Iterable[Area] = ()) -> Grid:
    """The cells of a sheet; none where no row fills more than one, as of notes."""
    grid = list(map(_texts, rows))
    # A title above the table fills a single cell.
    start = next((at for at, row in enumerate(grid) if sum(map(bool, row)) > 1), len(grid))
    fill_merged(grid, merged, below=start)
    return grid if start < len(grid) else []


def _texts(cells: Iterable[Any]) -> list[str]:
    return [cell_text(cell).strip() for cell in cells]


def _unreadable(source: Path, error: Exception) -> UserError:
    return UserError(
        message("`{source}` cannot be read: {error}.", source=source, error=error),
        message("Save the table as CSV and open that."),
        code="not_a_table",
    )
