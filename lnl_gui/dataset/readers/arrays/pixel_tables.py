"""Tables whose rows are images: Kaggle's digits, Sign Language MNIST, FER2013."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from lnl_gui.containers.kinds.pixel_table import (
    PixelTable,
    in_form,
    label_form,
    look_at,
    pixel_rows,
    read_columns,
)
from lnl_gui.dataset.listing import Listing, shorten
from lnl_gui.dataset.readers.arrays.label_side import label_side
from lnl_gui.dataset.readers.arrays.labels import ArrayLabels, read_labels
from lnl_gui.dataset.readers.arrays.layout import guess_layout
from lnl_gui.dataset.readers.arrays.listing import ArrayPart, list_arrays
from lnl_gui.dataset.readers.arrays.repeated_tables import repeated_rows, without_copies
from lnl_gui.dataset.readers.damage import unreadable_arrays
from lnl_gui.dataset.readers.files.places import files_in, folders_in
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

NAME = "pixel-table"
_SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt")
# `emotion` and `Usage` are the columns of FER2013.
_LABELS = ("label", "labels", "class", "target", "emotion", "y", "digit", "letter", "category")
_SPLITS = ("usage", "split", "set", "subset", "part", "partition")
_MOST_TEXTS = 100
_ORDER = ("train", "validation", "test", "")


def detects(source: Path, options: ReaderOptions) -> bool:
    """A table of pixels, or a folder with one where there are labels."""
    tables = map(_looked_at, _files(source))
    return any(table is not None and _label_place(table, options) >= 0 for table in tables)


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """List the rows of every table of pixels.

    Raises:
        UserError: when there is none, a column is not there, or a cell is no number.
    """
    root = source if source.is_dir() else source.parent
    files, notes = without_copies(root, containers(source))
    found = [(file, table) for file in files if (table := _looked_at(file)) is not None]
    if not found:
        raise UserError(
            message("`{source}` holds no table of pixels.", source=source),
            message("It has a label and the pixels of one image in each row."),
            code="no_images",
        )
    parts, doubts = list[ArrayPart](), list[Message]()
    for file, table in found:
        part, said, doubt = _part(file, table, options)
        parts.append(part)
        notes += said
        doubts += doubt
    doubts += repeated_rows(
        [
            (part.container, pixel_rows(part.container, part.name), part.labels.labels)
            for part in parts
        ]
    )
    why = message("Rows of pixels in {names}.", names=shorten(file.name for file, _ in found))
    return list_arrays(root, NAME, parts, progress, why=why, notes=notes, suspicions=doubts)


def containers(source: Path) -> list[Path]:
    """Tables of pixels, directly in a folder or in a folder of their own name."""
    return [file for file in _files(source) if _looked_at(file) is not None]


def holds_pixels_alone(file: Path) -> bool:
    """Whether a table has no columns but those of pixels, labels and splits: it names no files."""
    table = _looked_at(file)
    if table is None or not table.has_header:
        return False
    pixels, known = set(table.pixels), {*_LABELS, *_SPLITS}
    names = [name.strip().lower() for at, name in enumerate(table.columns) if at not in pixels]
    return all(name in known for name in names)


def _files(source: Path) -> list[Path]:
    """Files that may be such tables."""
    files = [source]
    if source.is_dir():
        # Kaggle hands Sign Language MNIST out as `sign_mnist_train/sign_mnist_train.csv`.
        inner = [folder / f"{folder.name}.csv" for folder in folders_in(source)]
        files = sorted(files_in(source), key=_order)
        files += sorted((file for file in inner if is_file(file)), key=_order)
    found = [file for file in files if file.name.lower().endswith(_SUFFIXES)]
    texts = [file for file in found if file.suffix.lower() == ".txt"]
    # Each of many images may have its labels in a file of text.
    return found if len(texts) <= _MOST_TEXTS else [f for f in found if f not in set(texts)]


def _order(file: Path) -> tuple[int, str]:
    return _ORDER.index(split_in_name(file.stem)), file.name


def _looked_at(file: Path) -> PixelTable | None:
    try:
        return look_at(file)
    except (OSError, EOFError):
        return None


def _label_place(table: PixelTable, options: ReaderOptions) -> int:
    """The column of the label; -1 where there is none."""
    if options.label_column is not None:
        return _named(table, options.label_column)
    if not table.has_header:
        # EMNIST's tables have no header, and the label in front; others have it last.
        return 0
    return _place(table, _LABELS)


def _place(table: PixelTable, words: Sequence[str]) -> int:
    lowered = [name.strip().lower() for name in table.columns]
    others = [at for at in range(len(lowered)) if at not in set(table.pixels)]
    return next((at for word in words for at in others if lowered[at] == word), -1)


def _named(table: PixelTable, name: str) -> int:
    if name in table.columns:
        return table.columns.index(name)
    if name.isdigit() and 1 <= int(name) <= len(table.columns):
        return int(name) - 1
    raise UserError(
        message("There is no column `{name}`.", name=name),
        message("Columns: {names}.", names=shorten(table.columns)),
        code="no_column",
    )


def _part(
    file: Path, table: PixelTable, options: ReaderOptions
) -> tuple[ArrayPart, Sequence[Message], Sequence[Message]]:
    """One table's images, notes about them, and doubts."""
    label, doubts = _label_place(table, options), list[Message]()
    split = (
        _place(table, _SPLITS)
        if options.split_column is None
        else _named(table, options.split_column)
    )
    try:
        if not table.has_header and options.label_column is None:
            label, doubts = _found_label(file, table)
        form = label_form(table, label)
        wanted = [at for at in (label, split) if at >= 0]
        rows = pixel_rows(file, form)
        cells = dict(zip(wanted, read_columns(file, in_form(table, form), wanted), strict=True))
    except OSError as error:
        raise unreadable_arrays(file, error) from error
    guessed = guess_layout(rows, file.name, options.image_shape)
    labels = ArrayLabels([""] * len(rows))
    if label >= 0:
        labels = read_labels(np.array(_plain(cells[label]), np.str_), table.columns[label])
    part = ArrayPart(
        file, "pixels", form, labels, split_in_name(file.stem), file.name, guessed.layout
    )
    if split >= 0:
        part = _with_splits(part, cells[split])
    return part, guessed.notes, doubts


