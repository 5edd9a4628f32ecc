"""Finds a table's split column and what its cells mean: words, yes and no, a fold's number."""

from collections.abc import Callable, Collection

from lnl_gui.dataset.readers.tables.column_names import (
    FOREIGN_LABEL_NAMES,
    LABEL_NAMES,
    SPLIT_NAMES,
    plain_name,
)
from lnl_gui.dataset.readers.tables.named_columns import by_name, other_than
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.store.dataset.split_names import canonical_split

YES_MEANS = {
    "is_valid": ("valid", "train"),
    "is_val": ("valid", "train"),
    "is_validation": ("validation", "train"),
    "is_test": ("test", "train"),
    "is_train": ("train", "test"),
    "is_training": ("train", "test"),
    "is_training_image": ("train", "test"),
}
"""Columns of yes and no, and the splits these stand for; `is_valid` is fastai's."""
FOLD_NAMES = ("fold", "kfold", "fold_id", "cv_fold")
# PostgreSQL writes `t` and `f`, pandas 1.0 where a cell is missing.
_YES = frozenset({"1", "1.0", "true", "t", "yes", "y"})
_NO = frozenset({"0", "0.0", "false", "f", "no", "n"})
_MOST_FOLDS = 50
_NOWHERE = frozenset({"unassigned", "none", "nan"})
"""Words for images that no part has been chosen for; Vertex AI writes the first."""


def guess_split(table: Table, sample: list[list[str]], taken: set[int | None]) -> int:
    """The column of the splits by its name, else by its words; -1 for none, never one `taken`."""
    for at in by_name(table, SPLIT_NAMES):
        values = {row[at].strip() for row in sample if row[at].strip()}
        if at not in taken and is_split_column(table.columns[at], values):
            return at
    # `train` is a vehicle too, in a column that says it holds labels.
    called = by_name(table, [*LABEL_NAMES, *FOREIGN_LABEL_NAMES])
    for at in other_than(table, {*taken, *called}):
        values = {row[at].strip() for row in sample if row[at].strip()}
        if are_splits(values):
            return at
    return -1


def split_of_cell(column: str) -> Callable[[str], str]:
    """The function from a cell of that column to the name of a split, "" for none."""
    name = plain_name(column)
    if name in YES_MEANS:
        yes, no = YES_MEANS[name]
        return lambda cell: _yes_or_no(cell, yes, no)
    if name in FOLD_NAMES:
        return _fold
    return _word


def is_split_column(column: str, values: Collection[str]) -> bool:
    """Whether the values of a column with such a name can be those of a split."""
    name = plain_name(column)
    if name in YES_MEANS:
        return {value.casefold() for value in values} <= _YES | _NO
    return name not in FOLD_NAMES or len(values) <= _MOST_FOLDS


def are_splits(values: Collection[str]) -> bool:
    """Whether the words of a column, however it is called, are those of splits."""
    named = [value for value in values if value.casefold() not in _NOWHERE]
    return bool(named) and all(map(canonical_split, named))


def _yes_or_no(cell: str, yes: str, no: str) -> str:
    word = cell.strip().casefold()
    return yes if word in _YES else no if word in _NO else ""


def _fold(cell: str) -> str:
    # pandas makes fractions of whole numbers beside an empty cell.
    text = cell.strip().removesuffix(".0")
    return f"fold {text}" if text.isdigit() else text


def _word(cell: str) -> str:
    text = cell.strip()
    return "" if text.casefold() in _NOWHERE else text
