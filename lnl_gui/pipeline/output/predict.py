"""The predict job: classifies images that are not in the project with its newest model."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lnl_gui.dataset.csv_table import inert
from lnl_gui.dataset.readers.doubts.refused_folders import not_listed
from lnl_gui.dataset.readers.files.hidden_images import hidden_notes
from lnl_gui.dataset.readers.files.scan import scan_images
from lnl_gui.pipeline.output.model_classes import former_classes
from lnl_gui.pipeline.output.predict_on_cluster import predict_on_cluster
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import PredictParameters
from lnl_gui.store.project import open_project
from lnl_gui.store.training.prediction_words import CERTAIN, LABEL, PATH, PREDICTIONS, PROBABILITY
from lnl_gui.util.cluster import chosen_cluster
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.files.places import refuse_missing
from lnl_gui.util.messages import Message, joined, message, to_json
from lnl_gui.util.process.cores import available_cores
from lnl_gui.util.progress import JobContext, stage_progress

if TYPE_CHECKING:
    from lnl_gui.learn.models.predict import Predictions


def run(
    parameters: PredictParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Classify the images below `parameters.source`, the least certain first.

    Raises:
        UserError: when there are no images, or the project has no model.
    """
    source = Path(parameters.source)
    given = image_files([source])
    files = given.files
    refuse_none(given, source)
    for said in given.left_out:
        context.log(said)
    found = classify(newest_model(project_folder), files, device=parameters.device, context=context)
    for row, reason in found.unreadable.items():
        context.log(message("unreadable: {path}: {reason}", path=files[row], reason=reason))
    warnings = former_classes(found.class_names, project_folder)
    for warning in warnings:
        context.log(warning)
    rows = least_certain_first(found.probabilities)
    place = run_folder / PREDICTIONS
    _write(place, files, found.class_names, found.probabilities, rows)
    return {
        "artifacts": {"predictions": str(place.relative_to(project_folder))},
        "metrics": {
            "source": str(source),
            "classified": len(rows),
            "uncertain": int((found.probabilities[rows].max(axis=1) < CERTAIN).sum()),
            "unreadable": len(found.unreadable),
            "warnings": [to_json(warning) for warning in (*given.left_out[:_MOST_SAID], *warnings)],
        },
    }


def classify(
    model: Path, files: Sequence[Path], *, device: str, context: JobContext
) -> "Predictions":
    """Class probabilities of image files, computed here or on the cluster that was chosen.

    Args:
        model: folder of the model.
        files: N image files.
        device: `auto` or a torch device.
        context: of the job.

    Raises:
        UserError: when the model cannot be read, the device is not there, or no cluster answers.
    """
    from lnl_gui.learn.models.predict import predict  # noqa: PLC0415 - torch

    progress = stage_progress(context, message("Classifying the images"))
    cluster = chosen_cluster()
    if cluster:
        return predict_on_cluster(
            cluster, model, files, device=device, context=context, progress=progress
        )
    workers = context.threads or available_cores()
    return predict(model, files, device=device, workers=workers, progress=progress)


_MOST_SAID = 3
"""Of what was left out, beside the predictions; the log has all."""


@dataclass(frozen=True)
class GivenImages:
    """The images that were named, and what of the folders could not be looked at, with why."""

    files: list[Path]
    left_out: list[Message] = field(default_factory=list)


def refuse_none(given: GivenImages, source: Path) -> None:
    """Stop where there is nothing to classify.

    Raises:
        UserError: without an image.
    """
    if not given.files:
        raise UserError(
            joined([message("No images in {source}.", source=source), *given.left_out], " "),
            message("Name images or folders of images."),
        )


def image_files(sources: Iterable[Path]) -> GivenImages:
    """The image files among files and below folders, in the order of their paths.

    Folders are looked through as those of a dataset are.

    Raises:
        UserError: when one of these does not exist.
    """
    sources = list(sources)
    for source in sources:
        refuse_missing(source)
    given = GivenImages([])
    for source in sources:
        if source.is_dir():
            _take_folder(source, given)
        # What is named is read whatever its name ends in; in a folder only images are looked for.
        elif source.is_file():
            given.files.append(source)
    return given


def _take_folder(source: Path, given: GivenImages) -> None:
    scan = scan_images(source)
    given.files.extend(
        sorted(source / folder / name for folder, names in scan.images.items() for name in names)
    )
    if scan.refused:
        refused = {str(source / entry.path): entry.reason for entry in scan.refused}
        given.left_out.append(not_listed(refused, source))
    given.left_out.extend(hidden_notes(source, scan.hidden))
    given.left_out.extend(
        message("left out: {path}: {reason}", path=source / entry.path, reason=entry.reason)
        for entry in scan.skipped
    )
    given.left_out.extend(
        message(
            "left out: {path}: {reason}",
            path=source / folder,
            reason=message("a project or an export of LNL"),
        )
        for folder in scan.left_out
    )


def newest_model(project_folder: Path) -> Path:
    """The folder of the model that a project has trained last.

    Raises:
        UserError: when it has none.
    """
    with open_project(project_folder, read_only=True) as project:
        trained = runs.latest_run(project, "finetune")
    if trained is None or "model" not in trained.artifacts:
        raise UserError(
            message("{place} has no trained model.", place=project_folder),
            message("Run `lnl-gui finetune {place}` first.", place=project_folder),
        )
    return project_folder / trained.artifacts["model"]


def least_certain_first(probabilities: np.ndarray) -> np.ndarray:
    """Rows of probabilities (N, C), ascending in their largest one; rows of NaN are left out."""
    highest = probabilities.max(axis=1)
    order = np.argsort(highest, kind="stable")
    return order[np.isfinite(highest[order])]


def _write(
    place: Path,
    files: Sequence[Path],
    names: Sequence[str],
    probabilities: np.ndarray,
    rows: np.ndarray,
) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(place, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([PATH, LABEL, PROBABILITY])
        for row in rows.tolist():
            best = int(probabilities[row].argmax())
            words = (inert(str(files[row])), inert(names[best]))
            writer.writerow([*words, f"{probabilities[row, best]:.4f}"])