def _found_label(file: Path, table: PixelTable) -> tuple[int, list[Message]]:
    """The column of the label of a table that names none: the first or the last."""
    last = len(table.columns) - 1
    # The header is passed over, and of the pixels nothing is read.
    seen = in_form(table, label_form(table, 0))
    cells = read_columns(file, seen, (0, 1, last - 1, last))
    place = label_side(*map(_numbers, cells))
    if place is not None:
        return (last if place else 0), []
    doubt = message(
        "Whether the first or the last column of `{file}` holds the label cannot be told; the first"
        " was taken. Say it with --label-column {first} or --label-column {last}.",
        file=file.name,
        first=table.columns[0],
        last=table.columns[last],
    )
    return 0, [doubt]


def _numbers(cells: Sequence[str]) -> np.ndarray:
    try:
        return np.array(cells, np.float64)
    except ValueError:  # such as an empty cell; no pixel is one
        return np.full(len(cells), np.nan)


def _plain(cells: list[str]) -> list[str]:
    """Whole numbers as such: `numpy.savetxt` writes `5.000000000000000000e+00`."""
    numbers = _numbers(cells)
    if not np.all(np.isfinite(numbers)) or np.any(numbers != np.rint(numbers)):
        return cells
    return [str(int(number)) for number in numbers.tolist()]


def _with_splits(part: ArrayPart, splits: list[str]) -> ArrayPart:
    return replace(part, splits=tuple(split.strip() for split in splits))
