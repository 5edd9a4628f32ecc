"""What a project remembers of how its dataset was read."""

from pathlib import Path

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.preview import reason_of
from lnl_gui.store.dataset.reading_record import ReadingRecord
from lnl_gui.util.messages import to_json

_MOST_FILES = 20
"""More are a file for each image."""
_MOST_CLASSES = 100
"""Names that are kept of classes without images."""


def record_of(listing: Listing) -> ReadingRecord:
    """What to remember of how a dataset was read."""
    reading = listing.reading
    columns = reading.columns
    names = reading.files if len(reading.files) <= _MOST_FILES else ()
    file = listing.class_names_file
    return ReadingRecord(
        listing.reader,
        to_json(reason_of(listing)),
        tuple(_below(name, listing.root) for name in names),
        (columns.label, columns.annotator, *columns.annotators, *columns.one_hot)
        if columns is not None
        else (),
        reading.class_level,
        _below(file, listing.root) if file is not None else "",
        tuple(sorted({doubt.template for doubt in listing.suspicions})),
        tuple([*listing.listed_alone, *reading.empty_folders][:_MOST_CLASSES]),
    )


def _below(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)
