"""Labels of an array of images in a table or a list beside it, one row for each image."""

from pathlib import Path

import numpy as np

from lnl_gui.dataset.readers.arrays.labels import ArrayLabels, read_labels
from lnl_gui.dataset.readers.files.places import files_in
from lnl_gui.dataset.readers.files.text_files import read_text
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.column_names import KNOWN_NAMES, LABEL_NAMES
from lnl_gui.dataset.readers.tables.tables import Table, read_table
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.errors import UserError

_SUFFIXES = (".csv", ".tsv", ".txt")
_LARGEST = 1 << 28


def labels_beside(
    images: Path, count: int, split: str, options: ReaderOptions
) -> tuple[ArrayLabels, Path] | None:
    """The labels of `count` images from a table beside their file, and that table.

    Of several tables the one whose name says the same part of the dataset is taken; with more
    than one left there are none.
    """
    found: list[tuple[ArrayLabels, Path]] = []
    for file in files_in(images.parent):
        if file.suffix.lower() in _SUFFIXES and file.stat().st_size <= _LARGEST:
            labels = _labels(file, count, options)
            if labels is not None:
                found.append((labels, file))
    same = [entry for entry in found if split_in_name(entry[1].stem) == split_in_name(split)]
    chosen = same or found
    return chosen[0] if len(chosen) == 1 else None


def _labels(file: Path, count: int, options: ReaderOptions) -> ArrayLabels | None:
    try:
        cells = _list(file, count, options)
        if not cells:
            table = read_table(file, known_names=KNOWN_NAMES, encoding=options.encoding)
            at = _label_place(table, options)
            cells = [row[at] for row in table.rows] if at >= 0 else []
        return read_labels(np.array(cells, np.str_), file.name) if len(cells) == count else None
    # Any text may lie beside an array; one that is no table simply is not meant.
    except UserError:
        return None


def _list(file: Path, count: int, options: ReaderOptions) -> list[str]:
    """The lines of a list with a label on each, with or without a header; [] for other files."""
    text, _ = read_text(file, encoding=options.encoding)
    lines = [line.strip().strip('"') for line in text.splitlines() if line.strip()]
    if any(sign in line for line in lines for sign in ",;\t"):
        return []
    return lines[len(lines) - count :] if len(lines) - count in (0, 1) else []


def _label_place(table: Table, options: ReaderOptions) -> int:
    names = [name.strip().casefold() for name in table.columns]
    if options.label_column is not None:
        wanted = options.label_column.casefold()
        return names.index(wanted) if wanted in names else -1
    return next((names.index(name) for name in LABEL_NAMES if name in names), -1)
