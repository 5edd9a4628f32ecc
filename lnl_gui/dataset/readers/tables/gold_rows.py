"""Rows of a crowd's table that hold the known answer to a test question, not an opinion."""

import re
from collections import defaultdict
from collections.abc import Sequence

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.tables.column_names import plain_name
from lnl_gui.dataset.readers.tables.columns import TableColumns
from lnl_gui.dataset.readers.tables.one_hot import is_marked
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.messages import Message, message

_GOLD = re.compile(
    r"(is_|_)?(gold(en)?|gold_?standard|(ground_?)?truth|gt|honey_?pot|test_?question)(_row|_answer)?"
)


def without_outvoted_gold(
    table: Table, columns: TableColumns
) -> tuple[list[list[str]], list[Message]]:
    """The rows without people's answers to what a gold row answers, and what to say of it.

    A row is gold by a column such as `is_gold`, or by a person called `gold`. A mark that all rows
    of an image have tells of a test question, and not which of them answers it.
    """
    flags = [at for at, name in enumerate(table.columns) if _GOLD.fullmatch(plain_name(name))]
    by_path: dict[str, list[Sequence[str]]] = defaultdict(list)
    for row in table.rows:
        by_path[row[columns.path]].append(row)
    answers: dict[str, str] = {}
    for path, rows in by_path.items():
        gold = [row for row in rows if _is_gold(row, columns, flags)]
        labels = {clean_label(row[columns.label]) for row in gold} - {""}
        if len(labels) == 1 and len(gold) < len(rows):
            answers[path] = labels.pop()
    if not answers:
        return table.rows, []
    said = message(
        "The gold answer was taken for {count:,} images ({paths}); people's answers to these do not"
        " count as votes.",
        count=len(answers),
        paths=shorten(answers),
    )
    kept = [
        row
        for row in table.rows
        if row[columns.path] not in answers or _is_gold(row, columns, flags)
    ]
    return kept, [said]


def _is_gold(row: Sequence[str], columns: TableColumns, flags: Sequence[int]) -> bool:
    person = plain_name(row[columns.annotator])
    return bool(_GOLD.fullmatch(person)) or any(is_marked(row[at]) for at in flags)
