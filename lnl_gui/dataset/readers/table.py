"""A CSV or TSV file of paths and labels, alone or in a folder beside its images."""

import os
from pathlib import Path

from lnl_gui.dataset.listing import Listing, Skipped, is_image_name, shorten
from lnl_gui.dataset.readers.columns import (
    KNOWN_NAMES,
    LABEL_NAMES,
    TableColumns,
    annotator_names,
    choose_columns,
)
from lnl_gui.dataset.readers.finder import FileFinder
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.rows import LabelledPath, find_base, list_rows, table_rows
from lnl_gui.dataset.readers.scan import is_ignored
from lnl_gui.dataset.readers.tables import Table, read_table
from lnl_gui.dataset.splits import canonical_split
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "table"
SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".lst", ".list", ".dat")
USUAL_STEMS = [
    "labels",
    "label",
    "image_labels",
    "annotations",
    "annotation",
    "dataset",
    "data",
    "index",
    "train_labels",
    "images",
]

_PEEK = 50
_OWN_EXPORT = {"given_label", "current_label", "suspicion"}


def detects(source: Path, options: ReaderOptions) -> bool:
    """A file with a table's suffix, or a folder with one table whose paths are found."""
    if source.is_file():
        return source.suffix.lower() in SUFFIXES
    return source.is_dir() and bool(_tables_in(source, options))


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read a table, or the tables of a folder (`train.csv`, `test.csv` become its splits).

    Raises:
        UserError: when it cannot be read as one, or has no usable row.
    """
    files = [source] if source.is_file() else _tables_in(source, options)
    if not files:
        raise UserError(
            message(
                "`{source}` holds no table of paths and labels ({suffixes}).",
                source=source,
                suffixes=", ".join(SUFFIXES),
            ),
            message("Choose the table itself."),
            code="not_a_table",
        )
    rows: list[LabelledPath] = []
    skipped: list[Skipped] = []
    warnings: list[Message] = []
    annotators: list[str] = []
    if source.is_dir():
        warnings.append(
            message(
                "The labels were read from {files}.", files=shorten(file.name for file in files)
            )
        )
    for file in files:
        table = read_table(file, known_names=KNOWN_NAMES)
        columns = choose_columns(table, options)
        split = file.stem if len(files) > 1 else ""
        rows += rows_of(table, columns, file.parent, options, split=split)
        skipped += table.skipped
        annotators = annotator_names(table, columns)
        warnings += table.warnings
    root = source if source.is_dir() else source.parent
    return list_rows(
        root,
        NAME,
        rows,
        skipped=skipped,
        warnings=warnings,
        annotators=annotators,
        progress=progress,
    )


def rows_of(
    table: Table, columns: TableColumns, folder: Path, options: ReaderOptions, *, split: str = ""
) -> list[LabelledPath]:
    """The rows of a table with the folder their paths start from, found if not given."""
    base = options.image_root
    if base is None:
        base = find_base([row[columns.path] for row in table.rows], folder, table.warnings)
    return table_rows(table, columns, base, split=split)


def _tables_in(folder: Path, options: ReaderOptions) -> list[Path]:
    """Tables of a folder that describe its images: one of a usual name, splits, or the only one."""
    try:
        found = sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in SUFFIXES[:3] and path.is_file() and path.name[0] != "."
        )
    except OSError:
        return []
    usual = [path for path in found if path.stem.lower() in USUAL_STEMS]
    splits = [path for path in found if canonical_split(path.stem)]
    for group in (usual, splits, found):
        sure = group is not found or not _holds_class_folders(folder)
        good = [path for path in group if _describes_images(path, options, sure=sure)]
        if group is splits and good:
            return good
        if len(good) == 1:
            return good
        if len(good) > 1:
            raise UserError(
                message(
                    "`{folder}` holds several tables of images: {good}.",
                    folder=folder,
                    good=shorten(p.name for p in good),
                ),
                message("Choose one of them instead of the folder."),
                code="ambiguous_table",
            )
    return []


def _describes_images(file: Path, options: ReaderOptions, *, sure: bool) -> bool:
    """Whether the first rows of a table name files that exist and a label column is in sight.

    Unless it is `sure` that a table is meant, the label column must have a usual name: a table
    beside class folders may hold captions or sizes.
    """
    try:
        table = read_table(file, known_names=KNOWN_NAMES)
        if set(table.columns) >= _OWN_EXPORT and not options.label_column:
            return False  # what a curated export says of itself; its folders are the labels
        table.rows = table.rows[:_PEEK]
        columns = choose_columns(table, options)
    except UserError as error:
        # A choice that is not clear is the person's to make, not a reason to read something else.
        return sure and error.code == "ambiguous_column" and _names_files(file, options)
    named = bool(columns.one_hot) or table.columns[columns.label].casefold() in LABEL_NAMES
    if not (sure or named or options.label_column):
        return False
    return _any_found([row[columns.path] for row in table.rows], file.parent, options)


def _holds_class_folders(folder: Path) -> bool:
    """Whether at least two folders inside hold images directly or one level down."""
    try:
        inside = [p for p in folder.iterdir() if p.is_dir() and not is_ignored(p.name)]
        return sum(_holds_image(child) for child in inside) >= 2
    except OSError:
        return False


def _holds_image(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.is_dir() or is_image_name(entry.name) for entry in entries)
    except OSError:
        return False


def _names_files(file: Path, options: ReaderOptions) -> bool:
    table = read_table(file, known_names=KNOWN_NAMES)
    cells = [cell for row in table.rows[:_PEEK] for cell in row]
    return _any_found(cells, file.parent, options)


def _any_found(cells: list[str], folder: Path, options: ReaderOptions) -> bool:
    base = options.image_root or find_base(cells, folder, [])
    finder = FileFinder()
    return any(finder.exists(cell, base) for cell in cells)
