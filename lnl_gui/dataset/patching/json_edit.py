"""A patch for a JSON or JSON Lines file: only the changed labels differ, all other bytes stay."""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.patching.edited import (
    ClassWords,
    EditedTable,
    no_row,
    no_word,
    not_editable,
)
from lnl_gui.dataset.patching.json_rows import JsonFile, JsonRow, json_rows
from lnl_gui.dataset.patching.json_spans import Span, without
from lnl_gui.dataset.patching.matching import Matched, PatchConflict
from lnl_gui.dataset.readers.files.text_files import COMPRESSED, encode_like, read_encoded
from lnl_gui.util.messages import Message, message


def edit_json(
    file: Path, listing: Listing, wanted: Sequence[Matched]
) -> tuple[EditedTable, list[PatchConflict]]:
    """The file with its labels changed; nothing is written.

    Args:
        file: records, a map of paths, COCO or tasks of Label Studio.
        listing: of the dataset as it was read, which says which keys are what.
        wanted: changes with their images.

    Raises:
        UserError: when the file is compressed, or of another structure.
    """
    if file.suffix.lower() in COMPRESSED:
        raise not_editable(file)
    source = read_encoded(file, encoding=listing.reading.encoding or None)
    try:
        found = json_rows(source.text, listing.reading.columns)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise not_editable(file) from error
    if found is None:
        raise not_editable(file)
    words = _words(source.text, found, listing)
    by_path: dict[str, list[JsonRow]] = defaultdict(list)
    for row in found.rows:
        by_path[row.path].append(row)
    edits: list[tuple[Span, str]] = []
    removed: dict[int, set[int]] = defaultdict(set)
    conflicts, rows_removed, rows_edited = [], 0, 0
    for change in wanted:
        rows, after = by_path.get(change.record.path, []), change.change.after
        reason = _obstacle(rows, after, words)
        if reason is not None:
            conflicts.append(PatchConflict(change.record.path, reason))
        elif after is None:
            rows_removed += len(rows)
            for group, number in (part for row in rows for part in row.parts):
                removed[group].add(number)
        elif not after:
            rows_edited += len(rows)
            for group, number in (part for row in rows for part in row.label_parts):
                removed[group].add(number)
            bare = (spot for row in rows if not row.label_parts for spot in row.labels)
            # A text stays one: some forms hold nothing else.
            edits += [(spot, '""' if isinstance(spot.value, str) else "null") for spot in bare]
        else:
            rows_edited += len(rows)
            edits += [(spot, words.of(after) or "") for row in rows for spot in row.labels]
    for group, numbers in removed.items():
        cuts = without(source.text, found.siblings[group], numbers, by_line=found.by_line)
        edits += [(cut, "") for cut in cuts]
    data = encode_like(_edited(source.text, edits), source.encoding, file)
    return EditedTable(lambda stream: stream.write(data), rows_edited, rows_removed), conflicts


def _obstacle(rows: list[JsonRow], after: str | None, words: ClassWords) -> Message | None:
    """Why a change cannot be made in this file."""
    if not rows:
        return no_row()
    if after is None:
        return None
    if after and words.of(after) is None:
        return no_word(after)
    for row in rows:
        if not row.labels:
            return message("has no place for a label in the file")
        if len({str(spot.value) for spot in row.labels}) > 1:
            return message("has several answers in the file")
    return None


def _words(text: str, found: JsonFile, listing: Listing) -> ClassWords:
    labels = {record.path: record.label for record in listing.records}
    plain = text.isascii()
    return ClassWords(
        (
            (labels[row.path], text[spot.start : spot.end])
            for row in found.rows
            if labels.get(row.path)
            for spot in row.labels
        ),
        # As the file writes its other letters.
        spell=lambda name: json.dumps(name, ensure_ascii=plain),
        is_name=lambda word, name: json.loads(word) == name,
        known=found.words,
    )


def _edited(text: str, edits: list[tuple[Span, str]]) -> str:
    parts, at = [], 0
    for span, word in sorted(edits, key=lambda edit: edit[0].start):
        parts += [text[at : span.start], word]
        at = span.end
    return "".join([*parts, text[at:]])
