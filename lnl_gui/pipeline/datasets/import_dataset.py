"""Read a dataset into a new project folder."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.containers.location import location_text
from lnl_gui.dataset.listing import Listing, Record
from lnl_gui.dataset.readers.preview import skipped_summary
from lnl_gui.pipeline.datasets.matching.content import local_stats
from lnl_gui.pipeline.datasets.reading.dataset_reading import read_listing
from lnl_gui.pipeline.datasets.reading.given_labels import given_labels
from lnl_gui.pipeline.datasets.reading.reading_record import record_of
from lnl_gui.remote.address import remote_url
from lnl_gui.remote.note import FOLDER, note_source
from lnl_gui.store.dataset.annotators import Annotations, save_annotations
from lnl_gui.store.dataset.classes import UNLABELLED
from lnl_gui.store.dataset.groups import number_groups, save_groups
from lnl_gui.store.dataset.samples import insert_dataset
from lnl_gui.store.jobs.arrays import FILE_STATS
from lnl_gui.store.jobs.import_parameters import record_archive, record_parameters, record_reading
from lnl_gui.store.jobs.parameters import DOUBTFUL_LAYOUT, ImportParameters
from lnl_gui.store.project import create_project
from lnl_gui.store.review.accepted_labels import save_accepted
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import atomic_folder
from lnl_gui.util.messages import joined, message, to_json
from lnl_gui.util.progress import JobContext, stage_progress


def run(parameters: ImportParameters, context: JobContext) -> dict[str, Any]:
    """List the samples of `parameters.source` and make `parameters.project`.

    The project folder appears whole or not at all. No image is opened.

    Raises:
        UserError: when the source holds no labelled images or the project cannot be made.
    """
    listing = read_listing(parameters, stage_progress(context, message("Reading the dataset")))
    if not parameters.accept_layout:
        refuse_doubtful(listing)
    if listing.reading.why:
        context.log(listing.reading.why)
    for warning in (*listing.suspicions, *listing.warnings, *skipped_summary(listing)):
        context.log(warning)
    # A column of labels that somebody named is the given label, whatever annotators answered.
    majority = listing.votes or parameters.label_column is None
    given, annotations = given_labels(listing, majority=majority)
    folder = Path(parameters.project)
    _refuse_occupied(folder)
    try:
        with atomic_folder(folder) as temporary:
            _fill(temporary, listing, given, annotations, parameters)
            # Until they are embedded nothing else tells that images became others.
            stats = local_stats(
                [record.file for record in listing.records],
                progress=stage_progress(context, message("Looking for the files")),
            )
            write_array(temporary / FILE_STATS, stats)
    except OSError as error:
        raise as_user_error(error, message("create the project {folder}", folder=folder)) from error
    return {
        "artifacts": {},
        "metrics": {
            "samples": len(listing.records),
            "unlabelled": given.count(UNLABELLED),
            "skipped": len(listing.skipped),
            "unlisted_folders": len(listing.unlisted),
            "classes": len(listing.class_names),
            "reader": listing.reader,
            "warnings": [to_json(w) for w in (*listing.suspicions, *listing.warnings)],
            "skipped_reasons": [to_json(reason) for reason in skipped_summary(listing)],
            "annotators": listing.annotators,
            "groups": len({record.group for record in listing.records} - {""}),
        },
    }


def refuse_doubtful(listing: Listing) -> None:
    """Stop where a reading is probably not what the dataset means.

    Raises:
        UserError: with the code `DOUBTFUL_LAYOUT` and all suspicions.
    """
    if not listing.suspicions:
        return
    raise UserError(
        joined(listing.suspicions, " "),
        message(
            "Choose the folder or table that is meant, or the level of the class folders with"
            " --class-level N (1 is directly in the dataset's folder). If it is right as it was"
            " read, go on with --accept-layout."
        ),
        code=DOUBTFUL_LAYOUT,
    )


def _refuse_occupied(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(
            message("{folder} exists already.", folder=folder),
            message("Choose another name, or open it as a project."),
        )


def _fill(
    folder: Path,
    listing: Listing,
    given: list[int],
    annotations: Annotations | None,
    parameters: ImportParameters,
) -> None:
    splits = ["", *sorted({record.split for record in listing.records} - {""})]
    split_id = {name: i for i, name in enumerate(splits)}
    root = listing.root.absolute()
    url = remote_url(parameters.source)
    # A part of the project, which still has another name: it is found from there.
    place = folder / FOLDER if url is not None else root
    with create_project(folder, root=place, reader=listing.reader) as project:
        if url is not None:
            note_source(place, url)
        insert_dataset(
            project,
            class_names=listing.class_names,
            split_names=splits,
            samples=(
                (
                    i,
                    record.path,
                    given[i],
                    split_id[record.split],
                    file_unless(record, root),
                )
                for i, record in enumerate(listing.records)
            ),
            skipped=((e.path, e.reason) for e in (*listing.skipped, *listing.unlisted)),
        )
        record_parameters(project, parameters)
        record_reading(project, record_of(listing))
        if listing.unpacked_from is not None:
            record_archive(project, listing.unpacked_from)
        if annotations is not None:
            save_annotations(project.arrays, annotations)
        accepted = np.array([record.accepted_unseen for record in listing.records], bool)
        if accepted.any():
            save_accepted(project.arrays, accepted)
        if listing.group_column:
            groups = number_groups(listing.group_column, [r.group for r in listing.records])
            save_groups(project.arrays, groups)


def file_unless(record: Record, root: Path) -> str | None:
    """Where the image lies, or None when that is `root / record.path`."""
    # Nearly always the same text, and two `Path` for each of a million would take seconds.
    if record.place == f"{root}{os.sep}{record.path}" or root / record.path == record.file:
        return None
    return location_text(record.file, root)
