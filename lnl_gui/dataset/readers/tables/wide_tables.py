"""Tables of very many columns: of pixels, or of features of images."""

import re
from collections.abc import Sequence

_MANY = 64
_FIRST = 4
"""Columns in front that may be the numbers of images, whatever comes behind them."""
_LOOKED_AT = 50
_NUMBER = re.compile(r"\s*(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan)?\s*")


def columns_that_may_name(width: int, rows: Sequence[Sequence[str]]) -> list[int]:
    """The columns whose cells may name files.

    Of very many columns those that hold numbers alone are none: looking each cell up as a file
    would take minutes.
    """
    if width <= _MANY:
        return list(range(width))
    looked_at = rows[:: max(1, len(rows) // _LOOKED_AT)]
    return [at for at in range(width) if at < _FIRST or not _is_numbers(looked_at, at)]


def _is_numbers(rows: Sequence[Sequence[str]], at: int) -> bool:
    return all(_NUMBER.fullmatch(row[at]) for row in rows)
