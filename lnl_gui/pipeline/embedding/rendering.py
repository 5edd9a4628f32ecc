"""The one rendering of a dataset's images: chosen before the first is embedded, kept after that."""

from collections.abc import Sequence
from pathlib import Path

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
from lnl_gui.store.jobs.parameters import EmbedParameters
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress


def choose_rendering(
    parameters: EmbedParameters,
    files: Sequence[ImageLocation],
    before: Rendering,
    parts: Path,
    context: JobContext,
) -> Rendering:
    """The rendering by which a run embeds its images, the same one when a killed run goes on.

    Args:
        parameters: of the run; a window that is asked for needs no look at the images.
        files: of the dataset.
        before: by which it has been embedded.
        parts: folder of the unfinished run.
        context: for progress and a word on what was found.

    Raises:
        OSError: when the disk is full.
    """
    if (parts / FILE).is_file():
        return load_rendering(parts)
    if parameters.window_level is not None:
        width, level = parameters.window_level
        chosen = window(width, level) if width > 0 else _surveyed(files, AS_DECLARED, context)
    else:
        chosen = _surveyed(files, before, context)
    save_rendering(parts, chosen)
    return chosen


def _surveyed(files: Sequence[ImageLocation], before: Rendering, context: JobContext) -> Rendering:
    progress = stage_progress(context, message("Looking for images of more than 8 bits"))
    found = survey(files, threads=context.threads or 1, progress=progress)
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
