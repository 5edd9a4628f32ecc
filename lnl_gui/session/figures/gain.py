"""The gain of cleaning in an open project: the newest comparison with the verdicts in force."""

from pathlib import Path

import numpy as np

from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.classes import load_class_map
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.history.looked_at import looked_at, reasons_seen
from lnl_gui.store.jobs import runs
from lnl_gui.store.project import Project
from lnl_gui.store.training.gain import Gain, gain_now, open_rows
from lnl_gui.store.training.training_comparison import TrainingComparison, load_comparison

_FINETUNE = "finetune"


def newest_comparison(project: Project, count: int) -> TrainingComparison | None:
    """Where the models of the newest training disagree; None where it compared none.

    Args:
        project: open, for reading at least.
        count: samples of the project.
    """
    run = runs.latest_run(project, _FINETUNE)
    folder = model_folder(project, run) if run else None
    return load_comparison(folder, count, load_class_map(project)) if folder else None


def model_folder(project: Project, run: runs.Run) -> Path | None:
    """The folder of a training's model; None for a run that left none."""
    path = run.artifacts.get("model")
    return project.folder / path if path else None


def open_samples(project: Project, columns: SampleColumns) -> np.ndarray:
    """Rows that decide between the models of the newest training and that nobody has judged yet.

    int64 (n,), in random order; by columns of one reviewer, those that they have not judged.
    """
    found = newest_comparison(project, len(columns.paths))
    if found is None:
        return np.zeros(0, np.int64)
    seen = looked_at(project, found.rows, reviewer=columns.own_of)
    return open_rows(found, columns.current, columns.status, seen)


def newest_gain(project: Project, label: np.ndarray, status: np.ndarray) -> Gain | None:
    """What cleaning gained by the newest training; None without one.

    Args:
        project: open, for reading at least.
        label: (N,) int labels in force.
        status: (N,) uint8 their states.
    """
    found = newest_comparison(project, len(label))
    if found is None:
        return None
    return gain_now(
        found,
        label,
        status,
        looked_at(project, found.rows),
        reasons=reasons_seen(project, found.rows),
        held_looked_at=_held_looked_at(project, found, status),
    )


def _held_looked_at(project: Project, found: TrainingComparison, status: np.ndarray) -> np.ndarray:
    """Which held-out samples somebody looked at when deciding, bool (H,)."""
    held = found.held_rows
    seen = np.zeros(len(held), bool)
    # Of few samples the journal need not be read as a whole.
    decided = status[held] != UNSEEN
    seen[decided] = looked_at(project, held[decided])
    return seen
