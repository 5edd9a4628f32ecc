"""Patches of grey, and small pictures of colour, by which copies are told.

Small pictures come from thumbnails, and from the images where none is kept: the cache may be
deleted at any time, and what is found must not depend on it.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.location import ImageLocation
from lnl_gui.dataset.pixels.facts import SIGNATURE_SIDE, read_sample, signature
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.memory import DecodingMemory
from lnl_gui.pipeline.datasets.matching.content import in_threads
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.dataset.thumbnails import ThumbnailCache, thumbnail_paths
from lnl_gui.store.jobs.arrays import SIGNATURE_FILE
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress

_LEAST_SHARE = 0.5
_AT_ONCE = 1024
_KEPT = 1 << 16
"""Small pictures of 3 KB each that are kept for further pairs, as the cache may take none."""


class _Seen(NamedTuple):
    """What an image gives that is read again."""

    content_hash: bytes
    thumbnail_name: str
    thumbnail: bytes


class SmallPictures:
    """Small pictures of a project's samples, read when they are asked for.

    Args:
        snapshot: of N samples, with facts.
        context: progress of what is read again, and a word where the cache cannot be written.
    """

    unread: set[int]
    """rows of which neither a thumbnail is kept nor the image can be read"""

    def __init__(self, snapshot: Snapshot, context: JobContext) -> None:
        assert snapshot.facts is not None
        self._snapshot, self._facts = snapshot, snapshot.facts
        self._progress = stage_progress(context, message("Looking at images again"))
        self._cache = ThumbnailCache(context.log)
        self._memory = DecodingMemory()
        self._kept: dict[int, np.ndarray] = {}
        self.unread = set()

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Small pictures (m, 32, 32, 3) uint8, of zeros where none is known.

        Args:
            rows: (m,) int, none twice.
        """
        found = np.zeros((len(rows), SIGNATURE_SIDE, SIGNATURE_SIDE, 3), np.uint8)
        missing = []
        for at, row in enumerate(rows.tolist()):
            if row in self._kept:
                found[at] = self._kept[row]
            elif (image := self.thumbnail(row)) is not None:
                found[at] = small_picture(image)
            elif row not in self.unread:
                missing.append(at)
        for start in range(0, len(missing), _AT_ONCE):
            some = missing[start : start + _AT_ONCE]
            for at, image in zip(some, self._read_again(rows[some].tolist()), strict=True):
                if image is not None:
                    found[at] = small_picture(image)
                if int(rows[at]) not in self.unread and len(self._kept) < _KEPT:
                    # A view would keep the pictures of all rows.
                    self._kept[int(rows[at])] = found[at].copy()
        return found

    def thumbnail(self, row: int) -> Image.Image | None:
        """What the cache has of one row, of any size and mode; None where it has nothing."""
        key = self._facts["content_hash"][row].decode("ascii", "replace")
        for file in thumbnail_paths(key, self._snapshot.rendering.key):
            try:
                with Image.open(file) as image:
                    image.load()
                    return image
            except (OSError, ValueError):
                continue
        return None

    def _read_again(self, rows: Sequence[int]) -> list[Image.Image | None]:
        """Thumbnails made anew, and kept; None for what cannot be read or is another picture.

        An image that an update of the dataset has found gone is not read: it takes no part.
        """
        there = [row for row in rows if self._snapshot.samples.readable[row]]
        files = [self._snapshot.file_of(row) for row in there]
        seen = dict(zip(there, in_threads(self._read, files, self._progress), strict=True))
        return [self._taken(row, seen.get(row)) for row in rows]

    def _read(self, file: ImageLocation) -> _Seen | None:
        try:
            with self._memory.share() as share:
                rendering = self._snapshot.rendering
                found = read_sample(file, minimum_side=1, share=share, rendering=rendering)
        # As where images are embedded, Pillow refuses shapes that nobody thought of.
        except (OSError, ContainerError, UnreadableImage, ValueError, MemoryError):
            return None
        name = found.facts.content_hash.encode("ascii")
        return _Seen(name, found.thumbnail_name, found.thumbnail)

    def _taken(self, row: int, seen: _Seen | None) -> Image.Image | None:
        if seen is None:
            if self._snapshot.samples.readable[row]:
                self.unread.add(row)
            return None
        self._cache.store(seen.thumbnail_name, seen.thumbnail)
        # Of images that hold something else than when they were embedded the detection tells.
        if seen.content_hash != self._facts["content_hash"][row]:
            return None
        with Image.open(BytesIO(seen.thumbnail)) as image:
            image.load()
            return image


def sample_patches(
    project_folder: Path, snapshot: Snapshot, pictures: SmallPictures
) -> np.ndarray | None:
    """Patches (N, 32, 32) uint8, zero where unknown; None where most are.

    Projects of earlier versions have none, or smaller ones: thumbnails tell them as well, and they
    are kept from then on.

    Args:
        project_folder: keeps them.
        snapshot: of N samples.
        pictures: of them.
    """
    count = len(snapshot)
    known = snapshot.signatures
    patches = np.zeros((count, SIGNATURE_SIDE, SIGNATURE_SIDE), np.uint8)
    if known is not None:
        patches[:] = known
    readable = snapshot.samples.readable & _embedded(snapshot)
    missing = np.flatnonzero(readable & ~patches.any(axis=(1, 2)))
    for row in missing.tolist():
        thumbnail = pictures.thumbnail(row)
        if thumbnail is not None:
            patches[row] = signature(thumbnail.convert("L"))
    if patches[missing].any():
        write_array(project_folder / "arrays" / SIGNATURE_FILE, patches)
    lacking = int((readable & ~patches.any(axis=(1, 2))).sum())
    return None if lacking > _LEAST_SHARE * max(1, int(readable.sum())) else patches


def _embedded(snapshot: Snapshot) -> np.ndarray:
    """(N,) bool, samples whose content is known."""
    if snapshot.facts is None:
        return np.zeros(len(snapshot), bool)
    return np.asarray(snapshot.facts["content_hash"] != b"")


def small_picture(thumbnail: Image.Image) -> np.ndarray:
    """A small picture (32, 32, 3) uint8 of a thumbnail of any size and mode."""
    size = (SIGNATURE_SIDE, SIGNATURE_SIDE)
    return np.asarray(thumbnail.convert("RGB").resize(size, Image.Resampling.BILINEAR))
