"""Class folders that a table or label file overrules: which of the two is meant may be in doubt."""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from lnl_gui.dataset.listing import Listing, Record, shorten
from lnl_gui.dataset.readers.files.folder_names import are_numbered_alike, is_store_name
from lnl_gui.dataset.readers.folders.layout import place_folders
from lnl_gui.dataset.readers.label_files import label_files
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import file_names
from lnl_gui.dataset.readers.table_files.class_folders_beside import is_no_class
from lnl_gui.dataset.readers.tables.column_names import is_label_name
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.util.class_names import is_number, sort_class_names
from lnl_gui.util.messages import Message, message

_WORD = re.compile(r"[^\W_]+")
_MOST = 0.5
_FITTING = 0.8
"""Share of images whose folder goes with their label, by whatever names: 0 and 1 for cat and dog.
Of two divisions that have nothing to do with each other's it is rarely more than 0.6."""


def with_folder_notes(listing: Listing, source: Path, options: ReaderOptions) -> Listing:
    """What was read from tables or label files, with what the folders of its images say of them.

    Other labels are a suspicion where those of the file may as well be something else: where
    nothing calls them labels, or both know the same classes and seldom agree. So is one label for
    all images that lie in folders of several classes.
    """
    columns = listing.reading.columns
    told = options.label_column or options.annotator_columns
    if told or not source.is_dir() or (columns is not None and columns.annotators):
        return listing
    sides = _Sides(listing.records, source)
    by_column = columns is not None and listing.reader != label_files.NAME
    place = _Column(columns) if columns and by_column else _Files(listing, source)
    example = sides.first_other
    if example is None:
        return listing
    record, folder = example
    facts = {"path": record.path, "label": record.label, "folder": folder}
    if sides.number_of_labels == 1:
        return _doubted(listing, place.all_alike(record.label, sides.classes))
    if sides.name_the_same:
        return _noted(listing, sides.says_of_numbers) if sides.name_each_number else listing
    if sides.agreeing >= _MOST or (place.is_sure and not sides.know_the_same):
        return _noted(listing, place.noted(sides.number_of_others, facts))
    return _doubted(listing, place.doubted(facts))


def _noted(listing: Listing, said: Message) -> Listing:
    return replace(listing, warnings=[*listing.warnings, said])


def _doubted(listing: Listing, said: Message) -> Listing:
    return replace(listing, suspicions=[*listing.suspicions, said])


class _Column:
    """Says what a column of a table holds beside what the folders say."""

    def __init__(self, columns: ColumnsFound) -> None:
        self._name = columns.label or shorten(columns.one_hot)
        self.is_sure = bool(columns.one_hot) or is_label_name(columns.label)

    def all_alike(self, label: str, folders: Sequence[str]) -> Message:
        return message(
            "Column `{column}`, from which the labels were taken, says `{label}` of every image,"
            " but the folders that these lie in look like classes: {folders}. If the column is"
            " meant, say --label-column {column}; if the folders are, say --reader class-folders.",
            column=self._name,
            label=label,
            folders=shorten(folders),
        )

    def noted(self, count: int, facts: Mapping[str, str]) -> Message:
        return message(
            "The labels were taken from column `{column}`; of {count:,} images the folders that"
            " they lie in say something else: of `{path}` the column says `{label}`, the folder"
            " `{folder}`.",
            column=self._name,
            count=count,
            **facts,
        )

    def doubted(self, facts: Mapping[str, str]) -> Message:
        return message(
            "The labels were taken from column `{column}`, but the folders that the images lie in"
            " look like classes and say something else: of `{path}` the column says `{label}`, the"
            " folder `{folder}`. If the column is meant, say --label-column {column}; if the"
            " folders are, say --reader class-folders.",
            column=self._name,
            **facts,
        )


class _Files:
    """Says what label files hold beside what the folders say."""

    def __init__(self, listing: Listing, source: Path) -> None:
        self._names = file_names(listing.reading.files, source)
        self._reader = listing.reader
        # Of what was drawn into images in class folders the folders mostly are the labels.
        self.is_sure = not listing.reading.drawn

    def all_alike(self, label: str, folders: Sequence[str]) -> Message:
        return message(
            "{files}, from which the labels were taken, says `{label}` of every image, but the"
            " folders that these lie in look like classes: {folders}. If the file is meant, say"
            " --reader {reader}; if the folders are, say --reader class-folders.",
            files=self._names,
            label=label,
            folders=shorten(folders),
            reader=self._reader,
        )

    def noted(self, count: int, facts: Mapping[str, str]) -> Message:
        return message(
            "The labels were taken from {files}; of {count:,} images the folders that they lie in"
            " say something else: of `{path}` the file says `{label}`, the folder `{folder}`.",
            files=self._names,
            count=count,
            **facts,
        )

    def doubted(self, facts: Mapping[str, str]) -> Message:
        return message(
            "The labels were taken from {files}, but the folders that the images lie in look like"
            " classes and say something else: of `{path}` the file says `{label}`, the folder"
            " `{folder}`. If the file is meant, say --reader {reader}; if the folders are, say"
            " --reader class-folders.",
            files=self._names,
            reader=self._reader,
            **facts,
        )


