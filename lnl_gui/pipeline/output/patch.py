"""The label changes of a project as a patch for its dataset."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.dataset.patching.changes import LabelChange, content_digest, write_patch
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot
from lnl_gui.pipeline.training.curation import Curated, curate


@dataclass(frozen=True)
class PatchCounts:
    """How many changes of each kind there are."""

    relabelled: int
    removed: int
    unlabelled: int
    """samples whose label was taken away, which a patch does not say"""


def write_project_patch(
    project: Path, target: Path, *, accept_suggestions: bool = False, exclude_unsure: bool = False
) -> PatchCounts:
    """Write what a project changes in its dataset.

    Args:
        project: folder of the project.
        target: the patch; replaced if it exists.
        accept_suggestions: as `curate`.
        exclude_unsure: as `curate`.

    Raises:
        UserError: when the project cannot be read, or the patch not be written.
    """
    snapshot = take_snapshot(project)
    curated = curate(snapshot, accept_suggestions=accept_suggestions, exclude_unsure=exclude_unsure)
    changes, unlabelled = project_changes(snapshot, curated)
    write_patch(target, changes, dataset=snapshot.dataset_root.name)
    removed = sum(change.after is None for change in changes)
    return PatchCounts(len(changes) - removed, removed, unlabelled)


def project_changes(snapshot: Snapshot, curated: Curated) -> tuple[list[LabelChange], int]:
    """The changes, and how many samples lost a label.

    Args:
        snapshot: of the project.
        curated: its labels now.
    """
    samples, names = snapshot.samples, snapshot.class_names
    relabelled = (curated.changed | curated.added) & (curated.label >= 0)
    lost = curated.included & (samples.given >= 0) & (curated.label < 0)
    # What is no longer in the dataset cannot leave it once more.
    out = curated.excluded & ~snapshot.gone
    changes = [
        LabelChange(
            samples.paths[row],
            content_digest(snapshot.file_of(row)),
            names[samples.given[row]] if samples.given[row] >= 0 else None,
            None if out[row] else names[curated.label[row]],
        )
        for row in np.flatnonzero(relabelled | out).tolist()
    ]
    return changes, int(lost.sum())
