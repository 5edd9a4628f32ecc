"""A CSV or TSV file of paths and labels, alone or in a folder beside its images."""

from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import file_names, table_reason
from lnl_gui.dataset.readers.table_files.any_table import is_bare_table, read_any_table
from lnl_gui.dataset.readers.table_files.located_rows import rows_of
from lnl_gui.dataset.readers.table_files.seen_table import TableFile
from lnl_gui.dataset.readers.table_files.table_search import find_tables
from lnl_gui.dataset.readers.table_files.whole_tables import take_splits
from lnl_gui.dataset.readers.tables.rows import RowSet, list_rows
from lnl_gui.util.errors import UserError
from lnl_gui.util.files import file_types
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "table"


def detects(source: Path, options: ReaderOptions) -> bool:
    """A file with a table's suffix, or a folder with one table whose paths are found."""
    if source.is_file():
        return inner_suffix(source) in file_types.TABLES or is_bare_table(source)
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
        found.extend(_rows_in(file, options))
        found.warnings += _notes(file, source)
        found.suspicions += _doubts(file, source)
    paths = [path for file in files for path in (file.path, *(part.path for part in file.parts))]
    why = table_reason(paths, source, found.reading.columns)
    found.reading = replace(found.reading, why=why, files=tuple(paths))
    root = source if source.is_dir() else source.parent
    return list_rows(
        root,
        NAME,
        found,
        search_root=options.image_root,
        whole_folder=source.is_dir(),
        progress=progress,
    )


def _rows_in(file: TableFile, options: ReaderOptions) -> RowSet:
    # The table itself, as large as its rows, ends with this function.
    table = read_any_table(file.path, encoding=options.encoding)
    rows = rows_of(table, file.path.parent, options, split=file.split)
    if file.parts:
        take_splits(rows, file.parts, options)
    return rows


def _notes(file: TableFile, source: Path) -> list[Message]:
    """Which tables beside it were not read, or only for the splits."""
    found = []
    if file.passed_over:
        found.append(
            message(
                "Tables that name images, but have no column that is called a label, were not read:"
                " {files}. If one of them holds the labels, choose it itself, and the column with"
                " --label-column.",
                files=file_names(file.passed_over, source),
            )
        )
    if file.parts:
        found.append(
            message(
                "The splits come from {parts}: rows of `{file}` again, with the same labels.",
                parts=file_names([part.path for part in file.parts], source),
                file=_name(file.path, source),
            )
        )
    if file.undivided:
        found.append(
            message(
                "Tables that are called after parts of the dataset repeat images of `{file}`, and"
                " were not read: {files}. They are no single division of it. To have one of them,"
                " put its tables into a folder of their own, beside the images.",
                file=_name(file.path, source),
                files=file_names(file.undivided, source),
            )
        )
    return found


def _rival_doubts(file: TableFile, source: Path) -> list[Message]:
    """That another table may be meant, and how to say which is."""
    own = file.seen.column if file.seen else ""
    return [
        message(
            "The labels were taken from `{file}`, column {column}, but `{other}`, column"
            " {other_column}, names the same images and says something else. Say which column is"
            " meant: --label-column {column}, or --label-column {other_column}.",
            file=_name(file.path, source),
            column=own,
            other=_name(rival.path, source),
            other_column=rival.column,
        )
        if rival.column
        else message(
            "The labels were taken from `{file}`, column {column}, but `{other}` names the same"
            " images and may hold the labels too. If `{other}` is meant, choose it itself, and the"
            " column with --label-column; if not, say --label-column {column}.",
            file=_name(file.path, source),
            column=own,
            other=_name(rival.path, source),
        )
        for rival in file.rivals
    ]


def _name(file: Path, source: Path) -> str:
    """A table as seen from the folder that was opened."""
    return file.relative_to(source).as_posix() if file.is_relative_to(source) else file.name


def _doubts(file: TableFile, source: Path) -> list[Message]:
    """What makes it doubtful that the tables found in a folder are those that are meant."""
    found = _rival_doubts(file, source)
    if file.unread:
        found.append(
            message(
                "Tables beside `{file}` that hold labels of other images were not read: {unread}."
                " Put all rows into one table, or call the tables after the parts, such as"
                " labels_train.csv and labels_test.csv. If `{file}` alone is meant, choose it"
                " itself.",
                file=file.path.name,
                unread=file_names(file.unread, source),
            )
        )
    if file.is_submission:
        found.append(
            message(
                "`{file}` is named like a submission to a competition: what stands there are"
                " probably placeholders or predictions, not labels. If they are labels, choose the"
                " table itself.",
                file=file.path.name,
            )
        )
    if file.left_out:
        found.append(
            message(
                "`{file}` names no image of the folders {folders}, which are named like classes"
                " and were left out. If the folders are meant, say --reader class-folders; if the"
                " table is, choose it itself.",
                file=file.path.name,
                folders=shorten(file.left_out),
            )
        )
    return found
