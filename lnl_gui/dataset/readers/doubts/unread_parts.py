"""Images that got no label while a file that names them and the classes was not read.

As the images of a validation set beside labelled ones for training: their labels lie in a table, a
list or an XML file of another form or in another place. Or a second table labels what the first
leaves open of the same folder.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import islice, zip_longest
from pathlib import Path

from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.names import split_suffix
from lnl_gui.dataset.readers.files.other_files import upper_folders
from lnl_gui.dataset.readers.files.places import files_in
from lnl_gui.dataset.readers.files.scan import Scan, scan_images
from lnl_gui.dataset.readers.files.text_files import inner_suffix, read_text
from lnl_gui.dataset.readers.folders import class_folders
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import file_names
from lnl_gui.dataset.readers.table_files.any_table import read_any_table
from lnl_gui.dataset.readers.table_files.table_names import is_submission
from lnl_gui.dataset.readers.tables.columns import choose_columns
from lnl_gui.dataset.readers.tables.one_hot import is_marked
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.class_names import is_number
from lnl_gui.util.errors import UserError
from lnl_gui.util.files import file_types
from lnl_gui.util.messages import message

_KINDS = (*file_types.TABLES, *file_types.JSON, *file_types.BINARY_TABLES, ".xml")
_NOT_GIVEN = re.compile(r"pred|result|output|score|submi|read_?me|log", re.IGNORECASE)
"""In the names of files: what they say of images was computed, or is no label."""
_LARGEST = 1 << 23
_MOST_FILES, _MOST_CLASSES = 60, 500
_FEWEST, _ENOUGH = 2, 100
_MOST = 0.5
_NEAR = 300
_NAMED = re.compile(r"(?:label|class|category|target)\w*[\"'\s]*[=:>]\s*[\"']?(\d+)")
_WORD = re.compile(r"[^\s,;|\"'<>=/\\]+")


def with_part_doubts(listing: Listing, source: Path) -> Listing:
    """The listing with a suspicion where images without a label have one in a file of the folder.

    Images that are listed without one stay so; of a test set that is to be predicted no file says
    the classes.
    """
    if not source.is_dir() or len(listing.class_names) < _FEWEST:
        return listing
    # Folders of classes are read whole; tables leave images out.
    if listing.reader == class_folders.NAME and all(record.label for record in listing.records):
        return listing
    labelled = {
        os.path.normcase(record.place)
        for record in listing.records
        if record.label and isinstance(record.place, str | Path)
    }
    scan = scan_images(source)
    parts = _without_labels(scan, labelled, {_name_in(entry.path) for entry in listing.skipped})
    if not parts:
        return listing
    known = {os.path.split(place)[1] for place in labelled}
    read, said = set(listing.reading.files), "\n".join(map(str, listing.suspicions))
    found: dict[str, list[Path]] = {}
    for file in islice(_files(source), _MOST_FILES):
        text = _Text(file, listing.class_names, known)
        for folder, names in parts.items():
            # Of images that are left open what was read says nothing, and no file is named twice.
            is_mixed = len(names) < len(scan.images[folder])
            if is_mixed and (file in read or str(file_names([file], source)) in said):
                continue
            # A name that labelled images have too is that of another image.
            is_its_own = file not in read and _is_of_part(file, folder, source)
            own = names if is_its_own else names - known
            is_like_read = file.parent == source / folder and file not in read
            if text.tells_classes_of(own, of=len(names)) or (
                is_like_read and file.name in {f.name for f in read} and text.names_most(names)
            ):
                found.setdefault(folder, []).append(file)
    if not found:
        return listing
    doubt = message(
        "Images in {folders} got no label, but {files} names them beside classes and was not"
        " read for them. To have these labels, put all images into one table, or read those images"
        " apart; if only the others are meant, say --reader {reader}.",
        folders=shorten(sorted(found)),
        files=file_names(list(dict.fromkeys(f for files in found.values() for f in files)), source),
        reader=listing.reader,
    )
    return replace(listing, suspicions=[*listing.suspicions, doubt])


def _without_labels(
    scan: Scan, labelled: Collection[str], skipped: Collection[str]
) -> Mapping[str, set[str]]:
    """The names of the images of each folder that have no label.

    Of a folder with labelled images those do not count that were `skipped` for a reason.
    """
    found = {}
    for folder, names in scan.images.items():
        place = f"{scan.root / folder}{os.sep}"
        files = {os.path.normcase(name) for name in names}
        left = {name for name in files if os.path.normcase(place + name) not in labelled}
        if len(left) < len(files):
            left.difference_update(skipped)
        if len(left) >= _FEWEST:
            found[folder] = left
    return found


def _name_in(path: str) -> str:
    return os.path.normcase(re.split(r"[/\\]", path)[-1])


def _files(source: Path) -> Iterator[Path]:
    for home in upper_folders(source):
        for file in files_in(home):
            wanted = inner_suffix(file) in _KINDS and not _NOT_GIVEN.search(file.stem)
            if wanted and not is_submission(file) and _size(file) <= _LARGEST:
                yield file


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return _LARGEST + 1


def _is_of_part(file: Path, folder: str, source: Path) -> bool:
    """Whether a file lies in the folder of images or around it, or is called after its part."""
    around = {source / folder, *(source / folder).parents} - {source, *source.parents}
    parts = {part for name in Path(folder).parts if (part := split_in_name(name))}
    return file.parent in around or split_in_name(file.stem) in parts


def _with_stems(names: Collection[str]) -> set[str]:
    folded = {name.casefold() for name in names}
    return folded | {split_suffix(name)[0] for name in folded}


def _marked_classes(file: Path) -> list[list[str]]:
    """Path and class of each row of a table with a column for each class; none of others."""
    try:
        table = read_any_table(file)
        columns = choose_columns(table, ReaderOptions())
    except UserError:
        return []
    return [
        [row[columns.path], *(table.columns[at] for at in columns.one_hot if is_marked(row[at]))]
        for row in (table.rows if columns.one_hot else ())
    ]


class _Text:
    """What a file says, read when it is asked for."""

    def __init__(self, file: Path, classes: list[str], others: Collection[str]) -> None:
        self._file = file
        self._classes = {name.casefold() for name in classes[:_MOST_CLASSES]}
        self._others = _with_stems(others) - self._classes
        self._are_numbers = all(map(is_number, self._classes))

    @cached_property
    def _text(self) -> str:
        try:
            if inner_suffix(self._file) in file_types.BINARY_TABLES:
                rows = read_any_table(self._file).rows
            elif inner_suffix(self._file) in file_types.SEPARATED:
                rows = _marked_classes(self._file)
            else:
                rows = []
            if not rows:
                return read_text(self._file)[0].casefold()
            return "\n".join(",".join(row) for row in rows).casefold()
        except (OSError, UserError):
            return ""

    @cached_property
    def _words(self) -> list[re.Match[str]]:
        return list(_WORD.finditer(self._text))

    @cached_property
    def _class(self) -> re.Pattern[str]:
        names = sorted(self._classes, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")

    def tells_classes_of(self, names: Collection[str], *, of: int) -> bool:
        """Whether it names images, of so many in all, and beside most of them a class."""
        enough = min(_MOST * of, _ENOUGH)
        if len(names) < enough:
            return False
        sought = _with_stems(names)
        stops = [at for at, w in enumerate(self._words) if w[0] in sought or w[0] in self._others]
        ends = zip_longest(stops, stops[1:])
        hits = [(at, end) for at, end in ends if self._words[at][0] in sought]
        if len({self._words[at][0] for at, _ in hits}) < enough:
            return False
        said = [self._said_behind(at, end) for at, end in hits]
        told = [name for name in said if name]
        # Of an example of each class no class comes again.
        return len(told) >= _MOST * len(hits) and 1 < len(set(told)) < len(told)

    def names_most(self, names: Collection[str]) -> bool:
        """Whether it names most of the images."""
        sought = _with_stems(names)
        held = {word[0] for word in self._words if word[0] in sought}
        return len(held) >= min(_MOST * len(names), _ENOUGH)

    def _said_behind(self, at: int, end: int | None) -> str:
        """The class that is named next behind a word, before the next image."""
        start = self._words[at].end()
        stop = self._words[end].start() if end is not None else len(self._text)
        behind = self._text[start : min(stop, start + _NEAR)]
        if self._are_numbers:
            # Sizes and places are numbers too: a class follows at once, or is called so.
            named = _NAMED.search(behind)
            words = [named[1]] if named else _WORD.findall(behind.partition("\n")[0])
            return words[0] if words and words[0] in self._classes else ""
        found = self._class.search(behind)
        return found[0] if found else ""
