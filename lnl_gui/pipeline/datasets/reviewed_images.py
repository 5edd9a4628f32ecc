"""The images of another project that a person has reviewed, as additions to a dataset."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.dataset.patching.additions import NewImage
from lnl_gui.pipeline.datasets.matching import content
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.store.dataset.classes import UNLABELLED, ClassInfo
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNDECIDED, UNSEEN
from lnl_gui.store.history.journal_queries import deciders
from lnl_gui.store.history.pack_format import PACK_OF
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress


@dataclass(frozen=True)
class Reviewed:
    """One image of the other project."""

    place: ImageLocation
    label: str
    """in the word of the dataset that it joins"""
    reviewer: str
    """who decided and has looked at it; "" for nobody"""
    unseen: bool = False
    """whether somebody decided without having looked at it, as on many images at once"""


@dataclass
class ReviewedImages:
    """What of another project may join a dataset, and how many stay out for what reason."""

    images: list[Reviewed] = field(default_factory=list)
    excluded: int = 0
    unsure: int = 0
    undecided: int = 0
    unlabelled: int = 0


@dataclass
class Sorted:
    """Reviewed images by whether the dataset has them already."""

    new: list[Reviewed] = field(default_factory=list)
    known: list[tuple[int, Reviewed]] = field(default_factory=list)
    """with the sample that holds the same bytes"""
    doubled: int = 0
    """copies of others among them"""


def read_reviewed(
    folder: Path, classes: list[ClassInfo], *, undecided: bool = False
) -> ReviewedImages:
    """Read a project without locking it.

    Args:
        folder: of the project.
        classes: of the project whose dataset the images join.
        undecided: take also labels that nobody has decided on.

    Raises:
        UserError: when the folder is no project, or one of a pack, whose images may be small.
    """
    with open_project(folder, read_only=True) as project:
        if project.meta(PACK_OF):
            raise UserError(
                message("{folder} is made of a pack.", folder=folder),
                message("Take its verdicts in instead: `lnl-gui merge`."),
            )
        by_whom = deciders(project)
    snapshot = take_snapshot(folder)
    words = _dataset_words(classes)
    samples, found = snapshot.samples, ReviewedImages()
    decisions = zip(samples.status.tolist(), samples.current.tolist(), strict=True)
    for row, (status, label) in enumerate(decisions):
        if status == EXCLUDED:
            found.excluded += 1
        elif status in UNDECIDED:
            found.unsure += 1
        elif label == UNLABELLED:
            found.unlabelled += 1
        elif status == UNSEEN and not undecided:
            found.undecided += 1
        else:
            name = snapshot.class_names[label]
            # A label that was accepted with many others nobody stands for.
            decided, looked_at = status in (KEPT, RELABELLED), bool(snapshot.in_view[row])
            who = by_whom.get(row, "") if decided and looked_at else ""
            word = words.get(name, name)
            unseen = decided and not looked_at
            found.images.append(Reviewed(snapshot.file_of(row), word, who, unseen))
    return found


def _dataset_words(classes: list[ClassInfo]) -> dict[str, str]:
    """What the dataset calls each class, by what people call it."""
    by_key = {entry.key: entry.key for entry in classes}
    return by_key | {entry.name: entry.key for entry in classes if entry.live}


def sort_out_known(images: list[Reviewed], known: KnownSamples, context: JobContext) -> Sorted:
    """Tell new images from those whose very bytes the dataset has.

    Args:
        images: to be added.
        known: the samples of the project whose dataset they join.
        context: of the job.
    """
    hashes = content.content_hashes(
        [image.place for image in images],
        progress=stage_progress(context, message("Reading the new images")),
    )
    rows = _rows_by_content(known, [image.place for image in images], set(hashes), context)
    found, seen = Sorted(), Counter[bytes]()
    for image, digest in zip(images, hashes, strict=True):
        # What cannot be read equals nothing; that it cannot is said where it is to be copied.
        if digest != content.UNKNOWN and digest in rows:
            found.known.append((rows[digest], image))
        elif digest != content.UNKNOWN and seen[digest]:
            found.doubled += 1
        else:
            seen[digest] += 1
            found.new.append(image)
    return found


def _rows_by_content(
    known: KnownSamples, new: list[ImageLocation], wanted: set[bytes], context: JobContext
) -> dict[bytes, int]:
    rows = {
        digest: row
        for row, digest in enumerate(known.hashes.tolist())
        if digest in wanted and digest
    }
    # Images that nobody has embedded yet: only those as large as a new one need be read.
    unread = np.flatnonzero(known.hashes == b"").tolist()
    places = [known.file_of(row) for row in unread]
    sizes = set(content.file_stats(new)[:, 0].tolist())
    fitting = np.flatnonzero(np.isin(content.file_stats(places)[:, 0], list(sizes - {-1})))
    hashes = content.content_hashes(
        [places[at] for at in fitting.tolist()],
        progress=stage_progress(context, message("Comparing images")),
    )
    for at, digest in zip(fitting.tolist(), hashes, strict=True):
        if digest != content.UNKNOWN:
            rows.setdefault(digest, unread[at])
    return rows


def as_new(images: list[Reviewed]) -> list[NewImage]:
    """The images as the dataset's layout is asked about them."""
    return [NewImage(image.place, image.label) for image in images]
