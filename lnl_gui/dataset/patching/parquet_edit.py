"""A patch for a Parquet file: other values in the column of labels, and rows left away.

Schema, metadata, groups of rows and compression stay. A file of images is written group by group,
so that memory holds one at a time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from lnl_gui.containers.location import outer_path
from lnl_gui.dataset.listing import Listing, Record
from lnl_gui.dataset.patching.edited import (
    ClassWords,
    EditedTable,
    no_row,
    no_word,
    not_editable,
)
from lnl_gui.dataset.patching.matching import Matched, PatchConflict
from lnl_gui.dataset.readers.embedded import arrow_files
from lnl_gui.dataset.readers.embedded.columns import hub_features
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files import file_types
from lnl_gui.util.messages import message


def edit_parquet(
    file: Path, listing: Listing, wanted: Sequence[Matched]
) -> tuple[EditedTable, list[PatchConflict]]:
    """The table with its labels changed; nothing is written.

    Args:
        file: the table; images may lie in it.
        listing: of the dataset as it was read, which says which columns are what.
        wanted: changes with their images.

    Raises:
        UserError: when it is Feather or ORC, one of several files, or its columns cannot be told.
    """
    columns = listing.reading.columns
    embedded = listing.reader == arrow_files.NAME
    if file.suffix.lower() not in file_types.PARQUET or columns is None or not columns.label:
        raise not_editable(file)
    if embedded and any(outer_path(record.file) != file for record in listing.records):
        raise not_editable(file)
    parquet = import_module("pyarrow.parquet")
    try:
        with parquet.ParquetFile(str(file)) as table:
            schema = table.schema_arrow
            words = _cells(table, columns.label)
            paths = None if embedded else _cells(table, columns.path)
    except OSError as error:
        raise as_user_error(error, message("read `{source}`", source=file)) from error
    # Arrow allows two columns of one name.
    if schema.names.count(columns.label) != 1:
        raise not_editable(file)
    rows = _rows(paths, listing.records, len(words))
    if rows is None:
        raise not_editable(file)
    spoken = _spoken(schema, columns.label, words, rows, listing)
    changed: dict[int, str | None] = {}
    removed: set[int] = set()
    conflicts = []
    for change in wanted:
        after, own = change.change.after, rows.get(change.record.path, [])
        word = spoken.of(after) if after else ""
        if not own:
            conflicts.append(PatchConflict(change.record.path, no_row()))
        elif after is None:
            removed.update(own)
        elif word is None:
            conflicts.append(PatchConflict(change.record.path, no_word(after)))
        else:
            changed |= dict.fromkeys(own, word or None)

    def write(stream: IO[bytes]) -> None:
        _write(file, stream, columns.label, changed, removed)

    return EditedTable(write, len(changed), len(removed), by_order=embedded), conflicts


def _cells(table: Any, column: str) -> list[str]:
    cells = table.read(columns=[column]).column(column).to_pylist()
    return [cell_text(cell) for cell in cells]


def _rows(
    paths: list[str] | None, records: Sequence[Record], count: int
) -> dict[str, list[int]] | None:
    """The rows of each image; None where they cannot be told."""
    found: dict[str, list[int]] = defaultdict(list)
    if paths is not None:
        for number, path in enumerate(paths):
            found[path].append(number)
        return found
    # Images inside the file are named by their rows; of one that was left out none can be told.
    if len(records) != count:
        return None
    return {record.path: [number] for number, record in enumerate(records)}


def _spoken(
    schema: Any, label: str, words: list[str], rows: dict[str, list[int]], listing: Listing
) -> ClassWords:
    types = import_module("pyarrow").types
    kind = schema.field(label).type
    kind = kind.value_type if types.is_dictionary(kind) else kind
    texts = types.is_string(kind) or types.is_large_string(kind)
    names = hub_features(schema).get(label, {})
    listed = names.get("names") if isinstance(names, dict) else None
    known = {} if texts or not listed else {str(n): str(at) for at, n in enumerate(listed)}
    seen = (
        (record.label, words[number])
        for record in listing.records
        if record.label
        for number in rows.get(record.path, ())
    )
    return ClassWords(
        seen,
        spell=str,
        is_name=lambda word, name: texts and word == name,
        known=known,
    )


def _write(
    file: Path, stream: IO[bytes], label: str, changed: dict[int, str | None], removed: set[int]
) -> None:
    parquet = import_module("pyarrow.parquet")
    with parquet.ParquetFile(str(file)) as table:
        head = table.metadata
        packed = head.row_group(0).column(0).compression if head.num_row_groups else "SNAPPY"
        schema = table.schema_arrow
        with parquet.ParquetWriter(stream, schema, compression=packed.lower()) as writer:
            for start, group in _groups(table):
                edited = _edited(group, start, label, changed, removed)
                if edited.num_rows:
                    # pyarrow would part a group above its own size, about a million rows.
                    writer.write_table(edited, row_group_size=edited.num_rows)


def _groups(table: Any) -> Iterator[tuple[int, Any]]:
    start = 0
    for number in range(table.num_row_groups):
        group = table.read_row_group(number)
        yield start, group
        start += group.num_rows


def _edited(
    group: Any, start: int, label: str, changed: dict[int, str | None], removed: set[int]
) -> Any:
    arrow = import_module("pyarrow")
    numbers = range(start, start + group.num_rows)
    if not changed.keys().isdisjoint(numbers):
        at = group.schema.get_field_index(label)
        field = group.schema.field(at)
        plain = field.type.value_type if arrow.types.is_dictionary(field.type) else field.type
        integer = arrow.types.is_integer(plain)
        cells = group.column(at).to_pylist()
        for number in changed.keys() & set(numbers):
            word = changed[number]
            cells[number - start] = int(word) if integer and word is not None else word
        column = arrow.array(cells, plain)
        if plain is not field.type:
            column = column.dictionary_encode().cast(field.type)
        group = group.set_column(at, field, column)
    if not removed.isdisjoint(numbers):
        group = group.filter(arrow.array([number not in removed for number in numbers]))
    return group
