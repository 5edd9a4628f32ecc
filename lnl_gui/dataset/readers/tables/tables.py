"""Reads CSV, TSV and similar text as a table, whatever its encoding, delimiter and header."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path

from lnl_gui.dataset.listing import Skipped, is_image_name, shorten
from lnl_gui.dataset.readers.files.text_files import read_encoded
from lnl_gui.dataset.readers.tables.unclosed_quotes import BrokenLine, split_at_lines
from lnl_gui.util.class_names import is_number
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_WIDEST = 100
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://\S")
_MAXIMUM_FIELD = 1 << 20
# `splitlines` would also break at form feeds and U+2028, which may stand in a caption.
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_VIA_HEADER = "CSV_HEADER = "
_FEW = 4096
"""Distinct cells up to which those of a column, such as labels, are kept once each."""
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
    rows = _split_rows(body, source, warnings)
    rows = _without_title(rows, known, source, warnings)
    if not rows:
        raise UserError(
            message("`{source}` is empty.", source=source),
            message("Choose a table with paths and labels."),
        )
    width = _usual_width(rows)
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
    rows = _with_row_names(_with_comment_header(rows, comment, known), known)
    table = _with_header(source, rows, known, warnings)
    table.encoding = found.encoding
    _level_rows(table)
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


def _usual_width(rows: list[list[str]]) -> int:
    return Counter(len(row) for row in rows[:1000]).most_common(1)[0][0]


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
    for delimiter in (*_DELIMITERS, None):
        cells = [cell.strip() for cell in comment.split(delimiter)]
        if len(cells) == _usual_width(rows) and {cell.casefold() for cell in cells} & known:
            return [cells, *rows]
    return rows


def _without_title(
    rows: list[list[str]], known: set[str], source: Path, warnings: list[Message]
) -> list[list[str]]:
    """Without first lines of a single cell above a table of several columns."""
    start = 0
    while start < len(rows) - 1 and _usual_width(rows[start:]) > 1:
        filled = [cell for cell in rows[start] if cell.strip()]
        if len(filled) != 1 or is_image_name(filled[0]) or filled[0].strip().casefold() in known:
            break
        start += 1
    if start:
        titles = ", ".join(row[0].strip()[:60] for row in rows[:start])
        warnings.append(
            message(
                "`{source}`: lines above the header were passed over: {titles}.",
                source=source.name,
                titles=titles,
            )
        )
    return rows[start:]


def _with_row_names(rows: list[list[str]], known: set[str]) -> list[list[str]]:
    """R's `write.table` leaves the name of the first column, that of the rows, out."""
    head, body = rows[0], rows[1:]
    shorter = body and len(head) + 1 == _usual_width(body)
    if shorter and not any(map(is_image_name, head)) and len({row[0] for row in body}) == len(body):
        return [["row name", *head], *body]
    return rows


def _split_rows(text: str, source: Path, warnings: list[Message]) -> list[list[str]]:
    lines = text[: 1 << 16].splitlines(keepends=True)[: 2 * _SAMPLE_ROWS]
    delimiter = _sniff_delimiter(lines)
    if delimiter:
        rows = _parse(text, delimiter, source, warnings)
    else:
        rows = _split_at_blanks(text, [line for line in lines if line.strip()], source, warnings)
    return [row for row in rows if any(cell.strip() for cell in row)]


def _split_at_blanks(
    text: str, sample: list[str], source: Path, warnings: list[Message]
) -> list[list[str]]:
    if len(text) > 1 << 16:
        # The last line of the beginning may be cut.
        sample = sample[:-1]
    even = [_tokens(line) for line in sample]
    widths = {len(tokens) for tokens in even[1:] or even}
    is_even = len(widths) == 1 and min(widths) > 1
    numbered = is_even and max(widths) > 2 and all(t[0].isdigit() for t in even[1:])
    heads = [line.rsplit(None, 1) for line in sample]
    if (
        not numbered
        and sample
        and all(len(head) == 2 and is_image_name(head[0].strip('"')) for head in heads)
    ):
        warnings.append(
            message("`{source}` was read as path and label separated by space.", source=source.name)
        )
        return [line.rsplit(None, 1) for line in text.splitlines() if line.strip()]
    if is_even:
        warnings.append(
            message("The columns of `{source}` are separated by spaces.", source=source.name)
        )
        return [_tokens(line) for line in text.splitlines() if line.strip()]
    return _parse(text, ",", source, warnings)


def _tokens(line: str) -> list[str]:
    """The words of a line; a word in quotation marks may hold blanks."""
    if '"' not in line:
        return line.split()
    return next(csv.reader([line.strip()], delimiter=" ", skipinitialspace=True), [])


