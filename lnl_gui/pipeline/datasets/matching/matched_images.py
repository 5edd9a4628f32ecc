"""Which images of a dataset are which samples of a project, and which have other contents."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lnl_gui.containers.location import url_of
from lnl_gui.dataset.listing import Listing
from lnl_gui.pipeline.datasets.matching import content
from lnl_gui.pipeline.datasets.matching.contents_now import ContentsNow
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.matching.resaved_images import Resaved, find_resaved
from lnl_gui.pipeline.datasets.matching.sample_matching import (
    NEW,
    keep_places,
    match_by_content,
    match_by_place,
)
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext

_LOOKING = message("Looking for moved images")
Place = tuple[str, str]
"""Path as the dataset names an image, and place on disk."""


@dataclass(frozen=True)
class MatchedImages:
    """The M images of a dataset beside the N samples of a project."""

    row_of: np.ndarray
    """int64 (M,), the sample that each image is, or `NEW`"""
    changed: list[int]
    """samples whose file holds other bytes than before"""
    held: Mapping[int, bytes]
    """by sample of those what its file holds now"""
    resaved: Resaved
    stats: np.ndarray
    """int64 (N, 2), of the samples' files as they are now, see `content.file_stats`"""
    stats_added: np.ndarray
    """int64 (n, 2), likewise of the images that are `added`, -1 of those at URLs"""
    touched: frozenset[int]
    """samples of those `changed` of which nobody knows whether they show the same: decided on,
    never embedded, and written since"""
    never_seen: tuple[int, ...]
    """samples that were decided on and of which nothing tells whether they are the same files"""
    images: list[Place]
    """of the M images"""
    places: list[Place]
    """of the N samples, as they were"""

    @cached_property
    def added(self) -> list[int]:
        """Images that are no sample yet."""
        return np.flatnonzero(self.row_of == NEW).tolist()

    @cached_property
    def there(self) -> list[int]:
        """Samples whose image may be another picture: one only saved anew is judged still."""
        return np.setdiff1d(self.row_of[self.row_of != NEW], [*self.resaved.in_place]).tolist()


def match_images(known: KnownSamples, listing: Listing, context: JobContext) -> MatchedImages:
    """Find the sample that each image is.

    Args:
        known: the project.
        listing: the dataset as it is now.
        context: of the job.
    """
    return _Matching(known, listing, context).result()


