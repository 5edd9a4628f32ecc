"""Arrays of NumPy: an `.npz` or a pickle of images and labels, or files of both side by side.

MedMNIST (`train_images`, `train_labels`, ...), Keras (`x_train`, `y_train`, ...), pairs such as
`X_train.npy` and `y_train.npy`, and Quick, Draw!, which has a file for each class.
"""

from pathlib import Path

from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.readers.arrays.entries import (
    PICKLES,
    array_files,
    container_kind,
    is_array_file,
    list_entries,
    load_entry,
    partners,
)
from lnl_gui.dataset.readers.arrays.label_tables import labels_beside
from lnl_gui.dataset.readers.arrays.labels import (
    ArrayLabels,
    named_classes,
    read_labels,
    with_names,
)
from lnl_gui.dataset.readers.arrays.layout import could_be_images, guess_layout
from lnl_gui.dataset.readers.arrays.listing import ArrayPart, list_arrays
from lnl_gui.dataset.readers.arrays.roles import ArrayEntry, ArrayPair, is_class_names, pair_arrays
from lnl_gui.dataset.readers.files.places import folders_in, has_images
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.columns_found import UnclearColumns
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.store.dataset.split_names import is_part_name, split_in_name
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "arrays"
_SPLITS = ("train", "validation", "test", "")
"""Which part comes first."""
_MOST_BESIDE_IMAGES = 400
"""Array files of a folder with images that are opened: more are one for each image, as masks."""


def detects(source: Path, options: ReaderOptions) -> bool:
    """An array file, or a folder of such files with images and labels."""
    if source.is_file():
        return is_array_file(source)
    files = containers(source)
    if not files or (len(files) > _MOST_BESIDE_IMAGES and _holds_images(source)):
        return False
    try:
        entries, _ = _entries_of(source, files)
        pairs = pair_arrays(entries)
        labelled = any(pair.labels for pair in pairs) or bool(_tables(pairs, options))
        return labelled or bool(_class_files(entries))
    except UserError as error:
        # It is such a file all the same: the person is asked instead of another reader trying.
        return error.code in ("ambiguous_column", "lengths_differ")


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Pair the arrays of images with those of labels; the images are not read.

    Raises:
        UserError: when there are none, it is not clear which, or the file is damaged.
    """
    files = [source] if source.is_file() else array_files(source)
    root = source.parent if source.is_file() else source
    entries, passed_over = _entries_of(root, files)
    # An .npy holds one array only: its labels must lie in a file beside it.
    if source.suffix.lower() == ".npy" and source.is_file():
        entries += list_entries(root, partners(source))
    pairs = _pairs(entries, options)
    if source.is_file():
        # The partners were listed for their labels; their images were not asked for.
        pairs = [pair for pair in pairs if pair.images.file == source]
    tables = _tables(pairs, options)
    # Labels of any kind count before names of files: `cat.npy` may lie beside real labels.
    if not tables and not any(pair.labels for pair in pairs):
        by_class = _class_files(entries)
        if by_class:
            return _list_classes(root, by_class, options, progress)
    if not pairs:
        raise _no_images(source, entries)
    parts, notes = [], list(passed_over)
    for pair in sorted(pairs, key=lambda pair: _SPLITS.index(split_in_name(pair.split))):
        labels, said = _labels(pair, tables, entries)
        part, found = _part(pair, labels, options, single=_is_single(pair, entries))
        parts.append(part)
        notes += [*said, *found]
    why = _pairing(pairs, tables)
    notes = list(dict.fromkeys(notes))
    listed = [entry for pair in pairs if (entry := _list_of_classes(pair, entries)) is not None]
    named = [name for e in dict.fromkeys(listed) for name in named_classes(load_entry(e))]
    # Where the numbers stay, the names say nothing of which has no image.
    present = {label for part in parts for label in part.labels.labels}
    classes = named if present & set(named) else []
    return list_arrays(root, NAME, parts, progress, why=why, classes=classes, notes=notes)


def containers(source: Path) -> list[Path]:
    """The array files directly in a folder."""
    return array_files(source) if source.is_dir() else []


def _entries_of(root: Path, files: list[Path]) -> tuple[list[ArrayEntry], list[Message]]:
    """The arrays of all files, and which pickles hold something else, such as a model.

    Raises:
        UserError: when a file is damaged, or no other is left beside such pickles.
    """
    entries: list[ArrayEntry] = []
    passed_over: dict[str, UserError] = {}
    for file in files:
        try:
            entries += list_entries(root, [file])
        except UserError as error:
            if not file.name.lower().endswith(PICKLES):
                raise
            passed_over[file.name] = error
    if passed_over and not entries:
        raise next(iter(passed_over.values()))
    if not passed_over:
        return entries, []
    said = message(
        "Pickles that hold something else than arrays were passed over: {names}.",
        names=shorten(passed_over),
    )
    return entries, [said]


def _pairs(entries: list[ArrayEntry], options: ReaderOptions) -> list[ArrayPair]:
    """Images with their labels.

    Raises:
        UnclearColumns: when it is not clear which arrays are meant; it lists all.
    """
    try:
        return pair_arrays(entries, label_name=options.label_column, image_name=options.path_column)
    except UnclearColumns:
        raise
    except UserError as error:
        names = ColumnsFound(tuple(entry.shown for entry in entries))
        raise UnclearColumns(error, names) from error


Tables = dict[ArrayEntry, tuple[ArrayLabels, Path]]
"""Images whose labels lie in a table: those, and the table."""


def _tables(pairs: list[ArrayPair], options: ReaderOptions) -> Tables:
    found: Tables = {}
    for pair in pairs:
        if pair.labels is None:
            beside = labels_beside(pair.images.file, pair.images.shape[0], pair.split, options)
            if beside is not None:
                found[pair.images] = beside
    return found


def _pairing(pairs: list[ArrayPair], tables: Tables) -> Message:
    labels = [pair.labels.shown for pair in pairs if pair.labels]
    labels += [file.name for _, file in tables.values()]
    return message(
        "Images were read from {images}, their labels from {labels}.",
        images=shorten(pair.images.shown for pair in pairs),
        labels=shorten(labels),
    )


def _labels(
    pair: ArrayPair, tables: Tables, entries: list[ArrayEntry]
) -> tuple[ArrayLabels, list[Message]]:
    """The labels of an array of images, by name where the file has the names of the classes."""
    if pair.images in tables:
        return tables[pair.images][0], []
    if pair.labels is None:
        return ArrayLabels([""] * pair.images.shape[0]), []
    labels = read_labels(load_entry(pair.labels), pair.labels.shown)
    entry = _list_of_classes(pair, entries)
    named = with_names(labels, load_entry(entry)) if entry is not None else None
    if entry is None or named is None:
        return labels, []
    said = message("The names of the classes were read from `{file}`.", file=entry.shown)
    return named, [said]


def _list_of_classes(pair: ArrayPair, entries: list[ArrayEntry]) -> ArrayEntry | None:
    """The array of the classes' names in the file of the labels."""
    if pair.labels is None:
        return None
    inside = (entry for entry in entries if entry.file == pair.labels.file)
    return next(filter(is_class_names, inside), None)


