"""Tables put one below the other: each has a header, and perhaps another order of the columns."""

from collections.abc import Sequence, Set

from lnl_gui.dataset.listing import Skipped, is_image_name
from lnl_gui.dataset.readers.tables.column_names import KNOWN_NAMES, PATH_NAMES, plain_name
from lnl_gui.dataset.readers.tables.row_widths import level_rows
from lnl_gui.util.class_names import is_number

_PATHS = frozenset(PATH_NAMES)
_SPELLED = frozenset(spelled for n in PATH_NAMES for spelled in (n, n.title(), n.upper()))
"""By which rows are passed over fast that are no header."""


def in_one_order(
    columns: Sequence[str], rows: Sequence[list[str]], skipped: list[Skipped]
) -> tuple[list[str], list[list[str]], int]:
    """The columns, level rows without later headers, and the number of these.

    Below a later header cells belong to its names; names that the first does not have become
    further columns.

    Args:
        columns: names of the first header, of which some are usual ones.
        rows: as they stand below it.
        skipped: gets rows with more cells than their header.
    """
    starts = _headers(columns, rows)
    if not starts:
        return list(columns), level_rows(rows, len(columns), skipped), 0
    names = list(columns)
    level = level_rows(rows[: starts[0]], len(names), skipped)
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        own = rows[start]
        while own and not own[-1].strip():
            own = own[:-1]
        # As a first header calls a column without a name, mostly that of the rows' numbers.
        own = [name.strip() or f"column {at}" for at, name in enumerate(own, 1)]
        places = {plain_name(name): at for at, name in enumerate(names)}
        for name in own:
            if plain_name(name) not in places:
                places[plain_name(name)] = len(names)
                names.append(name)
        order = {places[plain_name(name)]: at for at, name in enumerate(own)}
        below = level_rows(rows[start + 1 : end], len(own), skipped)
        level += [
            [row[order[at]] if at in order else "" for at in range(len(names))] for row in below
        ]
    return names, level_rows(level, len(names), skipped), len(starts)


def _headers(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Where rows name columns: those of the first header, or others of paths and labels."""
    spelled = _SPELLED.union(columns)
    first = set(map(plain_name, columns))
    # Where a program made up the first names, a later header shares its own with another one.
    met = set(first)
    found: list[int] = []
    for at, row in enumerate(rows):
        if not spelled.isdisjoint(map(str.strip, row)) and _is_header(row, first, met):
            found.append(at)
            met.update(plain_name(cell) for cell in row if cell.strip())
    return found


def _is_header(row: Sequence[str], first: Set[str], met: Set[str]) -> bool:
    filled = [cell for cell in map(str.strip, row) if cell]
    names = set(map(plain_name, filled))
    if len(names) < len(filled) or len(names) < 2:
        return False
    if any(is_image_name(cell) or is_number(cell) for cell in filled):
        return False
    if not names & _PATHS or not (names & KNOWN_NAMES) - _PATHS:
        return names == first
    # Classes may be called `label` and `file`, but beside an id that is no name.
    return len(names & met) > 1 or names <= KNOWN_NAMES
