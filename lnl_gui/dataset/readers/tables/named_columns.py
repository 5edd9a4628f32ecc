"""Finds columns of a table by their names."""

import re
from collections.abc import Sequence

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.tables.column_names import plain_name
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.dataset.readers.tables.taxonomic_ranks import class_rank
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

_COUNTED = re.compile(r"_\(\d+\)$|\.\d+$")


def named_column(table: Table, name: str | None, option: str) -> int | None:
    """The column that a person named, or gave the number of from 1; none for no name.

    Raises:
        UserError: when the table has no such column; `option` is what it was named with.
    """
    if name is None:
        return None
    wanted = name.strip()
    # A column may be called `2`: names count before places.
    if wanted in table.columns:
        return table.columns.index(wanted)
    folded = [column.casefold() for column in table.columns]
    if folded.count(wanted.casefold()) == 1:
        return folded.index(wanted.casefold())
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(table.columns):
        return int(wanted) - 1
    raise UserError(
        message(
            "`{source}` has no column `{name}`. Its columns are {listed}.",
            source=table.source,
            name=name,
            listed=listed(table.columns),
        ),
        message("Give one of them with {option}, or its number from 1.", option=option),
        code="unknown_column",
    )


def by_name(table: Table, names: Sequence[str], among: Sequence[int] | None = None) -> list[int]:
    """Columns with one of the names, in the order of the names."""
    folded = common_names(table)
    known = set(names) & set(folded)
    found = [at for name in names if name in known for at, own in enumerate(folded) if own == name]
    return found if among is None else [at for at in found if at in among]


def of_one_name(table: Table, columns: Sequence[int]) -> list[int]:
    """The columns, without those that have the name and the cells of one before."""
    names = common_names(table)
    kept: list[int] = []
    for at in columns:
        alike = [other for other in kept if names[other] == names[at]]
        if not any(_same_cells(table, other, at) for other in alike):
            kept.append(at)
    return kept


def common_names(table: Table) -> list[str]:
    """Plain names; a second column of one name is counted here, and by pandas as `label.1`.

    A class that is a rank of living things is called so.
    """
    plain = list(map(plain_name, table.columns))
    known = set(plain)
    bare = [_COUNTED.sub("", name) for name in plain]
    names = [base if base in known else own for own, base in zip(plain, bare, strict=True)]
    rank = class_rank(table, names)
    if rank >= 0:
        names[rank] = f"taxonomic_{names[rank]}"
    return names


def _same_cells(table: Table, one: int, other: int) -> bool:
    return all(row[one].strip() == row[other].strip() for row in table.rows)


def other_than(table: Table, taken: set[int | None]) -> list[int]:
    """All columns but those taken."""
    return [at for at in range(len(table.columns)) if at not in taken]


def listed(names: Sequence[str]) -> Message:
    """The names of columns, in full for most tables."""
    return shorten(names, shown=20)
