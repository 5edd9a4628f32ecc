"""What is known of a table's columns, for a person who chooses among them."""

from collections import Counter
from collections.abc import Sequence

from lnl_gui.dataset.readers.tables.column_names import GROUP_NAMES, plain_name
from lnl_gui.dataset.readers.tables.one_hot import marked_apart
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.util.class_names import is_number, whole_number
from lnl_gui.util.errors import UserError

SAMPLE = 2000
_SHOWN_ROWS = 8
_LONGEST_CELL = 200
_MOST_CANDIDATES = 12
_MOST_GRADES = 20
_FEWEST_OF_GRADE = 3


class UnclearColumns(UserError):
    """A table that cannot be read until somebody says which column is which."""

    def __init__(self, error: UserError, columns: ColumnsFound) -> None:
        super().__init__(error.message, error.hint, code=error.code)
        self.columns = columns


def columns_found(
    table: Table,
    *,
    path: int = -1,
    label: int = -1,
    split: int = -1,
    annotator: int = -1,
    group: int = -1,
    annotators: Sequence[int] = (),
    one_hot: Sequence[int] = (),
) -> ColumnsFound:
    """The table's columns by name, with those that were chosen (numbers from 0, -1 for none)."""

    def name(at: int) -> str:
        return table.columns[at] if at >= 0 else ""

    taken = {path, split, annotator, group}
    return ColumnsFound(
        tuple(table.columns),
        tuple(tuple(cell[:_LONGEST_CELL] for cell in row) for row in table.rows[:_SHOWN_ROWS]),
        name(path),
        name(label),
        name(split),
        name(annotator),
        tuple(map(name, annotators)),
        tuple(map(name, one_hot)),
        _candidates(table, taken, len(one_hot)),
        name(group),
        _group_candidates(table, {path, label, split, annotator, group, *annotators, *one_hot}),
    )


def _candidates(table: Table, taken: set[int], one_hot: int) -> tuple[tuple[str, int], ...]:
    """Columns that could hold the label and how many names each holds."""
    if one_hot:
        return ()  # each of those holds 0 and 1 alone
    sample = sample_rows(table)
    found = [
        at
        for at in range(len(table.columns))
        if at not in taken
        and (looks_like_label(sample, at) or looks_like_grade(sample, at))
        and len({row[at] for row in sample}) > 1
    ]
    # Of columns of marks none is the label alone; `--label-column` takes them all at once.
    marked = marked_apart(sample, [at for at in range(len(table.columns)) if at not in taken])
    together = [(",".join(table.columns[at] for at in marked), len(marked))] if marked else []
    alone = [
        (table.columns[at], len({row[at].strip() for row in table.rows} - {""}))
        for at in found
        if at not in marked
    ]
    return tuple([*together, *alone][:_MOST_CANDIDATES])


def _group_candidates(table: Table, taken: set[int]) -> tuple[tuple[str, int], ...]:
    """Columns that may say which images belong together, and how many groups each would give."""
    named = [
        at
        for at, column in enumerate(table.columns)
        if at not in taken and plain_name(column) in GROUP_NAMES
    ]
    found = []
    for at in named:
        cells = [cell for row in table.rows if (cell := row[at].strip())]
        if 1 < len(set(cells)) < len(cells):
            found.append((table.columns[at], len(set(cells))))
    return tuple(found[:_MOST_CANDIDATES])


def sample_rows(table: Table) -> list[list[str]]:
    """Rows from all over the table, at least one."""
    return table.rows[:: max(1, len(table.rows) // SAMPLE)] or [[""] * len(table.columns)]


def looks_like_label(sample: Sequence[Sequence[str]], at: int) -> bool:
    """Whether a column's values repeat, as classes do, and are not measurements."""
    values = [whole_number(row[at].strip()) for row in sample if row[at].strip()]
    distinct = set(values)
    if not values or any(is_number(v) and not v.lstrip("+-").isdigit() for v in distinct):
        return False
    return len(distinct) <= max(1, len(values) // 2)


def looks_like_grade(sample: Sequence[Sequence[str]], at: int) -> bool:
    """Whether a column holds few fractions again and again, as grades do: 0, 0.33, 0.67 and 1."""
    values = Counter(whole_number(cell) for row in sample if (cell := row[at].strip()))
    return (
        1 < len(values) <= _MOST_GRADES
        and min(values.values()) >= _FEWEST_OF_GRADE
        and all(map(is_number, values))
        and any(not value.lstrip("+-").isdigit() for value in values)
    )
