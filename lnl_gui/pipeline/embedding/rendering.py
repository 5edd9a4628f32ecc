"""The one rendering of a dataset's images: chosen before the first is embedded, kept after that."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.pictures.rendering import (
    AS_DECLARED,
    FILE,
    Rendering,
    load_rendering,
    save_rendering,
    window,
)
from lnl_gui.pictures.survey import kept, survey
from lnl_gui.pipeline.datasets.missing_files import unread_error
from lnl_gui.store.jobs.parameters import EmbedParameters
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress


def choose_rendering(
    parameters: EmbedParameters,
    files: Sequence[ImageLocation],
    before: Rendering,
    parts: Path,
    context: JobContext,
    *,
    expected: np.ndarray,
) -> Rendering:
    """The rendering by which a run embeds its images, the same one when a killed run goes on.

    Args:
        parameters: of the run; a window that is asked for needs no look at the images.
        files: of the dataset.
        before: by which it has been embedded.
        parts: folder of the unfinished run.
        context: for progress and a word on what was found.
        expected: bool (N,), files that are not known to have left the dataset.

    Raises:
        OSError: when the disk is full.
        UserError: with the code `FILES_UNREAD` when the machine did not give all that is expected
            and that is not to be left out: what is chosen without may be wrong for what is not
            seen, and would stay.
    """
    if (parts / FILE).is_file():
        return load_rendering(parts)
    if parameters.window_level is not None:
        width, level = parameters.window_level
        if width > 0:
            chosen = window(width, level)
        else:
            chosen = _surveyed(parameters, files, AS_DECLARED, context, expected)
    else:
        chosen = _surveyed(parameters, files, before, context, expected)
    save_rendering(parts, chosen)
    return chosen


def _surveyed(
    parameters: EmbedParameters,
    files: Sequence[ImageLocation],
    before: Rendering,
    context: JobContext,
    expected: np.ndarray,
) -> Rendering:
    progress = stage_progress(context, message("Looking for images of more than 8 bits"))
    found = survey(files, threads=context.threads or 1, progress=progress)
    if found.refused and not parameters.partial:
        pairs = zip(files, expected.tolist(), strict=True)
        unread = [(f, found.refused[f]) for f, wanted in pairs if wanted and f in found.refused]
        if unread:
            raise unread_error(unread, int(expected.sum()))
    chosen = kept(before, found.rendering)
    for title, shown in (
        (message("whole numbers"), chosen.integers),
        (message("fractions"), chosen.floats),
    ):
        if shown is not None:
            context.log(
                message(
                    "Images of more than 8 bits: {title} from {black:g} to {white:g} are shown from"
                    " black to white in the whole dataset ({read:,} of {deep:,} images were read"
                    " for that; `--window-level` chooses another range).",
                    title=title,
                    black=shown[0],
                    white=shown[1],
                    read=found.read,
                    deep=max(found.deep, found.read),
                )
            )
    return chosen