def _parse(text: str, delimiter: str, source: Path, warnings: list[Message]) -> list[list[str]]:
    # The limit is the csv module's only knob and global; labels and paths never come near it.
    csv.field_size_limit(_MAXIMUM_FIELD)
    quote = "'" if _in_single_quotes(text, delimiter) else '"'
    # Tab-separated text keeps blanks as they are.
    spaces = delimiter != "\t"
    reader = csv.reader(_lines(text), delimiter=delimiter, quotechar=quote, skipinitialspace=spaces)
    rows: list[list[str]] = []
    with suppress(csv.Error):  # an open quotation mark may take all that follows into one cell
        rows.extend(_with_shared_cells(reader))
        is_closed = not rows or not any(cell.endswith(("\n", "\r")) for cell in rows[-1])
        if reader.line_num == len(rows) and (is_closed or quote == "'"):
            return rows
    # A cell of several lines is a comment, or rows that an open quotation mark took in.
    try:
        apart = split_at_lines(_lines(text), delimiter, rows)
    except BrokenLine as broken:
        raise UserError(
            message(
                "`{source}`, at line {line_num} or before: {error}.",
                source=source,
                line_num=broken.number,
                error=broken.error,
            ),
            message("A quotation mark is probably not closed. Correct the line and open it again."),
            code="not_a_table",
        ) from broken
    if apart.unclosed:
        warnings.append(
            message(
                "`{source}`: lines in which a quotation mark is opened and never closed were read"
                " without it: {count} ({lines}).",
                source=source.name,
                count=len(apart.unclosed),
                lines=shorten(line[:60] for line in apart.unclosed),
            )
        )
        return apart.rows
    return rows


def _in_single_quotes(text: str, delimiter: str) -> bool:
    """Whether a column, its header included, stands in single quotes, as some databases write."""
    lines = text[: 1 << 16].splitlines()[:_SAMPLE_ROWS]
    rows = [line.split(delimiter) for line in lines if line.strip()]
    columns = list(zip(*rows, strict=False))
    return len(rows) > 1 and any(all(map(_is_single_quoted, column)) for column in columns)


def _is_single_quoted(cell: str) -> bool:
    plain = cell.strip()
    return len(plain) > 1 and plain[0] == plain[-1] == "'" and "'" not in plain[1:-1]


def _lines(text: str) -> Iterator[str]:
    # Line breaks inside quotes stay as they are. A `StringIO` would take four bytes a character.
    return (line[0] for line in _LINE.finditer(text))


def _with_shared_cells(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """The rows, in which equal cells of a column that has few different ones are one object.

    The labels and splits of a million rows are a million texts otherwise.
    """
    known: list[dict[str, str] | None] = []
    for row in rows:
        known += [{} for _ in range(len(known), len(row))]
        for at, cells in enumerate(known[: len(row)]):
            if cells is not None:
                row[at] = cells.setdefault(row[at], row[at])
                if len(cells) > _FEW:
                    known[at] = None
        yield row


def _sniff_delimiter(sample: list[str]) -> str:
    """The delimiter under which the first rows agree best on a number of columns above one."""
    best, best_score = "", (0.0, 0)
    for delimiter in _DELIMITERS:
        score = _agreement(sample, delimiter)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _agreement(sample: list[str], delimiter: str) -> tuple[float, int]:
    try:
        rows = [row for row in csv.reader(sample, delimiter=delimiter) if row][:_SAMPLE_ROWS]
    except csv.Error:
        return (0.0, 0)
    widths = Counter(len(row) for row in rows)
    if not widths:
        return (0.0, 0)
    width, share = widths.most_common(1)[0]
    # A header that has the delimiter while most rows lack it still makes a table of bad rows.
    if width < 2:
        width, share = max((w, n) for w, n in widths.items())
    return (round(share / len(rows), 2), width) if width > 1 else (0.0, 0)


def _with_header(
    source: Path, rows: list[list[str]], known_names: set[str], warnings: list[Message]
) -> Table:
    first = [cell.strip() for cell in rows[0]]
    named = {cell.casefold() for cell in first}
    # Names of columns are no numbers; a list of `path_without_suffix 1 3` has no header.
    is_data = any(is_image_name(c) or is_number(c) or is_address(c) for c in first)
    if not is_data or (named & known_names and not any(map(is_image_name, first))):
        is_known = bool(named & known_names)
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


def _level_rows(table: Table) -> None:
    """Give every row as many cells as there are columns; rows with more are skipped."""
    width = len(table.columns)
    level: list[list[str]] = []
    for row in table.rows:
        if len(row) < width:
            level.append(row + [""] * (width - len(row)))
        elif len(row) == width:
            level.append(row)
        # Spreadsheets end every line with the separators of columns that once held something.
        elif not any(cell.strip() for cell in row[width:]):
            level.append(row[:width])
        else:
            reason = message(
                "the line has {count} cells, the header {width}", count=len(row), width=width
            )
            table.skipped.append(Skipped(row[0], reason))
    table.rows = level
