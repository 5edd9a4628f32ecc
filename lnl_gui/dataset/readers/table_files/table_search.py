"""Finds the tables of a folder that describe its images."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name, shorten
from lnl_gui.dataset.names import split_suffix
from lnl_gui.dataset.readers.arrays.pixel_tables import holds_pixels_alone
from lnl_gui.dataset.readers.class_names.class_maps import is_class_list
from lnl_gui.dataset.readers.files.file_index import FileIndex, is_web, match_lost
from lnl_gui.dataset.readers.files.finder import FileFinder, FileNotUsable
from lnl_gui.dataset.readers.files.folder_names import SHELVES
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.near_names import near_files
from lnl_gui.dataset.readers.files.places import files_in, folders_in, has_images, homes
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.any_table import (
    OTHER_FORMS,
    is_plain_table,
    read_any_table,
)
from lnl_gui.dataset.readers.table_files.class_folders_beside import ClassFoldersBeside
from lnl_gui.dataset.readers.table_files.labelled_folders import FolderTables
from lnl_gui.dataset.readers.table_files.located_rows import split_bases
from lnl_gui.dataset.readers.table_files.table_names import (
    are_parts,
    is_called_labels,
    is_submission,
    is_usual,
    split_of_table,
)
from lnl_gui.dataset.readers.tables.columns import TableColumns, choose_columns, label_is_named
from lnl_gui.dataset.readers.tables.label_columns import is_own_export
from lnl_gui.dataset.readers.tables.tables import Table, beginning_only
from lnl_gui.dataset.readers.tables.wide_tables import columns_that_may_name
from lnl_gui.store.split_names import canonical_split
from lnl_gui.util import file_types
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_PEEK = 50
_LOOKED_AT = 1 << 23
"""Characters of a table that are read to see what it is; a hundred thousand rows and more."""
_MOST_PARTS = 30
"""Folders with a table each that are looked at; more are classes."""


class UnclearTable(UserError):
    """Several tables of a folder could be meant."""

    def __init__(self, folder: Path, files: Sequence[Path]) -> None:
        super().__init__(
            message(
                "`{folder}` holds several tables of images: {good}.",
                folder=folder,
                good=shorten(file.name for file in files),
            ),
            message("Choose one of them instead of the folder."),
            code="ambiguous_table",
        )
        self.files = list(files)


@dataclass(frozen=True)
class TableFile:
    """A table, and the split whose folder or name it bears ("" for none).

    `unread` are tables beside it whose labels are of other images, `left_out` class folders of
    which it names no image, and `is_submission` says that its labels are probably none.
    """

    path: Path
    split: str = ""
    unread: tuple[Path, ...] = ()
    is_submission: bool = False
    left_out: tuple[str, ...] = ()


def find_tables(source: Path, options: ReaderOptions) -> list[TableFile]:
    """The tables in a folder, in the folders inside it, or in a folder for annotations.

    One that is named like a submission to a competition counts where nothing else has labels.

    Raises:
        UserError: when several could be meant.
    """
    search = _Search(source, options)
    found = _found_anywhere(source, search)
    if found or search.has_class_folders:
        return found
    submissions = _found_anywhere(source, _Search(source, options, submissions=True))
    if submissions:
        return [replace(table, is_submission=True) for table in submissions]
    if not search.without_labels or options.class_names or ClassFoldersBeside(source, deep=True):
        return []
    # Nothing has labels: the table says so better than folders without any.
    return [TableFile(search.without_labels[0])]


def _found_anywhere(source: Path, search: "_Search") -> list[TableFile]:
    found = search.tables_in(source)
    if found:
        return found
    inside = folders_in(source)
    by_split = [
        replace(table, split=folder.name)
        for folder in inside
        if canonical_split(folder.name)
        for table in search.tables_in(folder)
    ]
    if by_split:
        return by_split
    by_folder = search.tables_of_all(inside)
    if by_folder:
        return by_folder
    for folder in inside:
        if folder.name.casefold() in SHELVES:
            found = search.tables_in(folder)
            if found:
                return found
    return []


@dataclass(frozen=True)
class _Seen:
    """A table that describes images: the cells of its column of paths, and some files they name.

    `left_out` are class folders of which it names no image. `names_folders` says that the cells
    are names of folders of images.
    """

    path: Path
    cells: frozenset[str]
    files: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    labels_repeat: bool = True
    names_folders: bool = False

    @cached_property
    def names(self) -> frozenset[str]:
        """The files' names: two tables may start their paths from different folders."""
        return frozenset(split_suffix(re.split(r"[/\\]", cell)[-1])[0] for cell in self.cells)


