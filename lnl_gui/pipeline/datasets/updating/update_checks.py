"""What an update asks a person about before it takes anything over.

The questions come in one order, from what was read to what that means: folders that the machine
does not list explain what else seems to be missing, while the labels may be taken from the wrong
file nothing else is worth asking, then whether classes or most labels are others, then whether most
images have gone, and last what has become of single images. One question at a time: the answer to
the first often settles the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.doubts.refused_folders import NOT_LISTED
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.matching.matched_images import MatchedImages
from lnl_gui.pipeline.datasets.updating.changed_reading import (
    ReadingDifferences,
    refuse_changed_reading,
)
from lnl_gui.pipeline.datasets.updating.renamed_classes import refuse_most_labels
from lnl_gui.pipeline.datasets.updating.replaced_images import refuse_other_dataset
from lnl_gui.pipeline.datasets.updating.source_labels import SourceLabels
from lnl_gui.pipeline.datasets.updating.unlisted_images import refuse_many_unlisted
from lnl_gui.pipeline.datasets.updating.vanished_samples import (
    refuse_any_missing,
    refuse_most_missing,
    refuse_unlisted_folders,
)
from lnl_gui.store.dataset.replaced_pictures import Replaced
from lnl_gui.store.jobs.parameters import ImportParameters


@dataclass(frozen=True)
class Said:
    """What somebody has said with the update, which answers questions beforehand."""

    reading: bool
    """what the labels are taken from"""
    source: bool
    """where the dataset lies"""
    missing: bool
    """that images may be missing or others"""
    whole: bool = False
    """that none may be missing"""


@dataclass(frozen=True)
class ComparedDataset:
    """A project beside its dataset as it is now."""

    known: KnownSamples
    listing: Listing
    wanted: ImportParameters
    said: Said
    matched: MatchedImages
    labels: SourceLabels
    gone: dict[int, str]
    replaced: tuple[Replaced, ...]
    differences: ReadingDifferences


def check(found: ComparedDataset) -> None:
    """Ask the first question that is open.

    Raises:
        UserError: with the code `FOLDERS_UNLISTED`, `CHANGED_READING`, `CHANGED_LABELS`,
            `FILES_MISSING` or `MOST_MISSING`.
    """
    for ask in CHECKS:
        ask(found)


def _folders_listed(found: ComparedDataset) -> None:
    # Whoever said how the dataset is to be read was told of these folders.
    before = found.known.reading
    accepted = before is not None and NOT_LISTED.template in before.doubts
    if not found.said.missing:
        refuse_unlisted_folders(
            found.known, found.listing, found.gone, accepted=accepted or found.said.reading
        )


def _same_reading(found: ComparedDataset) -> None:
    if not found.said.reading:
        refuse_changed_reading(found.known, found.listing, found.wanted, found.differences)


def _same_labels(found: ComparedDataset) -> None:
    if not found.said.reading:
        labels = found.labels
        refuse_most_labels(found.known, found.matched.row_of, labels.changed, labels.names)


def _none_missing(found: ComparedDataset) -> None:
    if found.said.whole and not found.said.missing:
        refuse_any_missing(found.known, found.gone)


def _images_there(found: ComparedDataset) -> None:
    if not found.said.missing:
        refuse_most_missing(found.known, found.matched.row_of, found.wanted.source)


def _images_listed(found: ComparedDataset) -> None:
    # Who said what the labels are taken from was told what that leaves out.
    if not (found.said.missing or found.said.reading):
        refuse_many_unlisted(found.known, found.gone, found.wanted.source)


def _same_pictures(found: ComparedDataset) -> None:
    if not found.said.missing:
        refuse_other_dataset(
            found.known,
            found.replaced,
            found.matched.there,
            found.wanted.source,
            named=found.said.source,
        )


CHECKS: tuple[Callable[[ComparedDataset], None], ...] = (
    _folders_listed,
    _same_reading,
    _same_labels,
    _none_missing,
    _images_there,
    _images_listed,
    _same_pictures,
)
