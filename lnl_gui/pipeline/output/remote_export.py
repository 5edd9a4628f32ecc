"""An export to a URL: made whole on this machine, then written there, the manifest last."""

import csv
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lnl_gui.containers.location import parse_location, url_of
from lnl_gui.pipeline.output.destination import MANIFEST
from lnl_gui.remote.copying import refuse_occupied, refuse_unwritable, write_folder
from lnl_gui.store.jobs.parameters import ExportParameters
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import message
from lnl_gui.util.paths import cache_folder
from lnl_gui.util.progress import JobContext, stage_progress


def export_to_url(
    url: str,
    parameters: ExportParameters,
    context: JobContext,
    write: Callable[[ExportParameters], dict[str, Any]],
) -> dict[str, Any]:
    """What `write` exports, at a URL.

    Args:
        url: of the export.
        parameters: of the export.
        context: progress and log.
        write: exports to the folder that the parameters name.

    Raises:
        UserError: when something lies there, or it cannot be written; then nothing is left there.
    """
    url = url.rstrip("/")
    refuse_url(parameters)
    place = cache_folder() / "remote" / "exports"
    try:
        place.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=place))
    except OSError as error:
        raise as_user_error(
            error, message("write the export {destination}", destination=url)
        ) from error
    try:
        made = folder / "export"
        found = write(replace(parameters, destination=str(made)))
        copied = write_folder(
            made,
            url,
            last=MANIFEST,
            sources=_sources(made),
            progress=stage_progress(context, message("Writing to {url}", url=url)),
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if copied:
        context.log(message("Copied by the store itself: {count:,} images.", count=copied))
    found["metrics"] |= {"destination": url, "copied_by_store": copied}
    return found


def refuse_url(parameters: ExportParameters) -> None:
    """Refuse a URL that cannot take an export, before the work, which may take an hour.

    Args:
        parameters: of the export, whose destination it is.

    Raises:
        UserError: when something lies there, it cannot be written, or links are asked for.
    """
    if parameters.images not in ("copy", "none"):
        raise UserError(
            message("At a URL nothing can be linked to."),
            message("Copy the images, or write tables alone."),
            code="contradiction",
        )
    url = parameters.destination.rstrip("/")
    refuse_occupied(url)
    refuse_unwritable(url)


def _sources(folder: Path) -> dict[str, str]:
    """By image in an export the URL that it came from, as its table says."""
    with (folder / "samples.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [(row.get("image"), row.get("file")) for row in csv.DictReader(stream)]
    found = {image: url_of(parse_location(folder, file)) for image, file in rows if image and file}
    return {image: url for image, url in found.items() if url is not None}
