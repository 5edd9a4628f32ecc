"""Project folders before they are opened: names, places, time of the last change."""

import itertools
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from lnl_gui.remote.address import remote_url
from lnl_gui.session.figures.stages import LEFT
from lnl_gui.store.database.containment import ARRAYS, DATABASE
from lnl_gui.store.dataset.thumbnails import thumbnail_bytes, trim_thumbnails
from lnl_gui.store.jobs.import_parameters import load_parameters
from lnl_gui.store.project import SUFFIX, default_name, is_project, open_project
from lnl_gui.store.training.prediction_words import PREDICTIONS
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import read_json
from lnl_gui.util.paths import data_folder

__all__ = [
    "SUFFIX",
    "default_name",
    "demo_project",
    "free_name",
    "is_project",
    "last_changed",
    "projects_of",
    "suspects_left",
    "thumbnail_bytes",
    "trim_thumbnails",
]


_MOST_ENTRIES = 5000
_MOST_OPENED = 20


def demo_project() -> Path:
    """Where the demo's project lies, the same for the window and the command line."""
    return data_folder() / "demo" / f"digits{SUFFIX}"


def place_for_predictions(source: Path) -> Path | None:
    """Where the review of a project's predictions goes: beside that project.

    Args:
        source: a table; None comes back for any but such predictions.
    """
    # PROJECT/runs/RUN/predictions.csv: a project inside another one would not be found again.
    parents = source.parents
    if source.name != PREDICTIONS or len(parents) < 3 or not is_project(parents[2]):
        return None
    return parents[2].with_name(f"{parents[2].stem}-new{SUFFIX}")


def free_name(folder: Path) -> Path:
    """The folder, or one numbered beside it where that is taken."""
    candidate, number = folder, 2
    while candidate.exists():
        candidate = folder.with_name(f"{folder.stem} {number}{folder.suffix}")
        number += 1
    return candidate


def last_changed(folder: Path) -> float | None:
    """When a project was last worked on, in seconds since the epoch; None where there is none."""
    try:
        return (folder / DATABASE).stat().st_mtime
    except OSError:
        return None


def suspects_left(folder: Path) -> int | None:
    """How many suspects nobody had decided on when a project was closed; None where not known."""
    try:
        found = read_json(folder / ARRAYS / LEFT)
    except (OSError, ValueError):
        return None
    left = found.get("flagged_left") if isinstance(found, dict) else None
    return left if isinstance(left, int) and left >= 0 else None


def projects_of(source: Path, known: Iterable[Path] = ()) -> list[Path]:
    """Projects that were made of a dataset, the one worked on last first.

    Looked for beside the dataset, directly inside it, and among `known` folders.
    """
    inside = projects_in(source) if source.is_dir() else []
    # Beside a URL nothing can lie; its project is made where one stands.
    beside = Path.cwd() if remote_url(source) is not None else source.parent
    candidates = dict.fromkeys([*projects_in(beside), *inside, *known])
    times = {folder: last_changed(folder) for folder in candidates}
    there = sorted((-time, folder) for folder, time in times.items() if time is not None)
    return [folder for _, folder in there[:_MOST_OPENED] if is_made_of(folder, source)]


def projects_in(folder: Path) -> list[Path]:
    """What is called like a project in a folder; none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in itertools.islice(entries, _MOST_ENTRIES)]
    except OSError:
        return []
    return [folder / name for name in names if name.lower().endswith(SUFFIX)]


def is_made_of(folder: Path, source: Path) -> bool:
    """Whether a project was made of a dataset; False too where the project cannot be read."""
    try:
        with open_project(folder, read_only=True) as project:
            parameters = load_parameters(project)
            made_of = Path(parameters.source) if parameters is not None else project.dataset_root
    except (UserError, OSError, sqlite3.Error, ValueError, KeyError):
        return False  # damaged, or of a newer version: nothing that could be offered
    return os.path.normpath(made_of) == os.path.normpath(source)
