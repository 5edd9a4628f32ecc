"""Lines of a table in which a quotation mark is opened and never closed."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from lnl_gui.dataset.listing import is_image_name

_SAMPLE = 500
_LONGEST = 1 << 16
_MOSTLY = 0.9
_HALF = 0.5


class BrokenLine(Exception):
    """A line from which on a table cannot be read, counted from 1, and why."""

    def __init__(self, number: int, error: csv.Error) -> None:
        super().__init__(str(error))
        self.number = number
        self.error = error


@dataclass
class Apart:
    """The rows of a table, and the lines in which a quotation mark is never closed."""

    rows: list[list[str]] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)


def split_at_lines(lines: Iterable[str], delimiter: str, width: int) -> Apart:
    """The rows of a table whose cells hold line breaks.

    A quotation mark that is never closed takes in the lines below up to the next one. A cell of
    several lines is one all the same, unless its second line would be a row of the table.

    Args:
        lines: of the table, with their ends.
        delimiter: between cells.
        width: the usual number of cells of a row.

    Raises:
        BrokenLine: when a cell is too long, or the last one is not closed.
    """
    source = iter(lines)
    waiting = deque(islice(source, _SAMPLE))
    names = _columns_of_names([_alone(line, delimiter, width) for line in waiting], width)
    found, number = Apart(), 1
    last: list[str] = []
    while True:
        taken: list[str] = []
        row, error = _record(waiting, source, delimiter, taken)
        below = _alone(taken[1], delimiter, width) if len(taken) > 1 and names else []
        swallows = len(below) == width and all(_is_name(below[at]) for at in names)
        # With a line's end in it the only line is the last, which was not closed either.
        if swallows or (len(taken) == 1 and row and row[-1].endswith(("\n", "\r"))):
            found.unclosed.append(taken[0].strip())
            row = _alone(taken[0], delimiter, width)
            waiting.extendleft(reversed(taken[1:]))
            del taken[1:]
        elif error is not None:
            raise BrokenLine(number, error)
        if row is None:
            _check_closed(last, delimiter, number - len(last))
            return found
        found.rows.append(row)
        last, number = taken, number + len(taken)


def _check_closed(lines: Sequence[str], delimiter: str, number: int) -> None:
    """Only the strict reader minds that the text ends inside quotation marks."""
    if len(lines) < 2:
        return
    try:
        deque(csv.reader(lines, delimiter=delimiter, strict=True), maxlen=0)
    except csv.Error as error:
        raise BrokenLine(number, error) from error


def _record(
    waiting: deque[str], source: Iterator[str], delimiter: str, taken: list[str]
) -> tuple[list[str] | None, csv.Error | None]:
    """The next row; `taken` gets its lines."""

    def following() -> Iterator[str]:
        while (line := waiting.popleft() if waiting else next(source, None)) is not None:
            taken.append(line)
            yield line

    reader = csv.reader(following(), delimiter=delimiter, skipinitialspace=delimiter != "\t")
    try:
        return next(reader, None), None
    except csv.Error as error:
        return None, error


def _alone(line: str, delimiter: str, width: int) -> list[str]:
    """The cells of one line; a quotation mark that it leaves open is no part of them."""
    text, spaces = line.rstrip("\r\n"), delimiter != "\t"
    if len(text) > _LONGEST:
        return []
    cells = next(csv.reader([text], delimiter=delimiter, skipinitialspace=spaces), [])
    if len(cells) == width:
        return cells
    # Opened before the last cell, it holds the delimiter as well.
    plain = csv.reader([text], delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return [cell.strip().strip('"') for cell in next(plain, [])]


def _columns_of_names(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The columns of image names, else those of ids, by which a row of the table is known."""
    even = [row for row in rows[1:] if len(row) == width]  # the first may be the header
    for known, share in ((is_image_name, _HALF), (_is_name, _MOSTLY)):
        found = [
            at for at in range(width) if sum(known(row[at]) for row in even) > share * len(even)
        ]
        if found:
            return found
    return []


def _is_name(cell: str) -> bool:
    return is_image_name(cell) or (any(map(str.isdigit, cell)) and len(cell.split()) == 1)
