"""What a writer is given of a project: the images of the curated set with what is known of each."""

import numpy as np

from lnl_gui.dataset.writers.items import ExportItem, ExportSet
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.curation import Curated
from lnl_gui.store.derived_files import readable_array
from lnl_gui.store.samples import STATUS_NAMES


def export_set(snapshot: Snapshot, curated: Curated, rows: np.ndarray) -> ExportSet:
    """The images of some samples, their classes and class probabilities.

    Args:
        snapshot: of the project.
        curated: gives the labels.
        rows: (R,) int, which samples, in the order of the export.
    """
    samples, found = snapshot.samples, snapshot.scores
    # The last name is that of -1.
    names = [*snapshot.class_names, ""]
    groups = snapshot.groups
    items = [
        ExportItem(
            snapshot.file_of(row),
            names[curated.label[row]],
            snapshot.split_names[samples.split[row]],
            path=samples.paths[row],
            given_label=names[samples.given[row]],
            suggested_label=names[found.suggested[row]],
            suspicion=float(found.suspicion[row]),
            flagged=bool(found.flagged[row]),
            status=STATUS_NAMES[samples.status[row]],
            group=groups.names[groups.group[row]]
            if groups is not None and groups.group[row] >= 0
            else "",
        )
        for row in rows.tolist()
    ]
    return ExportSet(items, list(snapshot.class_names), _probabilities(snapshot, rows))


def _probabilities(snapshot: Snapshot, rows: np.ndarray) -> np.ndarray | None:
    """(R, K) float32: the posterior of the newest detection, of which it kept the largest."""
    folder, count = snapshot.scores.folder, len(snapshot)
    if folder is None:
        return None
    kept = readable_array(folder / "posterior.npy", kinds="f", shape=(None, None))
    classes = readable_array(folder / "posterior_classes.npy", kinds="iu", shape=(None, None))
    if kept is None or classes is None or kept.shape != classes.shape or len(kept) > count:
        return None
    number = len(snapshot.class_names)
    dense = np.full((len(rows), number), np.nan, np.float32)
    has = rows < len(kept)
    values = np.asarray(kept[rows[has]], np.float32)
    columns = np.asarray(classes[rows[has]], np.int64)
    scored = ~np.isnan(values).all(1)
    # Classes beyond the kept ones share what is left.
    filled = np.zeros((len(values), number + 1), np.float32)
    columns = np.where((columns >= 0) & (columns < number), columns, number)
    np.put_along_axis(filled, columns, np.nan_to_num(values), axis=1)
    filled = filled[:, :number]
    rest = np.clip(1 - filled.sum(1), 0, 1)
    absent = filled == 0
    filled += absent * (rest / np.maximum(absent.sum(1), 1))[:, None]
    filled /= np.maximum(filled.sum(1, keepdims=True), np.finfo(np.float32).tiny)
    filled[~scored] = np.nan
    dense[has] = filled
    return dense
