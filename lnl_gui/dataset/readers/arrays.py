"""Arrays of NumPy: an `.npz` of images and labels, `.npy` files side by side, or a folder of both.

MedMNIST (`train_images`, `train_labels`, ...), Keras (`x_train`, `y_train`, ...), pairs such as
`X_train.npy` and `y_train.npy`, and Quick, Draw!, which has a file for each class.
"""

import zipfile
from pathlib import Path

from lnl_gui.containers.errors import ContainerError, reason_of
from lnl_gui.containers.kinds.array import array_names, load_array
from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.readers.array_labels import ArrayLabels, read_labels
from lnl_gui.dataset.readers.array_layout import could_be_images, guess_layout
from lnl_gui.dataset.readers.array_listing import ArrayPart, list_arrays
from lnl_gui.dataset.readers.array_roles import ArrayEntry, ArrayPair, pair_arrays
from lnl_gui.dataset.readers.columns_found import UnclearColumns
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.places import files_in, folders_in, has_images
from lnl_gui.dataset.splits import canonical_split, is_part_name
from lnl_gui.store.dataset_preview import ColumnsFound
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "arrays"
SUFFIXES = (".npy", ".npz")
_MOST_FILES = 10_000
_MOST_ARRAYS = 1000
_SPLITS = ("train", "validation", "test", "")
"""Which part comes first."""


