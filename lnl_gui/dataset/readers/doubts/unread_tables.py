"""Tables that lie among class folders: what the folders' names say may not be what they say."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from lnl_gui.dataset.listing import Listing, Record, shorten
from lnl_gui.dataset.readers.doubts.unread_columns import (
    Pair,
    agree,
    alike_in_number,
    are_codes,
    called_labels,
    has_file_names,
    may_label,
    may_say_what_is_seen,
    one_to_one,
)
from lnl_gui.dataset.readers.doubts.unread_files import label_files, table_files
from lnl_gui.dataset.readers.files.file_index import FileIndex, match_lost
from lnl_gui.dataset.readers.files.finder import FileFinder, FileNotUsable
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import file_names
from lnl_gui.dataset.readers.table_files.any_table import read_any_table
from lnl_gui.dataset.readers.table_files.labelled_folders import FolderTables, LabelledFolders
from lnl_gui.dataset.readers.table_files.table_names import is_submission
from lnl_gui.dataset.readers.tables.columns import choose_columns, label_is_named
from lnl_gui.dataset.readers.tables.columns_found import sample_rows
from lnl_gui.dataset.readers.tables.label_columns import is_own_export
from lnl_gui.dataset.readers.tables.one_hot import is_marked
from lnl_gui.dataset.readers.tables.split_columns import guess_split
from lnl_gui.dataset.readers.tables.tables import Table, beginning_only
from lnl_gui.dataset.readers.tables.wide_tables import columns_that_may_name
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.errors import UserError
from lnl_gui.util.files import file_types
from lnl_gui.util.messages import Message, message

_LOOKED_AT = 1 << 20
_PEEK = 200
_MOST = 0.5
"""Share of the images that a table must name for one of its columns to hold their labels."""
_FEW_IMAGES = 12
_WIDEST = 50
"""Columns; a table of more that names no image holds what was computed of each."""


@dataclass
class _Tables:
    """The tables that name images of the dataset, by what they say of them."""

    without_labels: list[Path] = field(default_factory=list)
    of_parts: list[Path] = field(default_factory=list)
    """tables that say of images without a part which one they are in"""
    submissions: list[Path] = field(default_factory=list)
    agreeing: list[Path] = field(default_factory=list)
    predicted: set[str] = field(default_factory=set)
    """columns that a submission to a competition has to fill"""
    differing: list[Path] = field(default_factory=list)
    differing_pairs: list[Pair] = field(default_factory=list)
    unclear: list[tuple[Path, list[str]]] = field(default_factory=list)
    """tables that name most images, and their columns that may hold the labels"""
    as_many: list[tuple[Path, list[str]]] = field(default_factory=list)
    """tables that name no image and have a row for each"""
    of_files_not_found: list[tuple[Path, list[str]]] = field(default_factory=list)
    """tables of labels whose file names are none of the dataset, as those of another machine"""
    of_folders: list[tuple[Table, LabelledFolders]] = field(default_factory=list)
    """tables that may give the folders labels, which then are no classes themselves"""


def with_table_notes(listing: Listing, source: Path, options: ReaderOptions) -> Listing:
    """What was read from class folders, with the tables among them that were not read.

    One whose labels are or may be others than the folders' names is a suspicion, and so is a class
    alone where files lie that may hold the labels.
    """
    found = _looked_over(list(table_files(source)), listing, options)
    doubts = list(_doubts(found, source)) or list(_alone(listing, source))
    return replace(
        listing,
        warnings=[*listing.warnings, *_notes(found, source)],
        suspicions=[*listing.suspicions, *doubts],
    )


def _looked_over(files: list[Path], listing: Listing, options: ReaderOptions) -> _Tables:
    samples, folders = _Samples(listing), FolderTables()
    found = _Tables()
    for file in files:
        if is_submission(file):
            found.predicted |= _columns_after_the_first(file, options)
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
    # Together: where each folder has a table of its own, one alone has but one code.
    if are_codes(found.differing_pairs):
        found.agreeing += found.differing
        found.differing, found.differing_pairs = [], []
    return found


def _columns_after_the_first(file: Path, options: ReaderOptions) -> set[str]:
    try:
        with beginning_only(_LOOKED_AT):
            return set(read_any_table(file, encoding=options.encoding).columns[1:])
    except UserError:
        return set()


def _look_over(table: Table, samples: "_Samples", options: ReaderOptions, found: _Tables) -> None:
    rows = table.rows[:: max(1, len(table.rows) // _PEEK)]
    folder = table.source.parent
    path, label, is_label = -1, -1, False
    marks: tuple[int, ...] = ()
    try:
        columns = choose_columns(table, options)
        path, label, marks = columns.path, columns.label, columns.one_hot
        is_label = label_is_named(table, columns)
        named = samples.named([row[path] for row in rows], folder)
    except UserError:
        path, named = samples.named_by(rows, folder)
    # Labels 0 and 1, or the numbers of rows, may be names of a few files by chance.
    few = len({record.path for record in named if record}) < _MOST * len(named)
    if (few and _has_row_for_each(table, samples, found)) or not any(named):
        return

    def pairs_of(at: int) -> list[Pair]:
        cells = [clean_label(row[at]) if at >= 0 else _marked(table, row, marks) for row in rows]
        return [
            (record, cell) for record, cell in zip(named, cells, strict=True) if record is not None
        ]

    if is_submission(table.source):
        found.submissions.append(table.source)
    elif not is_label:
        candidates = may_label(table, path)
        # Whatever it is called: `hotel_id` is the label where a competition asks for it.
        wanted = [
            name
            for at, name in enumerate(table.columns)
            if at != path and name in found.predicted and not _agrees(pairs_of(at))
        ]
        if wanted and _names_most(table, pairs_of(path), len(rows), samples):
            found.unclear.append((table.source, wanted))
        elif any(_agrees(pairs_of(at)) for at in candidates):
            found.agreeing.append(table.source)
        elif candidates and _names_most(table, pairs_of(path), len(rows), samples):
            found.unclear.append((table.source, [table.columns[at] for at in candidates]))
        elif (texts := may_say_what_is_seen(table, path)) and _names_all_beside(
            table, pairs_of(path), len(rows), samples
        ):
            found.unclear.append((table.source, [table.columns[at] for at in texts]))
        elif samples.are_of_no_part and guess_split(table, sample_rows(table), {path}) >= 0:
            found.of_parts.append(table.source)
        else:
            found.without_labels.append(table.source)
    elif agree(pairs_of(label)):
        found.agreeing.append(table.source)
    else:
        found.differing.append(table.source)
        found.differing_pairs += pairs_of(label)


def _marked(table: Table, row: Sequence[str], marks: Sequence[int]) -> str:
    """The names of the columns that hold a mark in a row."""
    return ", ".join(table.columns[at] for at in marks if is_marked(row[at]))


def _agrees(pairs: Sequence[Pair]) -> bool:
    """Whether a column says what the folders say, by whatever names."""
    return agree(pairs) or one_to_one(pairs)


def _names_most(table: Table, named: Sequence[Pair], looked_at: int, samples: "_Samples") -> bool:
    share = len({record.path for record, _ in named}) / looked_at
    return share * _number_of_rows(table) >= _MOST * len(samples.records)


def _names_all_beside(
    table: Table, named: Sequence[Pair], looked_at: int, samples: "_Samples"
) -> bool:
    """Whether a table has a row for most images of the folder that it lies in."""
    share = len({record.path for record, _ in named}) / looked_at
    number = samples.number_below(table.source.parent)
    return number >= _FEW_IMAGES and share * _number_of_rows(table) >= _MOST * number


def _number_of_rows(table: Table) -> int:
    """The rows of a table of which only the beginning was read."""
    file = table.source
    try:
        if inner_suffix(file) not in file_types.TABLES or file.stat().st_size <= _LOOKED_AT:
            return len(table.rows)
        with file.open("rb") as stream:
            lines = sum(part.count(b"\n") for part in iter(lambda: stream.read(_LOOKED_AT), b""))
    except OSError:
        return len(table.rows)
    return max(len(table.rows), lines - table.has_header)


def _has_row_for_each(table: Table, samples: "_Samples", found: _Tables) -> bool:
    """Whether a table that does not name the images is about them all the same."""
    number = len(samples.records)
    if is_submission(table.source) or len(table.columns) > _WIDEST or number < _FEW_IMAGES:
        return False
    candidates = may_label(table)
    called = called_labels(table, candidates, samples.records)
    if called and has_file_names(table, called):
        found.of_files_not_found.append((table.source, [table.columns[at] for at in called]))
        return True
    if not candidates or abs(_number_of_rows(table) - number) > 1:
        return False
    # Any balanced design has equal counts, so they say nothing against a column called a label.
    if not called and any(alike_in_number(table, at, samples.records) for at in candidates):
        return False
    found.as_many.append((table.source, [table.columns[at] for at in candidates]))
    return True


class _Samples:
    """The samples by their files; those are listed anew only for tables of other machines."""

    def __init__(self, listing: Listing) -> None:
        self._root = listing.root
        self.records = listing.records
        self._records = {os.path.normcase(str(record.file)): record for record in listing.records}

    @cached_property
    def are_of_no_part(self) -> bool:
        """Whether the folders say of no image which part it is in."""
        return not any(record.split for record in self.records)

    def number_below(self, folder: Path) -> int:
        """How many samples lie in a folder and the folders inside it."""
        start = os.path.normcase(f"{folder}{os.sep}")
        return sum(file.startswith(start) for file in self._records)

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

    def named_by(
        self, rows: Sequence[Sequence[str]], folder: Path
    ) -> tuple[int, list[Record | None]]:
        """The column that names the most samples, and the sample in each row."""
        places = columns_that_may_name(len(rows[0]) if rows else 0, rows)
        named = self.named([row[at] for row in rows for at in places], folder)
        columns = {at: named[number :: len(places)] for number, at in enumerate(places)}
        best = max(places, key=lambda at: sum(map(bool, columns[at])), default=-1)
        return best, columns[best] if columns else []


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
    if found.of_parts:
        yield message(
            "Tables that say which part of the dataset (train, validation, test) each image is in,"
            " and were not read: {files}. All images are in one. To have the parts, put the images"
            " into folders of these names, or write one table with the columns `path`, `label` and"
            " `split`.",
            files=file_names(found.of_parts, source),
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
    for file, columns in found.unclear:
        yield message(
            "The folders were read as classes, but {file} names the images too, and {columns} may"
            " hold their labels. If so, choose the table itself, with --label-column; if the"
            " folders are the classes, say --reader class-folders.",
            file=file_names([file], source),
            columns=shorten(columns),
        )
    for file, columns in found.as_many:
        yield message(
            "The folders were read as classes, but {file} has a row for each image, and {columns}"
            " may hold their labels. No column names the images' files: if the labels are there,"
            " add a column `path` and choose the table itself; if the folders are the classes, say"
            " --reader class-folders.",
            file=file_names([file], source),
            columns=shorten(columns),
        )
    for file, columns in found.of_files_not_found:
        yield message(
            "The folders were read as classes, but {file} has labels in {columns} for image files"
            " of which hardly any was found here. If they are meant, mend the paths and choose the"
            " table itself; if the folders are the classes, say --reader class-folders.",
            file=file_names([file], source),
            columns=shorten(columns),
        )
    if not found.differing_pairs:
        return
    record, label = found.differing_pairs[0]
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


def _alone(listing: Listing, source: Path) -> Iterator[Message]:
    """A class alone, beside files that may hold the labels, is no class."""
    if len(listing.class_names) != 1:
        return
    files = label_files(source)
    if files:
        yield message(
            "All images lie in `{folder}`, which was read as their only class, and files that may"
            " hold their labels were not read: {files}. If one does, choose it itself, or write a"
            " table with the columns `path` and `label`; if `{folder}` is the class, say --reader"
            " class-folders.",
            folder=listing.class_names[0],
            files=file_names(files, source),
        )


def _others(table: Table, column: int) -> list[str]:
    return [name for at, name in enumerate(table.columns) if at != column]


def _shown(label: str) -> Message | str:
    return f"`{label}`" if label else message("no label")
