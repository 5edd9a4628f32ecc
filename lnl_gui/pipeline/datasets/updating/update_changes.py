"""What an update changes in a project, as its database will hold it."""

from pathlib import Path

from lnl_gui.dataset.listing import Listing
from lnl_gui.pipeline.datasets.import_dataset import file_unless
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.matching.matched_images import MatchedImages
from lnl_gui.pipeline.datasets.matching.sample_matching import NEW
from lnl_gui.pipeline.datasets.reading.reading_record import record_of
from lnl_gui.pipeline.datasets.updating.changed_reading import ReadingDifferences
from lnl_gui.pipeline.datasets.updating.source_labels import SourceLabels, new_names
from lnl_gui.pipeline.datasets.updating.update_checks import ComparedDataset
from lnl_gui.pipeline.datasets.updating.vanished_samples import find_repaired
from lnl_gui.store.dataset.reading_record import ReadingRecord
from lnl_gui.store.dataset.source_state import NO_LABEL, UNLISTED
from lnl_gui.store.dataset_changes import DatasetChanges
from lnl_gui.store.jobs.job_kinds import to_dict
from lnl_gui.util.messages import to_text


def reading_differences(
    known: KnownSamples, matched: MatchedImages, labels: SourceLabels, gone: dict[int, str]
) -> ReadingDifferences:
    """What the source says otherwise than before of images that lie where they lay.

    Args:
        known: the project.
        matched: its samples in the dataset.
        labels: as the dataset words them.
        gone: by row how samples have left the dataset.
    """
    state, given = known.state, known.samples.given
    names = {NO_LABEL: ""} | {number: name for name, number in labels.ids.items()}
    same = [
        row
        for at, row in enumerate(matched.row_of.tolist())
        if row != NEW and matched.images[at][1] == matched.places[row][1]
    ]
    now = labels.changed
    pairs = (
        (row, state.labels.get(row, int(given[row])), now.get(row, int(given[row]))) for row in same
    )
    return ReadingDifferences(
        {row: (names[old], names[new]) for row, old, new in pairs if old != new},
        tuple(row for row, kind in gone.items() if kind == UNLISTED and row not in state.gone),
        len(same),
        len(matched.added),
    )


def changes_of(found: ComparedDataset, root: Path) -> DatasetChanges:
    """Everything that differs, but for arrays that are written beside it.

    Args:
        found: a project beside its dataset.
        root: the dataset's folder as it is now.
    """
    known, listing, matched, labels = found.known, found.listing, found.matched, found.labels
    repaired = find_repaired(known, listing, matched.row_of)
    rows = _Rows(known, listing, matched, labels, root)
    other = {*matched.changed, *repaired, *matched.resaved.same.values()}
    return DatasetChanges(
        base=known.base,
        samples=len(known),
        root=str(root) if root != known.root else "",
        parameters=to_dict(found.wanted),
        reading=_reading_to_remember(found),
        classes=tuple(labels.new_classes),
        renamed=labels.renames(known.class_names),
        forgotten=tuple(
            known.class_names[number] for number in labels.forgotten(known, listing.class_names)
        ),
        splits=tuple(rows.new_splits),
        added=tuple(rows.added(at) for at in matched.added),
        moved=tuple(rows.moved()),
        resplit=tuple(rows.resplit()),
        source_labels={str(row): label for row, label in labels.changed.items()},
        gone={str(row): kind for row, kind in found.gone.items()},
        skipped=tuple(
            (entry.path, to_text(entry.reason)) for entry in (*listing.skipped, *listing.unlisted)
        ),
        content_changed=tuple(sorted(other)),
        readable_again=tuple(repaired),
        replaced=found.replaced,
    )


def _reading_to_remember(found: ComparedDataset) -> ReadingRecord | None:
    # What was agreed to once stays what later readings are compared with.
    if found.known.reading is not None and not found.said.reading:
        return None
    return record_of(found.listing)


class _Rows:
    """Rows of the database."""

    def __init__(
        self,
        known: KnownSamples,
        listing: Listing,
        matched: MatchedImages,
        labels: SourceLabels,
        root: Path,
    ) -> None:
        self._known, self._listing, self._matched = known, listing, matched
        self._given, self._root = labels.given, root
        found = sorted({record.split for record in listing.records})
        self.new_splits = new_names(known.split_names, found)
        splits = [*known.split_names, *self.new_splits]
        self._split_ids = {name: number for number, name in enumerate(splits)}

    def added(self, at: int) -> tuple[str, int, int, str | None]:
        record = self._listing.records[at]
        file = file_unless(record, self._root)
        return record.path, int(self._given[at]), self._split_ids[record.split], file

    def moved(self) -> list[tuple[int, str, str | None]]:
        samples, moved, matched = self._known.samples, [], self._matched
        same_root = self._root == self._known.root
        for at, row in enumerate(matched.row_of.tolist()):
            # Texts are compared first: a path costs ten times as much to make and to compare.
            if row == NEW or (same_root and matched.images[at] == matched.places[row]):
                continue
            record = self._listing.records[at]
            file = file_unless(record, self._root)
            if (record.path, file or record.path) != (samples.paths[row], samples.files[row]):
                moved.append((row, record.path, file))
        return moved

    def resplit(self) -> list[tuple[int, int]]:
        split_ids, before = self._split_ids, self._known.samples.split
        pairs = zip(self._matched.row_of.tolist(), self._listing.records, strict=True)
        return [
            (row, split_ids[record.split])
            for row, record in pairs
            if row != NEW and split_ids[record.split] != before[row]
        ]
