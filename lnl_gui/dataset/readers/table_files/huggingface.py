"""Hugging Face `imagefolder`: images beside a `metadata.csv` or `metadata.jsonl`."""

from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.files.places import folders_in
from lnl_gui.dataset.readers.files.scan import is_ignored
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import table_reason
from lnl_gui.dataset.readers.table_files.class_folders_beside import ClassFoldersBeside
from lnl_gui.dataset.readers.table_files.parquet import read_parquet
from lnl_gui.dataset.readers.table_files.table_search import find_tables
from lnl_gui.dataset.readers.tables.column_names import KNOWN_NAMES
from lnl_gui.dataset.readers.tables.columns import TableColumns, choose_columns, label_is_named
from lnl_gui.dataset.readers.tables.rows import RowSet, list_rows
from lnl_gui.dataset.readers.tables.table_rows import table_rows
from lnl_gui.dataset.readers.tables.tables import Table, read_table
from lnl_gui.dataset.readers.tools.json_text import read_lines
from lnl_gui.store.dataset.split_names import WITHOUT_SPLIT, is_part_folder, is_part_name
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file, is_folder
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress

NAME = "huggingface"
_FILES = ("metadata.csv", "metadata.jsonl", "metadata.parquet")
_FILE_NAME = "file_name"
_PLAIN = frozenset({"data", "images", WITHOUT_SPLIT})
"""Folders that say no part."""


def detects(source: Path, options: ReaderOptions) -> bool:
    """A folder with a metadata file that names files and holds a label.

    Captions and boxes come in metadata files too; without a label column the folder is read by
    its class folders instead. Beside these the column must be called one.
    """
    if not source.is_dir():
        return False
    files = _metadata_files(source)
    # Only then: without a metadata file the folders need not be looked at.
    beside = bool(files) and bool(ClassFoldersBeside(source))
    if any(_has_labels(file, options, named_only=True) for file in files):
        return True
    guessed = not beside and any(_has_labels(file, options) for file in files)
    return guessed and not _labels_elsewhere(source, files, options)


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read every metadata file in the folder and in its split folders.

    Raises:
        UserError: when no metadata file holds a label, or no row can be used.
    """
    found = RowSet()
    files = _metadata_files(source)
    if not files:
        names = ", ".join(_FILES)
        raise UserError(
            message("`{source}` holds no metadata file ({names}).", source=source, names=names),
            code="not_a_table",
        )
    for file in files:
        table = _read(file, options.encoding)
        columns = _choose(table, options)
        # `file_name` starts from the metadata's own folder, and samples are named from the root.
        prefix = file.parent.relative_to(source).as_posix() + "/" if file.parent != source else ""
        base = options.image_root or source
        split = _split_of(file, source)
        found.extend(table_rows(table, columns, base, prefix=prefix, split=split))
    why = table_reason(files, source, found.reading.columns)
    found.reading = replace(found.reading, why=why, files=tuple(files), image_root=None)
    return list_rows(
        source,
        NAME,
        found,
        search_root=options.image_root,
        whole_folder=True,
        progress=progress,
    )


def _metadata_files(source: Path) -> list[Path]:
    """At the root, and one or two folders down (`train/`, `data/train/`)."""
    folders = [source]
    for _ in range(2):
        found = _first_file(folders)
        if found:
            return found + _beside(found, source)
        folders = [child for folder in folders for child in _split_like(folder)]
    return _first_file(folders)


def _beside(found: list[Path], source: Path) -> list[Path]:
    """The metadata in folders beside those of parts: a part too, whatever its name."""
    around = {file.parent.parent for file in found if is_part_folder(file.parent.name)}
    known = {file.parent for file in found}
    inside = [f for place in sorted(around) for f in folders_in(place) if f not in known]
    return _first_file(inside) if source not in known else []


def _first_file(folders: list[Path]) -> list[Path]:
    found = []
    for folder in folders:
        # One a folder: `datasets` lets a folder have the same metadata in several forms.
        found += [folder / name for name in _FILES if is_file(folder / name)][:1]
    return found


def _split_like(folder: Path) -> list[Path]:
    try:
        return sorted(
            child
            for child in folder.iterdir()
            if not is_ignored(child.name)
            and (is_part_folder(child.name) or child.name.lower() in _PLAIN)
            and is_folder(child)
        )
    except OSError:
        return []


def _read(file: Path, encoding: str | None) -> Table:
    if file.suffix == ".csv":
        return read_table(file, known_names=KNOWN_NAMES, encoding=encoding)
    return read_lines(file) if file.suffix == ".jsonl" else read_parquet(file)


def _choose(table: Table, options: ReaderOptions) -> TableColumns:
    return choose_columns(table, options)


def _labels_elsewhere(source: Path, files: list[Path], options: ReaderOptions) -> bool:
    """Whether another table has a column that is called a label, as no metadata file has."""
    try:
        tables = find_tables(source, options)
    except UserError:
        return False
    return any(t.path not in files and t.seen is not None and t.seen.is_named for t in tables)


def _has_labels(file: Path, options: ReaderOptions, *, named_only: bool = False) -> bool:
    try:
        table = _read(file, options.encoding)
        if _FILE_NAME not in table.columns:
            return False
        columns = _choose(table, options)
    except UserError as error:
        is_unclear = error.code == "ambiguous_column" and options.label_column is None
        return is_unclear and not named_only
    told = options.label_column or options.annotator_columns
    return not named_only or bool(told) or label_is_named(table, columns)


def _split_of(file: Path, source: Path) -> str:
    parts = file.parent.relative_to(source).parts
    named = next((part for part in parts if is_part_name(part)), "")
    return named or next((part for part in parts[-1:] if part.lower() not in _PLAIN), "")