class _Matching:
    """Images are matched by place, by content, and by picture, each where the one before fails."""

    def __init__(self, known: KnownSamples, listing: Listing, context: JobContext) -> None:
        self._known, self._listing, self._context = known, listing, context
        self._stats = known.stats.copy()
        paths, files = known.samples.paths, known.files()
        self._places = [(path, str(file)) for path, file in zip(paths, files, strict=True)]
        self._images = [(record.path, str(record.file)) for record in listing.records]
        self._now = ContentsNow([record.file for record in listing.records], context)

    def result(self) -> MatchedImages:
        """All images."""
        known = self._known
        row_of = match_by_place(self._places, self._images)
        # Files are renumbered and exchange their names: a sample is its picture, not its path.
        others, same = self._now.other_than(
            row_of, known.hashes, known.stats, known.samples.status > 0
        )
        for row, stat in same.items():
            self._stats[row] = stat
        written = self._written_since(row_of)
        places = {at: int(row_of[at]) for at in others}
        row_of[list(others)] = NEW
        self._follow_contents(row_of, others)
        replaced = keep_places(row_of, places)
        resaved = self._find_resaved(row_of, replaced)
        for at, row in resaved.samples.items():
            row_of[at] = row
        # Where nothing is known of a picture its name is all there is, as at its old path.
        changed = sorted({*replaced, *resaved.unknown.values(), *written})
        held = self._held(row_of, changed)
        added = [self._listing.records[at].file for at in np.flatnonzero(row_of == NEW).tolist()]
        return MatchedImages(
            row_of,
            changed,
            held,
            resaved,
            self._stats,
            content.local_stats(added),
            frozenset(written),
            self._never_seen(row_of),
            self._images,
            self._places,
        )

    def _written_since(self, row_of: np.ndarray) -> list[int]:
        """Samples that were decided on, never embedded, and whose files are others or written anew.

        What the files are like now is remembered of all that were never embedded; at URLs of those
        alone that were decided on, since each is a request.
        """
        known = self._known
        unembedded = known.hashes == b""
        decided = known.samples.status > 0
        touched = self._now.touched(row_of, unembedded & decided, known.stats, known.held)
        here = [
            at
            for at in np.flatnonzero(row_of >= 0).tolist()
            if unembedded[row_of[at]]
            and (decided[row_of[at]] or url_of(self._listing.records[at].file) is None)
        ]
        if here:
            self._stats[row_of[here]] = self._now.stats(here, _LOOKING)
        return [int(row_of[at]) for at in touched]

    def _never_seen(self, row_of: np.ndarray) -> tuple[int, ...]:
        known = self._known
        nothing = (known.hashes == b"") & (known.held == b"") & (known.stats[:, 0] < 0)
        nothing &= known.samples.status > 0
        return tuple(int(row) for row in row_of[row_of != NEW] if nothing[row])

    def _follow_contents(self, row_of: np.ndarray, others: dict[int, bytes]) -> None:
        """Give vanished samples the new images that hold what they held."""
        known = self._known
        vanished = np.setdiff1d(np.arange(len(known)), row_of)
        lost = [
            (row, known.hashes[row], known.file_of(row).name)
            for row in vanished.tolist()
            if known.hashes[row]
        ]
        candidates = self._candidates(row_of, [row for row, _, _ in lost], others)
        recognised = match_by_content(lost, candidates)
        for number, row in recognised.items():
            row_of[number] = row
        stats = self._now.stats(list(recognised), _LOOKING)
        self._stats[list(recognised.values())] = stats

    def _held(self, row_of: np.ndarray, changed: list[int]) -> dict[int, bytes]:
        images = np.flatnonzero(np.isin(row_of, changed)).tolist()
        found = self._now.hashes(images, message("Reading changed images"))
        return {int(row_of[at]): held for at, held in found.items()}

    def _find_resaved(self, row_of: np.ndarray, replaced: list[int]) -> Resaved:
        gone = np.setdiff1d(np.arange(len(self._known)), row_of).tolist()
        records = self._listing.records
        new = np.flatnonzero(row_of == NEW).tolist() if gone else []
        return find_resaved(
            self._known,
            gone,
            {at: (records[at].path, records[at].file) for at in new},
            {
                at: (int(row_of[at]), records[at].file)
                for at in np.flatnonzero(np.isin(row_of, replaced)).tolist()
            },
            self._context,
        )

    def _candidates(
        self, row_of: np.ndarray, lost: list[int], others: dict[int, bytes]
    ) -> list[tuple[int, bytes, str]]:
        """Images that may be samples under another path, with their hashes.

        Args:
            row_of: (M,), `NEW` of all these.
            lost: the samples that they may be.
            others: contents of images that were read already.
        """
        new = [at for at in np.flatnonzero(row_of == NEW).tolist() if at not in others]
        records = self._listing.records
        sizes = set(self._known.stats[lost, 0].tolist())
        if not lost:
            new = []
        # A lost image of unknown size, or from inside a container, may be any of the new ones.
        elif new and not sizes & {-1, content.MEMBER_SIZE}:
            # Files of another size hold something else: they need not be read.
            sizes.add(content.MEMBER_SIZE)
            stats = self._now.stats(new, _LOOKING)
            new = [at for at, (size, _) in zip(new, stats.tolist(), strict=True) if size in sizes]
        found = others | self._now.hashes(new, _LOOKING)
        return [(at, found[at], records[at].file.name) for at in sorted(found)]
