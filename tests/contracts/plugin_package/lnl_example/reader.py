"""A reader: `dataset.pairs`, one `label: path` a line."""

from pathlib import Path

from lnl_gui.dataset.listing import Listing, Record
from lnl_gui.dataset.readers.finish import finish_listing
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.registry import Reader
from lnl_gui.util.progress import Progress


def detects(source: Path, options: ReaderOptions) -> bool:
    """Whether the source is a `.pairs` file."""
    return source.is_file() and source.suffix == ".pairs"


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """List the samples; paths start from the file's folder."""
    records = []
    for line in source.read_text(encoding="utf-8").splitlines():
        label, _, path = line.partition(": ")
        records.append(Record(path, source.parent / path, label, ""))
    progress(len(records), len(records))
    return finish_listing(source.parent, READER.name, records, [], [])


READER = Reader("pairs", "Pairs", "A file of `label: path` lines.", detects, read)
