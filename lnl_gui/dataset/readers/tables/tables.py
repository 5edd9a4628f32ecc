"""Reads CSV, TSV and similar text as a table, whatever its encoding, delimiter and header."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path

from lnl_gui.dataset.listing import Skipped, is_image_name
from lnl_gui.dataset.readers.files.text_files import read_encoded
from lnl_gui.dataset.readers.tables.column_names import plain_name
from lnl_gui.dataset.readers.tables.delimited_text import DELIMITERS, split_rows
from lnl_gui.dataset.readers.tables.later_headers import in_one_order
from lnl_gui.dataset.readers.tables.row_widths import level_rows, usual_width, with_even_header
from lnl_gui.util.class_names import is_number
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

_WIDEST = 100
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://\S")
_DEEPEST_HEADER, _KEY_AND_VALUE = 20, 2
_VIA_HEADER = "CSV_HEADER = "
_most_characters: ContextVar[int | None] = ContextVar("_most_characters", default=None)


@contextmanager
def beginning_only(characters: int) -> Iterator[None]:
    """Inside the block tables are read no further than that, up to the end of a line."""
    token = _most_characters.set(characters)
    try:
        yield
    finally:
        _most_characters.reset(token)


@dataclass
class Table:
    """A table of text. `has_header` is False when the columns' names were made up here.

    `beside` has the other tables of the same file, as a database or a workbook holds them.
    `first_line` has the cells that became the columns' names though none is a usual one.
    """

    source: Path
    columns: list[str]
    rows: list[list[str]]
    has_header: bool = True
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    suspicions: list[Message] = field(default_factory=list)
    encoding: str = ""
    beside: list["Table"] = field(default_factory=list)
    first_line: tuple[str, ...] = ()

    def without_header(self) -> "Table":
        """The table where the line that became its header is its first row."""
        said = header_taken(self.source)
        return replace(
            self,
            columns=numbered_names(len(self.columns)),
            rows=[list(self.first_line), *self.rows],
            has_header=False,
            warnings=[_no_header(self.source) if text == said else text for text in self.warnings],
            first_line=(),
        )


def header_taken(source: Path) -> Message:
    """That names which are not known became those of the columns."""
    return message("The first line of `{source}` was taken for its header.", source=source.name)


def _no_header(source: Path) -> Message:
    return message("`{source}` has no header; its columns are numbered from 1.", source=source.name)


def numbered_names(count: int) -> list[str]:
    """Names of columns that have none."""
    return [f"column {number}" for number in range(1, count + 1)]


def read_table(
    source: Path, *, known_names: Iterable[str] = (), encoding: str | None = None
) -> Table:
    """Read a delimited text file, compressed or not.

    Comment lines and a title before the header are passed over; names of rows, as R writes them,
    get a column of their own.

    Args:
        source: the file.
        known_names: column names (lower case) by which a header is recognised.
        encoding: of the text; None finds it.

    Raises:
        UserError: when it cannot be read, is empty or is not a table.
    """
    found = read_encoded(source, encoding=encoding)
    warnings = list(found.warnings)
    known = set(known_names)
    body, comment = _without_comments(_beginning(found.text))
    rows = split_rows(body, source, warnings)
    rows = _without_title(rows, known, source, warnings)
    if not rows:
        raise UserError(
            message("`{source}` is empty.", source=source),
            message("Choose a table with paths and labels."),
        )
    width = usual_width(rows)
    if max(width, len(rows[0])) < 2:
        raise UserError(
            message(
                "`{source}` has only one column (`{rows}`). Looked for comma, semicolon,"
                " tab, vertical bar and space between columns.",
                source=source,
                rows=rows[0][0][:60],
            ),
            message("Choose a table with at least a column of paths and one of labels."),
            code="not_a_table",
        )
    # Tables of cloud services list addresses without a header, with as many labels as there are.
    if any(map(is_address, rows[0])):
        rows = _widened(rows)
    suspicions: list[Message] = []
    rows = _with_comment_header(rows, comment, known)
    rows = with_even_header(rows, source, warnings, suspicions)
    table = _with_header(source, rows, known, warnings)
    table.suspicions += suspicions
    table.encoding = found.encoding
    return with_one_header(table)


def table_of_cells(source: Path, rows: list[list[str]], known_names: Iterable[str]) -> Table:
    """The table in cells that a program has divided, as those of a sheet, by the rules of text.

    Args:
        source: the file, for messages.
        rows: as they stand; a title may lie above the header.
        known_names: column names (lower case) by which a header is recognised.
    """
    warnings: list[Message] = []
    known = set(known_names)
    filled = _without_title([row for row in rows if any(row)], known, source, warnings)
    return with_one_header(_with_header(source, filled, known, warnings))


def with_one_header(table: Table) -> Table:
    """The table with level rows, in which the cells below a later header stand below its names."""
    if not table.has_header or table.first_line:
        table.rows = level_rows(table.rows, len(table.columns), table.skipped)
        return table
    table.columns, table.rows, later = in_one_order(table.columns, table.rows, table.skipped)
    if later:
        table.warnings.append(
            message(
                "Further headers in the middle of `{source}`: {count}. The cells below each were"
                " read by its names.",
                source=table.source.name,
                count=later,
            )
        )
    return table


def is_address(cell: str) -> bool:
    """Whether a cell is the address of a file in a store or on the web: `gs://bucket/1.png`."""
    return bool(_ADDRESS.match(cell.strip()))


def _widened(rows: list[list[str]]) -> list[list[str]]:
    """All rows as long as the longest: tables without header have as many labels as it takes."""
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows] if width <= _WIDEST else rows


def _beginning(text: str) -> str:
    most = _most_characters.get()
    if most is None or len(text) <= most:
        return text
    return text[:most].rpartition("\n")[0]


def _without_comments(text: str) -> tuple[str, str]:
    """The text from its first line that is neither empty nor a comment; the last comment."""
    comment, start = "", 0
    while text.startswith("#", start) or text.startswith(("\n", "\r"), start):
        end = min(
            (at for at in (text.find(c, start) for c in "\n\r") if at >= 0), default=len(text)
        )
        comment = text[start:end].lstrip("#").strip() or comment
        start = end + 1
    return text[start:], comment


def _with_comment_header(rows: list[list[str]], comment: str, known: set[str]) -> list[list[str]]:
    """`# path label` above the rows is their header, and what VIA 3 writes there."""
    comment = comment.removeprefix(_VIA_HEADER)
    known = {*known, "file_list"} if comment.startswith("metadata_id,file_list,") else known
    for delimiter in (*DELIMITERS, None):
        cells = [cell.strip() for cell in comment.split(delimiter)]
        if len(cells) == usual_width(rows) and {cell.casefold() for cell in cells} & known:
            return [cells, *rows]
    return rows


def _without_title(
    rows: list[list[str]], known: set[str], source: Path, warnings: list[Message]
) -> list[list[str]]:
    """Without what stands above the header: lines of one cell, and of a key and its value."""
    start = _first_known_header(rows, known)
    while start < len(rows) - 1 and usual_width(rows[start:]) > 1:
        filled = [cell for cell in rows[start] if cell.strip()]
        if len(filled) != 1 or is_image_name(filled[0]) or filled[0].strip().casefold() in known:
            break
        start += 1
    if start:
        cells = (filter(None, map(str.strip, row)) for row in rows[:start])
        titles = ", ".join(": ".join(filled)[:60] for filled in cells)
        warnings.append(
            message(
                "`{source}`: lines above the header were passed over: {titles}.",
                source=source.name,
                titles=titles,
            )
        )
    return rows[start:]


def _first_known_header(rows: list[list[str]], known: set[str]) -> int:
    """The line with several usual names of columns, where only keys and values stand above it."""
    for at, row in enumerate(rows[:_DEEPEST_HEADER]):
        if len(_known_in(row, known)) > 1:
            return at
        if sum(map(bool, map(str.strip, row))) > _KEY_AND_VALUE or any(map(is_image_name, row)):
            return 0
    return 0


def _known_in(cells: Sequence[str], known: set[str]) -> set[str]:
    """Usual names among the cells of a line."""
    names = {name for cell in cells for name in (cell.strip().casefold(), plain_name(cell))}
    return names & known


def _with_header(
    source: Path, rows: list[list[str]], known_names: set[str], warnings: list[Message]
) -> Table:
    first = [cell.strip() for cell in rows[0]]
    named = _known_in(first, known_names)
    # Names of columns are no numbers; a list of `path_without_suffix 1 3` has no header.
    is_data = any(is_image_name(c) or is_number(c) or is_address(c) for c in first)
    if not is_data or (named and not any(map(is_image_name, first))):
        is_known = bool(named)
        if not is_known:
            warnings.append(header_taken(source))
        table = Table(source, unique_names(first), rows[1:], True, [], warnings)
        table.first_line = () if is_known else tuple(rows[0])
        return table
    warnings.append(_no_header(source))
    return Table(source, numbered_names(len(first)), rows, False, [], warnings)


def unique_names(names: Sequence[str]) -> list[str]:
    """A name for each column: a number for one without, and a count after a repeated one."""
    seen: Counter[str] = Counter()
    unique = []
    for number, name in enumerate(names, 1):
        plain = name or f"column {number}"
        seen[plain] += 1
        unique.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
    return unique