def detects(source: Path, options: ReaderOptions) -> bool:
    """An array file, or a folder of such files with images and labels, and no image files."""
    if source.is_file():
        return source.suffix.lower() in SUFFIXES
    files = array_files(source) if source.is_dir() else []
    if not files or holds_images(source):
        return False
    try:
        entries = _entries(source, files)
        labelled = any(pair.labels for pair in pair_arrays(entries))
        return labelled or bool(_class_files(entries))
    except UserError as error:
        return error.code in ("ambiguous_column", "lengths_differ")


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Pair the arrays of images with those of labels; the images are not read.

    Raises:
        UserError: when there are none, it is not clear which, or the file is damaged.
    """
    files = [source] if source.is_file() else array_files(source)
    root = source.parent if source.is_file() else source
    entries = _entries(root, files)
    if source.suffix.lower() == ".npy" and source.is_file():
        entries += _entries(root, _partners(source))
    pairs = _pairs(entries, options)
    if source.is_file():
        pairs = [pair for pair in pairs if pair.images.file == source]
    if not any(pair.labels for pair in pairs):
        by_class = _class_files(entries)
        if by_class:
            return _list_classes(root, by_class, options, progress)
    if not pairs:
        raise _no_images(source, entries)
    parts, notes = [], list[Message]()
    for pair in sorted(pairs, key=lambda pair: _SPLITS.index(canonical_split(pair.split))):
        part, found = _part(pair, options, single=_is_single(pair, entries))
        parts.append(part)
        notes += found
    return list_arrays(root, NAME, parts, progress, why=_pairing(pairs), notes=notes)


def _pairs(entries: list[ArrayEntry], options: ReaderOptions) -> list[ArrayPair]:
    """Images with their labels.

    Raises:
        UnclearColumns: when it is not clear which arrays are meant; it lists all.
    """
    try:
        return pair_arrays(entries, label_name=options.label_column, image_name=options.path_column)
    except UserError as error:
        names = ColumnsFound(tuple(entry.shown for entry in entries))
        raise UnclearColumns(error, names) from error


def _pairing(pairs: list[ArrayPair]) -> Message:
    return message(
        "Images were read from {images}, their labels from {labels}.",
        images=shorten(pair.images.shown for pair in pairs),
        labels=shorten(pair.labels.shown for pair in pairs if pair.labels),
    )


def array_files(folder: Path) -> list[Path]:
    """The array files directly in a folder."""
    found = [file for file in files_in(folder) if file.suffix.lower() in SUFFIXES]
    return found[:_MOST_FILES]


def holds_images(folder: Path) -> bool:
    """Whether image files lie in a folder, or one below it: then arrays are something beside."""
    return has_images(folder) or any(map(has_images, folders_in(folder)))


def _partners(file: Path) -> list[Path]:
    """The other array files of a folder: the labels of one that was chosen lie beside it."""
    return [other for other in array_files(file.parent) if other != file]


def _entries(root: Path, files: list[Path]) -> list[ArrayEntry]:
    return [entry for file in files for entry in _file_entries(root, file)]


def _file_entries(root: Path, file: Path) -> list[ArrayEntry]:
    """The arrays of one file that can be opened.

    Raises:
        UserError: when the file is damaged.
    """
    found = []
    try:
        names = array_names(file)
        if len(names) > _MOST_ARRAYS:
            raise UserError(
                message("`{file}` holds {count} arrays.", file=file, count=len(names)),
                message("Stack the images into one array, and their labels into another."),
                code="not_arrays",
            )
        for name in names:
            try:
                array = load_array(file, name)
            except ContainerError:
                # Lists of names are often stored as objects beside arrays that are fine.
                if not name:
                    raise
                continue
            shown = f"{file.relative_to(root).as_posix()}/{name}" if name else file.stem
            found.append(ArrayEntry(file, name, shown, array.shape, array.dtype.kind))
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise UserError(
            message("`{file}` cannot be read: {reason}.", file=file, reason=reason_of(error)),
            message("Only plain arrays are read, as `numpy.save` writes numbers and texts."),
            code="not_arrays",
        ) from error
    return found


def _is_single(pair: ArrayPair, entries: list[ArrayEntry]) -> bool:
    """Whether a file has no other array of images, so that its name says enough."""
    same = [entry for entry in entries if entry.file == pair.images.file]
    return sum(could_be_images(e.shape, e.kind) and len(e.shape) > 2 for e in same) <= 1


def _part(
    pair: ArrayPair, options: ReaderOptions, *, single: bool
) -> tuple[ArrayPart, list[Message]]:
    images = pair.images
    guessed = guess_layout(load_array(images.file, images.name), images.shown, options.image_shape)
    labels = ArrayLabels([""] * images.shape[0])
    if pair.labels is not None:
        found = load_array(pair.labels.file, pair.labels.name)
        labels = read_labels(found, pair.labels.shown)
    shown = images.file.name if single or not images.name else f"{images.file.name}/{images.name}"
    part = ArrayPart(images.file, "array", images.name, labels, pair.split, shown, guessed.layout)
    return part, list(guessed.notes)


def _class_files(entries: list[ArrayEntry]) -> list[ArrayEntry]:
    """Files of images whose names are the classes, each with one array."""
    files = [entry.file for entry in entries]
    by_class = len(files) > 1 and len(set(files)) == len(files)
    images = all(could_be_images(entry.shape, entry.kind) for entry in entries)
    named = not any(is_part_name(file.stem) for file in files)
    return entries if by_class and images and named else []


def _list_classes(
    root: Path, entries: list[ArrayEntry], options: ReaderOptions, progress: Progress
) -> Listing:
    prefix = _common_prefix([entry.file.stem for entry in entries])
    parts, notes = [], list[Message]()
    for entry in entries:
        labels = ArrayLabels([entry.file.stem[len(prefix) :]] * entry.shape[0])
        guessed = guess_layout(load_array(entry.file, entry.name), entry.shown, options.image_shape)
        notes += guessed.notes
        parts.append(
            ArrayPart(entry.file, "array", entry.name, labels, "", entry.file.name, guessed.layout)
        )
    names = shorten(entry.file.name for entry in entries)
    why = message("Each file was read as one class: {names}.", names=names)
    return list_arrays(root, NAME, parts, progress, why=why, notes=notes)


def _common_prefix(stems: list[str]) -> str:
    """What all names begin with, up to a sign that parts words."""
    first, last = min(stems), max(stems)
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    cut = max(first.rfind(sign, 0, same) for sign in "_-. ")
    return first[: cut + 1]


def _no_images(source: Path, entries: list[ArrayEntry]) -> UserError:
    there = shorten(f"{e.shown} {'x'.join(map(str, e.shape))}" for e in entries)
    return UserError(
        message(
            "`{source}` holds no array of images. Arrays: {there}.", source=source, there=there
        ),
        message("Name the array of the images with --path-column."),
        code="no_images",
    )
