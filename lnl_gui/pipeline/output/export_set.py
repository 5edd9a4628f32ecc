"""What a writer is given of a project: the images of the curated set with what is known of each."""

from collections.abc import Sequence

import numpy as np

from lnl_gui.dataset.writers.items import ExportItem, ExportSet
from lnl_gui.detect.groups import ALONE, joined_groups
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.curation import Curated
from lnl_gui.pipeline.training.known_copies import copies_of, parts_of
from lnl_gui.store.dataset.samples import EXCLUDED, STATUS_NAMES
from lnl_gui.store.detection.posterior import class_probabilities

_FOUND = ("copies-", "picture-")
"""How names of groups begin that are copies of one image, and parts of one picture."""


def export_set(
    snapshot: Snapshot, curated: Curated, rows: np.ndarray, splits: Sequence[str]
) -> ExportSet:
    """The images of some samples, their classes and class probabilities.

    Classes are those that are there now, numbered anew in the order in which models number them.

    Args:
        snapshot: of the project.
        curated: gives the labels.
        rows: (R,) int, which samples, in the order of the export.
        splits: R names, "" for none.
    """
    samples, found = snapshot.samples, snapshot.scores
    # The last name is that of -1.
    names, came = [*snapshot.class_names, ""], snapshot.dataset_names
    groups = group_names(snapshot, rows)
    items = [
        ExportItem(
            snapshot.file_of(row),
            names[curated.label[row]],
            split,
            path=samples.paths[row],
            given_label=came[snapshot.came_as[row]],
            given_class=names[samples.given[row]],
            suggested_label=names[found.suggested[row]],
            suspicion=float(found.suspicion[row]),
            flagged=bool(found.flagged[row]),
            # Also what nobody has set aside, but a suggestion has that was accepted.
            status=STATUS_NAMES[EXCLUDED if curated.excluded[row] else samples.status[row]],
            group=group,
        )
        for row, split, group in zip(rows.tolist(), splits, groups, strict=True)
    ]
    return ExportSet(
        items,
        [snapshot.class_names[number] for number in snapshot.live_classes],
        _probabilities(snapshot, rows),
    )


def _probabilities(snapshot: Snapshot, rows: np.ndarray) -> np.ndarray | None:
    """Of the live classes (R, K), with those of merged classes added up."""
    found = class_probabilities(snapshot.scores, rows=rows, classes=len(snapshot.class_names))
    if found is None or snapshot.class_map.table is None:
        return found
    live = snapshot.class_map.added_up(found)[:, snapshot.live_classes]
    total = live.sum(axis=1, keepdims=True)
    # What a deleted class had is shared out; where it had everything, nothing can be said.
    return np.divide(live, total, out=np.full_like(live, np.nan), where=total > 0)


def group_names(snapshot: Snapshot, rows: np.ndarray) -> list[str]:
    """What some samples (R,) belong to, "" alone: their group in the dataset, or what was found.

    These are copies of an image, or what may be parts of one picture with their copies.
    """
    names = _found(snapshot, *found_prefixes(snapshot))
    groups = snapshot.groups
    if groups is not None:
        # What the dataset says comes first: a patient stays one patient.
        inside = np.flatnonzero(groups.group >= 0)
        names[inside] = np.array(groups.names, dtype=object)[groups.group[inside]]
    return [str(name) for name in names[rows].tolist()]


def found_prefixes(snapshot: Snapshot) -> tuple[str, str]:
    """How names of groups begin that are copies of one image, and parts of one picture.

    No group of the dataset itself has a name that begins so.
    """
    taken = snapshot.groups.names if snapshot.groups is not None else ()
    copies, parts = _FOUND
    while any(name.startswith((copies, parts)) for name in taken):
        copies, parts = f"_{copies}", f"_{parts}"
    return copies, parts


def _found(snapshot: Snapshot, of_copies: str, of_parts: str) -> np.ndarray:
    """Names (N,) of groups of copies and of parts of one picture, "" for samples alone."""
    names = np.full(len(snapshot), "", dtype=object)
    copies = copies_of(snapshot)
    if copies is not None:
        size = np.bincount(copies[copies >= 0], minlength=1)
        # Before a detection every image is a group, most of them of one.
        for row in np.flatnonzero((copies >= 0) & (size[np.maximum(copies, 0)] > 1)).tolist():
            names[row] = f"{of_copies}{copies[row]}"
    parts = parts_of(snapshot)
    if parts is not None:
        together = joined_groups(copies, parts)
        divided = np.isin(together, together[parts != ALONE])
        for row in np.flatnonzero(divided).tolist():
            names[row] = f"{of_parts}{together[row]}"
    return names
