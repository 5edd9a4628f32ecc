"""Finds the tables of a folder that describe its images."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name, shorten
from lnl_gui.dataset.readers.class_names.class_maps import is_class_list
from lnl_gui.dataset.readers.files.file_index import FileIndex, match_lost
from lnl_gui.dataset.readers.files.finder import FileFinder
from lnl_gui.dataset.readers.files.folder_names import SHELVES
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.places import files_in, folders_in
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.any_table import (
    OTHER_FORMS,
    is_plain_table,
    read_any_table,
)
from lnl_gui.dataset.readers.tables.column_names import LABEL_NAMES, SPECIAL_LABEL_NAMES
from lnl_gui.dataset.readers.tables.columns import (
    by_name,
    choose_columns,
    graded_noise,
    is_own_export,
)
from lnl_gui.dataset.readers.tables.tables import Table, beginning_only
from lnl_gui.store.split_names import canonical_split, split_in_name
from lnl_gui.util import file_types
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_USUAL_STEMS = frozenset(
    [
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
        "_classes",
        "_annotations",
    ]
)
_PEEK = 50
_LOOKED_AT = 1 << 23
"""Characters of a table that are read to see what it is; a hundred thousand rows and more."""


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
    """A table, and the split whose folder or name it bears ("" for none)."""

    path: Path
    split: str = ""


def find_tables(source: Path, options: ReaderOptions) -> list[TableFile]:
    """The tables in a folder, in its split folders, or in a folder for annotations.

    Raises:
        UserError: when several could be meant.
    """
    search = _Search(source, options)
    found = search.tables_in(source)
    if found:
        return found
    inside = folders_in(source)
    by_split = [
        TableFile(table.path, folder.name)
        for folder in inside
        if canonical_split(folder.name)
        for table in search.tables_in(folder)
    ]
    if by_split:
        return by_split
    for folder in inside:
        if folder.name.casefold() in SHELVES:
            found = search.tables_in(folder)
            if found:
                return found
    return []


class _Search:
    """Looks tables over; the images below the dataset are listed once, when first needed."""

    def __init__(self, source: Path, options: ReaderOptions) -> None:
        self._source = source
        self._options = options
        self._index: FileIndex | None = None

    def tables_in(self, folder: Path) -> list[TableFile]:
        """One of a usual name, those named after splits, or the only one.

        Raises:
            UserError: when several tables describe the images and nothing says which is meant.
        """
        files = files_in(folder)
        separated = [path for path in files if inner_suffix(path) in file_types.SEPARATED]
        others = [path for path in files if _may_be_table(path)]
        # The same table often lies there as Excel or JSON too; that is no choice to ask about.
        return self._chosen(folder, separated) or self._chosen(folder, others)

    def _chosen(self, folder: Path, files: Sequence[Path]) -> list[TableFile]:
        found = [path for path in files if not is_class_list(path)]
        usual = [path for path in found if _stem(path) in _USUAL_STEMS]
        splits = [path for path in found if split_in_name(_stem(path))]
        for group in (usual, splits, found):
            sure = group is not found or not _holds_class_folders(folder)
            good = [path for path in group if self._describes_images(path, sure=sure)]
            if group is splits and good:
                return [TableFile(path, _stem(path) if len(good) > 1 else "") for path in good]
            if len(good) == 1:
                return [TableFile(good[0])]
            if len(good) > 1:
                raise UnclearTable(folder, good)
        return []

    def _describes_images(self, file: Path, *, sure: bool) -> bool:
        """Whether a table's first rows name files that exist and a label column is in sight.

        Unless it is `sure` that a table is meant, the label column must have a usual name: a
        table beside class folders may hold captions or sizes.
        """
        try:
            table = self._read(file)
            if not table.columns:
                return False
            if is_own_export(table) and not self._options.label_column:
                return False  # what a curated export says of itself; its folders are the labels
            columns = choose_columns(table, self._options)
        except UserError as error:
            if sure and error.code == "no_values":
                raise
            # A choice that is not clear is the person's to make, no reason to read something else.
            return sure and error.code == "ambiguous_column" and self._names_files(file)
        names = (*LABEL_NAMES, *SPECIAL_LABEL_NAMES)
        graded = graded_noise(table, range(len(table.columns)))
        # Two columns of marks beside others may be flags, such as left and right.
        hot = len(columns.one_hot)
        marked = hot > 2 or (hot > 0 and hot + 1 == len(table.columns))
        named = marked or columns.label in [*by_name(table, names), *graded]
        told = self._options.label_column or self._options.annotator_columns
        if not (sure or named or told):
            return False
        return self._any_found([row[columns.path] for row in _peek(table)], file.parent)

    def _read(self, file: Path) -> Table:
        # It is read whole once it is chosen: a million rows take some 20 s.
        with beginning_only(_LOOKED_AT):
            return read_any_table(file, encoding=self._options.encoding)

    def _names_files(self, file: Path) -> bool:
        table = self._read(file)
        cells = [cell for row in _peek(table) for cell in row]
        return self._any_found(cells, file.parent)

    def _any_found(self, cells: Sequence[str], folder: Path) -> bool:
        root = self._options.image_root
        base = root or find_base(cells, folder, [])
        finder = FileFinder()
        if any(finder.exists(cell, base) for cell in cells):
            return True
        if self._index is None:
            self._index = FileIndex(root or self._source)
        named = [cell for cell in cells if cell.strip() and "\0" not in cell]
        found = match_lost(named, self._index, claimed=(), root_was_given=root is not None)
        return any(isinstance(hit, Path) for hit in found.values())


def _may_be_table(file: Path) -> bool:
    """Whether a file of another form than separated text may be read to see what it holds."""
    if inner_suffix(file) in OTHER_FORMS:
        return is_plain_table(file)
    return inner_suffix(file) == ".txt" and _stem(file) in _USUAL_STEMS


def _peek(table: Table) -> list[list[str]]:
    return table.rows[:: max(1, len(table.rows) // _PEEK)]


def _stem(file: Path) -> str:
    """The name without `.csv` or `.csv.gz`, in lower case."""
    plain = Path(file.stem) if inner_suffix(file) != file.suffix.lower() else file
    return plain.stem.lower()


def _holds_class_folders(folder: Path) -> bool:
    """Whether at least two folders inside hold images directly or one level down."""
    return sum(map(_holds_image, folders_in(folder))) >= 2


def _holds_image(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.is_dir() or is_image_name(entry.name) for entry in entries)
    except OSError:
        return False
