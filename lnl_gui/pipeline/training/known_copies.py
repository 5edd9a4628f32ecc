"""Copies of images and other images that belong together, as far as they are known."""

import numpy as np

from lnl_gui.detect.groups import ALONE, joined_groups
from lnl_gui.pipeline.snapshot import Snapshot, stored_groups
from lnl_gui.store.detection.scores import DUPLICATE_GROUP, PICTURE_PARTS, sample_array


def copies_of(snapshot: Snapshot) -> np.ndarray | None:
    """Copies of one image, int (N,), -1 alone; None where nothing is known of them.

    As the newest detection found them; before any detection, those of the same bytes.
    """
    found = sample_array(snapshot.scores, DUPLICATE_GROUP)
    if found is not None or snapshot.facts is None:
        return found
    hashes = np.ascontiguousarray(snapshot.facts["content_hash"])
    _, inverse = np.unique(hashes, return_inverse=True)
    return np.where(hashes == b"", ALONE, inverse.reshape(-1))


def parts_of(snapshot: Snapshot) -> np.ndarray | None:
    """Images that may be parts of one picture, int (N,), -1 alone; None where none are known.

    As the newest detection found them. They are no copies, and count each.
    """
    found = sample_array(snapshot.scores, PICTURE_PARTS)
    return None if found is None or (found == ALONE).all() else np.asarray(found)


def related_images(snapshot: Snapshot) -> np.ndarray | None:
    """Different images that are no independent witnesses, int (N,), -1 alone; None for none.

    These are the groups by a column of the dataset, and parts of one picture.
    """
    groups, parts = stored_groups(snapshot), parts_of(snapshot)
    return groups if parts is None else joined_groups(groups, parts)


def of_rows(grouping: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    """A grouping (N,) of some samples, int (n,); None for none."""
    return None if grouping is None else np.asarray(grouping)[rows]
