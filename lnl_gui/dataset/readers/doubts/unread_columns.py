"""Columns of tables that were not read, and whether they may hold the labels nevertheless."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from lnl_gui.dataset.listing import Record, is_image_name
from lnl_gui.dataset.readers.table_files.table_names import is_called_labels, table_stem
from lnl_gui.dataset.readers.tables.column_names import (
    FOREIGN_LABEL_NAMES,
    LABEL_NAMES,
    SPECIAL_LABEL_NAMES,
    plain_name,
)
from lnl_gui.dataset.readers.tables.columns_found import looks_like_label, sample_rows
from lnl_gui.dataset.readers.tables.named_columns import by_name
from lnl_gui.dataset.readers.tables.other_columns import says_other
from lnl_gui.dataset.readers.tables.path_columns import share_of_images
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.class_names import is_number

Pair = tuple[Record, str]
AGREEING = 0.5
"""Share of labels that must be those of the folders for a table to say the same, errors apart."""
_ONE_TO_ONE = 0.8
"""Likewise where the table has numbers or codes for the folders' names."""
# Of a competition or a model's run there are results of images that lie elsewhere.
_OF_ANYTHING = frozenset(["tag", "tags", "result"])
_LABELS = [
    *(*LABEL_NAMES, *FOREIGN_LABEL_NAMES),
    *(name for name in SPECIAL_LABEL_NAMES if name not in _OF_ANYTHING),
]
# What is measured of the file or picture, besides what `says_other` knows.
_FACTS = re.compile(
    r"quality|blur|sharp|bright|contrast|exposure|noise|format|orientation|confiden|probab|verif"
    r"|modality|scanner|vendor|manufacturer|protocol|magnif|stain|hospital|clinic|cent(er|re)$"
    r"|(^|_)(scores?|slide|exists|checked|reviewed|x|y|w|h|\w_\d+|left|top|right|bottom|channels"
    r"|area|count|number|num|n|sec|fps|lens|iso)($|_)"
)
_OF_TEXTS = re.compile(r"(^|_)(text|caption|transcription|transcript|words?|content)($|_)")
_OF_SPLITS = re.compile(r"partition|split|fold(s|\d|$)|landmark|bbox|boxes|keypoint")
"""In the name of a table: what it says of the images is no class."""


def may_label(table: Table, path: int = -1) -> list[int]:
    """Columns besides that of the paths whose values repeat as classes do, and no facts of files.

    Sizes, boxes, cameras, people and places are left out, and what names splits.
    """
    stem = table_stem(table.source)
    if _OF_SPLITS.search(stem.casefold()) and not is_called_labels(table.source):
        return []
    sample = sample_rows(table)
    return [
        at
        for at, name in enumerate(table.columns)
        if at != path
        and not says_other(name)
        and not _FACTS.search(plain_name(name))
        and looks_like_label(sample, at)
        and _is_varied([row[at].strip() for row in sample])
    ]


def may_say_what_is_seen(table: Table, path: int) -> list[int]:
    """Columns of words besides that of the paths, in a table that is called labels.

    What was written in each picture differs from picture to picture, and is its label all the same.
    """
    if not is_called_labels(table.source) or _OF_SPLITS.search(table_stem(table.source).casefold()):
        return []
    sample = sample_rows(table)
    return [
        at
        for at, name in enumerate(table.columns)
        if at != path
        and (not says_other(name) or _OF_TEXTS.search(plain_name(name)))
        and not _FACTS.search(plain_name(name))
        and _holds_words([row[at].strip() for row in sample])
    ]


def _holds_words(cells: Sequence[str]) -> bool:
    """Whether most cells hold words of their own, and none the name of a file or a page."""
    values = set(cells) - {""}
    words = {value for value in values if not is_number(value)}
    return (
        len(values) >= AGREEING * len(cells)
        and len(words) >= AGREEING * len(values)
        and not any(is_image_name(value) or "://" in value for value in values)
    )


def _is_varied(cells: Sequence[str]) -> bool:
    values = set(cells) - {""}
    return len(values) > 1 and not all(map(split_in_name, values))


def agree(pairs: Sequence[Pair]) -> bool:
    """Whether most labels are the names of the folders, or the last parts of these."""
    same = sum(
        label.casefold() in (record.label.casefold(), record.label.rpartition("/")[2].casefold())
        for record, label in pairs
    )
    return same >= AGREEING * len(pairs)


def one_to_one(pairs: Sequence[Pair]) -> bool:
    """Whether each folder has a value of its own, as where classes are numbered."""
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for record, label in pairs:
        values[record.label][label] += 1
    most = [counts.most_common(1)[0] for counts in values.values()]
    apart = len({label for label, _ in most}) == len(most) > 1
    return apart and sum(count for _, count in most) >= _ONE_TO_ONE * len(pairs)


def are_codes(pairs: Sequence[Pair]) -> bool:
    """Whether labels are other names of the folders, one for each, and none is that of another.

    Folders 0 and 1 of which labels say 1 and 2, or dogs among the cats and cats among the dogs, are
    no codes.
    """
    names = [record.label.rpartition("/")[2].casefold() for record, _ in pairs]
    known = set(names)
    crossed = sum(
        label.casefold() in known and label.casefold() != name
        for name, (_, label) in zip(names, pairs, strict=True)
    )
    return not crossed and one_to_one(pairs)


def called_labels(table: Table, among: Sequence[int], records: Sequence[Record]) -> list[int]:
    """Columns called a label, or what it is in one field, with other values than the folders."""
    folders = {
        name.casefold()
        for record in records
        for name in (record.label, record.label.rpartition("/")[2])
    }
    return [
        at
        for at in by_name(table, _LABELS, among)
        if sum(row[at].strip().casefold() in folders for row in table.rows)
        < AGREEING * len(table.rows)
    ]


def has_file_names(table: Table, apart_from: Sequence[int]) -> bool:
    """Whether another column holds the names of image files, found or not."""
    sample = sample_rows(table)
    return any(
        share_of_images(sample, at) > AGREEING
        for at in range(len(table.columns))
        if at not in apart_from
    )


def alike_in_number(table: Table, at: int, records: Sequence[Record]) -> bool:
    """Whether the values of a column come as often as the folders have images."""
    values = Counter(row[at].strip() for row in table.rows)
    folders = Counter(record.label for record in records)
    return sorted(values.values()) == sorted(folders.values())
