"""TFRecord files of images and labels: those of TensorFlow Datasets, of slim, and plain ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lnl_gui.containers.kinds.tf_example import Values, parse_example
from lnl_gui.containers.kinds.tfrecord import record_key, records
from lnl_gui.containers.location import Member
from lnl_gui.containers.signatures import is_image_file
from lnl_gui.dataset.listing import Listing, Reading, Record, Skipped, shorten
from lnl_gui.dataset.readers.arrays.column_labels import column_labels
from lnl_gui.dataset.readers.damage import damaged_file
from lnl_gui.dataset.readers.embedded.columns import named_column
from lnl_gui.dataset.readers.embedded.shards import read_object
from lnl_gui.dataset.readers.files.places import files_in, homes, lines_of
from lnl_gui.dataset.readers.finish import finish_listing
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import missing_files
from lnl_gui.dataset.readers.tables.column_names import LABEL_NAMES
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.store.dataset.split_names import split_in_name, split_word
from lnl_gui.util.class_names import natural_key
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "tfrecord"
# TensorFlow Datasets writes `x.tfrecord-00000-of-00001`, slim `train-00000-of-01024`.
_FILE = re.compile(r".*(\.tfrec|tfrecord|\d{5}-of-\d{5}$)", re.IGNORECASE)
_PART = re.compile(r"(?P<number>\d{5})-of-(?P<count>\d{5})")
_TEXTS = ("image/class/text", "image/class/synset", "class/text", "label_name", "class_name")
_LABELS = ("image/class/label", "image/label", "class/label")
# Names of TensorFlow's tutorial and of slim; TFRecord itself prescribes none.
_RAW = ("image_raw", "image/raw", "image", "raw")
_SIZES = (
    ("height", "image/height", "rows"),
    ("width", "image/width", "cols"),
    ("depth", "image/channels", "channels"),
)


@dataclass
class _Found:
    """What the files gave so far; cells and texts for each record."""

    records: list[Record] = field(default_factory=list)
    cells: list[Any] = field(default_factory=list)
    texts: list[Any] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True)
class _Features:
    """Which features are read: the label, and a text that stands beside it, "" for none."""

    names: tuple[str, ...]
    label: str
    text: str


def detects(source: Path, options: ReaderOptions) -> bool:
    """A file of records, or a folder with some."""
    files = containers(source)
    if not files:
        return False
    try:
        next(iter(records(files[0])), None)
    # The package for the sums is missing: `read` says so, instead of another reader trying.
    except ImportError:
        return True
    except (OSError, ValueError):
        # What is named as one is refused by name; a number such as 00000-of-00010 names anything.
        return "tfrec" in files[0].name.lower()
    return True


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """List the images of all files.

    Raises:
        UserError: when a file is damaged or holds no images.
    """
    files = containers(source)
    root = source if source.is_dir() else source.parent
    if not files:
        raise UserError(
            message("`{source}` holds no TFRecord files.", source=source),
            message("Choose the folder of such files, or one of them."),
            code="no_images",
        )
    features, found = _choose(files, options), _Found()
    for number, file in enumerate(files, 1):
        _add_file(found, root, file, features)
        progress(len(found.records), len(found.records) * len(files) // number)
    if not found.records:
        raise UserError(
            message(
                "`{source}` holds no images. The features of its records are {names}.",
                source=source,
                names=shorten(features.names, shown=20),
            ),
            message("Choose files whose records hold an encoded image, or its pixels and shape."),
            code="no_images",
        )
    return _listing(root, files, found, features)


def containers(source: Path) -> list[Path]:
    """The files of records of a dataset."""
    if source.is_file():
        return [source] if _FILE.match(source.name) else []
    if not source.is_dir():
        return []
    by_split = [f for home in homes(source) for f in files_in(home) if _FILE.match(f.name)]
    # Only the nearest: a dataset of TensorFlow Datasets lies there in several versions.
    folders = {
        f.parent
        for f in by_split
        if f.parent == by_split[0].parent or split_word(f.name, f.parent.name)
    }
    return sorted((f for f in by_split if f.parent in folders), key=lambda f: natural_key(str(f)))


def _choose(files: Sequence[Path], options: ReaderOptions) -> _Features:
    """The features of the first records of all files: those of a test part may have no label."""
    found: dict[str, None] = {}
    for file in files:
        try:
            first = next(iter(records(file)), None)
            found.update(dict.fromkeys(parse_example(first[1]) if first else ()))
        except (OSError, ImportError) as error:
            raise damaged_file(file, error) from error
    names = tuple(found)
    if options.label_column:
        label = named_column(names, options.label_column, "--label-column", files[0])
        return _Features(names, label, "")
    likely = [name for name in (*_LABELS, *LABEL_NAMES) if name in names]
    texts = [name for name in _TEXTS if name in names]
    label = (likely or texts or [""])[0]
    return _Features(names, label, next((t for t in texts if t != label), ""))


def _add_file(found: _Found, root: Path, file: Path, features: _Features) -> None:
    shown, split = file.relative_to(root).as_posix(), split_word(file.name, file.parent.name)
    try:
        for row, (offset, data) in enumerate(records(file)):
            values = parse_example(data)
            image = _image(values)
            path = f"{shown}/{row:05}"
            if image is None:
                reason = message("no image among {names}", names=shorten(values))
                found.skipped.append(Skipped(path, reason))
                continue
            member = Member(file, NAME, record_key(offset, image[0], row, image[1]))
            found.records.append(Record(path, member, "", split))
            found.cells.append(_cell(values, features.label))
            found.texts.append(_cell(values, features.text))
    except (OSError, ImportError) as error:
        raise damaged_file(file, error) from error


def _image(values: dict[str, Values]) -> tuple[str, tuple[int, ...]] | None:
    """The feature with the image, and the shape of raw pixels."""
    encoded = [n for n, v in values.items() if v and _is_encoded(v[0])]
    if encoded:
        return min(encoded, key=lambda n: (n not in ("image/encoded", "image"), n)), ()
    sizes = [next((int(values[n][0]) for n in names if values.get(n)), 0) for names in _SIZES]
    height, width, depth = sizes
    for name in _RAW:
        value = values.get(name)
        if not value or not isinstance(value[0], bytes) or height < 1 or width < 1:
            continue
        rest = len(value[0]) // (height * width)
        if rest * height * width == len(value[0]) and rest in (1, 3, 4) and depth in (0, rest):
            return name, (height, width) if rest == 1 else (height, width, rest)
    return None


def _is_encoded(value: object) -> bool:
    return isinstance(value, bytes) and is_image_file(value)


def _cell(values: dict[str, Values], name: str) -> Any:
    found = values.get(name) or []
    return None if not found else found[0] if len(found) == 1 else list(found)


def _listing(root: Path, files: Sequence[Path], found: _Found, features: _Features) -> Listing:
    named = root_names(files[0].parent, features.label)
    cells, notes = found.cells, list[Message]()
    if not named and features.text:
        cells, notes = _texts_or_numbers(found, features)
    labels = column_labels(cells, named)
    listed = []
    for row, (record, label) in enumerate(zip(found.records, labels.labels, strict=True)):
        problem = labels.problems.get(row)
        if problem is None:
            listed.append(replace(record, label=label))
        else:
            found.skipped.append(Skipped(record.path, problem))
    doubts = [*_missing(files), *_miscounted(files, found)]
    listing = finish_listing(
        root, NAME, listed, found.skipped, [*notes, *labels.notes], suspicions=doubts
    )
    why = message(
        "Records in {files}, labels in `{label}`.",
        files=shorten((file.relative_to(root).as_posix() for file in files), 3),
        label=features.label or "-",
    )
    return replace(
        listing, reading=Reading(why, ColumnsFound(features.names, label=features.label))
    )


def root_names(folder: Path, label: str) -> list[str]:
    """The names of the classes as TensorFlow Datasets writes them; [] without such a file."""
    return lines_of(folder / f"{label}.labels.txt") if label and "/" not in label else []


def _texts_or_numbers(found: _Found, features: _Features) -> tuple[list[Any], list[Message]]:
    """The texts where each stands for one number: in ImageNet two classes are called `crane`."""
    pairs = {(str(c), str(t)) for c, t in zip(found.cells, found.texts, strict=True)}
    texts = {text for _, text in pairs}
    if len(pairs) == len(texts) == len({c for c, _ in pairs}) and not texts & {"None", "b''"}:
        return found.texts, []
    note = message(
        "The texts in `{text}` do not stand for one label each, so `{label}` is read.",
        text=features.text,
        label=features.label,
    )
    return found.cells, [note]


def _missing(files: Sequence[Path]) -> list[Message]:
    there: dict[tuple[Path, str, int], set[int]] = {}
    for file in files:
        part = _PART.search(file.name)
        if part is not None:
            rest = file.name[: part.start()] + "{}-of-" + part["count"] + file.name[part.end() :]
            there.setdefault((file.parent, rest, int(part["count"])), set()).add(
                int(part["number"])
            )
    names = [
        rest.replace("{}", f"{number:05}")
        for (_, rest, count), numbers in there.items()
        for number in range(count)
        if number not in numbers
    ]
    return missing_files(names)


def _miscounted(files: Sequence[Path], found: _Found) -> list[Message]:
    """Splits of another number of records than `dataset_info.json` says."""
    said = read_object(files[0].parent / "dataset_info.json").get("splits")
    listed = said if isinstance(said, list) else []
    doubts = []
    for split in (entry for entry in listed if isinstance(entry, dict)):
        name, lengths = split.get("name"), split.get("shardLengths")
        # Protobuf writes whole numbers of 64 bits into JSON as texts.
        if not isinstance(lengths, list) or not all(str(n).isdecimal() for n in lengths):
            continue
        # Those skipped are named on their own; here they count as being there.
        count = sum(record.split == name for record in found.records) + len(found.skipped)
        wanted = sum(map(int, lengths))
        if count < wanted and split_in_name(str(name)):
            doubts.append(
                message(
                    "The dataset says that `{split}` has {wanted} records; there are {count}.",
                    split=str(name),
                    wanted=wanted,
                    count=count,
                )
            )
    return doubts
