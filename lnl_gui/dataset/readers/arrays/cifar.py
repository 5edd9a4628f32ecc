"""CIFAR-10 and CIFAR-100 as handed out: python batches, and binary batches."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.containers.errors import ContainerError, reason_of
from lnl_gui.containers.kinds.batch import batch_array, read_batch
from lnl_gui.containers.kinds.layout import Layout
from lnl_gui.containers.kinds.raw import load_records, records_name
from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.readers.arrays.labels import ArrayLabels
from lnl_gui.dataset.readers.arrays.listing import ArrayPart, list_arrays
from lnl_gui.dataset.readers.files.places import files_in, homes
from lnl_gui.dataset.readers.files.text_files import read_text
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "cifar"
# The dataset's page: 1024 red values of an image, then the green, then the blue.
_PLANES = Layout("chw", (3, 32, 32))
_PIXELS = 3 * 32 * 32
_FOLDERS = (
    "cifar-10-batches-py",
    "cifar-100-python",
    "cifar-10-batches-bin",
    "cifar-100-binary",
)
_BY_PEOPLE = re.compile(r"cifar-?100?_human|cifar-?10h-", re.IGNORECASE)
_TEN = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")


@dataclass(frozen=True)
class _Form:
    """One of the four ways in which they are handed out.

    Attributes:
        files: of images, the test part last.
        names: what gives the classes their names: file and key, by the key of the labels.
        labels: keys of the labels, in the order of their bytes in binary files.
        is_binary: records of bytes instead of pickles.
    """

    files: tuple[str, ...]
    names: dict[str, tuple[str, str]]
    labels: tuple[str, ...]
    is_binary: bool


_FORMS = (
    _Form(_TEN, {"labels": ("batches.meta", "label_names")}, ("labels",), False),
    _Form(
        ("train", "test"),
        {
            "fine_labels": ("meta", "fine_label_names"),
            "coarse_labels": ("meta", "coarse_label_names"),
        },
        ("fine_labels", "coarse_labels"),
        False,
    ),
    _Form(
        tuple(f"{name}.bin" for name in _TEN),
        {"labels": ("batches.meta.txt", "")},
        ("labels",),
        True,
    ),
    _Form(
        ("train.bin", "test.bin"),
        {
            "fine_labels": ("fine_label_names.txt", ""),
            "coarse_labels": ("coarse_label_names.txt", ""),
        },
        # A binary record of CIFAR-100 begins with the coarse label, then comes the fine one.
        ("coarse_labels", "fine_labels"),
        True,
    ),
)


def detects(source: Path, options: ReaderOptions) -> bool:
    """A folder with batches and the file of their names, the folder above, or one batch."""
    return _form(source) is not None


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """List the images of all batches that are there.

    Raises:
        UserError: when a batch is damaged, is no plain data, or has no such labels.
    """
    found = _form(source)
    if found is None:
        raise UserError(
            message("`{source}` holds no batches of CIFAR-10 or CIFAR-100.", source=source),
            message("Choose the folder that was unpacked, such as cifar-10-batches-py."),
            code="no_images",
        )
    folder, form = found
    files = [source] if source.is_file() else _batches(folder, form)
    wanted = _label_key(form, options.label_column)
    with _naming(folder / form.names[wanted][0]):
        names = _names(folder, form, wanted)
    parts = []
    for file in files:
        with _naming(file):
            parts.append(_part(file, form, wanted, names))
    notes = list[Message]()
    # A lost batch is a sixth of the dataset, which nobody would notice in the window.
    missing = [name for name in form.files if not is_file(folder / name)]
    if missing and source.is_dir():
        notes.append(message("Batches that are not there: {names}.", names=shorten(missing)))
    notes += _peoples_labels(source, folder)
    why = message("Batches of CIFAR: {names}.", names=shorten(file.name for file in files))
    root = source if source.is_dir() else source.parent
    columns = _labels_found(folder, form, wanted) if len(form.labels) > 1 else None
    return list_arrays(root, NAME, parts, progress, why=why, columns=columns, notes=notes)


def containers(source: Path) -> list[Path]:
    """The batches that are there."""
    found = _form(source)
    return [] if found is None else _batches(*found)


def _batches(folder: Path, form: _Form) -> list[Path]:
    return [folder / name for name in form.files if is_file(folder / name)]


def _peoples_labels(source: Path, folder: Path) -> list[Message]:
    """That the labels of CIFAR-10N, CIFAR-100N or CIFAR-10H lie there and were not read."""
    places = dict.fromkeys([*(homes(source) if source.is_dir() else []), folder])
    found = [
        file.name for place in places for file in files_in(place) if _BY_PEOPLE.match(file.name)
    ]
    if not found:
        return []
    return [
        message(
            "Labels that people gave to these images were not read: {names}. The labels are those"
            " of the batches.",
            names=shorten(sorted(found)),
        )
    ]


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Say which file it is that cannot be read."""
    try:
        yield
    except OSError as error:
        raise UserError(
            message("`{file}` cannot be read: {reason}.", file=file, reason=reason_of(error)),
            message("Download and unpack the dataset again."),
            code="not_arrays",
        ) from error


