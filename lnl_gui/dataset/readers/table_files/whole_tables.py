"""A table of all images beside tables of the dataset's parts that repeat its rows.

`labels.csv` with `train_labels.csv` and `test_labels.csv`: the first has the labels, the others say
which split each image is in.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.any_table import read_any_table
from lnl_gui.dataset.readers.table_files.seen_table import (
    SeenTable,
    TableFile,
    name_of_image,
)
from lnl_gui.dataset.readers.table_files.table_names import split_of_table
from lnl_gui.dataset.readers.tables.columns import choose_columns
from lnl_gui.dataset.readers.tables.rows import RowSet
from lnl_gui.store.dataset.split_names import split_in_name


def holds_rows_of(whole: SeenTable, part: SeenTable) -> bool:
    """Whether a table has all images of another that is called after a part, and its labels."""
    is_part = bool(split_of_table(part.path)) and bool(part.names)
    return is_part and part.names <= whole.names and has_labels_of(whole, part)


def has_labels_of(whole: SeenTable, other: SeenTable) -> bool:
    """Whether two tables say the same of all images that both name, in words or in codes."""
    labels = [(whole.labels[n], label) for n, label in other.labels.items() if n in whole.labels]
    pairs = set(labels)
    one_to_one = len({own for own, _ in pairs}) == len({its for _, its in pairs}) == len(pairs)
    return bool(pairs) and one_to_one


def divides(whole: SeenTable, parts: Sequence[SeenTable]) -> bool:
    """Whether tables are parts of a whole, each a split of its own, and no image is in two."""
    splits = {split_in_name(split_of_table(part.path)) for part in parts}
    names = set[str]().union(*(part.names for part in parts))
    return (
        # Where two images have one name, as in two folders, it does not tell which part has it.
        len(whole.names) == len(whole.cells)
        and len(splits) == len(parts)
        and len(names) == sum(len(part.names) for part in parts)
        and all(holds_rows_of(whole, part) for part in parts)
        and (len(parts) > 1 or names < whole.names)
    )


def whole_of(tables: Sequence[SeenTable]) -> list[SeenTable]:
    """The one of several tables that has all rows of the others, which are parts of it."""
    return [
        seen
        for seen in tables
        if all(holds_rows_of(seen, other) for other in tables if other is not seen)
    ][:1]


def larger_of(parts: Sequence[SeenTable], others: Sequence[SeenTable]) -> list[SeenTable]:
    """The one table with the rows of all parts and with more."""
    number = sum(len(part.names) for part in parts)
    found = [seen for seen in others if len(seen.names) > number and divides(seen, parts)]
    return found if len(found) == 1 else []


def with_parts_of(
    file: TableFile, whole: SeenTable, repeating: Sequence[SeenTable], *, is_told: bool
) -> TableFile:
    """A table with those of parts that repeat its rows, or what is to be said of them.

    Args:
        file: the table.
        whole: what is known of it.
        repeating: other tables of the same images, of which those called after a part count.
        is_told: whether the label's column was named, so that nothing is asked about it.
    """
    parts = [s for s in repeating if split_of_table(s.path) and s.names & whole.names]
    if not parts or split_of_table(whole.path):
        return file
    differing = [seen for seen in parts if not has_labels_of(whole, seen)]
    if differing:
        # The table itself is to be chosen: the columns of both may have one name.
        rivals = [] if is_told else [replace(seen, column="") for seen in differing]
        return replace(file, rivals=(*file.rivals, *rivals))
    if whole.has_splits:
        return file
    if divides(whole, parts):
        return replace(file, parts=tuple(parts))
    return replace(file, undivided=tuple(seen.path for seen in parts))


def take_splits(found: RowSet, parts: Sequence[SeenTable], options: ReaderOptions) -> None:
    """Give the rows of a whole, where they say none, the split of the table that repeats them.

    Args:
        found: the rows.
        parts: the tables; those that are large were seen in part only, and are read again.
        options: as for the whole.
    """
    splits = {
        name_of_image(path): split_of_table(part.path)
        for part in parts
        for path in _paths(part.path, options)
    }
    found.rows = [
        row if row.split else row.in_split(splits.get(name_of_image(row.path), ""))
        for row in found.rows
    ]


def _paths(file: Path, options: ReaderOptions) -> list[str]:
    # The column that was named may be the whole's alone.
    options = replace(options, label_column=None, annotator_columns=(), group_column=None)
    table = read_any_table(file, encoding=options.encoding)
    path = choose_columns(table, options).path
    return [row[path].strip() for row in table.rows]


def is_rest_of(part: SeenTable, other: SeenTable) -> bool:
    """Whether a table has the images besides those for testing, though no name says so.

    Such as `HAM10000_metadata.csv` beside `ISIC2018_Task3_Test_GroundTruth.csv`.
    """
    is_held_out = split_in_name(split_of_table(part.path)) not in ("", "train")
    is_plain = other.is_named and not split_of_table(other.path)
    alike = bool(part.column) and part.column == other.column
    shared = set(part.labels.values()) & set(other.labels.values()) - {""}
    return is_held_out and is_plain and alike and bool(shared)
