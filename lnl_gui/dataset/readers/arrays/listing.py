"""Arrays of images with their labels as a listing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lnl_gui.containers.kinds.layout import PLAIN, Layout, member_key
from lnl_gui.containers.location import Member
from lnl_gui.dataset.listing import Listing, Reading, Record, Skipped
from lnl_gui.dataset.readers.arrays.labels import ArrayLabels
from lnl_gui.dataset.readers.finish import finish_listing
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.util.messages import NOTHING, Message
from lnl_gui.util.progress import Progress

_LEAST_DIGITS = 5
_REPORT_EVERY = 5000


@dataclass(frozen=True)
class ArrayPart:
    """One array of images in a file.

    Attributes:
        container, kind, name: where the array lies, as a `Member` and its key say it.
        labels: of its N images.
        split: the dataset's own word, or "".
        shown: what a sample's readable path begins with, such as `train.npz` or
            `mnist.npz/x_train`.
        layout: how a row is an image.
    """

    container: Path
    kind: str
    name: str
    labels: ArrayLabels
    split: str
    shown: str
    layout: Layout = PLAIN
    splits: tuple[str, ...] = ()
    """of each image, where they differ"""


def list_arrays(
    root: Path,
    reader: str,
    parts: Sequence[ArrayPart],
    progress: Progress,
    *,
    why: Message = NOTHING,
    columns: ColumnsFound | None = None,
    classes: Iterable[str] = (),
    notes: Iterable[Message] = (),
    suspicions: Sequence[Message] = (),
) -> Listing:
    """A listing of all images of the parts, in their order; `why` says how they were found,
    `columns` which arrays of labels there are to choose from, `classes` what a list of them
    among the arrays names.

    Raises:
        UserError: when none has a label.
    """
    total = sum(len(part.labels.labels) for part in parts)
    records: list[Record] = []
    skipped: list[Skipped] = []
    for part in parts:
        for row, record in enumerate(part_records(part)):
            problem = part.labels.problems.get(row)
            if problem is None:
                records.append(record)
            else:
                skipped.append(Skipped(record.path, problem))
            if row % _REPORT_EVERY == 0:
                progress(len(records) + len(skipped), total)
    progress(total, total)
    known = [*notes, *(note for part in parts for note in part.labels.notes)]
    listing = finish_listing(root, reader, records, skipped, known, suspicions=suspicions)
    return replace(listing, reading=Reading(why, columns, classes=tuple(classes)))


def part_records(part: ArrayPart) -> Iterable[Record]:
    """The images of one array, in their order."""
    labels = part.labels.labels
    # Zeros in front, so that paths sorted as texts are in the order of the rows.
    digits = max(_LEAST_DIGITS, len(str(len(labels) - 1)))
    # Made once for all rows: only the number differs.
    head = member_key(part.name, 0, layout=part.layout, digits=0).removesuffix("0")
    for row, label in enumerate(labels):
        number = f"{row:0{digits}}"
        member = Member(part.container, part.kind, head + number)
        split = part.splits[row] if part.splits else part.split
        yield Record(f"{part.shown}/{number}", member, label, split)
