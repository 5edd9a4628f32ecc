"""Labels in a column of a Parquet or Arrow table."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from lnl_gui.dataset.readers.arrays.labels import ArrayLabels
from lnl_gui.dataset.readers.several_labels import several_labels
from lnl_gui.dataset.readers.tables.labels import interpret_labels
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.messages import message


def column_labels(cells: Sequence[Any], class_names: Sequence[str]) -> ArrayLabels:
    """The label of each row.

    Args:
        cells: of the N rows: numbers, texts, lists of these, or None.
        class_names: what whole numbers stand for; () where they stand for themselves.
    """
    names = [clean_label(name) for name in class_names]
    if names:
        return _named(cells, names)
    several = {row: cell for row, cell in enumerate(cells) if _is_list(cell) and len(cell) > 1}
    texts = ["" if row in several else _text(cell) for row, cell in enumerate(cells)]
    meanings = interpret_labels(Counter(texts))
    problems = {row: several_labels(map(_text, cell)) for row, cell in several.items()}
    for row, text in enumerate(texts):
        problem = meanings.problem_of(text)
        if problem:
            problems[row] = problem
    notes = tuple(meanings.warnings)
    return ArrayLabels([meanings.class_of(text) for text in texts], problems, notes)


def _named(cells: Sequence[Any], names: Sequence[str]) -> ArrayLabels:
    labels, problems = [""] * len(cells), {}
    for row, cell in enumerate(cells):
        values = list(cell) if _is_list(cell) else [cell]
        if len(values) > 1:
            problems[row] = several_labels(_name(value, names) or str(value) for value in values)
            continue
        value = values[0] if values else None
        # `datasets` writes -1 where a test set keeps its labels back.
        if value is None or value == -1:
            continue
        labels[row] = _name(value, names)
        if not labels[row]:
            problems[row] = message("label {value} has no name", value=str(value)[:40])
    return ArrayLabels(labels, problems)


def _name(value: Any, names: Sequence[str]) -> str:
    known = isinstance(value, int) and 0 <= value < len(names)
    return names[value] if known else ""


def _is_list(cell: Any) -> bool:
    return isinstance(cell, (list, tuple))


def _text(cell: Any) -> str:
    if _is_list(cell):
        cell = cell[0] if cell else None
    if cell is None or cell != cell:  # only NaN differs from itself
        return ""
    if isinstance(cell, bytes):
        return clean_label(cell.decode("utf-8", "replace"))
    # pandas turns a column of whole numbers into fractions where one is missing.
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    # Below 0 stands for `none` in every library that has such a number.
    if isinstance(cell, int) and not isinstance(cell, bool) and cell < 0:
        return ""
    return clean_label(str(cell))
