"""Looks over the tables in a folder: which of them describe its images."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.names import split_suffix
from lnl_gui.dataset.readers.arrays.pixel_tables import holds_pixels_alone
from lnl_gui.dataset.readers.class_names.class_maps import is_class_list
from lnl_gui.dataset.readers.files.file_index import FileIndex, is_web, match_lost
from lnl_gui.dataset.readers.files.finder import FileFinder, FileNotUsable
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.near_names import files_of_numbers, near_files
from lnl_gui.dataset.readers.files.places import (
    files_in,
    folders_in,
    has_images,
    holds_class_folders,
    homes,
)
from lnl_gui.dataset.readers.files.split_folders import part_folders
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.any_table import (
    OTHER_FORMS,
    is_bare_table,
    is_plain_table,
    lists_of_parts,
    read_any_table,
)
from lnl_gui.dataset.readers.table_files.class_folders_beside import ClassFoldersBeside
from lnl_gui.dataset.readers.table_files.folder_columns import take_folders
from lnl_gui.dataset.readers.table_files.labelled_folders import FolderTables
from lnl_gui.dataset.readers.table_files.located_rows import split_bases
from lnl_gui.dataset.readers.table_files.main_folder import has_few_rows, main_folder
from lnl_gui.dataset.readers.table_files.seen_table import (
    SeenTable,
    TableFile,
    UnclearTable,
    name_of_image,
)
from lnl_gui.dataset.readers.table_files.table_names import (
    are_parts,
    is_called_labels,
    is_shelf_of_part,
    is_submission,
    is_usual,
    split_of_table,
)
from lnl_gui.dataset.readers.table_files.whole_tables import (
    is_rest_of,
    larger_of,
    whole_of,
    with_parts_of,
)
from lnl_gui.dataset.readers.tables.columns import TableColumns, choose_columns, label_is_named
from lnl_gui.dataset.readers.tables.label_columns import is_own_export
from lnl_gui.dataset.readers.tables.one_hot import is_marked
from lnl_gui.dataset.readers.tables.tables import Table, beginning_only
from lnl_gui.dataset.readers.tables.wide_tables import columns_that_may_name
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.class_names import is_number
from lnl_gui.util.errors import UserError
from lnl_gui.util.files import file_types

_PEEK = 50
_LOOKED_AT = 1 << 23
"""Characters of a table that are read to see what it is; a hundred thousand rows and more."""
_MOST_PARTS = 30
"""Folders with a table each that are looked at; more are classes."""


class TableSearch:
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

    def of_named(self) -> "TableSearch":
        """The same for tables alone whose column of labels is called one."""
        search = TableSearch(
            self._source, self._options, submissions=self._submissions, named_only=True
        )
        search._index, search._class_folders = self._index, self._class_folders
        return search

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
        """The tables of all folders with images, where each has its own with a column of labels.

        Folders that are named as parts of a dataset are its splits. One folder with all images, or
        beside few pictures of a program, is looked at as if it had been opened itself.

        Raises:
            UserError: when it is not clear which table or column of that one is meant.
        """
        places = [folder for folder in folders if any(map(has_images, homes(folder)))]
        if has_images(self._source) or len(places) > 1:
            main = main_folder(self._source, places)
            if has_images(self._source) and main is None:
                return []
            places = places if main is None else [main]
        parts = part_folders(places)
        found: list[TableFile] = []
        is_guess = len(places) == 1 and not self._named_only
        for place in places[:_MOST_PARTS]:
            search = TableSearch(
                place, self._options, submissions=self._submissions, named_only=not is_guess
            )
            try:
                inside = part_folders(folders_in(place)) if len(places) == 1 else []
                tables = search.tables_in(place) or search.tables_of_all(inside)
            except UserError:
                if is_guess and not search.has_class_folders:
                    raise
                return []
            if not tables:
                return []
            found += [replace(t, split=place.name) for t in tables] if place in parts else tables
        return found if len(places) <= _MOST_PARTS else []

    def seen_in_any(self, folders: Sequence[Path]) -> list[SeenTable]:
        """What is known of the tables in those of some folders that hold no images."""
        found = []
        for folder in folders[:_MOST_PARTS]:
            if any(map(has_images, homes(folder))):
                continue
            try:
                found += [table.seen for table in self.tables_in(folder) if table.seen]
            except UnclearTable as error:
                found += error.seen
            except UserError:
                continue
        return found

    def tables_of_shelves(self, folders: Sequence[Path]) -> list[TableFile]:
        """The tables in folders such as `Training_GroundTruth` and `Test_GroundTruth`.

        Of several each must be of a split of its own.
        """
        shelves = [
            folder
            for folder in folders
            if is_shelf_of_part(folder.name) and not any(map(has_images, homes(folder)))
        ]
        if not shelves or self.has_class_folders:
            return []
        found = [
            replace(table, split=folder.name if len(shelves) > 1 else table.split)
            for folder in shelves
            for table in self.tables_in(folder)
        ]
        splits = {split_in_name(table.split) for table in found}
        return found if len(found) == 1 or len(splits - {""}) == len(found) else []

    def tables_in(self, folder: Path) -> list[TableFile]:
        """One of a usual name, those named after splits, or the only one.

        Raises:
            UserError: when several tables describe the images and nothing says which is meant.
        """
        files = [f for f in files_in(folder) if is_submission(f) == self._submissions]
        separated = [
            path
            for path in files
            if inner_suffix(path) in file_types.SEPARATED or is_bare_table(path)
        ]
        # To look for names of files among a million pixels takes a minute.
        separated = [path for path in separated if not holds_pixels_alone(path)]
        others = [path for path in files if _may_be_table(path)]
        # Elsewhere lists of many columns tell of classes in folders.
        if has_images(folder) and not self.has_class_folders:
            others += lists_of_parts(path for path in files if path not in others)
        # The same table often lies there as Excel or JSON too; that is no choice to ask about.
        return self._chosen(folder, separated) or self._chosen(folder, others)

    def _chosen(self, folder: Path, files: Sequence[Path]) -> list[TableFile]:
        # A small part may have one image of each class, as a list of classes has.
        found = [path for path in files if split_of_table(path) or not is_class_list(path)]
        usual = [path for path in found if is_usual(path)]
        splits = [path for path in found if split_of_table(path)]
        guessed: list[SeenTable] = []
        for group in (usual, splits, found):
            good = [
                seen
                for path in group
                if (seen := self._look_at(path, sure=self._is_sure(path, folder, group is found)))
            ]
            if guessed:
                good = [seen for seen in good if seen.is_named and guessed[0].shares_most(seen)]
            if not good:
                continue
            if group is not splits and len(good) > 1:
                good = whole_of(good) or good
            if group is not splits and len(good) > 1:
                raise UnclearTable(folder, self._with_their_parts(good, found), good)
            if not any(seen.is_named for seen in good):
                guessed = good
                continue
            return self._beside_guesses(good, guessed, found)
        return self._with_parts(guessed, found) if guessed else []

    def _with_their_parts(self, good: Sequence[SeenTable], found: Sequence[Path]) -> list[Path]:
        """Tables of which one is meant, with those of the other parts: a choice shows them all."""
        meant = {seen.path for seen in good}
        return [
            path
            for path in found
            if path in meant
            or (
                any(are_parts(known, path) for known in meant)
                and self._look_at(path, sure=False) is not None
            )
        ]

    def _beside_guesses(
        self, good: Sequence[SeenTable], guessed: Sequence[SeenTable], found: Sequence[Path]
    ) -> list[TableFile]:
        """Tables with a column that is called a label, of names less usual than those of others.

        Among themselves they may have some without one: tables of what else is known.
        """
        named = [seen for seen in good if seen.is_named]
        rivals = [seen for seen in guessed if not any(map(seen.says_the_same, named))]
        if any(is_called_labels(seen.path) for seen in guessed):
            return self._with_parts(guessed, found, rivals=named if rivals else ())
        parts = [
            seen
            for seen in good
            if seen.is_named
            or (seen.column and any(are_parts(seen.path, other.path) for other in named))
        ]
        others = [seen for seen in good if seen not in parts]
        return self._with_parts(parts, found, others=others, rivals=rivals)

    def _is_sure(self, file: Path, folder: Path, by_chance: bool) -> bool:
        """Whether a table may be meant whose column of labels is not called one.

        One beside class folders may hold captions or sizes.
        """
        if self._named_only:
            return False
        if by_chance and holds_class_folders(folder):
            return False
        return is_called_labels(file) or not self.has_class_folders

    def _with_parts(
        self,
        good: Sequence[SeenTable],
        found: Sequence[Path],
        *,
        others: Sequence[SeenTable] = (),
        rivals: Sequence[SeenTable] = (),
    ) -> list[TableFile]:
        """The chosen tables, with those of the other parts of the dataset."""
        of_others = [s for s in others if s.column and not any(map(s.shares_most, good))]
        chosen, unread = list(good), [seen.path for seen in of_others]
        repeating: list[SeenTable] = []
        known = {seen.path for seen in (*good, *others, *rivals)}
        for path in found:
            if path in known:
                continue
            # Beside a table whose column is a guess that of another part is one too.
            is_alike = not good[0].is_named and are_parts(good[0].path, path)
            other = self._look_at(path, sure=is_alike)
            if other is None:
                repeating += self._without_named_column(path)
                continue
            is_new = not any(seen.names & other.names for seen in good)
            both = bool(split_of_table(good[0].path) and split_of_table(path))
            # Of two parts the images may have the same names, 1.png and so on, in two folders.
            is_part = are_parts(good[0].path, path) and (is_new or both)
            if len(good) == 1 and (is_part or (is_new and is_rest_of(good[0], other))):
                chosen.append(other)
            # One image of each class is a picture of the class: `Meta.csv` of GTSRB.
            elif is_new and other.labels_repeat:
                unread.append(path)
            elif not is_new:
                repeating.append(other)
        if len(chosen) == len(good) > 1:
            parts, chosen = chosen, larger_of(chosen, repeating) or chosen
            repeating = parts if chosen[0] not in parts else []
        self._refuse_joined(chosen, found)
        chosen.sort(key=lambda seen: found.index(seen.path))
        files = [
            TableFile(
                seen.path,
                split_of_table(seen.path) if len(chosen) > 1 else "",
                left_out=seen.left_out,
                seen=seen,
            )
            for seen in chosen
        ]
        passed_over = tuple(seen.path for seen in others if seen not in of_others)
        first = replace(
            files[0], unread=tuple(unread), passed_over=passed_over, rivals=tuple(rivals)
        )
        if len(files) == 1:
            is_told = bool(self._options.label_column)
            first = with_parts_of(first, chosen[0], repeating, is_told=is_told)
        return [first, *files[1:]]

    def _without_named_column(self, file: Path) -> list[SeenTable]:
        """A table of a part that has not the column that was named, and may say the split."""
        if not self._options.label_column or not split_of_table(file):
            return []
        search = TableSearch(self._source, replace(self._options, label_column=None))
        search._index, search._class_folders = self._index, self._class_folders
        found = search._look_at(file, sure=False)
        return [found] if found is not None else []

    def _refuse_joined(self, chosen: Sequence[SeenTable], found: Sequence[Path]) -> None:
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

    def _look_at(self, file: Path, *, sure: bool) -> SeenTable | None:
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
                return SeenTable(file, frozenset(), files, is_named=False) if files else None
            if error.code == "no_label_column" and self._any_named(file):
                self.without_labels.append(file)
            return None
        told = self._options.label_column or self._options.annotator_columns
        is_named = bool(told) or label_is_named(table, columns)
        if not (sure or is_named):
            return None
        files = self._files_by_split(table, columns)
        if not files:
            take_folders(table, columns.path, file.parent, self._options)
            files = self._files([row[columns.path] for row in _peek(table)], file.parent)
            # One number of a hundred rows says nothing; that of each row and each image does.
            files = files or self._files_of_numbers([row[columns.path] for row in table.rows])
        if not files or (not told and self._folders.outweigh(files, len(table.rows))):
            return None
        cells = frozenset(row[columns.path].strip() for row in table.rows)
        left_out = () if told else self._folders.left_out(files, len(table.rows))
        labels = {name_of_image(row[columns.path]): _label_in(row, columns) for row in table.rows}
        repeat = columns.label < 0 or len(set(labels.values())) < len(table.rows)
        chosen = [columns.label] if columns.label >= 0 else columns.one_hot
        named = ",".join(table.columns[at] for at in chosen)
        return SeenTable(
            file,
            cells,
            files,
            left_out,
            repeat,
            is_named,
            named,
            labels,
            has_splits=columns.split >= 0,
        )

    def _of_folders(self, table: Table) -> SeenTable | None:
        """What a table names that gives folders of images their labels."""
        found = self._folder_tables.look_at(table, self._options)
        if found is None or not found.is_sure:
            return None
        cells = frozenset(row[found.column].strip() for row in table.rows)
        return SeenTable(table.source, cells, (), names_folders=True)

    def _read(self, file: Path) -> Table:
        # It is read whole once it is chosen: a million rows take some 20 s.
        with beginning_only(_LOOKED_AT):
            return read_any_table(file, encoding=self._options.encoding)

    def _any_named(self, file: Path) -> tuple[str, ...]:
        """The files that a table names in any column; by numbers alone only if most rows do.

        Of what was counted some names an image by chance: 476 of `476.jpg`; of a few rows all may.
        """
        table = self._read(file)
        rows = _peek(table)
        found: tuple[str, ...] = ()
        for at in columns_that_may_name(len(table.columns), rows):
            cells = [row[at] for row in rows]
            named = self._files(cells, file.parent)
            counts = all(is_number(cell.strip()) for cell in cells)
            if counts and (2 * len(named) <= len(cells) or has_few_rows(table)):
                continue
            found += named
        return found

    def _files_by_split(self, table: Table, columns: TableColumns) -> tuple[str, ...]:
        """The files of a table's first rows, where the split says in which folder they lie."""
        root = self._options.image_root
        bases = {} if root else split_bases(table, columns, table.source.parent)
        cells = [row[columns.path] for row in _peek(table)]
        return tuple(dict.fromkeys(file for b in bases.values() for file in _found(cells, b)))

    def _files_of_numbers(self, cells: Sequence[str]) -> tuple[str, ...]:
        if self._index is None or not is_number(cells[0].strip() if cells else ""):
            return ()
        return tuple(map(str, files_of_numbers(cells, self._index).values()))

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


def _label_in(row: Sequence[str], columns: TableColumns) -> str:
    if columns.label >= 0:
        return row[columns.label].strip()
    return ",".join(str(at) for at in columns.one_hot if is_marked(row[at]))
