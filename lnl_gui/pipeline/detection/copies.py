"""Copies of one image among a project's samples, found before anything is judged, and kept."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lnl_gui.detect.copies.find import Copies, find_copies
from lnl_gui.detect.groups import ALONE, joined_groups
from lnl_gui.detect.probes.content_order import MOST_ORDERED
from lnl_gui.pipeline.detection.absent_images import among_present_images
from lnl_gui.pipeline.detection.patches import SmallPictures, sample_patches
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.database.derived_files import readable_table
from lnl_gui.store.jobs.projections import embedding_key
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.progress import JobContext, stage_progress

_FILE = "copies.npz"
_FORM = 12
"""Raised when other pairs are found than before."""
_FIELDS = {"group": "i", "exact": "b", "closest": "f", "released": "b", "parts": "i", "pieces": "b"}
"""Kinds of numbers of what is kept."""


class SampleCopies(NamedTuple):
    """What was found among the samples."""

    copies: Copies
    uncompared: int
    """images of which neither a thumbnail is kept nor the file can be read, so that pairs with them
    are not all known"""


def sample_copies(
    project_folder: Path, snapshot: Snapshot, embedding: np.ndarray, context: JobContext
) -> SampleCopies:
    """Groups of copies among the images that are there; kept ones where nothing has changed.

    Args:
        project_folder: keeps what was found.
        snapshot: for the facts of the pixels.
        embedding: (N, D) as it came from the encoder.
        context: progress, and a word on copies that could not be looked for.
    """
    count = len(snapshot)
    if snapshot.facts is None:
        context.log(
            message(
                "Copies of one image were not looked for, because the images themselves have not"
                " been looked at yet: copies may vouch for each other's labels. Embed them here."
            )
        )
        none = np.zeros(count, np.float32)
        alone = np.full(count, ALONE, np.int32)
        return SampleCopies(Copies(alone, none > 0, none, none > 0, alone, none > 0), 0)
    pictures = SmallPictures(snapshot, context)
    patches = sample_patches(project_folder, snapshot, pictures)
    if patches is None:
        context.log(
            message(
                "The images were embedded by an earlier version: copies that are turned, shifted or"
                " cropped are not all found. Embed again to find them."
            )
        )
    found = among_present_images(
        _found(project_folder / "arrays" / _FILE, snapshot, embedding, patches, pictures, context),
        snapshot.samples.readable,
        np.ascontiguousarray(snapshot.facts["content_hash"]),
    )
    _tell(found, context)
    return SampleCopies(found, len(pictures.unread))


def _found(
    file: Path,
    snapshot: Snapshot,
    embedding: np.ndarray,
    patches: np.ndarray | None,
    pictures: SmallPictures,
    context: JobContext,
) -> Copies:
    """What is kept in a file, else looked for and kept there."""
    key = _key(snapshot, embedding, patches)
    found = _kept(file, key, len(snapshot))
    if found is not None:
        return found
    assert snapshot.facts is not None
    content = np.ascontiguousarray(snapshot.facts["content_hash"])
    order = _order_of(content)
    rows = np.arange(len(content))[order]
    found = find_copies(
        content[order],
        embeddings=[embedding[order]],
        perceptual_hash=np.ascontiguousarray(snapshot.facts["perceptual_hash"])[order],
        signature=None if patches is None else patches[order],
        pictures=lambda places: pictures(rows[places]),
        labels=snapshot.samples.given[order],
        progress=stage_progress(context, message("Looking for copies")),
    )
    found = _by_rows(found, order)
    # Once those pictures can be read again, there are more pairs to be found.
    if not pictures.unread:
        with atomic_file(file) as stream:
            np.savez(stream, key=key, **vars(found))
    return found


def _order_of(content: np.ndarray) -> np.ndarray | slice:
    """Rows in an order that is the content's: what is found does not depend on the dataset's.

    Of two pictures the one is laid over the other, and of many some are drawn. With more samples
    than that embeddings may not fit into memory; they are taken as they come.

    Args:
        content: (N,) bytes, a hash of each file.

    Returns:
        (N,) int64, or all as they are.
    """
    if len(content) > MOST_ORDERED:
        return slice(None)
    return np.argsort(content, kind="stable")


def _by_rows(found: Copies, order: np.ndarray | slice) -> Copies:
    """What was found in an order, by row, groups numbered by their first member."""
    values = {name: np.empty_like(each) for name, each in vars(found).items()}
    for name, each in vars(found).items():
        values[name][order] = each
    values |= {name: joined_groups(values[name]) for name in ("group", "parts")}
    return Copies(**values)


def _tell(found: Copies, context: JobContext) -> None:
    """How many copies there are, and how many images only look like copies."""
    copied = int((found.group != ALONE).sum())
    if copied:
        context.log(
            message_n(
                "{count:,} image shows nearly the same picture as another: a copy, or a shot of one"
                " thing. Such images count as one and do not vouch for each other.",
                "{count:,} images show nearly the same picture as others: copies, or shots of one"
                " thing. Such images count as one and do not vouch for each other.",
                copied,
            )
        )
    pieces = int(found.pieces.sum())
    if pieces:
        context.log(
            message_n(
                "{count:,} image shows a part of a picture of which another one of its label shows"
                " some too, as overlapping tiles do; the two do not vouch for each other.",
                "{count:,} images show parts of pictures of which others of their label show some"
                " too, as overlapping tiles do; those do not vouch for each other.",
                pieces,
            )
        )
    released = int(found.released.sum())
    if released:
        context.log(
            message_n(
                "{count:,} image looks like a copy of others that are most of a class, as those of"
                " a fixed camera do; it counts as an image of its own.",
                "{count:,} images look like copies of others that are most of a class, as those of"
                " a fixed camera do; they count as images of their own. Should they be shots of"
                " one thing in a row, such shots vouch for each other: name a column of groups.",
                released,
            )
        )


def _key(snapshot: Snapshot, embedding: np.ndarray, patches: np.ndarray | None) -> str:
    """A text that changes with the images, their labels and the embedding."""
    # Patches that thumbnails have given since find further copies.
    known = 0 if patches is None else int(patches.any(axis=(1, 2)).sum())
    found = hashlib.sha256(f"{_FORM} {embedding.shape} {known}".encode())
    assert snapshot.facts is not None
    found.update(np.ascontiguousarray(snapshot.facts["content_hash"]).tobytes())
    found.update(np.ascontiguousarray(snapshot.samples.given).tobytes())
    found.update(embedding_key(embedding).encode())
    return found.hexdigest()


def _kept(file: Path, key: str, count: int) -> Copies | None:
    """What was found before of `count` samples; None where it is of other images, or damaged."""
    # The key first: a file of an earlier form lacks what was added since, and is not damaged.
    form = readable_table(file, {"key": ("U", ())})
    if form is None or str(form["key"]) != key:
        return None
    kept = readable_table(file, {name: (kinds, (count,)) for name, kinds in _FIELDS.items()})
    if kept is None:
        return None
    # Groups are numbered from 0, and each has members.
    for name in ("group", "parts"):
        if count and not ALONE <= kept[name].min() <= kept[name].max() < count:
            return None
    return Copies(**{name: kept[name] for name in _FIELDS})
