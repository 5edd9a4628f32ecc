"""Tells columns of an Excel sheet whose formulas no program has computed."""

import importlib
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from lnl_gui.dataset.readers.tables.column_names import (
    FINDING_NAMES,
    FOREIGN_LABEL_NAMES,
    LABEL_NAMES,
    PATH_NAMES,
    SPECIAL_LABEL_NAMES,
    plain_name,
)
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_NEEDED = frozenset(
    (*PATH_NAMES, *LABEL_NAMES, *FOREIGN_LABEL_NAMES, *SPECIAL_LABEL_NAMES, *FINDING_NAMES)
)


def doubt_formulas(table: Table, sheets: Iterable[str]) -> None:
    """Formulas whose values no program has stored count as empty cells.

    Args:
        table: as it was read, with the values.
        sheets: that it was read from.

    Raises:
        UserError: when a column of paths or labels holds nothing else.
    """
    empty = {at: sum(not row[at] for row in table.rows) for at in range(len(table.columns))}
    if not any(2 * count > len(table.rows) for count in empty.values()):
        return
    formulas = _formulas(table.source, sheets)
    for at, name in enumerate(table.columns):
        # The file with its values has no text in the cells that stay formulas in the other.
        count = min(formulas.get(at, 0), empty[at])
        if 2 * count <= len(table.rows):
            continue
        said = message(
            "Column `{column}` of `{source}` holds formulas whose values are not in the file:"
            " {count} cells.",
            column=name,
            source=table.source.name,
            count=count,
        )
        if plain_name(name) in _NEEDED:
            raise UserError(
                said,
                message("Open it in Excel or LibreOffice and save it, or save the table as CSV."),
                code="no_values",
            )
        table.warnings.append(said)


def _formulas(source: Path, sheets: Iterable[str]) -> Counter[int]:
    """How many cells of each column are formulas."""
    openpyxl = importlib.import_module("openpyxl")
    with closing(openpyxl.load_workbook(source, read_only=True)) as book:
        return Counter(
            at
            for sheet in sheets
            for row in book[sheet].iter_rows()
            for at, cell in enumerate(row)
            if cell.data_type == "f"
        )