class _Search:
    """Looks tables over; the images below the dataset are listed once, when first needed."""

    def __init__(
        self,
        source: Path,
        options: ReaderOptions,
        *,
        submissions: bool = False,
        named_only: bool = False,
    ) -> None:
        self._source = source
        self._options = options
        self._submissions = submissions
        self._named_only = named_only
        self._index: FileIndex | None = None
        self._class_folders: ClassFoldersBeside | None = None
        self._folder_tables = FolderTables()
        self.without_labels: list[Path] = []
        """tables that name images and hold no labels"""

    @property
    def has_class_folders(self) -> bool:
        """Whether folders of the dataset may name the classes."""
        return bool(self._folders)

    @property
    def _folders(self) -> ClassFoldersBeside:
        if self._class_folders is None:
            self._class_folders = ClassFoldersBeside(self._source)
        return self._class_folders

    def tables_of_all(self, folders: Sequence[Path]) -> list[TableFile]:
        """The tables of all folders with images, where each has its own with a column of labels."""
        if has_images(self._source):
            return []
        places = [folder for folder in folders if any(map(has_images, homes(folder)))]
        found: list[TableFile] = []
        for place in places[:_MOST_PARTS]:
            search = _Search(place, self._options, submissions=self._submissions, named_only=True)
            try:
                tables = search.tables_in(place)
            except UserError:
                return []
            if not tables:
                return []
            found += tables
        return found if len(places) <= _MOST_PARTS else []

    def tables_in(self, folder: Path) -> list[TableFile]:
        """One of a usual name, those named after splits, or the only one.

        Raises:
            UserError: when several tables describe the images and nothing says which is meant.
        """
        files = [f for f in files_in(folder) if is_submission(f) == self._submissions]
        separated = [path for path in files if inner_suffix(path) in file_types.SEPARATED]
        # To look for names of files among a million pixels takes a minute.
        separated = [path for path in separated if not holds_pixels_alone(path)]
        others = [path for path in files if _may_be_table(path)]
        # The same table often lies there as Excel or JSON too; that is no choice to ask about.
        return self._chosen(folder, separated) or self._chosen(folder, others)

    def _chosen(self, folder: Path, files: Sequence[Path]) -> list[TableFile]:
        # A small part may have one image of each class, as a list of classes has.
        found = [path for path in files if split_of_table(path) or not is_class_list(path)]
        usual = [path for path in found if is_usual(path)]
        splits = [path for path in found if split_of_table(path)]
        for group in (usual, splits, found):
            good = [
                seen
                for path in group
                if (seen := self._look_at(path, sure=self._is_sure(path, folder, group is found)))
            ]
            if not good:
                continue
            if group is not splits and len(good) > 1:
                raise UnclearTable(folder, [seen.path for seen in good])
            return self._with_parts(good, found)
        return []

    def _is_sure(self, file: Path, folder: Path, by_chance: bool) -> bool:
        """Whether a table may be meant whose column of labels is not called one.

        One beside class folders may hold captions or sizes.
        """
        if self._named_only:
            return False
        if by_chance and _holds_class_folders(folder):
            return False
        return is_called_labels(file) or not self.has_class_folders

    def _with_parts(self, good: Sequence[_Seen], found: Sequence[Path]) -> list[TableFile]:
        """The chosen tables, with those of the other parts of the dataset."""
        chosen, unread = list(good), []
        for path in found:
            if any(path == seen.path for seen in good):
                continue
            other = self._look_at(path, sure=False)
            if other is None:
                continue
            is_new = not any(seen.names & other.names for seen in good)
            both = bool(split_of_table(good[0].path) and split_of_table(path))
            # Of two parts the images may have the same names, 1.png and so on, in two folders.
            if len(good) == 1 and are_parts(good[0].path, path) and (is_new or both):
                chosen.append(other)
            # One image of each class is a picture of the class: `Meta.csv` of GTSRB.
            elif is_new and other.labels_repeat:
                unread.append(path)
        self._refuse_joined(chosen, found)
        chosen.sort(key=lambda seen: found.index(seen.path))
        return [
            TableFile(
                seen.path,
                split_of_table(seen.path) if len(chosen) > 1 else "",
                tuple(unread) if seen is chosen[0] else (),
                left_out=seen.left_out,
            )
            for seen in chosen
        ]

    def _refuse_joined(self, chosen: Sequence[_Seen], found: Sequence[Path]) -> None:
        """Two tables that belong together: the one has ids and labels, the other ids and files.

        The ids may be names of other files by chance.

        Raises:
            UserError: when there is such a table.
        """
        others = [path for path in found if path in self.without_labels]
        for seen in chosen:
            if seen.names_folders or any(map(is_image_name, seen.cells)):
                continue
            for path in others:
                if self._names_by_id(path, seen.cells):
                    raise UnclearTable(path.parent, sorted([path, seen.path]))

    def _names_by_id(self, file: Path, ids: frozenset[str]) -> bool:
        """Whether a table gives ids files that are not called so."""
        for row in _peek(self._read(file)):
            names = {cell.strip() for cell in row if is_image_name(cell.strip())}
            stems = {split_suffix(os.path.split(name)[1])[0] for name in names}
            if names and any(cell in ids and cell not in stems for cell in map(str.strip, row)):
                return True
        return False

    def _look_at(self, file: Path, *, sure: bool) -> _Seen | None:
        """What a table names, where its first rows name files and a label column is in sight.

        Unless it is `sure` that a table is meant, the label column must have a usual name.
        """
        try:
            table = self._read(file)
            if not table.columns:
                return None
            if is_own_export(table) and not self._options.label_column:
                return None  # what a curated export says of itself; its folders are the labels
            if self._folder_tables.column_of(table, self._options) is not None:
                return self._of_folders(table)
            columns = choose_columns(table, self._options)
        except UserError as error:
            if sure and error.code == "no_values":
                raise
            # A choice that is not clear is the person's to make, no reason to read something else.
            if error.code == "ambiguous_column" and sure:
                files = self._any_named(file)
                return _Seen(file, frozenset(), files) if files else None
            if error.code == "no_label_column" and self._any_named(file):
                self.without_labels.append(file)
            return None
        told = self._options.label_column or self._options.annotator_columns
        if not (sure or told or label_is_named(table, columns)):
            return None
        files = self._files_by_split(table, columns) or self._files(
            [row[columns.path] for row in _peek(table)], file.parent
        )
        if not files or (not told and self._folders.outweigh(files, len(table.rows))):
            return None
        cells = frozenset(row[columns.path].strip() for row in table.rows)
        left_out = () if told else self._folders.left_out(files, len(table.rows))
        labels = [row[columns.label] for row in table.rows] if columns.label >= 0 else []
        repeat = not labels or len(set(labels)) < len(labels)
        return _Seen(file, cells, files, left_out, repeat)

    def _of_folders(self, table: Table) -> _Seen | None:
        """What a table names that gives folders of images their labels."""
        found = self._folder_tables.look_at(table, self._options)
        if found is None or not found.is_sure:
            return None
        cells = frozenset(row[found.column].strip() for row in table.rows)
        return _Seen(table.source, cells, (), names_folders=True)

    def _read(self, file: Path) -> Table:
        # It is read whole once it is chosen: a million rows take some 20 s.
        with beginning_only(_LOOKED_AT):
            return read_any_table(file, encoding=self._options.encoding)

    def _any_named(self, file: Path) -> tuple[str, ...]:
        table = self._read(file)
        rows = _peek(table)
        places = columns_that_may_name(len(table.columns), rows)
        return self._files([row[at] for row in rows for at in places], file.parent)

    def _files_by_split(self, table: Table, columns: TableColumns) -> tuple[str, ...]:
        """The files of a table's first rows, where the split says in which folder they lie."""
        root = self._options.image_root
        bases = {} if root else split_bases(table, columns, table.source.parent)
        cells = [row[columns.path] for row in _peek(table)]
        return tuple(dict.fromkeys(file for b in bases.values() for file in _found(cells, b)))

    def _files(self, cells: Sequence[str], folder: Path) -> tuple[str, ...]:
        """The files that are there of those that cells name."""
        root = self._options.image_root
        base = root or find_base(cells, folder, [])
        found = tuple(_found(cells, base))
        if found:
            return found
        if self._index is None:
            self._index = FileIndex(root or self._source)
        named = [cell for cell in cells if cell.strip() and "\0" not in cell]
        hits = match_lost(named, self._index, claimed=(), root_was_given=root is not None)
        files = tuple(str(hit) for hit in hits.values() if isinstance(hit, Path))
        here = {cell: base for cell in named if not is_web(cell)}
        return files or tuple(map(str, near_files(here, self._index, ()).files.values()))


def _found(cells: Iterable[str], base: Path) -> Iterable[str]:
    finder = FileFinder()
    for cell in cells:
        try:
            yield finder.find_text(cell, base)
        except FileNotUsable:
            continue


def _may_be_table(file: Path) -> bool:
    """Whether a file of another form than separated text may be read to see what it holds."""
    if inner_suffix(file) in OTHER_FORMS:
        return is_plain_table(file)
    return inner_suffix(file) == ".txt" and is_usual(file)


def _peek(table: Table) -> list[list[str]]:
    return table.rows[:: max(1, len(table.rows) // _PEEK)]


def _holds_class_folders(folder: Path) -> bool:
    """Whether at least two folders inside hold images directly or one level down."""
    return sum(map(_holds_image, folders_in(folder))) >= 2


def _holds_image(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.is_dir() or is_image_name(entry.name) for entry in entries)
    except OSError:
        return False
