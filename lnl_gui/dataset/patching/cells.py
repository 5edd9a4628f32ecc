"""A patch for a table: only the cells of changed labels differ, every other byte stays."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.patching.edited import (
    ClassWords,
    EditedTable,
    no_row,
    no_word,
    not_editable,
)
from lnl_gui.dataset.patching.matching import Matched, PatchConflict
from lnl_gui.dataset.readers.files.text_files import COMPRESSED, encode_like, read_encoded
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.util.messages import message

_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Cell:
    """Where a cell stands in a text, and what it says."""

    start: int
    end: int
    text: str


def edit_table(
    file: Path, listing: Listing, wanted: Sequence[Matched]
) -> tuple[EditedTable, list[PatchConflict]]:
    """The table with its labels changed; nothing is written.

    Args:
        file: the table, delimited text.
        listing: of the dataset as it was read, which says which columns are what.
        wanted: changes with their images.

    Raises:
        UserError: when the table is compressed, or its columns cannot be told.
    """
    columns = listing.reading.columns
    if file.suffix.lower() in COMPRESSED or columns is None or not columns.label:
        raise not_editable(file)
    source = read_encoded(file, encoding=listing.reading.encoding or None)
    _, rows = rows_below_header(source.text, columns, file)
    path_at, label_at = columns.names.index(columns.path), columns.names.index(columns.label)
    words = words_of(listing, rows, columns)
    # A path may stand in several rows, and a change is of all of them.
    by_path: dict[str, list[list[Cell]]] = defaultdict(list)
    for row in rows:
        if len(row) > max(path_at, label_at):
            by_path[row[path_at].text].append(row)
    edits: list[tuple[int, int, str]] = []
    conflicts, removed = [], 0
    in_objects = _says_more_in_json(listing, rows, path_at, label_at)
    for found in wanted:
        matching, after = by_path.get(found.record.path, []), found.change.after
        word = words.of(after) if after else ""
        if not matching:
            conflicts.append(PatchConflict(found.record.path, no_row()))
        elif after is None:
            edits += [(*_line(source.text, row), "") for row in matching]
            removed += len(matching)
        elif word is None:
            conflicts.append(PatchConflict(found.record.path, no_word(after)))
        elif in_objects and any(_is_object(row[label_at].text) for row in matching):
            reason = message("has a label in JSON that says more than the class")
            conflicts.append(PatchConflict(found.record.path, reason))
        else:
            edits += [(row[label_at].start, row[label_at].end, word) for row in matching]
    data = encode_like(_edited(source.text, edits), source.encoding, file)
    return EditedTable(lambda stream: stream.write(data), len(edits) - removed, removed), conflicts


def _is_object(text: str) -> bool:
    return text.strip().startswith(("{", "[{"))


def _says_more_in_json(
    listing: Listing, rows: Sequence[Sequence[Cell]], path_at: int, label_at: int
) -> bool:
    """Whether label cells of JSON hold more, such as boxes, which are each row's own."""
    labels = {record.path: record.label for record in listing.records}
    objects = {
        (labels[row[path_at].text], row[label_at].text)
        for row in rows
        if len(row) > max(path_at, label_at)
        and row[path_at].text in labels
        and _is_object(row[label_at].text)
    }
    return len({text for _, text in objects}) > len({label for label, _ in objects})


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    parts, at = [], 0
    for start, end, word in sorted(edits):
        parts += [text[at:start], word]
        at = end
    return "".join([*parts, text[at:]])


def rows_below_header(text: str, columns: ColumnsFound, file: Path) -> tuple[str, list[list[Cell]]]:
    """The delimiter under which a table's header is found, and the rows below it.

    Args:
        text: of the table.
        columns: as it was read.
        file: the table's, for the error.

    Raises:
        UserError: when no delimiter gives that header.
    """
    # How a table was read says the names of its columns, not what parts them.
    for delimiter in _DELIMITERS:
        rows = list(_cells(text, delimiter))
        for number, row in enumerate(rows):
            if [cell.text.strip() for cell in row] == list(columns.names):
                return delimiter, rows[number + 1 :]
    raise not_editable(file)


def _cells(text: str, delimiter: str) -> Iterator[list[Cell]]:
    """The rows of a delimited text, as the module `csv` splits them, with the cells' places."""
    sign = re.escape(delimiter)
    cell = re.compile(
        rf' *("(?:[^"]|"")*")[^{sign}\r\n]*(?P<a>{sign}|\r\n|\n|\r|\Z)'
        rf"|(?P<plain>[^{sign}\r\n]*)(?P<b>{sign}|\r\n|\n|\r|\Z)"
    )
    row: list[Cell] = []
    at = 0
    while (found := cell.match(text, at)) is not None:
        quoted, plain = found[1], found["plain"]
        end = found["a"] if quoted is not None else found["b"]
        # As the reader's `skipinitialspace`.
        said = quoted[1:-1].replace('""', '"') if quoted is not None else plain.lstrip(" ")
        row.append(Cell(at, found.end() - len(end), said))
        at = found.end()
        if end != delimiter:
            yield row
            row = []
            if at >= len(text):
                return


def _line(text: str, row: list[Cell]) -> tuple[int, int]:
    """Where a whole row stands, its line end included."""
    end = row[-1].end
    return row[0].start, end + (2 if text[end : end + 2] == "\r\n" else 1)


def words_of(listing: Listing, rows: Sequence[Sequence[Cell]], columns: ColumnsFound) -> ClassWords:
    """How a table writes each class, quotes included.

    Args:
        listing: of the dataset as it was read.
        rows: of the table, below its header.
        columns: which of them hold paths and labels.
    """
    path_at, label_at = columns.names.index(columns.path), columns.names.index(columns.label)
    labels = {record.path: record.label for record in listing.records}
    return ClassWords(
        (
            (labels[row[path_at].text], quoted(row[label_at].text))
            for row in rows
            if len(row) > max(path_at, label_at) and labels.get(row[path_at].text)
        ),
        spell=quoted,
        is_name=lambda word, name: word == quoted(name),
    )


def quoted(text: str) -> str:
    """A cell's text as a table holds it: in quotes where it would be read otherwise.

    Args:
        text: of the cell.
    """
    if any(sign in text for sign in (*_DELIMITERS, '"', "\n", "\r")) or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
