"""Say what a dataset would be read as, and which other readings fit; nothing is written."""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.other_readings import Outcome, other_readings
from lnl_gui.dataset.readers.places import listed_once
from lnl_gui.dataset.readers.preview import preview_error, preview_listing
from lnl_gui.pipeline.dataset_reading import read_listing, reader_options
from lnl_gui.store.dataset_preview import MOST_CLASSES, DatasetPreview
from lnl_gui.store.parameters import ImportParameters, PreviewParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, Progress, no_progress, stage_progress

FIRST = "preview"
"""Event with the first reading, sent before others are looked for."""


def run(parameters: PreviewParameters, context: JobContext) -> dict[str, Any]:
    """The preview as `metrics`; the reading itself is told before, by an event."""
    found = preview(
        parameters.dataset,
        stage_progress(context, message("Reading the dataset")),
        looking=stage_progress(context, message("Looking for other readings")),
        first=lambda early: context.event(FIRST, preview=asdict(early)),
        most_classes=MOST_CLASSES,
    )
    return {"artifacts": {}, "metrics": asdict(found)}


def preview(
    parameters: ImportParameters,
    progress: Progress = no_progress,
    *,
    looking: Progress = no_progress,
    first: Callable[[DatasetPreview], None] | None = None,
    most_classes: int | None = None,
) -> DatasetPreview:
    """What the dataset would be read as, or why it cannot be.

    Args:
        parameters: of the import; the project plays no role.
        progress: of the reading itself.
        looking: of the other readings.
        first: called with the preview as soon as it is there, without other readings.
        most_classes: how many classes are listed; None lists all.
    """
    with listed_once():
        return _preview(parameters, progress, looking, first, most_classes)


def _preview(
    parameters: ImportParameters,
    progress: Progress,
    looking: Progress,
    first: Callable[[DatasetPreview], None] | None,
    most_classes: int | None,
) -> DatasetPreview:
    source = Path(parameters.source)
    outcome = _outcome(parameters, progress)
    if isinstance(outcome, Listing):
        found = preview_listing(outcome, source, most_classes=most_classes)
    else:
        found = preview_error(outcome, source)
    if first is not None:
        first(found)
    others = other_readings(outcome, source, reader_options(parameters), looking)
    return replace(found, others=tuple(others), others_are_known=True)


def _outcome(parameters: ImportParameters, progress: Progress) -> Outcome:
    try:
        return read_listing(parameters, progress)
    except UserError as error:
        return error
