"""One finished training of a run on disk, so that a kill during the next one does not redo it."""

from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.learn.evaluation.metrics import Metrics
from lnl_gui.learn.finetuning.finetune import FinetuneResult
from lnl_gui.learn.training.report import EpochReport
from lnl_gui.store.database.containment import is_inside
from lnl_gui.store.database.derived_files import readable_array
from lnl_gui.store.jobs.model_folder import model_damage
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import read_json, write_json
from lnl_gui.util.log import logger
from lnl_gui.util.messages import from_json, to_json

_FILE = "finished.json"


def save(folder: Path, result: FinetuneResult) -> None:
    """Write the result beside its model; the JSON file comes last and makes it whole."""
    write_array(folder / "probabilities.npy", result.probabilities)
    write_array(folder / "labels.npy", result.labels)
    values = {
        "chosen": result.chosen,
        "validation_accuracy": result.validation_accuracy,
        "reports": [report.to_dict() for report in result.reports],
        "notes": [to_json(note) for note in result.notes],
        "seconds": result.seconds,
        "metrics": result.metrics.to_dict() if result.metrics else None,
        "model": result.model.relative_to(folder).as_posix(),
    }
    # One that was cancelled is to be trained on, not to be taken for finished.
    if not result.cancelled:
        write_json(folder / _FILE, values)


def load(folder: Path) -> FinetuneResult | None:
    """The finished training of a folder; None where there is none, or of an earlier version."""
    if not (folder / _FILE).is_file():
        return None
    try:
        return _loaded(folder, read_json(folder / _FILE))
    # Damaged: it is trained again.
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("%s is damaged: %s", folder, error)
        return None


def _loaded(folder: Path, values: dict[str, Any]) -> FinetuneResult | None:
    if "metrics" not in values:  # of an earlier program
        return None
    # It is moved from there: a project that came from elsewhere may name any folder.
    if not is_inside(folder, values["model"]):
        raise ValueError("its model lies elsewhere")
    model = folder / values["model"]
    # One that has been moved to its place already is looked at there.
    if model.exists() and (damaged := model_damage(model)) is not None:
        raise ValueError(damaged)
    probabilities, labels = _held_out(folder)
    return FinetuneResult(
        model=model,
        chosen=values["chosen"],
        validation_accuracy=values["validation_accuracy"],
        metrics=Metrics(**values["metrics"]) if values["metrics"] else None,
        probabilities=probabilities,
        labels=labels,
        reports=tuple(EpochReport(**report) for report in values["reports"]),
        notes=tuple(from_json(note) for note in values["notes"]),
        cancelled=False,
        seconds=values["seconds"],
    )


def _held_out(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (H, C) and labels (H,) of the held-out samples.

    Raises:
        ValueError: when they are damaged.
    """
    labels = readable_array(folder / "labels.npy", kinds="i", shape=(None,), mapped=False)
    count = None if labels is None else len(labels)
    probabilities = readable_array(
        folder / "probabilities.npy", kinds="f", shape=(count, None), mapped=False
    )
    if labels is None or probabilities is None or not np.isfinite(probabilities).all():
        raise ValueError("its predictions are damaged")
    if len(labels) and not 0 <= labels.min() <= labels.max() < probabilities.shape[1]:
        raise ValueError("its labels are damaged")
    return probabilities, labels
