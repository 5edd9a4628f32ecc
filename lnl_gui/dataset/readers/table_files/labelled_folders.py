"""Tables that give whole folders a label: those of patients, videos or products."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.readers.class_names.class_maps import looked_at
from lnl_gui.dataset.readers.files.folder_names import SHELVES
from lnl_gui.dataset.readers.files.places import folders_in, homes
from lnl_gui.dataset.readers.folders.image_folders import ImageFolderIndex, folder_key, parent_of
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.table_names import is_called_labels
from lnl_gui.dataset.readers.tables.column_names import (
    FOREIGN_LABEL_NAMES,
    GROUP_NAMES,
    LABEL_NAMES,
    SPECIAL_LABEL_NAMES,
    plain_name,
)
from lnl_gui.dataset.readers.tables.columns import TableColumns, choose_columns, label_is_named
from lnl_gui.dataset.readers.tables.columns_found import UnclearColumns
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.class_names import is_number
from lnl_gui.util.errors import UserError

_SAMPLE = 200
_PEEK = 50
_FEWEST = 3
_ONCE = 0.9
"""Share of the rows that must be of different folders."""
_SOME = 0.5
_NEARLY_ALL = 0.8
"""Share of the rows that must name folders, and of the folders that must be named."""
_OF_CLASSES = frozenset(
    [
        *LABEL_NAMES,
        *FOREIGN_LABEL_NAMES,
        *SPECIAL_LABEL_NAMES,
        *("wnid", "synset", "class_code", "class_idx", "label_code", "code"),
    ]
)
"""Names of columns that list classes: what else stands in such a table is of the class."""
_OF_GROUPS = frozenset(
    [
        *("patient", "patientid", "subject", "subjectid", "person", "participant", "case", "study"),
        *("lesion", "slide", "individual", "animal", "plant", "specimen", "video", "clip", "scene"),
        *("sequence", "seq", "session", "burst", "product", "item", "sku", "object", "group"),
        *("folder", "folders", "directory", "dir", "path", "series", "scan", "exam", "stack"),
        *("patientin", "fall", "ordner", "pfad", "produkt", "proband"),
    ]
)
"""Words in the names of columns of patients, videos and products, and of folders themselves."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")
_COUNT = re.compile(r"(^|_)(num|n|nr|count|number|total|images|frames|slices|files|samples)(_|$)")


@dataclass(frozen=True)
class LabelledFolders:
    """What a table says of folders: the column that names them, and what the others are.

    `columns` is None where no label column is clear among `candidates`. `is_sure` says that the
    folders are probably no classes themselves, and the table can be read unasked.
    """

    column: int
    columns: TableColumns | None
    candidates: tuple[str, ...]
    is_sure: bool


class FolderTables:
    """Looks over tables for folders of images; these are listed once for each place."""

    def __init__(self) -> None:
        self._folders: dict[Path, ImageFolderIndex] = {}

    def folders_for(self, table: Table, root: Path | None = None) -> ImageFolderIndex:
        """The folders below the place that a table's cells start from."""
        place = root or _place_of(table.source)
        if place not in self._folders:
            self._folders[place] = ImageFolderIndex(place)
        return self._folders[place]

    def column_of(self, table: Table, options: ReaderOptions) -> int | None:
        """The column whose cells name folders with images, each about once; None for none.

        A table that names image files has none.
        """
        if not table.rows or _names_files(table):
            return None
        columns = [at for at in range(len(table.columns)) if _is_told(table, at, options)]
        near = _near_folders(options.image_root or _place_of(table.source))
        columns = [at for at in columns if _comes_once(table, at) and _may_name(table, at, near)]
        if not columns:
            return None
        folders = self.folders_for(table, options.image_root)
        shares = {at: _share_named(table, at, folders) for at in columns}
        best = max(columns, key=lambda at: shares[at])
        return best if shares[best] >= _SOME else None

    def look_at(self, table: Table, options: ReaderOptions) -> LabelledFolders | None:
        """What a table says of folders; None where it names none or describes classes."""
        at = self.column_of(table, options)
        if at is None:
            return None
        name = table.columns[at]
        if plain_name(name) in _OF_CLASSES:
            return None
        folders = self.folders_for(table, options.image_root)
        cells = {row[at].strip() for row in table.rows} - {""}
        told = bool(options.label_column or options.annotator_columns)
        is_group = _names_groups(name)
        coded = _are_codes(cells)
        try:
            columns = choose_columns(table, replace(options, path_column=name))
        except UserError as error:
            if error.code != "ambiguous_column" or not (is_group or coded):
                return None
            return LabelledFolders(at, None, _candidates(error), is_sure=False)
        if told:
            return LabelledFolders(at, columns, (), is_sure=True)
        is_named = label_is_named(table, columns) or is_called_labels(table.source)
        labels = [cell for row in table.rows if (cell := _label(row, columns))]
        if columns.label >= 0 and not _repeat(labels, is_sure=is_named and is_group):
            return None
        if labels and not is_named and _is_measure(table.columns[columns.label], labels):
            return None
        found = LabelledFolders(
            at,
            columns,
            (table.columns[columns.label],) if columns.label >= 0 else (),
            is_sure=(is_group or (coded and is_named))
            and _share_named(table, at, folders) >= _NEARLY_ALL
            and _share_covered(cells, folders) >= _NEARLY_ALL
            and not (not is_group and looked_at(table.source)),
        )
        is_doubtful = is_named or coded or not all(map(is_number, labels))
        return found if found.is_sure or is_doubtful else None


