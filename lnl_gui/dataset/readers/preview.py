"""What a dataset would be read as, before anything is made of it."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.dataset.class_names import sort_class_names
from lnl_gui.dataset.listing import Listing, Skipped, shorten
from lnl_gui.dataset.readers import folders
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.registry import find_reader, list_readers
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

_DEEPEST = 4


@dataclass(frozen=True)
class Preview:
    """One reading of a dataset.

    `classes` and `splits` are (name, images), classes in their order. `skipped` says for each
    reason how many and gives an example. `others` are further readings that fit, each with what
    to say to get it.
    """

    source: Path
    reader: str
    title: Message | str
    why: Message | str
    samples: int
    classes: list[tuple[str, int]]
    splits: list[tuple[str, int]]
    annotators: list[str]
    skipped: list[Message]
    warnings: list[Message]
    suspicions: list[Message]
    others: list[Message]


def preview_listing(listing: Listing, source: Path, options: ReaderOptions) -> Preview:
    """Sum a listing up, and look for other readings that would fit."""
    reader = find_reader(listing.reader)
    labels = Counter(record.label for record in listing.records)
    splits = Counter(record.split for record in listing.records)
    return Preview(
        source=source,
        reader=listing.reader,
        title=reader.title,
        why=reader.description,
        samples=len(listing.records),
        classes=[(name, labels[name]) for name in listing.class_names],
        splits=sorted(splits.items()),
        annotators=listing.annotators,
        skipped=skipped_summary(listing),
        warnings=listing.warnings,
        suspicions=listing.suspicions,
        others=[
            *_codes(listing),
            *_other_levels(listing),
            *_other_readers(listing, source, options),
        ],
    )


def skipped_summary(listing: Listing) -> list[Message]:
    """For each reason the number of what was skipped for it, and an example, most first."""
    reasons: dict[str, list[Skipped]] = {}
    for entry in listing.skipped:
        reasons.setdefault(entry.reason.template, []).append(entry)
    return [
        message(
            "Skipped: {count}, such as `{path}`: {reason}.",
            count=len(entries),
            path=entries[0].path[:120],
            reason=entries[0].reason,
        )
        for entries in sorted(reasons.values(), key=len, reverse=True)
    ]


def _codes(listing: Listing) -> list[Message]:
    if listing.class_names_file is None:
        return []
    return [message("--no-class-names: the numbers or codes of the classes as they are written")]


def _other_levels(listing: Listing) -> list[Message]:
    """Class folders: the classes that another level would give."""
    if listing.reader != folders.NAME:
        return []
    levels: dict[int, set[str]] = defaultdict(set)
    for record in listing.records:
        for level, part in enumerate(record.path.split("/")[:-1][:_DEEPEST], 1):
            levels[level].add(part)
    current = set(listing.class_names)
    return [
        message(
            "--class-level {level}: {count} classes ({names})",
            level=level,
            count=len(names),
            names=shorten(sort_class_names(names)),
        )
        for level, names in sorted(levels.items())
        if len(names) > 1 and names != current
    ]


def _other_readers(listing: Listing, source: Path, options: ReaderOptions) -> list[Message]:
    return [
        message("--reader {reader}: {title}", reader=reader.name, title=reader.title)
        for reader in list_readers()
        if reader.name != listing.reader and _fits(reader.detects, source, options)
    ]


def _fits(
    detects: Callable[[Path, ReaderOptions], bool], source: Path, options: ReaderOptions
) -> bool:
    try:
        return detects(source, options)
    except UserError:
        return False  # it says that the choice is not clear: no reading that could be offered
