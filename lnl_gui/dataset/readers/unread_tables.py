"""Tables that lie among class folders: what the folders' names say may not be what they say."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from lnl_gui.dataset.listing import Listing, Record, shorten
from lnl_gui.dataset.readers.class_names.class_maps import is_class_list
from lnl_gui.dataset.readers.files.file_index import FileIndex, match_lost
from lnl_gui.dataset.readers.files.finder import FileFinder, FileNotUsable
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.own_files import is_own_folder
from lnl_gui.dataset.readers.files.places import files_in, homes
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import file_names
from lnl_gui.dataset.readers.table_files.any_table import is_plain_table, read_any_table
from lnl_gui.dataset.readers.table_files.labelled_folders import FolderTables, LabelledFolders
from lnl_gui.dataset.readers.table_files.table_names import is_submission
from lnl_gui.dataset.readers.tables.columns import choose_columns, label_is_named
from lnl_gui.dataset.readers.tables.label_columns import is_own_export
from lnl_gui.dataset.readers.tables.tables import Table, beginning_only
from lnl_gui.util import file_types
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

_FORMS = (*file_types.SEPARATED, *file_types.EXCEL, *file_types.PARQUET)
_MOST_FILES = 60
_LOOKED_AT = 1 << 20
_PEEK = 200
_NO_LABELS = ("no_label_column", "ambiguous_column")
_AGREEING = 0.5
"""Share of labels that must be those of the folders for a table to say the same, errors apart."""


@dataclass
class _Tables:
    """The tables that name images of the dataset, by what they say of them."""

    without_labels: list[Path] = field(default_factory=list)
    submissions: list[Path] = field(default_factory=list)
    agreeing: list[Path] = field(default_factory=list)
    differing: list[Path] = field(default_factory=list)
    example: tuple[Record, str] | None = None
    of_folders: list[tuple[Table, LabelledFolders]] = field(default_factory=list)
    """tables that may give the folders labels, which then are no classes themselves"""


def with_table_notes(listing: Listing, source: Path, options: ReaderOptions) -> Listing:
    """What was read from class folders, with the tables among them that were not read.

    One whose labels are others than the folders' names is a suspicion.
    """
    files = list(_table_files(source))
    if not files:
        return listing
    found = _looked_over(files, listing, options)
    return replace(
        listing,
        warnings=[*listing.warnings, *_notes(found, source)],
        suspicions=[*listing.suspicions, *_doubts(found, source)],
    )


def _table_files(source: Path) -> Iterator[Path]:
    number = 0
    for home in homes(source):
        files = files_in(home)
        wanted = [file for file in files if inner_suffix(file) in _FORMS]
        if not wanted or is_own_folder(home, {file.name for file in files}):
            continue
        for file in wanted:
            number += 1
            if number > _MOST_FILES:
                return
            if is_plain_table(file) and not is_class_list(file):
                yield file


def _looked_over(files: list[Path], listing: Listing, options: ReaderOptions) -> _Tables:
    samples, folders = _Samples(listing), FolderTables()
    found = _Tables()
    for file in files:
        try:
            with beginning_only(_LOOKED_AT):
                table = read_any_table(file, encoding=options.encoding)
            if not table.columns or is_own_export(table):
                continue
            of_folders = None if is_submission(file) else folders.look_at(table, options)
            if of_folders is not None:
                found.of_folders.append((table, of_folders))
            else:
                _look_over(table, samples, options, found)
        except UserError:
            continue  # no table, or none that could be read
    return found


def _look_over(table: Table, samples: "_Samples", options: ReaderOptions, found: _Tables) -> None:
    rows = table.rows[:: max(1, len(table.rows) // _PEEK)]
    folder = table.source.parent
    try:
        columns = choose_columns(table, options)
    except UserError as error:
        cells = [cell for row in rows for cell in row]
        if error.code in _NO_LABELS and any(samples.named(cells, folder)):
            found.without_labels.append(table.source)
        return
    named = samples.named([row[columns.path] for row in rows], folder)
    pairs = [
        (record, clean_label(row[columns.label]))
        for record, row in zip(named, rows, strict=True)
        if record is not None
    ]
    if not pairs:
        return
    if is_submission(table.source):
        found.submissions.append(table.source)
    elif not label_is_named(table, columns):
        found.without_labels.append(table.source)
    elif columns.label >= 0 and _agree(pairs):
        found.agreeing.append(table.source)
    else:
        found.differing.append(table.source)
        found.example = found.example or (pairs[0][0], pairs[0][1] if columns.label >= 0 else "")


def _agree(pairs: list[tuple[Record, str]]) -> bool:
    """Whether most labels are the names of the folders, or the last parts of these."""
    same = sum(
        label.casefold() in (record.label.casefold(), record.label.rpartition("/")[2].casefold())
        for record, label in pairs
    )
    return same >= _AGREEING * len(pairs)


class _Samples:
    """The samples by their files; those are listed anew only for tables of other machines."""

    def __init__(self, listing: Listing) -> None:
        self._root = listing.root
        self._records = {os.path.normcase(str(record.file)): record for record in listing.records}

    @cached_property
    def _index(self) -> FileIndex:
        return FileIndex(self._root)

    def named(self, cells: list[str], folder: Path) -> list[Record | None]:
        """The sample that each cell of a table in that folder names."""
        base, finder = find_base(cells, folder, []), FileFinder()
        files = [_found(finder, cell, base) for cell in cells]
        if not any(files):
            sought = [cell for cell in cells if cell.strip() and "\0" not in cell]
            hits = match_lost(sought, self._index, claimed=(), root_was_given=False)
            files = [str(hits.get(cell, "")) for cell in cells]
        return [self._records.get(os.path.normcase(file)) for file in files]


def _found(finder: FileFinder, cell: str, base: Path) -> str:
    try:
        return finder.find_text(cell, base)
    except FileNotUsable:
        return ""


def _notes(found: _Tables, source: Path) -> Iterator[Message]:
    if found.without_labels:
        yield message(
            "Tables that name images, but have no column that is clearly the label: {files}. The"
            " folders name the classes. If a table holds the labels, choose it itself, and the"
            " column with --label-column.",
            files=file_names(found.without_labels, source),
        )
    if found.submissions:
        yield message(
            "Named like a submission to a competition, and not read: {files}. What stands there"
            " are placeholders or predictions.",
            files=file_names(found.submissions, source),
        )
    if found.agreeing:
        yield message(
            "Tables that say much the same as the folders, and were not read: {files}.",
            files=file_names(found.agreeing, source),
        )


def _doubts(found: _Tables, source: Path) -> Iterator[Message]:
    yield from (_of_folders(table, said, source) for table, said in found.of_folders)
    if found.example is None:
        return
    record, label = found.example
    yield message(
        "The folders were read as classes, and tables with labels were not read: {files}. Of"
        " `{path}` they say {label}, the folders {folder}. If the table is meant, choose it"
        " itself; if the folders are, say --reader class-folders.",
        files=file_names(found.differing, source),
        path=record.path,
        label=_shown(label),
        folder=_shown(record.label),
    )


def _of_folders(table: Table, found: LabelledFolders, source: Path) -> Message:
    return message(
        "The folders were read as classes, but column `{column}` of {file} names them, and {others}"
        " may hold their labels. If they are patients, videos or the like, choose the table itself,"
        " with --label-column; if they are the classes, say --reader class-folders.",
        column=table.columns[found.column],
        file=file_names([table.source], source),
        others=shorten(found.candidates or _others(table, found.column)),
    )


def _others(table: Table, column: int) -> list[str]:
    return [name for at, name in enumerate(table.columns) if at != column]


def _shown(label: str) -> Message | str:
    return f"`{label}`" if label else message("no label")
