"""Which files of a project that can be computed again are damaged or gone.

Looked up by their headers, in some milliseconds: a project opens without them, says so, and offers
to compute them again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lnl_gui.store.database.containment import ARRAYS, is_identifier
from lnl_gui.store.database.derived_files import (
    CORE,
    is_embedding,
    readable_array,
    shape_in_detection,
)
from lnl_gui.store.dataset.annotators import load_annotations, names_file
from lnl_gui.store.dataset.classes import LabelMap
from lnl_gui.store.dataset.column_cache import sample_count
from lnl_gui.store.detection.detection_summary import SUMMARY, read_summary
from lnl_gui.store.detection.detection_tables import TABLES
from lnl_gui.store.jobs import arrays, runs
from lnl_gui.store.project import Project
from lnl_gui.store.training.training_comparison import FILE_NAME, load_comparison
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.typed import read_typed

EMBED, DETECT, UPDATE, NONE = "embed", "detect", "update", ""
"""The kind of job that makes a file again."""


@dataclass(frozen=True)
class Damage:
    """A file that cannot be read as it should."""

    file: str
    """relative to the project folder"""
    remedy: str
    """the kind of job that makes it again; empty where none does"""

    @property
    def text(self) -> Message:
        """What is damaged, and what to do."""
        return _TEXTS[self.remedy].with_fields(file=self.file)


_TEXTS = {
    EMBED: message("{file} is damaged or gone; embed again: `lnl-gui embed PROJECT`."),
    DETECT: message("{file} is damaged or gone; find suspects again: `lnl-gui detect PROJECT`."),
    UPDATE: message("{file} is damaged or gone; read the dataset again: `lnl-gui update PROJECT`."),
    NONE: message("{file} is damaged or gone; it was left out."),
}


def damaged_files(project: Project) -> list[Damage]:
    """Everything that a project goes on without, in order of what to do first."""
    count = sample_count(project)
    return [
        *_of_dataset(project),
        *_of_embeddings(project, count),
        *_of_detection(project),
        *_of_trainings(project, count),
        *_of_runs(project),
    ]


def _of_dataset(project: Project) -> Iterator[Damage]:
    file = names_file(project)
    if file is not None and load_annotations(project) is None:
        yield _damage(project, file, UPDATE)


def _of_embeddings(project: Project, count: int) -> Iterator[Damage]:
    made = arrays.embedding_runs(project)
    for name, run in made.items():
        file = project.folder / run.artifacts[f"{arrays.EMBEDDING}{name}"]
        # One that lacks new images is no damage, and is renewed in any case.
        if not runs.is_outdated(project, run) and not is_embedding(file, count):
            yield _damage(project, file, EMBED)
    if any(arrays.FACTS in run.artifacts for run in made.values()):
        if arrays.load_facts(project, count) is None:
            yield Damage(f"{ARRAYS}/facts.npy", EMBED)
        stats = project.folder / arrays.FILE_STATS
        if stats.is_file() and readable_array(stats, kinds="i", shape=(None, 2)) is None:
            yield Damage(arrays.FILE_STATS, EMBED)


def _of_detection(project: Project) -> Iterator[Damage]:
    run = runs.latest_run(project, "detect", damaged_too=True)
    if run is None:
        return
    if not runs.is_whole(project, run):
        broken = [
            name
            for name, kinds in CORE.items()
            if readable_array(run.folder / f"{name}.npy", kinds=kinds, shape=(None,)) is None
        ]
        # All of them where each can be read and they do not go together.
        for name in broken or CORE:
            yield _damage(project, run.folder / f"{name}.npy", DETECT)
        return
    for file in sorted(run.folder.glob("*.npy")):
        shape = shape_in_detection(run.folder, file.stem)
        if file.stem not in CORE and readable_array(file, shape=shape) is None:
            yield _damage(project, file, DETECT)
    for name, kind in TABLES.items():
        if not _can_be_read(run.folder / name, kind):
            yield _damage(project, run.folder / name, DETECT)
    try:
        read_summary(run.folder)
    except (OSError, UserError):
        yield _damage(project, run.folder / SUMMARY, DETECT)


def _can_be_read(file: Path, kind: Any) -> bool:
    """Whether a table is whole, or none was made."""
    if not file.is_file():
        return True
    try:
        read_typed(file, kind, unknown_fields=True)
    except (OSError, UserError):
        return False
    return True


def _of_trainings(project: Project, count: int) -> Iterator[Damage]:
    """The comparison of the newest training, without which no gain is known."""
    run = runs.latest_run(project, "finetune")
    place = run.artifacts.get("model") if run is not None else None
    if place is None:
        return
    file = project.folder / place / FILE_NAME
    if file.is_file() and load_comparison(file.parent, count, LabelMap(None)) is None:
        yield _damage(project, file, NONE)


def _of_runs(project: Project) -> Iterator[Damage]:
    """Runs that no LNL has recorded are left out wherever runs are looked for."""
    for (identifier,) in project.connection.execute("SELECT id FROM run"):
        if not is_identifier(identifier):
            yield Damage(f"run {str(identifier)[:40]!r}", NONE)


def _damage(project: Project, file: Path, remedy: str) -> Damage:
    return Damage(file.relative_to(project.folder).as_posix(), remedy)
