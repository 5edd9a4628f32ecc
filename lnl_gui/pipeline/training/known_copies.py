"""Copies of images, as far as they are known."""

import numpy as np

from lnl_gui.detect.groups import ALONE
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.scores import DUPLICATE_GROUP, load_array


def copies_of(snapshot: Snapshot) -> np.ndarray | None:
    """Copies of one image, int (N,), -1 alone; None where nothing is known of them.

    As the newest detection found them; before any detection, those of the same bytes.
    """
    folder = snapshot.scores.folder
    found = load_array(folder, DUPLICATE_GROUP, count=len(snapshot)) if folder else None
    if found is not None or snapshot.facts is None:
        return found
    hashes = np.ascontiguousarray(snapshot.facts["content_hash"])
    _, inverse = np.unique(hashes, return_inverse=True)
    return np.where(hashes == b"", ALONE, inverse.reshape(-1))
