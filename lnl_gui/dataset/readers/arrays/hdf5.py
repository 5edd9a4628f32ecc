"""HDF5 files of images and labels: PCam and the like, encoded images, groups named as classes."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.hdf5 import (
    bytes_of,
    is_encoded,
    open_hdf5,
    plain_dataset,
)
from lnl_gui.containers.kinds.layout import PLAIN
from lnl_gui.containers.limits import check_size
from lnl_gui.containers.signatures import suffix_of_bytes
from lnl_gui.dataset.listing import Listing, Reading, Record, shorten
from lnl_gui.dataset.readers.arrays.column_labels import column_labels
from lnl_gui.dataset.readers.arrays.hdf5_images import class_parts, is_network, single_images
from lnl_gui.dataset.readers.arrays.labels import ArrayLabels, read_labels, with_names
from lnl_gui.dataset.readers.arrays.layout import guess_layout
from lnl_gui.dataset.readers.arrays.listing import ArrayPart, list_arrays
from lnl_gui.dataset.readers.arrays.roles import ArrayEntry, ArrayPair, is_class_names, pair_arrays
from lnl_gui.dataset.readers.damage import damaged_file
from lnl_gui.dataset.readers.files.places import files_in
from lnl_gui.dataset.readers.finish import finish_listing
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "hdf5"
SUFFIXES = (".h5", ".hdf5", ".he5", ".hdf")
_MAGIC = b"\x89HDF\r\n\x1a\n"
_MOST_ROWS = 100_000_000
_LABELS_LIMIT = 1 << 30
_MOST_OPENED = 100
"""Files that are opened to find one with images: more are one for each image, or for each step of a
training."""
_UNREADABLE = (OSError, ImportError, ValueError, RuntimeError, KeyError)
_AS_IMAGES = (8, 8)
"""A shape that stands for encoded images where arrays are told apart by their shapes."""


@dataclass(frozen=True)
class Found:
    """A dataset in a file that stays open while a dataset is read."""

    entry: ArrayEntry
    values: Any
    encoded: bool = False


def detects(source: Path, options: ReaderOptions) -> bool:
    """An HDF5 file, or a folder with one that holds images."""
    files = _files(source)
    return bool(files) if source.is_file() else any(map(_may_hold_images, files[:_MOST_OPENED]))


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """List the images of all files of a dataset.

    Raises:
        UserError: when a file is damaged or holds no images, or its labels are not clear.
    """
    files = _files(source)
    root = source if source.is_dir() else source.parent
    found: list[Found] = []
    with ExitStack() as opened:
        for file in files:
            try:
                handle = opened.enter_context(open_hdf5(file))
                if not is_network(handle):
                    found += _entries(root, file, handle)
                elif source.is_file():
                    raise _only_weights(source)
            except _UNREADABLE as error:
                raise damaged_file(file, error) from error
        # The labels of a file that was chosen alone lie beside it, as in PCam.
        if not files or not found:
            raise _no_images(source, found)
        try:
            return _listing(source, root, found, options, progress)
        except (OSError, ValueError, RuntimeError) as error:
            if isinstance(error, UserError):
                raise
            raise damaged_file(source, error) from error


def containers(source: Path) -> list[Path]:
    """The HDF5 files of a folder, without those of networks."""
    return [file for file in _files(source) if _may_hold_images(file)]


def _may_hold_images(file: Path) -> bool:
    """Whether a file holds arrays of images, or cannot be read, which `read` then says."""
    try:
        with open_hdf5(file) as handle:
            if is_network(handle):
                return False
            found = list(_entries(file.parent, file, handle))
            return bool(single_images(found) or pair_arrays([f.entry for f in found]))
    except UserError as error:
        return error.code in ("ambiguous_column", "lengths_differ")
    except _UNREADABLE:
        return True


def _files(source: Path) -> list[Path]:
    if source.is_file():
        if not _is_hdf5(source):
            return []
        return [source, *_label_files(source)]
    if not source.is_dir():
        return []
    return [f for f in files_in(source) if f.name.lower().endswith(SUFFIXES) and _is_hdf5(f)]


def _is_hdf5(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return stream.read(8) == _MAGIC and file.suffix.lower() != ".mat"
    except OSError:
        return False


def _label_files(file: Path) -> list[Path]:
    """The file `..._y.h5` of `..._x.h5`."""
    for images, labels in (("_x", "_y"), ("_images", "_labels"), ("_data", "_labels")):
        if file.stem.endswith(images):
            beside = file.with_name(file.stem.removesuffix(images) + labels + file.suffix)
            if _is_hdf5(beside):
                return [beside]
    return []


def _entries(root: Path, file: Path, handle: Any) -> Iterator[Found]:
    """The datasets of a file; those that links lead to are not visited."""
    names: list[str] = []
    # Returning None goes on to the next object.
    handle.visititems(lambda name, found: names.append(name) if hasattr(found, "dtype") else None)
    place = file.relative_to(root).as_posix()
    for name in names:
        values = plain_dataset(handle, name)
        # In a member's key brackets part an array's name from its layout.
        if "[" in name or "]" in name or values.shape is None:
            continue
        encoded = is_encoded(values) and len(values.shape) == 1 and _begins_like_image(values)
        shape, kind = tuple(values.shape), values.dtype.kind
        while len(shape) > 1 and shape[-1] == 1 and shape[1:] != (1,) and len(shape) != 4:
            shape = shape[:-1]
        # PCam keeps its labels as (N, 1, 1, 1).
        if len(shape) == 4 and shape[1:] == (1, 1, 1):
            shape = shape[:1]
        if encoded:
            shape, kind = (*shape, *_AS_IMAGES), "u"
        elif kind == "O":
            # h5py gives texts of any length the type of objects.
            kind = "S" if is_encoded(values) else "O"
        yield Found(ArrayEntry(file, name, f"{place}/{name}", shape, kind), values, encoded)


def _begins_like_image(values: Any) -> bool:
    return bool(len(values)) and bool(suffix_of_bytes(bytes_of(values[0])))


def _listing(
    source: Path, root: Path, found: list[Found], options: ReaderOptions, progress: Progress
) -> Listing:
    entries = [f.entry for f in found if f.entry.shape]
    by_entry = {f.entry: f for f in found}
    single = single_images(found)
    if single is not None:
        return _single_listing(root, single, progress)
    pairs = pair_arrays(entries, label_name=options.label_column, image_name=options.path_column)
    classes = class_parts(pairs, entries)
    if not pairs:
        raise _no_images(source, found)
    parts: list[ArrayPart] = []
    notes: list[Message] = []
    for pair in pairs:
        image = by_entry[pair.images]
        _check(image)
        if classes:
            labels = ArrayLabels([classes[pair.images]] * pair.images.shape[0])
        else:
            labels = _labels(pair, by_entry, entries)
        layout = PLAIN
        if not image.encoded:
            guessed = guess_layout(image.values, pair.images.shown, options.image_shape)
            layout, notes = guessed.layout, [*notes, *guessed.notes]
        name, file = pair.images.name, pair.images.file
        shown = pair.images.shown if len(pairs) > 1 or classes else pair.images.file.name
        parts.append(ArrayPart(file, NAME, name, labels, pair.split, shown, layout))
    why = message("Arrays of images: {names}.", names=shorten(p.images.shown for p in pairs))
    return list_arrays(root, NAME, parts, progress, why=why, columns=_columns(pairs), notes=notes)


def _columns(pairs: Sequence[ArrayPair]) -> ColumnsFound:
    label = next((pair.labels.name for pair in pairs if pair.labels), "")
    names = dict.fromkeys([pairs[0].images.name, *filter(None, [label])])
    return ColumnsFound(tuple(names), path=pairs[0].images.name, label=label)


def _labels(
    pair: ArrayPair, by_entry: dict[ArrayEntry, Found], entries: Sequence[ArrayEntry]
) -> ArrayLabels:
    if pair.labels is None:
        return ArrayLabels([""] * pair.images.shape[0])
    labels = read_labels(_values(by_entry[pair.labels]), pair.labels.shown)
    for entry in entries:
        if entry.file == pair.labels.file and entry != pair.labels and is_class_names(entry):
            named = with_names(labels, _values(by_entry[entry]))
            labels = named if named is not None else labels
    return labels


def _values(found: Found) -> np.ndarray:
    """A whole array of labels, its texts as such."""
    _check(found)
    values = found.values
    check_size(values.size * values.dtype.itemsize, _LABELS_LIMIT)
    array = np.asarray(values[()])
    if array.dtype.kind == "O":
        array = np.array([bytes_of(v) if not isinstance(v, str) else v for v in array.reshape(-1)])
    return array.reshape(found.entry.shape)


def _check(found: Found) -> None:
    """Refuse what claims rows that are not there.

    Raises:
        ContainerError: for such an array.
    """
    rows = found.entry.shape[0] if found.entry.shape else 0
    # HDF5 may declare any shape and store no chunk of it; reading then gives zeros of that size.
    if rows > _MOST_ROWS or (rows and not found.values.id.get_storage_size()):
        raise ContainerError(
            message("`{name}` claims {rows} rows and holds none", name=found.entry.name, rows=rows)
        )


def _single_listing(
    root: Path, single: Sequence[tuple[Record, str]], progress: Progress
) -> Listing:
    labels = column_labels([label for _, label in single], ())
    records = [replace(r, label=w) for (r, _), w in zip(single, labels.labels, strict=True)]
    progress(len(records), len(records))
    listing = finish_listing(root, NAME, records, [], labels.notes)
    return replace(listing, reading=Reading(message("Each array was read as one image.")))


def _only_weights(source: Path) -> UserError:
    return UserError(
        message("`{source}` holds the weights of a trained network, and no images.", source=source),
        message("Choose the folder of the images, or the table that names them."),
        code="no_images",
    )


def _no_images(source: Path, found: Sequence[Found]) -> UserError:
    there = shorten(
        f"{f.entry.shown} {'x'.join(map(str, f.entry.shape))}" for f in found if f.entry.shape
    )
    return UserError(
        message(
            "`{source}` holds no array of images. Arrays: {there}.", source=source, there=there
        ),
        message("Name the array of the images with --path-column."),
        code="no_images",
    )
