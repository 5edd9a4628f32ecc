"""Patches of grey by which copies are told, made from thumbnails where an embedding left none."""

from pathlib import Path

import numpy as np
from PIL import Image

from lnl_gui.dataset.facts import SIGNATURE_SIDE, signature
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.arrays import SIGNATURE_FILE
from lnl_gui.store.thumbnails import thumbnail_path
from lnl_gui.util.array_file import write_array

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
    assert snapshot.facts is not None
    key = snapshot.facts["content_hash"][row].decode("ascii", "replace")
    for name in (f"{key}-{snapshot.rendering.key}", key):
        try:
            with Image.open(thumbnail_path(name)) as image:
                patches[row] = signature(image.convert("L"))
        except (OSError, ValueError):
            continue
        return bool(patches[row].any())
    return False
