"""Lines of a table in which a quotation mark is opened and never closed."""

import csv
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
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


def split_at_lines(lines: Iterable[str], delimiter: str, rows: Sequence[Sequence[str]]) -> Apart:
    """The rows of a table whose cells hold line breaks.

    A quotation mark that is never closed takes in the lines below up to the next one. A cell of
    several lines is one all the same, unless one of these would be a row of the table.

    Args:
        lines: of the table, with their ends.
        delimiter: between cells.
        rows: of the table as they are with the line breaks in their cells, all or the first.

    Raises:
        BrokenLine: when a cell is too long, or the last one is not closed.
    """
    source = iter(lines)
    waiting = deque(islice(source, _SAMPLE))
    form = _form_of(rows, [_plain_cells(line, delimiter) for line in waiting])
    found, number = Apart(), 1
    last: list[str] = []
    while True:
        taken: list[str] = []
        row, error = _record(waiting, source, delimiter, taken)
        swallows = any(_is_row(line, delimiter, form) for line in taken[1 : form.looked_at])
        # With a line's end in it the only line is the last, which was not closed either.
        if swallows or (len(taken) == 1 and row and row[-1].endswith(("\n", "\r"))):
            found.unclosed.append(taken[0].strip())
            row = _alone(taken[0], delimiter, form.width)
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


@dataclass(frozen=True)
class _Form:
    """How a row is known: the number of its cells, and those that name the image."""

    width: int
    columns: tuple[int, ...] = ()
    is_name: Callable[[str], bool] = is_image_name

    @property
    def looked_at(self) -> int:
        """Up to which of its lines a row may hold others: what looks like an id says little."""
        return _SAMPLE if self.is_name is is_image_name else 2


def _form_of(rows: Sequence[Sequence[str]], lines: Sequence[Sequence[str]]) -> _Form:
    """The form of a table's rows; of its lines where an open quotation mark took in all rows."""
    width = Counter(map(len, rows or lines)).most_common(1)[0][0] if rows or lines else 0
    even = _of_width(rows, width)
    is_whole = bool(even)
    even = even or _of_width(lines, width)
    columns = list(enumerate(zip(*even, strict=True)))
    images = [at for at, cells in columns if sum(map(is_image_name, cells)) > _HALF * len(even)]
    if images or not is_whole:
        return _Form(width, tuple(images))
    # An id is another in every row; a class with a number is not.
    ids = [
        at
        for at, cells in columns
        if len(set(cells)) == len(cells) and sum(map(_is_id, cells)) > _MOSTLY * len(even)
    ]
    return _Form(width, tuple(ids), _is_id)


def _of_width(rows: Sequence[Sequence[str]], width: int) -> list[Sequence[str]]:
    """Rows with that many cells, without the first, which may be the header."""
    return [row for row in rows[1 : _SAMPLE + 1] if len(row) == width]


def _is_row(line: str, delimiter: str, form: _Form) -> bool:
    """Whether a line alone is a row; among ids one that ends a cell of several lines is none."""
    if not form.columns or len(line) > _LONGEST:
        return False
    cells = _alone(line, delimiter, form.width)
    if len(cells) != form.width or not all(form.is_name(cells[at]) for at in form.columns):
        return False
    marked = next((cell for cell in _plain_cells(line, delimiter) if '"' in cell), '"')
    return form.is_name is is_image_name or marked.startswith('"')


def _alone(line: str, delimiter: str, width: int) -> list[str]:
    """The cells of one line; a quotation mark that it leaves open is no part of them."""
    text, spaces = line.rstrip("\r\n"), delimiter != "\t"
    cells = next(csv.reader([text], delimiter=delimiter, skipinitialspace=spaces), [])
    if len(cells) == width:
        return cells
    # Opened before the last cell, it holds the delimiter as well.
    return [cell.strip('"') for cell in _plain_cells(line, delimiter)]


def _plain_cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line with their quotation marks."""
    return [cell.strip() for cell in line.rstrip("\r\n").split(delimiter)]


def _is_id(cell: str) -> bool:
    return is_image_name(cell) or (any(map(str.isdigit, cell)) and len(cell.split()) == 1)
