"""What a dataset would be read as, before anything is made of it; no image is opened."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from lnl_gui.containers.location import ImageLocation, Member, inner_text, outer_path
from lnl_gui.dataset.listing import Listing, Record, Skipped
from lnl_gui.dataset.readers.finish import class_warnings
from lnl_gui.dataset.readers.reasons import column_reason
from lnl_gui.dataset.readers.registry import find_reader, list_readers
from lnl_gui.dataset.readers.tables.columns_found import UnclearColumns
from lnl_gui.remote.address import source_text
from lnl_gui.store.dataset.dataset_preview import (
    EXAMPLES,
    MOST_CLASSES,
    SKIPPED_EXAMPLES,
    ClassPreview,
    DatasetPreview,
    SkippedPreview,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, as_message, message

_LONGEST_PATH = 300


def preview_listing(
    listing: Listing, source: Path, *, most_classes: int | None = MOST_CLASSES
) -> DatasetPreview:
    """Sum a listing up; other readings are not looked for."""
    labels = Counter(record.label for record in listing.records)
    splits = Counter(record.split for record in listing.records)
    names = listing.class_names
    examples = _examples(listing.records)
    cautions = class_warnings(names, labels)
    reading = listing.reading
    return DatasetPreview(
        source=source_text(source),
        reader=listing.reader,
        title=as_message(find_reader(listing.reader).title),
        why=reason_of(listing),
        images=len(listing.records),
        unlabelled=listing.unlabelled,
        unlabelled_examples=examples.get("", ()),
        class_count=len(names),
        classes=tuple(
            ClassPreview(name, labels[name], examples.get(name, ()))
            for name in names[:most_classes]
        ),
        splits=tuple(sorted(splits.items())),
        annotators=tuple(listing.annotators),
        skipped_count=len(listing.skipped),
        skipped=_skipped(listing.skipped),
        doubts=tuple(listing.suspicions),
        cautions=tuple(cautions),
        # The listing has the cautions among its warnings, and they are shown apart.
        notes=tuple(said for said in listing.warnings if said not in cautions),
        readers=offered_readers(),
        columns=reading.columns,
        encoding=reading.encoding,
        class_level=reading.class_level,
        levels=reading.levels,
        image_root=str(reading.image_root) if reading.image_root else "",
        class_names_file=str(listing.class_names_file or ""),
        holds_arrays=_is_array(listing.records[0].file) if listing.records else False,
    )


def preview_error(error: UserError, source: Path) -> DatasetPreview:
    """That a dataset cannot be read this way, and what there is to choose from."""
    return DatasetPreview(
        source=source_text(source),
        readers=offered_readers(),
        columns=error.columns if isinstance(error, UnclearColumns) else None,
        error=error.message,
        hint=error.hint,
        error_code=error.code,
    )


def offered_readers() -> tuple[tuple[str, Message], ...]:
    """Name and title of every format."""
    return tuple((reader.name, as_message(reader.title)) for reader in list_readers())


def reason_of(listing: Listing) -> Message:
    """Why a dataset was read as it was."""
    if listing.reading.why:
        return listing.reading.why
    if listing.reading.columns is not None:
        return column_reason(listing.reading.columns)
    return as_message(find_reader(listing.reader).description)


def _examples(records: Iterable[Record]) -> dict[str, tuple[str, ...]]:
    """A few images of each class, from the beginning, the middle and the end of them."""
    places: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        places[record.label].append(record)
    return {
        label: tuple(_absolute(found[at].file) for at in _spread(len(found), EXAMPLES))
        for label, found in places.items()
    }


def _is_array(location: ImageLocation) -> bool:
    return isinstance(location, Member) and location.kind == "array"


def _absolute(location: ImageLocation) -> str:
    return f"{outer_path(location)}{inner_text(location)}"


def _spread(number: int, wanted: int) -> list[int]:
    """`wanted` places out of `number`, evenly."""
    return sorted({(number - 1) * at // max(1, wanted - 1) for at in range(wanted)})


def _skipped(skipped: Iterable[Skipped]) -> tuple[SkippedPreview, ...]:
    """For each reason the number of what was skipped for it, and examples, most first."""
    reasons: dict[str, list[Skipped]] = defaultdict(list)
    for entry in skipped:
        # By the template: the fields (a label, a number of cells) differ from row to row.
        reasons[entry.reason.template].append(entry)
    return tuple(
        SkippedPreview(
            entries[0].reason,
            len(entries),
            tuple(entry.path[:_LONGEST_PATH] for entry in entries[:SKIPPED_EXAMPLES]),
        )
        for entries in sorted(reasons.values(), key=len, reverse=True)
    )


def skipped_summary(listing: Listing) -> list[Message]:
    """`SkippedPreview` in words."""
    return [skipped_text(entry) for entry in _skipped(listing.skipped)]


def skipped_text(entry: SkippedPreview) -> Message:
    """How many were skipped for a reason, with an example."""
    return message(
        "Skipped: {count}, such as `{path}`: {reason}.",
        count=entry.count,
        path=entry.examples[0][:120] if entry.examples else "",
        reason=entry.reason or NOTHING,
    )
