"""Say what a dataset would be read as, and which other readings fit; nothing is written."""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from lnl_gui.dataset.archives.unpack import clear_previews
from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.files.once import each_once
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.other_readings import Outcome, other_readings
from lnl_gui.dataset.readers.preview import preview_error, preview_listing
from lnl_gui.dataset.readers.tables.tables import beginning_only
from lnl_gui.pipeline.datasets.reading.dataset_reading import read_listing, reader_options
from lnl_gui.remote.address import remote_url
from lnl_gui.store.dataset.dataset_preview import MOST_CLASSES, DatasetPreview
from lnl_gui.store.jobs.parameters import ImportParameters, PreviewParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.files import file_types
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, Progress, no_progress, stage_progress

FIRST = "preview"
"""Event with the first reading, sent before others are looked for."""
LONG_TABLE = 4 << 20
"""Bytes of a table above which its beginning is shown before all of it has been read."""
_BEGINNING = 1 << 19


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
        first: called with the preview as soon as it is there, without other readings; before
            that with what the beginning of a long table gives.
        most_classes: how many classes are listed; None lists all.
    """
    clear_previews()
    # A project's folder would get what an archive holds; a preview leaves nothing there.
    parameters = replace(parameters, project="")
    # A dozen formats look for their files in the same folders: 100 000 files took 20 s, now 1.5.
    with each_once():
        return _preview(parameters, progress, looking, first, most_classes)


def _preview(
    parameters: ImportParameters,
    progress: Progress,
    looking: Progress,
    first: Callable[[DatasetPreview], None] | None,
    most_classes: int | None,
) -> DatasetPreview:
    source = Path(parameters.source)
    # A million rows take some 20 s, for which nobody wants to look at an empty dialog.
    if first is not None and _holds_long_table(source):
        _tell_beginning(parameters, first, most_classes)
    outcome = _outcome(parameters, progress)
    if isinstance(outcome, Listing):
        found = preview_listing(outcome, source, most_classes=most_classes)
    else:
        found = preview_error(outcome, source)
    if first is not None:
        first(found)
    if remote_url(parameters.source) is not None:
        # Each further reading would list the URL once more.
        return replace(found, others_are_known=True)
    others = other_readings(outcome, source, reader_options(parameters), looking)
    return replace(found, others=tuple(others), others_are_known=True)


def _holds_long_table(source: Path) -> bool:
    """Whether the dataset is, or holds, a table that takes a while to read."""
    try:
        files = [source] if source.is_file() else list(source.iterdir())
        tables = [file for file in files if inner_suffix(file) in file_types.TABLES]
        return any(file.stat().st_size > LONG_TABLE for file in tables)
    except OSError:
        return False


def _tell_beginning(
    parameters: ImportParameters,
    first: Callable[[DatasetPreview], None],
    most_classes: int | None,
) -> None:
    """What the first rows give: enough to see whether the right columns were found."""
    with beginning_only(_BEGINNING):
        outcome = _outcome(parameters, no_progress)
    if isinstance(outcome, Listing):
        found = preview_listing(outcome, Path(parameters.source), most_classes=most_classes)
        first(replace(found, is_partial=True))


def _outcome(parameters: ImportParameters, progress: Progress) -> Outcome:
    try:
        return read_listing(parameters, progress)
    except UserError as error:
        return error
