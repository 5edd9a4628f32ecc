"""Lists of [path, number, name] by split, as CoOp and its successors hand them out."""

from collections.abc import Mapping
from typing import Any

from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tools.annotated import Annotated, Answer, ToolAnnotations
from lnl_gui.store.dataset.split_names import is_part_name


def matches(value: Any) -> bool:
    """An object of splits, each a list of lists of path, number and perhaps name."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(is_part_name(str(key)) and isinstance(v, list) for key, v in value.items())
        and all(_is_row(row) for rows in value.values() for row in rows)
    )


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and len(row) in (2, 3) and isinstance(row[0], str)


def annotations(value: Mapping[str, Any]) -> ToolAnnotations:
    """The name of each row, or its number where there is none."""
    return ToolAnnotations(
        [
            Annotated(row[0], (Answer("label", (cell_text(row[-1]),)),), split)
            for split, rows in value.items()
            for row in rows
        ]
    )
