"""Class probabilities of a detection, of which its folder keeps the largest of each sample."""

from pathlib import Path

import numpy as np

from lnl_gui.store.derived_files import readable_array


def class_probabilities(
    folder: Path | None, *, rows: np.ndarray, count: int, classes: int
) -> np.ndarray | None:
    """(R, C) float32; NaN where nothing can be said, None without a detection or where damaged.

    Classes beyond those that were kept share what is left of a sample's probability.

    Args:
        folder: of the detection.
        rows: (R,) int, which samples.
        count: samples of the project; some may have come after the detection.
        classes: C.
    """
    if folder is None:
        return None
    kept = readable_array(folder / "posterior.npy", kinds="f", shape=(None, None))
    ids = readable_array(folder / "posterior_classes.npy", kinds="iu", shape=(None, None))
    if kept is None or ids is None or kept.shape != ids.shape or len(kept) > count:
        return None
    dense = np.full((len(rows), classes), np.nan, np.float32)
    has = rows < len(kept)
    values = np.asarray(kept[rows[has]], np.float32)
    columns = np.asarray(ids[rows[has]], np.int64)
    said = ~np.isnan(values).all(1)
    # One column more takes the places of samples with fewer classes.
    filled = np.zeros((len(values), classes + 1), np.float32)
    columns = np.where((columns >= 0) & (columns < classes), columns, classes)
    np.put_along_axis(filled, columns, np.nan_to_num(values), axis=1)
    filled = filled[:, :classes]
    absent = filled == 0
    rest = np.clip(1 - filled.sum(1), 0, 1)
    filled += absent * (rest / np.maximum(absent.sum(1), 1))[:, None]
    filled /= np.maximum(filled.sum(1, keepdims=True), np.finfo(np.float32).tiny)
    filled[~said] = np.nan
    dense[has] = filled
    return dense
