"""How long a fine-tune of a project will take."""

import os
from pathlib import Path
from typing import Any

from lnl_gui.detect.threads import at_most
from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.encoders.loading.devices import choose_device
from lnl_gui.learn.finetuning.finetune import MOST_WORKERS
from lnl_gui.learn.finetuning.forecast import forecast_seconds, trains_on_images
from lnl_gui.learn.models.precision import choose_precision
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.chosen_recipe import chosen_recipe
from lnl_gui.store.jobs.parameters import FinetuneParameters, ForecastParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext


def run(parameters: ForecastParameters, context: JobContext) -> dict[str, Any]:
    """The job that measures a few steps; needs no run and writes nothing.

    Raises:
        UserError: as `training_seconds`.
    """
    context.progress(message("measuring a few steps"), 0, 1)
    seconds = training_seconds(
        Path(parameters.project), parameters.training, threads=context.threads
    )
    return {"artifacts": {}, "metrics": {"seconds": seconds}}


def training_seconds(
    project_folder: Path, parameters: FinetuneParameters, *, threads: int | None = None
) -> float | None:
    """Seconds that the fine-tune takes as a whole, measured on some steps.

    Args:
        project_folder: of the project; it is only read.
        parameters: of the fine-tune.
        threads: of the job.

    Returns:
        None where the recipe reads no images in its epochs, which takes minutes at most, or where
        nothing can be measured; what is wrong then is said by the training itself.

    Raises:
        UserError: for an unknown recipe, constant, encoder or device.
    """
    recipe = chosen_recipe(parameters)
    if not trains_on_images(recipe):
        return None
    snapshot = take_snapshot(project_folder)
    rows = (snapshot.samples.readable & (snapshot.samples.given >= 0)).nonzero()[0]
    if not len(rows):
        return None
    files = snapshot.files()
    held = int(len(rows) * parameters.holdout_fraction)
    validation = int((len(rows) - held) * recipe.validation_fraction)
    backbone = load_backbone(
        recipe.backbone or parameters.encoder,
        weights=Path(parameters.weights) if parameters.weights else None,
    )
    precision = choose_precision(
        choose_device(parameters.device), mixed=recipe.mixed_precision, network=backbone.model
    )
    # From all over the dataset: of one that is sorted the first images may all be small.
    spread = rows[:: max(1, len(rows) // 8)].tolist()
    try:
        with at_most(threads):
            seconds = forecast_seconds(
                recipe,
                backbone,
                [files[row] for row in spread],
                training=len(rows) - held - validation,
                judged=held + validation,
                precision=precision,
                workers=threads or min(MOST_WORKERS, os.cpu_count() or 1),
            )
    except UserError:
        return None
    return seconds * (2 if parameters.compare_with_given else 1)