def _place_of(file: Path) -> Path:
    folder = file.parent
    return folder.parent if folder.name.casefold() in SHELVES else folder


def _names_files(table: Table) -> bool:
    """Whether most cells of a column end like images."""
    rows = table.rows[:: max(1, len(table.rows) // _PEEK)]
    return any(
        2 * sum(is_image_name(row[at].strip()) for row in rows) > len(rows)
        for at in range(len(table.columns))
    )


def _is_told(table: Table, at: int, options: ReaderOptions) -> bool:
    """Whether a column is the one of paths, where somebody said which, else any but the label."""
    name = (options.path_column or "").strip()
    if name:
        return name in (table.columns[at], str(at + 1))
    return table.columns[at] not in (options.label_column, options.split_column)


def _near_folders(place: Path) -> set[str]:
    """Names of the first hundred or so folders, as all readers list them."""
    return {folder_key(folder.name) for home in homes(place) for folder in folders_in(home)}


def _may_name(table: Table, at: int, near: set[str]) -> bool:
    """Whether a cell names one of these: to find all folders takes as long as all images."""
    return any(folder_key(row[at]) in near for row in table.rows)


def _comes_once(table: Table, at: int) -> bool:
    cells = [cell for row in table.rows if (cell := row[at].strip())]
    return len(set(cells)) >= max(_FEWEST, _ONCE * len(table.rows))


def _share_named(table: Table, at: int, folders: ImageFolderIndex) -> float:
    """Share of the rows that name folders which hold more than a picture of their name."""
    cells = [row[at] for row in table.rows[:: max(1, len(table.rows) // _SAMPLE)]]
    named = [cell for cell in cells if folders.named(cell)]
    if 2 * sum(map(folders.names_image, named)) > len(named):
        return 0.0
    return len(named) / len(cells)


def _share_covered(cells: set[str], folders: ImageFolderIndex) -> float:
    """Share of the folders beside the named ones that are named, themselves included."""
    named: dict[str, set[str]] = defaultdict(set)
    for cell in cells:
        for folder in folders.named(cell):
            named[parent_of(folder)].add(folder)
    beside = sum(len(folders.inside[parent]) for parent in named)
    return sum(map(len, named.values())) / max(1, beside)


def _names_groups(column: str) -> bool:
    """Whether a column is called after patients, videos, products or folders: `BraTS case id`."""
    words = {word.casefold() for word in _WORD.findall(column)}
    return plain_name(column) in GROUP_NAMES or not words.isdisjoint(_OF_GROUPS)


def _are_codes(names: set[str]) -> bool:
    """Whether nearly all names hold digits, as those of patients do, and those of few classes."""
    return sum(any(map(str.isdigit, name)) for name in names) >= _NEARLY_ALL * len(names)


def _label(row: Sequence[str], columns: TableColumns) -> str:
    return row[columns.label].strip() if columns.label >= 0 else ""


def _repeat(labels: Sequence[str], *, is_sure: bool) -> bool:
    """Whether folders share their labels; names of classes, one for each folder, do not."""
    distinct = len(set(labels))
    return distinct < len(labels) if is_sure else 1 < distinct <= len(labels) // 2


def _is_measure(column: str, labels: Sequence[str]) -> bool:
    return bool(_COUNT.search(plain_name(column))) and all(map(is_number, labels))


def _candidates(error: UserError) -> tuple[str, ...]:
    columns = error.columns if isinstance(error, UnclearColumns) else None
    return tuple(name for name, _ in columns.candidates) if columns is not None else ()
