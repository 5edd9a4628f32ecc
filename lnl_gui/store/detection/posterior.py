"""Class probabilities of a detection, of which its folder keeps the largest of each sample."""

import numpy as np

from lnl_gui.store.database.derived_files import readable_array
from lnl_gui.store.detection.scores import Scores


def class_probabilities(found: Scores, *, rows: np.ndarray, classes: int) -> np.ndarray | None:
    """(R, C) float32; NaN where nothing can be said, None without a detection or where damaged.

    Classes beyond those that were kept share what is left of a sample's probability.

    Args:
        found: of N samples; some may have come after the detection, or hold another picture now.
        rows: (R,) int, which samples.
        classes: C.
    """
    folder = found.folder
    if folder is None:
        return None
    kept = readable_array(folder / "posterior.npy", kinds="f", shape=(None, None))
    ids = readable_array(folder / "posterior_classes.npy", kinds="iu", shape=(None, None))
    if kept is None or ids is None or kept.shape != ids.shape or len(kept) > len(found.suspicion):
        return None
    dense = np.full((len(rows), classes), np.nan, np.float32)
    has = rows < len(kept)
    if found.other_picture is not None:
        has &= ~found.other_picture[rows]
    dense[has] = dense_posterior(
        np.asarray(kept[rows[has]], np.float32), np.asarray(ids[rows[has]], np.int64), classes
    )
    # Kept in half precision, they no longer add up to one.
    return dense / dense.sum(axis=1, keepdims=True)


def dense_posterior(kept: np.ndarray, ids: np.ndarray, classes: int) -> np.ndarray:
    """(N, C) float32 from the k largest probabilities; the others share what those leave.

    Args:
        kept: (N, k) float, NaN where nothing can be said.
        ids: (N, k) int, the class of each; a row with one that is none of the C says nothing.
        classes: C.
    """
    known = np.isfinite(kept).all(axis=1) & ((ids >= 0) & (ids < classes)).all(axis=1)
    left = np.clip(1.0 - kept.sum(axis=1, dtype=np.float64), 0.0, 1.0)
    others = classes - kept.shape[1]
    found = np.full((len(kept), classes), np.nan, np.float32)
    found[known] = (left[known] / others)[:, None] if others > 0 else 0.0
    rows = np.flatnonzero(known)
    found[rows[:, None], ids[rows]] = kept[rows]
    return found