def _labels_found(folder: Path, form: _Form, wanted: str) -> ColumnsFound:
    """Fine and coarse labels, of which one was taken."""
    sizes = tuple((key, len(_names(folder, form, key))) for key in form.labels)
    return ColumnsFound(form.labels, label=wanted, candidates=sizes)


def _form(source: Path) -> tuple[Path, _Form] | None:
    """The folder of the batches and their form."""
    if source.is_file():
        candidates: Sequence[Path] = [source.parent]
    else:
        # The root that torchvision asks for is the folder above the unpacked one.
        candidates = [source, *(source / name for name in _FOLDERS)]
    for folder in candidates:
        for form in _FORMS:
            named = [folder / file for file, _ in form.names.values()]
            there = [name for name in form.files if is_file(folder / name)]
            # `train` and `test` may be anything; the file of the class names makes them CIFAR's.
            if there and all(is_file(file) for file in named):
                fits = source.is_dir() or source.name in there
                return (folder, form) if fits else None
    return None


def _label_key(form: _Form, asked: str | None) -> str:
    # torchvision's CIFAR100 takes the fine ones too, and the name promises a hundred classes.
    default = "fine_labels" if "fine_labels" in form.labels else "labels"
    if asked is None:
        return default
    key = next((key for key in form.labels if asked in (key, key.removesuffix("_labels"))), None)
    if key is None:
        raise UserError(
            message("These batches have no labels `{asked}`.", asked=asked),
            message("Labels: {names}.", names=", ".join(form.labels)),
            code="no_column",
        )
    return key


def _names(folder: Path, form: _Form, key: str) -> list[str]:
    file, inner = form.names[key]
    if form.is_binary:
        return [line.strip() for line in read_text(folder / file)[0].splitlines() if line.strip()]
    found = read_batch(folder / file).get(inner)
    if not isinstance(found, list):
        raise ContainerError(message("`{file}` holds no names of classes", file=file))
    # Python 2 wrote the batches as handed out, whose texts come out as bytes.
    return [n.decode("utf-8", "replace") if isinstance(n, bytes) else str(n) for n in found]


def _part(file: Path, form: _Form, key: str, names: list[str]) -> ArrayPart:
    skipped = len(form.labels)
    if form.is_binary:
        # Each record is its labels, one byte each, and then its pixels.
        records = load_records(file, 0, skipped + _PIXELS)
        labels = np.array(records[:, form.labels.index(key)], np.int64)
        kind, name = "raw", records_name(0, skipped + _PIXELS, skipped)
    else:
        count, width = batch_array(file, "data").shape
        labels = np.array(batch_array(file, key))
        if len(labels) != count or width != _PIXELS or labels.dtype.kind not in "iu":
            raise ContainerError(
                message(
                    "`{file}` has {count} rows of {width} numbers and {labels} labels",
                    file=file.name,
                    count=count,
                    width=width,
                    labels=len(labels),
                )
            )
        kind, name = "batch", "data"
    # Other datasets are packed in CIFAR's form, with names left as they were.
    if len(labels) and not 0 <= labels.min() <= labels.max() < len(names):
        raise ContainerError(message("`{file}` has labels without a name", file=file.name))
    split = "test" if file.name.startswith("test") else "train"
    found = ArrayLabels([names[label] for label in labels.tolist()])
    return ArrayPart(file, kind, name, found, split, file.name, _PLANES)
