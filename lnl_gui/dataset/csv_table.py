"""Writes columns as a CSV file."""

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.messages import message

_END = "\r\n"
# OWASP's list of such beginnings; spreadsheets of East Asia take the full-width signs too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?")
Column = Sequence[Any] | np.ndarray


def write_table(target: Path, columns: Mapping[str, Column], *, as_is: bool = False) -> None:
    """Write a CSV file (UTF-8, comma, one header line), atomically.

    Args:
        target: the file; replaced if it exists.
        columns: equally long columns by name. Floats get the fewest digits that give them back
            in their own precision; NaN and None become empty cells; booleans `True`, `False`.
        as_is: write text as it is, also what a spreadsheet takes for a formula: for programs.

    Raises:
        ValueError: for columns of unequal length.
        UserError: when it cannot be written.
    """
    cells = [_as_text(column) for column in columns.values()]
    if len({len(column) for column in cells}) > 1:
        lengths = {name: len(column) for name, column in columns.items()}
        raise ValueError(f"columns of unequal length: {lengths}")
    try:
        with atomic_file(target, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(_Quoting(stream), lineterminator=_END)
            rows = zip(*cells, strict=True)
            if as_is:
                writer.writerow(columns)
                writer.writerows(rows)
            else:
                writer.writerow(map(inert, columns))
                writer.writerows(map(inert, row) for row in rows)
    except OSError as error:
        raise as_user_error(error, message("write `{target}`", target=target)) from error


def inert(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; `as_written` gives back what it was.

    A number stays one, whatever its sign.

    Args:
        cell: of any type; all but text stay as they are.
    """
    # A name with an apostrophe before a formula gets one more, or it would come back without its
    # own.
    if not isinstance(cell, str) or not cell.lstrip("'").startswith(_FORMULA):
        return cell
    return cell if _NUMBER.fullmatch(cell) else f"'{cell}"


def inert_path(path: str) -> str:
    """A relative path that no spreadsheet takes for a formula, and that names the same file."""
    return path if inert(path) == path else f"./{path}"


def as_written(cell: str) -> str:
    """The text that `inert` was given."""
    return cell[1:] if cell.startswith("'") and inert(cell[1:]) == cell else cell


class _Quoting:
    """Ends lines with a line feed alone.

    The module quotes a carriage return within a cell only where it is part of the line's end, and
    reads an unquoted one as the end of a line: a file name may hold one.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, line: str) -> int:
        """One row with its end."""
        return self._stream.write(f"{line.removesuffix(_END)}\n")


def _as_text(column: Column) -> Sequence[Any]:
    if isinstance(column, np.ndarray) and column.dtype.kind == "f":
        # Through numpy's own text form: float32 0.1 stays 0.1, not 0.10000000149011612.
        return np.where(np.isnan(column), "", column.astype(str)).tolist()
    if isinstance(column, np.ndarray):
        return column.tolist()
    return column
