"""The update job: reads a project's dataset again and finds what has changed in it.

Nothing of the project is changed here: the changes are left in the run's folder, and whoever holds
the writer's lock makes them in one transaction.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.patching.undo import take_back
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples, read_known
from lnl_gui.pipeline.datasets.matching.matched_images import match_images
from lnl_gui.pipeline.datasets.reading.dataset_reading import read_listing
from lnl_gui.pipeline.datasets.reading.kept_reading import read_as_before
from lnl_gui.pipeline.datasets.reading.recorded_reading import recorded_reading
from lnl_gui.pipeline.datasets.updating.changed_reading import refuse_new_doubts, says_reading
from lnl_gui.pipeline.datasets.updating.merged_columns import (
    merged_accepted,
    merged_annotations,
    merged_groups,
)
from lnl_gui.pipeline.datasets.updating.replaced_images import replaced_pictures
from lnl_gui.pipeline.datasets.updating.source_labels import DatasetLabels
from lnl_gui.pipeline.datasets.updating.update_changes import changes_of, reading_differences
from lnl_gui.pipeline.datasets.updating.update_checks import ComparedDataset, Said, check
from lnl_gui.pipeline.datasets.updating.update_figures import figures
from lnl_gui.pipeline.datasets.updating.vanished_samples import find_gone, where_it_lies
from lnl_gui.store.dataset.annotators import Annotations, save_annotations
from lnl_gui.store.dataset.groups import StoredGroups, save_groups
from lnl_gui.store.dataset.reading_record import ReadingRecord
from lnl_gui.store.dataset_changes import DatasetChanges, write_changes
from lnl_gui.store.jobs.arrays import FILE_STATS
from lnl_gui.store.jobs.parameters import ImportParameters, UpdateParameters
from lnl_gui.store.review.accepted_labels import save_accepted
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress


def run(
    parameters: UpdateParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Find what has changed; made when the run is recorded.

    Raises:
        UserError: when the dataset is not there, its reading is doubtful, or most of it has gone;
            or when an addition cannot be taken back.
    """
    taken_back = {"taken_back": take_back(Path(parameters.undo))} if parameters.undo else {}
    found = find_update(parameters, context, project_folder)
    leave(found, project_folder, run_folder)
    return {"artifacts": {}, "metrics": found.metrics | taken_back}


def leave(found: "FoundUpdate", project_folder: Path, run_folder: Path) -> None:
    """Leave what was found for the project's writer.

    Raises:
        UserError: when it cannot be written.
    """
    try:
        if found.groups is not None:
            save_groups(project_folder / "arrays", found.groups, name=found.changes.groups)
        if found.accepted is not None:
            save_accepted(project_folder / "arrays", found.accepted, name=found.changes.accepted)
        if found.annotations is not None:
            save_annotations(
                project_folder / "arrays", found.annotations, name=found.changes.annotations
            )
        write_array(project_folder / FILE_STATS, found.stats)
        write_changes(run_folder, found.changes)
    except OSError as error:
        raise as_user_error(error, message("save the changes")) from error


def preview(parameters: UpdateParameters, context: JobContext, folder: Path) -> dict[str, Any]:
    """The figures of an update; nothing is written.

    Raises:
        UserError: as `run`.
    """
    return find_update(parameters, context, folder, preview=True).metrics


@dataclass(frozen=True)
class FoundUpdate:
    """What an update changes, its figures, and arrays to write beside it."""

    changes: DatasetChanges
    metrics: dict[str, Any]
    stats: np.ndarray
    annotations: Annotations | None
    groups: StoredGroups | None
    accepted: np.ndarray | None


def find_update(
    parameters: UpdateParameters,
    context: JobContext,
    project_folder: Path,
    *,
    preview: bool = False,
) -> FoundUpdate:
    """Compare a project with its dataset as it is now.

    Args:
        parameters: what is said anew.
        context: progress and log.
        project_folder: the project; only read.
        preview: unpack an archive where nobody keeps anything.

    Raises:
        UserError: as `run`.
    """
    known = read_known(project_folder)
    wanted = recorded_reading(parameters, known)
    named = parameters.dataset is not None and bool(parameters.dataset.source)
    try:
        listing = _read(wanted, context, preview=preview)
    except UserError as error:
        moved = None if named else where_it_lies(error, known, wanted)
        if moved is None:
            raise
        raise moved from error
    if parameters.keep_reading:
        then = known.reading or ReadingRecord(known.reader)
        wanted = read_as_before(then, listing, wanted)
        listing = _read(wanted, context, preview=preview)
    accepted = parameters.dataset is not None and parameters.dataset.accept_layout
    refuse_new_doubts(listing, known, wanted, accepted_now=accepted)
    for warning in (*listing.suspicions, *listing.warnings):
        context.log(warning)
    found = _compared(known, listing, wanted, _said(parameters, known, wanted), context)
    check(found)
    return _found_update(found, _root(found))


def _read(wanted: ImportParameters, context: JobContext, *, preview: bool) -> Listing:
    read_as = replace(wanted, project="") if preview else wanted
    return read_listing(read_as, stage_progress(context, message("Reading the dataset")))


def _said(parameters: UpdateParameters, known: KnownSamples, wanted: ImportParameters) -> Said:
    anew = parameters.dataset
    return Said(
        says_reading(known.parameters, wanted) or (anew is not None and anew.accept_layout),
        anew is not None and bool(anew.source),
        parameters.accept_missing,
        parameters.refuse_missing,
    )


def _compared(
    known: KnownSamples, listing: Listing, wanted: ImportParameters, said: Said, context: JobContext
) -> ComparedDataset:
    """The project beside its dataset; nothing is asked yet."""
    matched = match_images(known, listing, context)
    gone = find_gone(known, matched, listing)
    source = DatasetLabels(known, listing, wanted, matched.row_of)
    named = source.as_named()
    # The reading is judged by the words of the dataset, all else by the classes that they mean.
    differences = reading_differences(known, matched, named, gone)
    replaced = replaced_pictures(known, matched.held, matched.there, matched.touched)
    labels = source.as_meant(named)
    return ComparedDataset(
        known, listing, wanted, said, matched, labels, gone, replaced, differences
    )


def _root(found: ComparedDataset) -> Path:
    # What was said anew, or a dataset that has moved with its project, gives another root.
    moved = found.said.source or not found.known.root.is_dir()
    return found.listing.root.absolute() if moved else found.known.root


def _found_update(found: ComparedDataset, root: Path) -> FoundUpdate:
    known, listing, row_of = found.known, found.listing, found.matched.row_of
    annotations = merged_annotations(known, listing, row_of, found.labels.ids)
    groups = merged_groups(known, listing, row_of)
    accepted = merged_accepted(known, listing, row_of, found.labels.changed)
    number = known.base + 1
    changes = replace(
        changes_of(found, root),
        # Files of their own: after a kill the database still names those that are whole.
        annotations=f"annotators-{number}" if annotations is not None else "",
        groups=f"groups-{number}" if groups is not None else "",
        accepted=f"accepted-{number}" if accepted is not None else "",
    )
    metrics = figures(found, changes, root)
    counts = {name: value for name, value in metrics.items() if isinstance(value, int)}
    return FoundUpdate(
        replace(changes, counts=counts),
        metrics,
        np.concatenate([found.matched.stats, found.matched.stats_added]),
        annotations,
        groups,
        accepted,
    )