class _Sides:
    """What a table and the class folders say of the images of which both say something."""

    def __init__(self, records: list[Record], source: Path) -> None:
        labelled = [record for record in records if record.label]
        folders = {name: _below(name, source) for name in map(_folder_of, labelled)}
        inside = {name: below for name, below in folders.items() if below is not None}
        placed = place_folders(inside.values()).placements
        classes = {name: placed[below].label for name, below in inside.items()}
        self._classes = {
            n: label for n, label in classes.items() if label and not is_no_class(label)
        }
        self._both = [
            (record, self._classes[folder])
            for record in labelled
            if (folder := _folder_of(record)) in self._classes
        ]
        names = set(self._classes.values())
        few = len(self._both) <= _MOST * len(labelled)
        # Names that the labels bear are classes, whatever they look like.
        numbered = are_numbered_alike(names) and not self.know_the_same
        if few or len(names) < 2 or numbered or _say_how_stored(names):
            self._both = []

    @cached_property
    def _others(self) -> list[tuple[Record, str]]:
        return [(record, name) for record, name in self._both if not _same(record.label, name)]

    @property
    def first_other(self) -> tuple[Record, str] | None:
        """An image with its folder's class, of which the table says something else."""
        return self._others[0] if self._others else None

    @property
    def number_of_labels(self) -> int:
        """How many classes the labels of these images are."""
        return len({record.label for record, _ in self._both})

    @property
    def classes(self) -> list[str]:
        """The classes of the folders, in natural order."""
        return sort_class_names({name for _, name in self._both})

    @property
    def number_of_others(self) -> int:
        """Of how many images the table says something else."""
        return len(self._others)

    @property
    def agreeing(self) -> float:
        """Share of images of which both say the same."""
        return 1 - len(self._others) / len(self._both)

    @property
    def know_the_same(self) -> bool:
        """Whether most of the classes of one side are classes of the other."""
        labels = {record.label.casefold() for record, _ in self._both}
        names = {_last(name) for _, name in self._both}
        return len(labels & names) > _MOST * min(len(labels), len(names))

    @property
    def name_the_same(self) -> bool:
        """Whether one side only has other names, a finer division or a coarser one."""
        if self.know_the_same:
            return False
        by_folder: dict[str, Counter[str]] = defaultdict(Counter)
        by_label: dict[str, Counter[str]] = defaultdict(Counter)
        for record, name in self._both:
            by_folder[name][record.label] += 1
            by_label[record.label][name] += 1
        need = _FITTING * len(self._both)
        finer, coarser = len(by_label) >= len(by_folder), len(by_label) <= len(by_folder)
        return (finer and _fitting(by_label, by_folder) > need) or (
            coarser and _fitting(by_folder, by_label) > need
        )

    @property
    def name_each_number(self) -> bool:
        """Whether the labels are numbers, and each is that of the images of one folder alone."""
        pairs = {(record.label, name) for record, name in self._both}
        numbers = {label for label, _ in pairs}
        names = {name for _, name in pairs}
        one_to_one = len(pairs) == len(numbers) == len(names)
        return one_to_one and all(map(is_number, numbers)) and not any(map(is_number, names))

    @property
    def says_of_numbers(self) -> Message:
        """That the folders name the classes, where the labels are numbers."""
        label, name = min((record.label, name) for record, name in self._both)
        return message(
            "The labels are numbers, and the folders have a name for each, such as `{name}` for"
            " `{label}`: to have the names as classes, say --reader class-folders.",
            name=name,
            label=label,
        )


def _fitting(counts: Mapping[str, Counter[str]], others: Mapping[str, object]) -> int:
    """The images that go with what most of their class do, where each of the others is met so."""
    meant = [found.most_common(1)[0] for found in counts.values()]
    return sum(n for _, n in meant) if len({other for other, _ in meant}) == len(others) else 0


def _say_how_stored(names: Set[str]) -> bool:
    """Whether all names have a word such as `images`: `lesion_images_part_1`."""
    return all(any(map(is_store_name, _WORD.findall(name))) for name in names)


def _same(label: str, name: str) -> bool:
    return label.casefold() in (name.casefold(), _last(name))


def _last(name: str) -> str:
    return name.rpartition("/")[2].casefold()


def _folder_of(record: Record) -> str:
    return os.path.split(record.place)[0] if isinstance(record.place, str) else ""


def _below(folder: str, source: Path) -> str | None:
    """A folder as seen from the dataset's, None where it lies elsewhere."""
    if not folder:
        return None
    inside = os.path.relpath(folder, source) if Path(folder).is_relative_to(source) else ""
    return inside.replace(os.sep, "/") if inside not in ("", ".") else None
