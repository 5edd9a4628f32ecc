"""Rows for new images at the end of a table; every byte that is there stays."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.patching.cells import Cell, quoted, rows_below_header, words_of
from lnl_gui.dataset.patching.edited import not_editable
from lnl_gui.dataset.readers.files.text_files import COMPRESSED, encode_like, read_encoded
from lnl_gui.store.dataset.dataset_preview import ColumnsFound

_LINE_ENDS = ("\r\n", "\n", "\r")


@dataclass(frozen=True)
class NewRow:
    """An image as the table shall name it, with its class and part."""

    path: str
    label: str
    split: str


@dataclass(frozen=True)
class GrownTable:
    """A table with rows at its end, not written yet."""

    content: bytes
    without_word: frozenset[str]
    """classes that it has no word for; their images have got no row"""
    empty_columns: tuple[str, ...]
    """columns in which the new rows say nothing"""


def with_rows(file: Path, listing: Listing, rows: Sequence[NewRow]) -> GrownTable:
    """A table with one row more for each image.

    Args:
        file: the table, delimited text.
        listing: of the dataset as it was read, which says which columns are what.
        rows: of the new images.

    Raises:
        UserError: when the table is compressed, or has several labels a row or rows an image.
    """
    columns = listing.reading.columns
    if file.suffix.lower() in COMPRESSED or columns is None or not columns.label:
        raise not_editable(file)
    if columns.one_hot or columns.annotator or columns.annotators or listing.votes:
        raise not_editable(file)
    source = read_encoded(file, encoding=listing.reading.encoding or None)
    delimiter, before = rows_below_header(source.text, columns, file)
    words = words_of(listing, before, columns)
    parts = _part_words(listing, before, columns)
    places = {columns.names.index(name) for name in _named(columns)}
    end = next((sign for sign in _LINE_ENDS if sign in source.text), "\n")
    lines, without = [], set()
    for row in rows:
        word = words.of(row.label)
        if word is None:
            without.add(row.label)
            continue
        cells = [""] * len(columns.names)
        # The word is as the table spells it, quotes included.
        cells[columns.names.index(columns.label)] = word
        cells[columns.names.index(columns.path)] = quoted(row.path)
        if columns.split:
            cells[columns.names.index(columns.split)] = parts.get(row.split, quoted(row.split))
        lines.append(delimiter.join(cells) + end)
    joint = "" if source.text.endswith(_LINE_ENDS) else end
    text = source.text + joint + "".join(lines)
    empty = tuple(name for at, name in enumerate(columns.names) if at not in places)
    return GrownTable(encode_like(text, source.encoding, file), frozenset(without), empty)


def _named(columns: ColumnsFound) -> list[str]:
    return [name for name in (columns.path, columns.label, columns.split) if name]


def _part_words(
    listing: Listing, rows: Sequence[Sequence[Cell]], columns: ColumnsFound
) -> dict[str, str]:
    """What most rows of each part say in the column of parts."""
    if not columns.split:
        return {}
    path_at, split_at = columns.names.index(columns.path), columns.names.index(columns.split)
    splits = {record.path: record.split for record in listing.records}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if len(row) > max(path_at, split_at) and row[path_at].text in splits:
            counts[splits[row[path_at].text]][quoted(row[split_at].text)] += 1
    return {name: found.most_common(1)[0][0] for name, found in counts.items()}
