"""Samples that have left the dataset, those that can be read again, and when to ask."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import outer_path, url_of
from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.doubts.refused_folders import not_listed
from lnl_gui.pipeline.datasets.matching import content
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.matching.matched_images import MatchedImages
from lnl_gui.pipeline.datasets.matching.sample_matching import NEW
from lnl_gui.pipeline.datasets.missing_files import missing_error
from lnl_gui.store.dataset.other_copy import find_other_copy
from lnl_gui.store.dataset.samples import EXCLUDED
from lnl_gui.store.dataset.source_state import MISSING, REFUSED, UNLISTED
from lnl_gui.store.jobs.parameters import FOLDERS_UNLISTED, MOST_MISSING, ImportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import joined, message, message_n

_MOST = 0.5
"""Share of the samples that may vanish before an update asks whether this is the dataset."""


def find_gone(known: KnownSamples, matched: MatchedImages, listing: Listing) -> dict[int, str]:
    """By row of each sample that has left the dataset how it did, see `SourceState.gone`."""
    vanished = np.setdiff1d(np.arange(len(known)), matched.row_of).tolist()
    stats = content.file_stats([known.file_of(row) for row in vanished])
    there = stats[:, 0] >= 0
    # A file that is listed and was not recognised is another picture by that name.
    listed = {place for _, place in matched.images}
    gone = {
        row: UNLISTED if exists and matched.places[row][1] not in listed else MISSING
        for row, exists in zip(vanished, there.tolist(), strict=True)
    }
    # Whether these are there nobody knows.
    return gone | dict.fromkeys(_refused(known, listing, vanished), REFUSED)


def _refused(known: KnownSamples, listing: Listing, rows: Sequence[int]) -> list[int]:
    """Those of the rows whose images lie in folders that the machine does not list."""
    if not listing.refused:
        return []
    folders = [Path(folder) for folder in listing.refused]
    # Many images lie in few folders.
    known_folders: dict[Path, bool] = {}

    def is_refused(folder: Path) -> bool:
        if folder not in known_folders:
            known_folders[folder] = any(folder.is_relative_to(each) for each in folders)
        return known_folders[folder]

    return [row for row in rows if is_refused(_folder_of(known, row))]


def _folder_of(known: KnownSamples, row: int) -> Path:
    location = known.file_of(row)
    return Path() if url_of(location) is not None else outer_path(location).parent


def refuse_unlisted_folders(
    known: KnownSamples, listing: Listing, gone: Mapping[int, str], *, accepted: bool
) -> None:
    """Stop where folders of the dataset are not listed, of which nobody knows what is in them.

    Args:
        known: the project.
        listing: the dataset as it is now.
        gone: by row how each sample has left the dataset.
        accepted: whether it was read so before, and somebody went on: then only images that were
            read are asked about.

    Raises:
        UserError: with the code `FOLDERS_UNLISTED`.
    """
    lost = [row for row, kind in gone.items() if kind == REFUSED and row not in known.state.gone]
    if not listing.refused or (accepted and not lost):
        return
    said = not_listed(listing.refused, listing.root)
    if lost:
        decided = int((known.samples.status[lost] > 0).sum())
        images = message_n(
            "{count:,} image of the project lies there, `{example}`; {decided:,} of them was"
            " decided on.",
            "{count:,} images of the project lie there, such as `{example}`; {decided:,} of them"
            " were decided on.",
            len(lost),
            example=known.samples.paths[lost[0]],
            decided=decided,
        )
        said = joined([said, images], " ")
    raise UserError(
        said,
        message(
            "Update again once they can be read. To go on without them: --accept-missing (of"
            " `lnl-gui run`: --partial); what was decided about their images is kept."
        ),
        code=FOLDERS_UNLISTED,
        retryable=True,
    )


def find_repaired(known: KnownSamples, listing: Listing, row_of: np.ndarray) -> list[int]:
    """Rows that could not be read before, and whose file is another now.

    Args:
        known: the project.
        listing: the dataset as it is now.
        row_of: (M,) the sample of each image.
    """
    pairs = [
        (int(row), record.file)
        for row, record in zip(row_of.tolist(), listing.records, strict=True)
        if row != NEW and known.failed[row]
    ]
    now = content.file_stats([file for _, file in pairs])
    return [
        row
        for (row, _), stat in zip(pairs, now, strict=True)
        # The same file could not be read again either.
        if stat[0] >= 0 and (stat != known.stats[row]).any()
    ]


def where_it_lies(
    error: UserError, known: KnownSamples, wanted: ImportParameters
) -> UserError | None:
    """The error of a dataset that is not where it was, and where it may be; None for others.

    Args:
        error: of its reading.
        known: the project.
        wanted: how it is read.
    """
    places = [Path(place) for place in (wanted.source, wanted.image_root) if place]
    if error.code != "not_found" or all(place.exists() for place in places):
        return None
    beside = find_other_copy(known.folder, known.root, known.samples.files)
    return UserError(
        error.message,
        message(
            "If the dataset has moved, say where its images are: `lnl-gui relocate PROJECT"
            " --image-root {place}`.",
            place=shlex.quote(str(beside)) if beside is not None else "DIR",
        ),
        code=error.code,
    )


def refuse_any_missing(known: KnownSamples, gone: Mapping[int, str]) -> None:
    """Stop where files of images that count are newly missing, for who would go on without them.

    Args:
        known: the project.
        gone: by row how each sample has left the dataset.

    Raises:
        UserError: with the code `FILES_MISSING`.
    """
    # What was not found where the folder has moved to still belongs to the dataset.
    before = known.state.gone if known.updated else {}
    counts = (known.samples.status != EXCLUDED) & ~_damaged(known)
    counts[list(before)] = False
    lost = [row for row, kind in gone.items() if kind == MISSING and counts[row]]
    if lost:
        files = [known.file_of(row) for row in lost]
        raise missing_error(files, int(counts.sum()))


def _damaged(known: KnownSamples) -> np.ndarray:
    """Images that were there and damaged, bool (N,): nobody goes on with them."""
    found: np.ndarray = known.failed & ~known.unread & (known.stats[:, 0] >= 0)
    return found


def refuse_most_missing(known: KnownSamples, row_of: np.ndarray, source: str) -> None:
    """Ask when most images are no longer in the dataset: it may be another one.

    Args:
        known: the project.
        row_of: (M,) the sample of each image that is there.
        source: of the dataset.

    Raises:
        UserError: with the code `MOST_MISSING`.
    """
    # What was gone before has been asked about.
    present = [row for row in range(len(known)) if row not in known.state.gone]
    lost = np.setdiff1d(present, row_of)
    if len(lost) <= _MOST * len(present):
        return
    raise UserError(
        message(
            "{lost:,} of {present:,} images of the project are no longer in `{source}`, such as"
            " `{example}`; {decided:,} of them were decided on.",
            lost=len(lost),
            decided=int((known.samples.status[lost] > 0).sum()),
            present=len(present),
            source=source,
            example=known.samples.paths[int(lost[0])],
        ),
        message(
            "If the images have moved, say where they are: `lnl-gui relocate PROJECT"
            " --image-root DIR`. If they are really gone, go on with --accept-missing: they are"
            " marked, and what was decided about them is kept."
        ),
        code=MOST_MISSING,
    )
