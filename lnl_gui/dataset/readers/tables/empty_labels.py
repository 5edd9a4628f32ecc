"""Rows without a label of which a column of the same kind says something: `genus` beside `species`.

What was told apart only as far as its genus has no species, and the column of full names has it.
"""

from collections.abc import Sequence

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.missing_words import says_nothing
from lnl_gui.dataset.readers.tables.columns_found import looks_like_label
from lnl_gui.dataset.readers.tables.other_columns import says_other
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.class_names import is_number
from lnl_gui.util.messages import message

_SOME = 0.05
"""Share of the rows without a label from which on it matters."""
_NEARLY_ALL = 0.9
"""Share of these of which the other column must say something."""
_EACH = 2
"""Rows for each label, on average, from which on it is no accident what else they share."""


def doubt_empty_labels(
    table: Table, sample: Sequence[Sequence[str]], label: int, rest: Sequence[int]
) -> None:
    """Suspect the label column where rows without a label have a value in one that goes with it.

    In that column each label has one value, and there are several: it is the label again, by other
    names, or what the label is a kind of.

    Args:
        table: which gets the suspicion.
        sample: some of its rows.
        label: the column that was taken for the label.
        rest: columns that hold neither paths nor splits nor people.
    """
    empty = [row for row in table.rows if _is_empty(row[label])]
    if not empty or len(empty) < _SOME * len(table.rows):
        return
    known = [row for row in table.rows if not _is_empty(row[label])]
    fuller = [
        at
        for at in rest
        if at != label
        and not says_other(table.columns[at])
        and looks_like_label(sample, at)
        and _goes_with(known, label, at)
        and sum(not _is_empty(row[at]) for row in empty) >= _NEARLY_ALL * len(empty)
    ]
    if fuller:
        table.suspicions.append(
            message(
                "The labels were taken from column `{column}`, which is empty in {count:,} of"
                " {rows:,} rows; of these {others} say something, and elsewhere the same for each"
                " label. If the labels are there, name the column with --label-column.",
                column=table.columns[label],
                count=len(empty),
                rows=len(table.rows),
                others=shorten(table.columns[at] for at in fuller),
            )
        )


def _is_empty(cell: str) -> bool:
    return not cell.strip() or says_nothing(cell.strip())


def _goes_with(rows: Sequence[Sequence[str]], label: int, other: int) -> bool:
    """Whether each label has one value in the other column, words of which there are several."""
    pairs = {(row[label].strip(), row[other].strip()) for row in rows if row[other].strip()}
    labels, values = {one for one, _ in pairs}, {two for _, two in pairs}
    is_word = not all(map(is_number, values))
    return (
        len(labels) == len(pairs)
        and len(values) > 1
        and is_word
        and len(rows) >= _EACH * len(labels)
    )
