"""Splits delimited text into rows of cells: its delimiter, its quotation marks, its blanks."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name, shorten
from lnl_gui.dataset.readers.tables.unclosed_quotes import BrokenLine, split_at_lines
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_MAXIMUM_FIELD = 1 << 20
# `splitlines` would also break at form feeds and U+2028, which may stand in a caption.
_QUOTED = re.compile(r'"([^"]*)"([^"]*)')
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_FEW = 4096
"""Distinct cells up to which those of a column, such as labels, are kept once each."""


def split_rows(text: str, source: Path, warnings: list[Message]) -> list[list[str]]:
    """The rows of a text that are not empty, cells as they stand.

    Args:
        text: without comments.
        source: the file, for messages.
        warnings: gets what was assumed.

    Raises:
        UserError: when a quotation mark takes in the rest of the text.
    """
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
        rows = [line.rsplit(None, 1) for line in text.splitlines() if line.strip()]
        return [[_unquoted(row[0]), *row[1:]] for row in rows]
    if is_even:
        warnings.append(
            message("The columns of `{source}` are separated by spaces.", source=source.name)
        )
        return [_tokens(line) for line in text.splitlines() if line.strip()]
    return _parse(text, ",", source, warnings)


def _unquoted(path: str) -> str:
    """A path without quotation marks, which some tools set around all but its ending."""
    match = _QUOTED.fullmatch(path)
    return match[1] + match[2] if match else path


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
    for delimiter in DELIMITERS:
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
