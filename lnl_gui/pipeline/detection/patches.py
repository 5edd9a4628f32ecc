"""Patches of grey, and of colour, by which copies are told, made from thumbnails."""

from pathlib import Path

import numpy as np
from PIL import Image

from lnl_gui.dataset.pixels.facts import SIGNATURE_SIDE, signature
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.dataset.thumbnails import thumbnail_path
from lnl_gui.store.jobs.arrays import SIGNATURE_FILE
from lnl_gui.util.files.array_file import write_array

_LEAST_SHARE = 0.5


def sample_patches(project_folder: Path, snapshot: Snapshot) -> np.ndarray | None:
    """Patches (N, 32, 32) uint8, zero where unknown; None where most are.

    Projects of earlier versions have none, or smaller ones: thumbnails in the user's cache tell
    them as well, and they are kept from then on.
    """
    count = len(snapshot)
    known = snapshot.signatures
    patches = np.zeros((count, SIGNATURE_SIDE, SIGNATURE_SIDE), np.uint8)
    if known is not None:
        patches[:] = known
    readable = snapshot.samples.readable & _embedded(snapshot)
    missing = np.flatnonzero(readable & ~patches.any(axis=(1, 2)))
    made = [row for row in missing.tolist() if _from_thumbnail(snapshot, row, patches)]
    if made:
        write_array(project_folder / "arrays" / SIGNATURE_FILE, patches)
    lacking = int((readable & ~patches.any(axis=(1, 2))).sum())
    return None if lacking > _LEAST_SHARE * max(1, int(readable.sum())) else patches


def _embedded(snapshot: Snapshot) -> np.ndarray:
    """(N,) bool, samples whose content is known."""
    if snapshot.facts is None:
        return np.zeros(len(snapshot), bool)
    return np.asarray(snapshot.facts["content_hash"] != b"")


def _from_thumbnail(snapshot: Snapshot, row: int, patches: np.ndarray) -> bool:
    """Fill in the patch of one sample, if its thumbnail is there; says whether it has content."""
    found = _thumbnail(snapshot, row)
    if found is None:
        return False
    patches[row] = signature(found.convert("L"))
    return bool(patches[row].any())


def small_pictures(snapshot: Snapshot, rows: np.ndarray) -> np.ndarray:
    """Small pictures (m, 32, 32, 3) uint8 of rows (m,) int, of zeros where no thumbnail is kept."""
    found = np.zeros((len(rows), SIGNATURE_SIDE, SIGNATURE_SIDE, 3), np.uint8)
    for at, row in enumerate(rows.tolist()):
        image = _thumbnail(snapshot, row)
        if image is not None:
            found[at] = small_picture(image)
    return found


def small_picture(thumbnail: Image.Image) -> np.ndarray:
    """A small picture (32, 32, 3) uint8 of a thumbnail of any size and mode."""
    size = (SIGNATURE_SIDE, SIGNATURE_SIDE)
    return np.asarray(thumbnail.convert("RGB").resize(size, Image.Resampling.BILINEAR))


def _thumbnail(snapshot: Snapshot, row: int) -> Image.Image | None:
    assert snapshot.facts is not None
    key = snapshot.facts["content_hash"][row].decode("ascii", "replace")
    for name in (f"{key}-{snapshot.rendering.key}", key):
        try:
            with Image.open(thumbnail_path(name)) as image:
                image.load()
                return image
        except (OSError, ValueError):
            continue
    return None
