"""MATLAB files with an array of images and one of labels: SVHN, and others of that form."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.mat import LAST, mat_array, mat_shapes
from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.readers.arrays.labels import ArrayLabels, read_labels
from lnl_gui.dataset.readers.arrays.layout import guess_layout
from lnl_gui.dataset.readers.arrays.listing import ArrayPart, list_arrays
from lnl_gui.dataset.readers.damage import unreadable_arrays
from lnl_gui.dataset.readers.files.places import files_in
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "matlab-arrays"
# `fea` and `gnd` are what the face datasets of many papers (Yale, ORL, COIL) call them.
_IMAGES = ("x", "images", "image", "data", "imgs", "fea")
_LABELS = ("y", "labels", "label", "targets", "gnd", "classes")
_FIGURES = (
    *("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"),
    *("single", "double", "logical"),
)
_SVHN = (32, 32, 3)


@dataclass(frozen=True)
class _Pair:
    images: str
    labels: str
    images_last: bool


def detects(source: Path, options: ReaderOptions) -> bool:
    """A `.mat` file of images and labels, or a folder with one."""
    return any(_pair(file, options) for file in _files(source))


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """List the images of every file.

    Raises:
        UserError: when no file holds images and labels of one number.
    """
    found = [(file, pair) for file in _files(source) if (pair := _pair(file, options))]
    if not found:
        raise _nothing(source)
    parts, notes = [], list[Message]()
    for file, pair in found:
        part, said = _part(file, pair, options)
        parts.append(part)
        notes += said
    why = message("MATLAB files: {names}.", names=shorten(file.name for file, _ in found))
    root = source if source.is_dir() else source.parent
    return list_arrays(root, NAME, parts, progress, why=why, notes=list(dict.fromkeys(notes)))


def containers(source: Path) -> list[Path]:
    """The files that hold images with labels."""
    return [file for file in _files(source) if _pair(file, ReaderOptions())]


def _files(source: Path) -> list[Path]:
    if source.is_file():
        return [source] if source.suffix.lower() == ".mat" else []
    found = [file for file in files_in(source) if file.suffix.lower() == ".mat"]
    order = ("train", "validation", "test", "")
    return sorted(found, key=lambda f: (order.index(split_in_name(f.stem)), f.name))


def _pair(file: Path, options: ReaderOptions) -> _Pair | None:
    try:
        shapes = {
            name: shape for name, (shape, kind) in mat_shapes(file).items() if kind in _FIGURES
        }
    except OSError:
        return None
    images = _named(shapes, _IMAGES, options.path_column)
    labels = _named(shapes, _LABELS, options.label_column)
    if not images or not labels:
        return None
    count = max(shapes[labels])
    if count in (shapes[images][0], shapes[images][-1]):
        # MATLAB users stack images along the last axis: SVHN's X is (32, 32, 3, N).
        return _Pair(images, labels, shapes[images][0] != count)
    return None


def _named(shapes: Mapping[str, tuple[int, ...]], words: tuple[str, ...], asked: str | None) -> str:
    if asked is not None:
        return asked if asked in shapes else ""
    lowered = {name.lower(): name for name in shapes}
    return next((lowered[word] for word in words if word in lowered), "")


def _part(file: Path, pair: _Pair, options: ReaderOptions) -> tuple[ArrayPart, list[Message]]:
    name = f"{pair.images}{LAST}" if pair.images_last else pair.images
    try:
        array, said = mat_array(file, name), mat_array(file, pair.labels)
    except OSError as error:
        raise unreadable_arrays(file, error) from error
    guessed = guess_layout(array, pair.images, options.image_shape)
    # MATLAB has no vectors: labels are (N, 1) or (1, N).
    said = said.reshape(-1) if min(said.shape) == 1 else said
    labels, notes = read_labels(said, pair.labels), list(guessed.notes)
    if array.shape[1:] == _SVHN and {int(v) for v in np.unique(said)} <= set(range(1, 11)):
        notes.append(message("SVHN writes 10 for the digit 0; the class is called 0."))
        labels = ArrayLabels(["0" if label == "10" else label for label in labels.labels])
    part = ArrayPart(file, "mat", name, labels, split_in_name(file.stem), file.name, guessed.layout)
    return part, notes


def _nothing(source: Path) -> UserError:
    reasons = []
    for file in _files(source):
        try:
            mat_shapes(file)
        except ContainerError as error:
            reasons.append(error.reason)
        except OSError:
            continue
    return UserError(
        message("`{source}` holds no images with labels as MATLAB writes them.", source=source)
        if not reasons
        else message("`{source}` cannot be read: {reason}.", source=source, reason=reasons[0]),
        message(
            "Name the variables with --path-column (images) and --label-column; or save them with"
            " `save -v7`."
        ),
        code="no_images",
    )
