"""A file as a table, whatever form its suffix says it has."""

import importlib
from collections.abc import Iterable
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.table_files.parquet import read_parquet
from lnl_gui.dataset.readers.table_files.spreadsheet import read_sheet
from lnl_gui.dataset.readers.table_files.table_names import is_usual, split_of_table
from lnl_gui.dataset.readers.tables.class_columns import with_rows_of_images
from lnl_gui.dataset.readers.tables.column_names import KNOWN_NAMES, plain_name
from lnl_gui.dataset.readers.tables.delimited_text import DELIMITERS
from lnl_gui.dataset.readers.tables.tables import Table, read_table
from lnl_gui.dataset.readers.tools.camera_traps import with_common_names
from lnl_gui.dataset.readers.tools.json_text import json_table
from lnl_gui.util.files import file_types

OTHER_FORMS = (*file_types.JSON, *file_types.PARQUET, *file_types.EXCEL)
"""Forms besides separated text in which a table may lie beside the images."""
_HEAD = 1 << 12
_OTHER_TEXTS = tuple(suffix for suffix in file_types.TABLES if suffix not in file_types.SEPARATED)
_FEW = 6
_LARGEST = 1 << 29
"""Bytes of a file that is looked at unasked."""


def read_any_table(source: Path, *, encoding: str | None = None) -> Table:
    """The table in a file of separated text, JSON, Parquet or Excel.

    Raises:
        UserError: when it cannot be read as one.
    """
    return with_rows_of_images(_read(source, encoding))


def _read(source: Path, encoding: str | None) -> Table:
    suffix = inner_suffix(source)
    if suffix in file_types.JSON:
        return json_table(source, encoding=encoding)
    if suffix in file_types.PARQUET:
        return read_parquet(source)
    if suffix in file_types.EXCEL:
        return read_sheet(source)
    return with_common_names(read_table(source, known_names=KNOWN_NAMES, encoding=encoding))


def is_bare_table(source: Path) -> bool:
    """Whether a file without an ending is separated text: its first line has names of columns.

    Dataverse hands out `HAM10000_metadata` so.
    """
    if source.suffix:
        return False
    try:
        with source.open("rb") as stream:
            line = stream.readline(_HEAD).decode("utf-8-sig").strip()
    except (OSError, ValueError):
        return False
    names = max((line.split(sign) for sign in DELIMITERS), key=len)
    return len(names) > 1 and sum(plain_name(n.strip('"')) in KNOWN_NAMES for n in names) > 1


def lists_of_parts(files: Iterable[Path]) -> list[Path]:
    """Texts called after parts of a dataset whose lines have the name of an image among columns.

    None where there are many: `train_0001.txt` is what belongs to one image.
    """
    named = [
        file
        for file in files
        if inner_suffix(file) in _OTHER_TEXTS and split_of_table(file) and not is_usual(file)
    ]
    return [file for file in named if _has_names_in_columns(file)] if len(named) <= _FEW else []


def _has_names_in_columns(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            text = stream.read(_HEAD).decode("utf-8-sig", "replace")
    except OSError:
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    # The last line may end in the middle, and the first be a header.
    lines = lines[1:-1] or lines
    for sign in DELIMITERS:
        rows = [line.split(sign) for line in lines]
        named = sum(any(is_image_name(cell.strip()) for cell in row) for row in rows)
        if rows and min(map(len, rows)) > 1 and named == len(rows):
            return True
    return False


def is_plain_table(source: Path) -> bool:
    """Whether a file may be read to see what it holds: neither huge nor full of images."""
    try:
        if source.stat().st_size > _LARGEST:
            return False
        if source.suffix.lower() not in file_types.PARQUET:
            return True
        schema = importlib.import_module("pyarrow.parquet").read_schema(str(source))
    except (OSError, ValueError):  # what pyarrow raises is one of these
        return False
    types = importlib.import_module("pyarrow").types
    # Images lie in columns of bytes, or in structs with bytes.
    return not any(types.is_nested(f.type) or types.is_binary(f.type) for f in schema)