def _holds_images(folder: Path) -> bool:
    """Whether image files lie in a folder, or one below it."""
    return has_images(folder) or any(map(has_images, folders_in(folder)))


def _is_single(pair: ArrayPair, entries: list[ArrayEntry]) -> bool:
    """Whether a file has no other array of images, so that its name says enough."""
    same = [entry for entry in entries if entry.file == pair.images.file]
    return sum(could_be_images(e.shape, e.kind) and len(e.shape) > 2 for e in same) <= 1


def _part(
    pair: ArrayPair, labels: ArrayLabels, options: ReaderOptions, *, single: bool
) -> tuple[ArrayPart, list[Message]]:
    images = pair.images
    guessed = guess_layout(load_entry(images), images.shown, options.image_shape)
    shown = images.file.name if single or not images.name else f"{images.file.name}/{images.name}"
    kind = container_kind(images)
    part = ArrayPart(images.file, kind, images.name, labels, pair.split, shown, guessed.layout)
    return part, list(guessed.notes)


def _class_files(entries: list[ArrayEntry]) -> list[ArrayEntry]:
    """Files of images whose names are the classes, each with one array."""
    files = [entry.file for entry in entries]
    by_class = len(files) > 1 and len(set(files)) == len(files)
    images = all(could_be_images(entry.shape, entry.kind) for entry in entries)
    # `train.npy` and `test.npy` are parts, not classes.
    named = not any(is_part_name(file.stem) for file in files)
    return entries if by_class and images and named else []


def _list_classes(
    root: Path, entries: list[ArrayEntry], options: ReaderOptions, progress: Progress
) -> Listing:
    prefix = _common_prefix([entry.file.stem for entry in entries])
    parts, notes = [], list[Message]()
    for entry in entries:
        labels = ArrayLabels([entry.file.stem[len(prefix) :]] * entry.shape[0])
        guessed = guess_layout(load_entry(entry), entry.shown, options.image_shape)
        notes += guessed.notes
        parts.append(
            ArrayPart(
                entry.file,
                container_kind(entry),
                entry.name,
                labels,
                "",
                entry.file.name,
                guessed.layout,
            )
        )
    names = shorten(entry.file.name for entry in entries)
    why = message("Each file was read as one class: {names}.", names=names)
    return list_arrays(root, NAME, parts, progress, why=why, notes=notes)


def _common_prefix(stems: list[str]) -> str:
    """What all names begin with, up to a sign that parts words."""
    first, last = min(stems), max(stems)
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    # Up to a sign: of `simplified_cat` and `simplified_cow` the classes are not `at` and `ow`.
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
