"""LMDB databases of images: labels in the value, in the key, in a value beside, or in the name."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.lmdb import DATA, SharedDatabase, database_key
from lnl_gui.containers.kinds.lmdb_values import read_value
from lnl_gui.containers.location import Member
from lnl_gui.dataset.listing import Listing, Reading, Record, Skipped, shorten
from lnl_gui.dataset.readers.arrays.column_labels import column_labels
from lnl_gui.dataset.readers.damage import damaged_file
from lnl_gui.dataset.readers.files.places import files_in, folders_in
from lnl_gui.dataset.readers.finish import finish_listing
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.store.dataset.split_names import split_in_name, split_word
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, message
from lnl_gui.util.progress import Progress

NAME = "lmdb"
_ROLE = re.compile(rb"image|img|label|lbl|target|class|cls|jpe?g|png|[-_./:]", re.IGNORECASE)
# `num-samples` is written for text recognition (CRNN), `__len__` by folder2lmdb scripts.
_COUNTS = (b"num-samples", b"__len__", b"length", b"num_samples")
_OF_NO_IMAGE = frozenset({*_COUNTS, b"__keys__", b"keys", b"__meta__", b"meta"})


@dataclass
class _Found:
    """What one database gave."""

    images: list[tuple[bytes, Any]] = field(default_factory=list)
    beside: dict[bytes, Any] = field(default_factory=dict)
    problems: list[tuple[bytes, Message]] = field(default_factory=list)
    count: int = 0


def detects(source: Path, options: ReaderOptions) -> bool:
    """A database, a folder with one, or one whose folders are databases."""
    return bool(containers(source))


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """List the images of all databases.

    Raises:
        UserError: when one is damaged or none holds images.
    """
    places = containers(source)
    root = source if source.is_dir() else source.parent
    records, cells = list[Record](), list[Any]()
    skipped, doubts = list[Skipped](), list[Message]()
    for place in places:
        found = _read_database(place)
        shown = place.name if place in (root, source) else place.relative_to(root).as_posix()
        split = split_word(place.name)
        for key, label in found.images:
            name = database_key(key)
            records.append(Record(f"{shown}/{name}", Member(place, NAME, name), "", split))
            cells.append(_label(found, key, label))
        skipped += [Skipped(f"{shown}/{database_key(key)}", why) for key, why in found.problems]
        if found.count > len(found.images):
            doubts.append(
                message(
                    "The dataset says that `{split}` has {wanted} records; there are {count}.",
                    split=shown,
                    wanted=found.count,
                    count=len(found.images),
                )
            )
        progress(len(records), len(records))
    if not records:
        raise _no_images(source, skipped)
    if all(cell is None for cell in cells):
        cells = _by_place(records, places)
    labels = column_labels(cells, ())
    listed = []
    for row, (record, label) in enumerate(zip(records, labels.labels, strict=True)):
        problem = labels.problems.get(row)
        if problem is None:
            listed.append(replace(record, label=label))
        else:
            skipped.append(Skipped(record.path, problem))
    listing = finish_listing(root, NAME, listed, skipped, labels.notes, suspicions=doubts)
    why = message("Images in the databases {names}.", names=shorten(p.name for p in places))
    return replace(listing, reading=Reading(why))


def containers(source: Path) -> list[Path]:
    """The databases: files, or folders with one each."""
    if source.is_file():
        known = source.suffix.lower() in (".lmdb", ".mdb") and _is_database(source)
        return [source] if known else []
    if not source.is_dir():
        return []
    if _is_database(source / DATA):
        return [source]
    inside = [folder for folder in folders_in(source) if _is_database(folder / DATA)]
    return inside or [
        f for f in files_in(source) if f.suffix.lower() == ".lmdb" and _is_database(f)
    ]


def _is_database(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            # The mark of LMDB on the first page, after the page's header of 16 bytes.
            return stream.read(20)[16:] in (b"\xde\xc0\xef\xbe", b"\xbe\xef\xc0\xde")
    except OSError:
        return False


def _read_database(place: Path) -> _Found:
    found = _Found()
    try:
        with closing(SharedDatabase(place)) as environment:
            for key, data in _items(environment):
                _add(found, key, data)
    except Exception as error:  # lmdb's own errors have no common class
        raise damaged_file(place, error) from error
    return found


def _items(environment: SharedDatabase) -> Iterator[tuple[bytes, bytes]]:
    with environment.opened.begin() as transaction, transaction.cursor() as cursor:
        yield from cursor


def _add(found: _Found, key: bytes, data: bytes) -> None:
    if key in _OF_NO_IMAGE:
        text = data.decode("ascii", "replace")
        found.count = int(text) if text.isdecimal() and len(text) < 12 else found.count
        return
    try:
        value = read_value(data)
    except ContainerError as error:
        found.problems.append((key, error.reason))
        return
    if value.image is not None:
        found.images.append((key, value.label))
    elif value.label is not None:
        found.beside[_plain_key(key)] = value.label
    else:
        found.problems.append((key, message("neither an image nor a label")))


def _plain_key(key: bytes) -> bytes:
    """What `image-000001` and `label-000001` have in common."""
    return _ROLE.sub(b"", key)


def _label(found: _Found, key: bytes, label: Any) -> Any:
    if label is not None:
        return label
    beside = found.beside.get(_plain_key(key))
    if beside is not None:
        return beside
    folder = key.decode("utf-8", "replace").rpartition("/")[0]
    parts = [part for part in folder.split("/") if part and not split_in_name(part)]
    return "/".join(parts) or None


def _by_place(records: Sequence[Record], places: Sequence[Path]) -> list[Any]:
    """The databases' names without those of splits, where they are several: LSUN's classes."""
    names = {
        place: " ".join(
            word
            for word in re.split(r"[_.\-]+", place.name)
            if word.lower() not in ("lmdb", "mdb") and not split_in_name(word)
        )
        for place in places
    }
    if len(set(names.values()) - {""}) < 2:
        return [None] * len(records)
    return [names[r.file.container] if isinstance(r.file, Member) else None for r in records]


def _no_images(source: Path, skipped: Sequence[Skipped]) -> UserError:
    reason = skipped[0].reason if skipped else NOTHING
    return UserError(
        message("`{source}` holds no images that are read. {reason}", source=source, reason=reason),
        message("Values are encoded images, Caffe's Datum, or pickles of arrays and numbers."),
        code="no_images",
    )
