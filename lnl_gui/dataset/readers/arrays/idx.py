"""MNIST's idx files, also compressed: MNIST, Fashion-MNIST, KMNIST, EMNIST."""

import gzip
import math
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.layout import Layout
from lnl_gui.containers.kinds.raw import records_name, unpacked
from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.readers.arrays.labels import ArrayLabels, read_labels
from lnl_gui.dataset.readers.arrays.listing import ArrayPart, list_arrays
from lnl_gui.dataset.readers.files.places import files_in
from lnl_gui.dataset.readers.files.text_files import read_text
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.store.dataset.split_names import canonical_split
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "idx"
# MNIST's site writes `-idx3-ubyte`, copies such as Kaggle's `.idx3-ubyte`.
_IMAGES = re.compile(r"(?P<before>.*)images?(?P<between>[-._]idx)[34](?P<after>.*)", re.IGNORECASE)
_FOLDERS = ("raw", "MNIST/raw", "FashionMNIST/raw", "KMNIST/raw", "EMNIST/raw", "gzip")
"""Where torchvision and EMNIST put them below the dataset's folder."""
# Codes of the form's own description; numbers wider than a byte have their high byte first.
_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_SPLITS = ("train", "test", "t10k", "valid", "validation")


@dataclass(frozen=True)
class _Header:
    dtype: np.dtype
    shape: tuple[int, ...]
    length: int


def detects(source: Path, options: ReaderOptions) -> bool:
    """A file of images in idx form, or a folder with one, with its labels beside it."""
    return any(_label_file(file) for file in _image_files(source))


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """List the images of every pair of files.

    Raises:
        UserError: when a file is damaged, or images and labels differ in number.
    """
    files = [(file, labels) for file in _image_files(source) if (labels := _label_file(file))]
    if not files:
        raise UserError(
            message("`{source}` holds no idx files of images and labels.", source=source),
            message("The files of MNIST are called train-images-idx3-ubyte, with .gz or without."),
            code="no_images",
        )
    root = source if source.is_dir() else source.parent
    parts = [_part(images, labels) for images, labels in files]
    notes = [_turned_note(file) for file, _ in files if _is_turned(file)][:1]
    why = message(
        "Images were read from {images}, their labels from {labels}.",
        images=shorten(images.name for images, _ in files),
        labels=shorten(labels.name for _, labels in files),
    )
    return list_arrays(root, NAME, parts, progress, why=why, notes=notes)


def containers(source: Path) -> list[Path]:
    """The files of images that have their labels beside them."""
    return [file for file in _image_files(source) if _label_file(file)]


def _image_files(source: Path) -> list[Path]:
    """Files of images, the training part first, each once though it lies there packed too."""
    if source.is_file():
        return [source] if _IMAGES.fullmatch(source.name) else []
    for folder in (source, *(source / name for name in _FOLDERS)):
        names = [file.name for file in files_in(folder)]
        # People unpack the files and keep the archives beside them.
        plain = [n for n in names if not (n.endswith(".gz") and n.removesuffix(".gz") in names)]
        found = [folder / name for name in plain if _IMAGES.fullmatch(name)]
        if found:
            return sorted(found, key=lambda file: (_split_of(file) != "train", file.name))
    return []


def _label_file(images: Path) -> Path | None:
    found = _IMAGES.fullmatch(images.name)
    if found is None:
        return None
    after = found["after"].removesuffix(".gz")
    for word in ("labels", "label"):
        for end in ("", ".gz"):
            name = f"{found['before']}{word}{found['between']}1{after}{end}"
            if is_file(images.parent / name):
                return images.parent / name
    return None


def _split_of(images: Path) -> str:
    words = re.split(r"[-._]", images.name.lower())
    split = next((word for word in words if word in _SPLITS), "")
    # MNIST's own word for its ten thousand test images.
    return "test" if split == "t10k" else canonical_split(split)


def _part(images: Path, labels: Path) -> ArrayPart:
    try:
        header = _header(images)
        said = _values(labels)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise UserError(
            message(
                "`{images}` and `{labels}` cannot be read: {reason}.",
                images=images,
                labels=labels.name,
                reason=error.reason if isinstance(error, ContainerError) else str(error),
            ),
            code="not_arrays",
        ) from error
    count, *sizes = header.shape
    if len(said) != count:
        raise UserError(
            message(
                "`{images}` has {count} images, and `{labels}` has {other} labels.",
                images=images.name,
                count=count,
                labels=labels.name,
                other=len(said),
            ),
            message("Files of two parts, or of two datasets, seem to be mixed."),
            code="lengths_differ",
        )
    # Turned when an image is read, so that the file of all images is not written anew.
    order = "wh" if _is_turned(images) else ""
    name = records_name(header.length, math.prod(sizes))
    return ArrayPart(
        images,
        "raw",
        name,
        _named(read_labels(said, labels.name), images),
        _split_of(images),
        images.name,
        Layout(order, tuple(sizes)),
    )


def _is_turned(file: Path) -> bool:
    """EMNIST's files hold each image with rows and columns exchanged."""
    return "emnist" in file.name.lower() or file.parent.parent.name.lower() == "emnist"


def _turned_note(file: Path) -> Message:
    return message(
        "The images of EMNIST lie on their side in its files, and are shown upright.", file=file
    )


def _named(labels: ArrayLabels, images: Path) -> ArrayLabels:
    """EMNIST numbers its letters; the mapping beside gives their codes."""
    stem = re.split(r"-(?:train|test)-", images.name)[0]
    mapping = images.parent / f"{stem}-mapping.txt"
    if not is_file(mapping):
        return labels
    rows = [line.split() for line in read_text(mapping)[0].splitlines()]
    # A merged class of EMNIST has two codes behind its number, upper case first.
    names = {row[0]: chr(int(row[1])) for row in rows if len(row) > 1 and row[1].isdigit()}
    if not set(labels.labels) <= names.keys():
        return labels
    return ArrayLabels([names[label] for label in labels.labels])


def _open(file: Path) -> IO[bytes]:
    with file.open("rb") as stream:
        # By its first bytes: browsers unpack some downloads and leave `.gz` in the name.
        packed = stream.read(2) == b"\x1f\x8b"
    return gzip.open(file) if packed else file.open("rb")  # type: ignore[return-value]


def _header(file: Path) -> _Header:
    """The header of a file, checked against the bytes that follow it.

    Raises:
        ContainerError: when it is no such file, or bytes are missing.
    """
    with _open(file) as stream:
        start = stream.read(4)
        kind, axes = (start[2], start[3]) if len(start) == 4 and start[:2] == b"\0\0" else (0, 0)
        sizes = stream.read(4 * axes)
    if kind not in _TYPES or not 1 <= axes <= 4 or len(sizes) < 4 * axes:
        raise ContainerError(message("no idx file"))
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    header = _Header(np.dtype(_TYPES[kind]), shape, 4 + 4 * axes)
    # Labels may be wider numbers; images of another type than bytes were never handed out.
    if axes > 1 and kind != 0x08:
        raise ContainerError(message("no idx file of bytes"))
    there = unpacked(file).stat().st_size - header.length
    if there < math.prod(shape) * header.dtype.itemsize:
        raise ContainerError(
            message(
                "cut short or damaged: an array of shape {shape} and type {dtype} takes more bytes"
                " than there are",
                shape=str(shape),
                dtype=str(header.dtype),
            )
        )
    return header


def _values(file: Path) -> np.ndarray:
    header = _header(file)
    count = math.prod(header.shape)
    found = np.fromfile(unpacked(file), header.dtype, count, offset=header.length)
    return found.reshape(header.shape)
