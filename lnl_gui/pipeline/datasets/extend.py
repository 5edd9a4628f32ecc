"""The extend job: adds the reviewed images of another project to this project's dataset.

The images are copied in the dataset's own layout; what was there stays as it is, but for a table
that gets rows. Then the project is updated as by the update job. A preview writes nothing.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.patching.add_images import add_images
from lnl_gui.dataset.patching.additions import AdditionPlan, plan_additions
from lnl_gui.dataset.patching.undo import take_back
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples, read_known
from lnl_gui.pipeline.datasets.reading.dataset_reading import read_listing, reader_options
from lnl_gui.pipeline.datasets.reading.recorded_reading import recorded_reading
from lnl_gui.pipeline.datasets.reviewed_images import (
    Reviewed,
    ReviewedImages,
    Sorted,
    as_new,
    read_reviewed,
    sort_out_known,
)
from lnl_gui.pipeline.datasets.updating.update import FoundUpdate, find_update, leave
from lnl_gui.store.dataset.added_samples import DECIDED, AddedSample, write_added
from lnl_gui.store.dataset.classes import load_classes
from lnl_gui.store.jobs.parameters import ExtendParameters, ImportParameters, UpdateParameters
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, to_json
from lnl_gui.util.progress import JobContext, stage_progress

_EXAMPLES = 20


def run(
    parameters: ExtendParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Add the images and find what that changes; made in the project when the run is recorded.

    Raises:
        UserError: when the other project cannot be read, or the dataset takes no images or cannot
            be updated; then it is as it was.
    """
    if Path(parameters.reviewed).resolve() == project_folder.resolve():
        raise UserError(message("The reviewed images are those of this project itself."))
    # Before anything is copied: what cannot be updated afterwards is left alone.
    find_update(UpdateParameters(), context, project_folder)
    known = read_known(project_folder)
    reading = recorded_reading(UpdateParameters(), known)
    with open_project(project_folder, read_only=True) as project:
        classes = load_classes(project)
    reviewed = read_reviewed(Path(parameters.reviewed), classes, undecided=parameters.undecided)
    found = sort_out_known(reviewed.images, known, context)
    plan = _plan(parameters, reading, found, context)
    metrics = _metrics(plan, reviewed, found, known)
    if parameters.preview:
        return {"artifacts": {}, "metrics": metrics}
    read = partial(_read, reading, context)
    undo = add_images(plan, read, progress=stage_progress(context, message("Copying the images")))
    try:
        update = find_update(UpdateParameters(), context, project_folder)
        leave(update, project_folder, run_folder)
        write_added(run_folder, _decided(plan, found, known, update))
    # A cancel and Ctrl+C too, or copies would stay in the dataset of which nothing is recorded.
    except BaseException:
        if undo is not None:
            take_back(undo)
        raise
    return {
        "artifacts": {DECIDED: str((run_folder / DECIDED).relative_to(project_folder))},
        "metrics": update.metrics | metrics | {"undo": str(undo or "")},
    }


def _plan(
    parameters: ExtendParameters, reading: ImportParameters, found: Sorted, context: JobContext
) -> AdditionPlan:
    return plan_additions(
        as_new(found.new),
        Path(reading.source),
        _read(reading, context, Path(reading.source)),
        options=reader_options(reading),
        split=parameters.split,
        progress=stage_progress(context, message("Finding places for the images")),
    )


def _read(reading: ImportParameters, context: JobContext, source: Path) -> Listing:
    progress = stage_progress(context, message("Reading the dataset"))
    return read_listing(replace(reading, source=str(source)), progress)


def _decided(
    plan: AdditionPlan, found: Sorted, known: KnownSamples, update: FoundUpdate
) -> list[AddedSample]:
    """The samples that the decisions are about, numbered as they will be after the update."""
    changes = update.changes
    row_of = {path: changes.samples + at for at, (path, *_) in enumerate(changes.added)}
    # A sample that was missing and has the same bytes is that one, back again.
    row_of |= {path: row for row, path, _ in changes.moved}
    decided = [
        AddedSample(row_of[added.path], found.new[added.number].reviewer)
        for added in plan.additions
        if added.path in row_of
    ]
    decided += [
        AddedSample(row, image.reviewer) for row, image in found.known if _agrees(known, row, image)
    ]
    return [sample for sample in decided if sample.reviewer]


def _agrees(known: KnownSamples, row: int, image: Reviewed) -> bool:
    given = int(known.samples.given[row])
    return given >= 0 and known.class_names[given] == image.label


def _metrics(
    plan: AdditionPlan, reviewed: ReviewedImages, found: Sorted, known: KnownSamples
) -> dict[str, Any]:
    other = sum(not _agrees(known, row, image) for row, image in found.known)
    joining = [found.new[added.number] for added in plan.additions]
    joining += [image for row, image in found.known if _agrees(known, row, image)]
    return {
        "copied": len(plan.additions),
        "folder": str(plan.folder),
        "table": plan.table.name if plan.table is not None else "",
        "empty_columns": list(plan.empty_columns),
        "part": plan.split,
        "by_class": plan.by_class,
        "classes_new": plan.new_classes,
        "renamed": plan.renamed,
        "known": len(found.known) - other,
        "known_otherwise": other,
        "doubled": found.doubled,
        "excluded": reviewed.excluded,
        "unsure": reviewed.unsure,
        "undecided": reviewed.undecided,
        "unlabelled": reviewed.unlabelled,
        "decided_unseen": sum(image.unseen for image in joining),
        "refused": len(plan.refused),
        "refused_examples": [
            [refusal.path, to_json(refusal.reason)] for refusal in plan.refused[:_EXAMPLES]
        ],
    }
