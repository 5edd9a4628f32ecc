"""Reads CSV, TSV and similar text as a table, whatever its encoding, delimiter and header."""

import codecs
import csv
import io
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Skipped, is_image_name
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import Message, message

WHITESPACE = " "
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_MAXIMUM_FIELD = 1 << 20
_CONTROL = bytes([*range(9), *range(14, 32)])  # text in one byte a letter has hardly any of these
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass
class Table:
    """A table of text. `has_header` is False when the columns' names were made up here."""

    source: Path
    columns: list[str]
    rows: list[list[str]]
    has_header: bool = True
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)


def read_table(source: Path, *, known_names: Iterable[str] = ()) -> Table:
    """Read a delimited text file.

    Args:
        source: the file.
        known_names: column names (lower case) by which a header is recognised.

    Raises:
        UserError: when it cannot be read, is empty or is not a table.
    """
    text, warnings = decode_text(read_source(source), source)
    rows, delimiter = _split_rows(text, source)
    if not rows:
        raise UserError(
            message("`{source}` is empty.", source=source),
            message("Choose a table with paths and labels."),
        )
    width = Counter(len(row) for row in rows[:1000]).most_common(1)[0][0]
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
    if delimiter == WHITESPACE:
        warnings.append(
            message("`{source}` was read as path and label separated by space.", source=source.name)
        )
    table = _with_header(source, rows, set(known_names), warnings)
    _level_rows(table)
    return table


def read_source(source: Path) -> bytes:
    """The bytes of a file.

    Raises:
        UserError: when the operating system refuses.
    """
    try:
        return source.read_bytes()
    except OSError as error:
        raise as_user_error(error, message("read `{source}`", source=source)) from error


def decode_text(data: bytes, source: Path) -> tuple[str, list[Message]]:
    """Text of unknown encoding, with a warning when the encoding is a guess.

    Raises:
        UserError: when it is not text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_as(data, encoding, source), []
    head = data[:4096]
    if len(head.translate(None, _CONTROL)) < len(head) - len(head) // 100:
        return _decode_as(data, _utf16_without_mark(data, source), source), []
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        warning = message(
            "`{source}` is not UTF-8 and was read as Western European text (cp1252).",
            source=source.name,
        )
        # The five bytes that cp1252 leaves undefined fall back to Latin-1, which has them all.
        try:
            return data.decode("cp1252"), [warning]
        except UnicodeDecodeError:
            return data.decode("latin-1"), [warning]


def _decode_as(data: bytes, encoding: str, source: Path) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UserError(
            message(
                "`{source}` begins like {encoding} text, but is not: {reason}.",
                source=source,
                encoding=encoding,
                reason=error.reason,
            ),
            message("Save it as UTF-8 and open it again."),
            code="not_text",
        ) from error


def _utf16_without_mark(data: bytes, source: Path) -> str:
    head = data[:4096]
    if not any(head[0::2]) or head[0::2].count(0) > len(head) // 4 > head[1::2].count(0):
        return "utf-16-be"
    if head[1::2].count(0) > len(head) // 4 > head[0::2].count(0):
        return "utf-16-le"
    raise UserError(
        message("`{source}` is not text.", source=source),
        message("Choose a CSV file, or a folder of images."),
        code="not_text",
    )


def _split_rows(text: str, source: Path) -> tuple[list[list[str]], str]:
    delimiter = _sniff_delimiter(text)
    if delimiter == WHITESPACE:
        rows = [line.rsplit(None, 1) for line in text.splitlines() if line.strip()]
    else:
        rows = _parse(text, delimiter, source)
    return [row for row in rows if any(cell.strip() for cell in row)], delimiter


def _parse(text: str, delimiter: str, source: Path) -> list[list[str]]:
    # The limit is the csv module's only knob and global; labels and paths never come near it.
    csv.field_size_limit(_MAXIMUM_FIELD)
    reader = _csv_reader(text, delimiter)
    try:
        rows = list(reader)
        if rows and any("\n" in cell for cell in rows[-1]):
            # Only the strict reader minds that the text ends inside quotation marks.
            reader = _csv_reader(text, delimiter, strict=True)
            deque(reader, maxlen=0)
    except csv.Error as error:
        raise UserError(
            message(
                "`{source}`, at line {line_num} or before: {error}.",
                source=source,
                line_num=reader.line_num,
                error=error,
            ),
            message("A quotation mark is probably not closed. Correct the line and open it again."),
            code="not_a_table",
        ) from error
    return rows


def _csv_reader(text: str, delimiter: str, *, strict: bool = False) -> Any:
    # newline="" keeps line breaks inside quotes as they are.
    stream = io.StringIO(text, newline="")
    spaces = delimiter != "\t"
    return csv.reader(stream, delimiter=delimiter, skipinitialspace=spaces, strict=strict)


def _sniff_delimiter(text: str) -> str:
    """The delimiter under which the first rows agree best on a number of columns above one."""
    sample = text[: 1 << 16].splitlines(keepends=True)[: 2 * _SAMPLE_ROWS]
    best, best_score = "", (0.0, 0)
    for delimiter in _DELIMITERS:
        score = _agreement(sample, delimiter)
        if score > best_score:
            best, best_score = delimiter, score
    return best or (WHITESPACE if _looks_whitespace_separated(sample) else ",")


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


def _looks_whitespace_separated(sample: list[str]) -> bool:
    parts = [line.rsplit(None, 1) for line in sample[:_SAMPLE_ROWS] if line.strip()]
    return bool(parts) and all(len(p) == 2 and is_image_name(p[0].strip('"')) for p in parts)


def _with_header(
    source: Path, rows: list[list[str]], known_names: set[str], warnings: list[Message]
) -> Table:
    first = [cell.strip() for cell in rows[0]]
    named = {cell.casefold() for cell in first}
    if not any(is_image_name(cell) for cell in first):
        if not named & known_names:
            warnings.append(
                message(
                    "The first line of `{source}` was taken for its header.", source=source.name
                )
            )
        return Table(source, _unique_names(first), rows[1:], True, [], warnings)
    names = [f"column {number}" for number in range(1, len(first) + 1)]
    warnings.append(
        message("`{source}` has no header; its columns are numbered from 1.", source=source.name)
    )
    return Table(source, names, rows, False, [], warnings)


def _unique_names(names: list[str]) -> list[str]:
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
        elif len(row) == width or not any(cell.strip() for cell in row[width:]):
            level.append(row[:width])
        else:
            reason = message(
                "the line has {count} cells, the header {width}", count=len(row), width=width
            )
            table.skipped.append(Skipped(row[0], reason))
    table.rows = level
