"""One finished training of a run on disk, so that a kill during the next one does not redo it."""

from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.learn.evaluation.metrics import Metrics
from lnl_gui.learn.finetuning.finetune import FinetuneResult
from lnl_gui.learn.training.report import EpochReport
from lnl_gui.util.array_file import write_array
from lnl_gui.util.atomic import read_json, write_json
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
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        logger.warning("%s is damaged: %s", folder, error)
        return None


def _loaded(folder: Path, values: dict[str, Any]) -> FinetuneResult | None:
    if "metrics" not in values:  # of an earlier program
        return None
    return FinetuneResult(
        model=folder / values["model"],
        chosen=values["chosen"],
        validation_accuracy=values["validation_accuracy"],
        metrics=Metrics(**values["metrics"]) if values["metrics"] else None,
        probabilities=np.load(folder / "probabilities.npy"),
        labels=np.load(folder / "labels.npy"),
        reports=tuple(EpochReport(**report) for report in values["reports"]),
        notes=tuple(from_json(note) for note in values["notes"]),
        cancelled=False,
        seconds=values["seconds"],
    )
