"""The label changes of a project as a patch for its dataset."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.dataset.patching.changes import LabelChange, content_digest, write_patch
from lnl_gui.pipeline.datasets.changed_files import refuse_changed
from lnl_gui.pipeline.datasets.missing_files import stats_of
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot
from lnl_gui.pipeline.training.curation import Curated, curate
from lnl_gui.util.messages import Message
from lnl_gui.util.progress import JobContext


@dataclass(frozen=True)
class PatchCounts:
    """How many changes of each kind there are."""

    relabelled: int
    removed: int
    unlabelled: int
    """images that stay without a label, as those of a class that was deleted"""


def write_project_patch(
    project: Path,
    target: Path,
    context: JobContext,
    *,
    accept_suggestions: bool = False,
    exclude_unsure: bool = False,
) -> PatchCounts:
    """Write what a project changes in its dataset.

    Args:
        project: folder of the project.
        target: the patch; an earlier one is replaced.
        context: progress and log.
        accept_suggestions: as `curate`.
        exclude_unsure: as `curate`.

    Raises:
        UserError: when the project cannot be read, or the patch not be written, or what was
            decided on holds something else now.
    """
    snapshot = take_snapshot(project)
    for said in (*snapshot.other_pictures_note, *_changed(snapshot, context)):
        context.log(said)
    curated = curate(snapshot, accept_suggestions=accept_suggestions, exclude_unsure=exclude_unsure)
    changes = project_changes(snapshot, curated)
    write_patch(target, changes, dataset=snapshot.dataset_root.name)
    removed = sum(change.after is None for change in changes)
    unlabelled = sum(change.after == "" for change in changes)
    return PatchCounts(len(changes) - removed - unlabelled, removed, unlabelled)


def _changed(snapshot: Snapshot, context: JobContext) -> list[Message]:
    """As `refuse_changed`, of what was decided on and is there: nothing else is in a patch."""
    rows = np.flatnonzero((snapshot.samples.status > 0) & ~snapshot.gone)
    stats = stats_of(snapshot, rows)
    there = stats[:, 0] >= 0
    return refuse_changed(snapshot, rows[there], context, stats=stats[there])


def project_changes(snapshot: Snapshot, curated: Curated) -> list[LabelChange]:
    """What is another label now than the dataset's own word, by a decision or an edit of classes.

    Args:
        snapshot: of the project.
        curated: its labels now.
    """
    samples, came, names = snapshot.samples, snapshot.came_as, [*snapshot.class_names, ""]
    written = snapshot.dataset_names
    # What is no longer in the dataset cannot leave it once more.
    out = curated.excluded & ~snapshot.gone
    other = snapshot.other_word(curated.label) & ~curated.excluded & ~snapshot.gone
    # Of files that cannot be read nobody has decided, but their class may be another one.
    edited = other & (curated.label == samples.given)
    return [
        LabelChange(
            samples.paths[row],
            content_digest(snapshot.file_of(row)),
            written[came[row]] or None,
            None if out[row] else names[curated.label[row]],
        )
        for row in np.flatnonzero((other & curated.included) | edited | out).tolist()
    ]
