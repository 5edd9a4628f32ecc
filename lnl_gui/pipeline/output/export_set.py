"""What a writer is given of a project: the images of the curated set with what is known of each."""

import numpy as np

from lnl_gui.dataset.writers.items import ExportItem, ExportSet
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.curation import Curated
from lnl_gui.store.posterior import class_probabilities
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
    probabilities = class_probabilities(
        found.folder, rows=rows, count=len(snapshot), classes=len(snapshot.class_names)
    )
    return ExportSet(items, list(snapshot.class_names), probabilities)
