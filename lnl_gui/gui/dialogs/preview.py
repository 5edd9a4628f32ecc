"""Preview of a dataset for the import dialog: first rows or folders, bounded in time."""

import codecs
import csv
import itertools
import os
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.util import file_types
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import message

OTHER_SUFFIXES = (*file_types.JSON, *file_types.BINARY_TABLES)
"""Tables that are read later but have no preview."""
_HEAD_BYTES = 65536
_MOST_ENTRIES = 2000
_DELIMITERS = ",;\t|"
_LABEL_NAMES = ("label", "given_label", "class", "category", "target", "class_name", "y")
_PATH_NAMES = ("path", "file", "filename", "file_name", "filepath", "image", "image_path", "name")
_SPLIT_NAMES = ("split", "subset", "partition", "fold", "set")


@dataclass(frozen=True)
class TablePreview:
    """The first rows of a table and the columns that look like label, path and split."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    label_column: str | None
    path_column: str | None
    split_column: str | None


@dataclass(frozen=True)
class FolderPreview:
    """Names of subfolders and tables, and whether there was more than was looked at."""

    folders: tuple[str, ...]
    tables: tuple[str, ...]
    cut_short: bool


def _decode(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore")
    try:
        # Not final: a character cut in half at the end is no reason to doubt UTF-8.
        return codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return head.decode("cp1252", errors="replace")


def _guess(columns: tuple[str, ...], names: tuple[str, ...]) -> str | None:
    plain = {column.strip().lower(): column for column in columns}
    return next((plain[name] for name in names if name in plain), None)


def preview_table(file: Path, *, rows: int = 8) -> TablePreview:
    """Read the first rows of a delimited text file.

    Raises:
        UserError: when the file cannot be read or holds no header.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as error:
        raise as_user_error(error, message("read the table")) from error
    lines = _decode(head).splitlines()
    if not lines or not lines[0].strip():
        raise UserError(
            message("{file} is empty.", file=file.name),
            message("Choose a table with a header and rows."),
        )
    delimiter = max(_DELIMITERS, key=lines[0].count)
    cells = list(itertools.islice(csv.reader(lines, delimiter=delimiter), rows + 1))
    columns = tuple(cells[0])
    return TablePreview(
        columns=columns,
        rows=tuple(tuple(row) for row in cells[1:]),
        label_column=_guess(columns, _LABEL_NAMES),
        path_column=_guess(columns, _PATH_NAMES),
        split_column=_guess(columns, _SPLIT_NAMES),
    )


def preview_folder(folder: Path) -> FolderPreview:
    """Look at the first entries of a folder, never at more than two thousand.

    Raises:
        UserError: when the folder cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            seen = list(itertools.islice(entries, _MOST_ENTRIES + 1))
    except OSError as error:
        raise as_user_error(error, message("read the folder")) from error
    visible = [entry for entry in seen[:_MOST_ENTRIES] if not entry.name.startswith(".")]
    tables = (*file_types.SEPARATED, *OTHER_SUFFIXES)
    return FolderPreview(
        folders=tuple(sorted(entry.name for entry in visible if entry.is_dir())),
        tables=tuple(
            sorted(entry.name for entry in visible if entry.name.lower().endswith(tables))
        ),
        cut_short=len(seen) > _MOST_ENTRIES,
    )
