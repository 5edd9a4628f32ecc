"""Changes of the dataset, found by a job and made by the project's writer in one transaction.

The job reads the dataset and leaves `changes.json` in its run's folder; nothing of the project
changes until the process that holds the writer's lock makes all of it at once.
"""

import json
import sqlite3
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lnl_gui.store.dataset import column_cache
from lnl_gui.store.dataset.classes import BY_UPDATE, EDIT, ClassInfo, insert_class, load_classes
from lnl_gui.store.dataset.reading_record import ReadingRecord, reading_values
from lnl_gui.store.dataset.replaced_pictures import Replaced, record_replaced
from lnl_gui.store.dataset.samples import load_split_names
from lnl_gui.store.dataset.source_state import (
    CHANGED_BY,
    NO_LABEL,
    SAMPLES_CHANGED,
    UPDATED,
    UPDATED_BY,
    SourceState,
    replace_source_state,
)
from lnl_gui.store.history.journal import UPDATE, insert_operation
from lnl_gui.store.jobs.import_parameters import parameter_values
from lnl_gui.store.project import Project, root_values
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.messages import message
from lnl_gui.util.typed import read_typed

FILE = "changes.json"
UPDATES = "updates"
"""Key of the header: how often the dataset was changed."""


@dataclass(frozen=True)
class DatasetChanges:
    """Everything that differs between a project and its dataset as it is now.

    Rows are samples of the project as it was when the job read it; new ones follow them.
    """

    base: int
    """`updates_of` when the job read the project"""
    samples: int
    """how many samples it had then"""
    root: str = ""
    """the dataset's folder, where it is another now"""
    parameters: dict[str, Any] | None = None
    """how the dataset is read from now on, the JSON form of `ImportParameters`"""
    reading: ReadingRecord | None = None
    """what its labels are taken from, where that is to be remembered anew"""
    classes: tuple[str, ...] = ()
    """names of new classes, whose ids follow those there are"""
    renamed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """by key of a class the name that it had here, and the one that the dataset has for it now"""
    forgotten: tuple[str, ...] = ()
    """keys of classes that the dataset no longer has and that nobody has used"""
    splits: tuple[str, ...] = ()
    """names of new splits, likewise"""
    added: tuple[tuple[str, int, int, str | None], ...] = ()
    """(path, class id, split id, file or None) of new samples"""
    moved: tuple[tuple[int, str, str | None], ...] = ()
    """(row, path, file or None) of samples that lie elsewhere now"""
    resplit: tuple[tuple[int, int], ...] = ()
    """(row, split id)"""
    source_labels: dict[str, int] = field(default_factory=dict)
    """by row, see `SourceState.labels`: all there are, not only new ones"""
    gone: dict[str, str] = field(default_factory=dict)
    """by row, see `SourceState.gone`: all there are"""
    skipped: tuple[tuple[str, str], ...] | None = None
    """(path, reason as a text column holds it) of what the reader leaves out now"""
    content_changed: tuple[int, ...] = ()
    """rows whose file holds another picture than the one that was embedded"""
    readable_again: tuple[int, ...] = ()
    """rows whose file could not be read and is another now"""
    replaced: tuple[Replaced, ...] = ()
    """samples that have come to hold another picture, as far as both are known"""
    annotations: str = ""
    """name of the annotators' labels that go with these samples"""
    groups: str = ""
    """name of the groups that go with these samples"""
    accepted: str = ""
    """name of the labels accepted unseen that go with these samples"""
    counts: dict[str, int] = field(default_factory=dict)
    """what the journal says of it"""


def updates_of(project: Project) -> int:
    """How often the dataset of a project was updated or relocated."""
    text = project.meta(UPDATES, "0")
    return int(text) if text.isdecimal() else 0


def write_changes(folder: Path, changes: DatasetChanges) -> None:
    """Leave the changes in a run's folder."""
    with atomic_file(folder / FILE, "w", encoding="utf-8") as stream:
        json.dump(asdict(changes), stream, ensure_ascii=True)


def read_changes(folder: Path) -> DatasetChanges:
    """The changes that a run has left.

    Raises:
        UserError: when they are damaged.
    """
    return read_typed(folder / FILE, DatasetChanges)


def apply_changes(project: Project, changes: DatasetChanges, run_id: str, reviewer: str) -> None:
    """Make all changes in one transaction; a run whose changes are made already changes nothing.

    Raises:
        UserError: when the project has changed since the job read it, or cannot be written.
    """
    if project.meta(UPDATED_BY) == run_id:
        return
    if (updates_of(project), column_cache.sample_count(project)) != (changes.base, changes.samples):
        raise UserError(
            message("The project has changed since its dataset was read."),
            message("Do it again."),
            code="stale_changes",
            retryable=True,
        )
    unborn = _unborn_classes(project, changes)
    with project.transaction() as connection:
        _write_names(connection, project, changes)
        _write_samples(connection, changes)
        labels = {int(row): label for row, label in changes.source_labels.items()}
        gone = {int(row): kind for row, kind in changes.gone.items()}
        replace_source_state(connection, SourceState(labels, gone))
        if changes.skipped is not None:
            connection.execute("DELETE FROM skipped")
            connection.executemany("INSERT INTO skipped VALUES (?, ?)", changes.skipped)
        _write_header(connection, project, changes, run_id)
        update = insert_operation(connection, UPDATE, dict(changes.counts), reviewer)
        record_replaced(connection, update, changes.replaced)
        for entry in unborn:
            values = {"action": "add", "name": entry.key, "set": {entry.key: {"live": True}}}
            insert_operation(connection, EDIT, values, reviewer)
        if changes.forgotten:
            forgetting = {"action": "forget", "name": ", ".join(changes.forgotten), BY_UPDATE: True}
            edits = {key: {"forgotten": True} for key in changes.forgotten}
            insert_operation(connection, EDIT, {**forgetting, "set": edits}, reviewer)
        for key, (name, to) in changes.renamed.items():
            said = {"action": "rename", "name": name, "to": to, BY_UPDATE: True}
            renaming = {**said, "set": {key: {"name": to}}}
            insert_operation(connection, EDIT, renaming, reviewer)
    column_cache.load_fixed(project)


def _unborn_classes(project: Project, changes: DatasetChanges) -> list[ClassInfo]:
    """Classes whose adding was undone here, and which the dataset has now."""
    classes = load_classes(project)
    wanted = {label for _, label, _, _ in changes.added} | set(changes.source_labels.values())
    return [entry for entry in classes if entry.unborn and entry.id in wanted]


def _write_names(connection: sqlite3.Connection, project: Project, changes: DatasetChanges) -> None:
    for number, key in enumerate(changes.classes, len(load_classes(project))):
        insert_class(connection, number, key)
    connection.executemany(
        "INSERT INTO split VALUES (?, ?)",
        enumerate(changes.splits, len(load_split_names(project))),
    )


def _write_samples(connection: sqlite3.Connection, changes: DatasetChanges) -> None:
    connection.executemany(
        "INSERT INTO sample(id, path, given, split, file)"
        f" VALUES (?, ?, nullif(?, {NO_LABEL}), ?, ?)",
        ((row, *values) for row, values in enumerate(changes.added, changes.samples)),
    )
    connection.executemany(
        "UPDATE sample SET path = ?, file = ? WHERE id = ?",
        ((path, file, row) for row, path, file in changes.moved),
    )
    connection.executemany(
        "UPDATE sample SET split = ? WHERE id = ?", ((split, row) for row, split in changes.resplit)
    )
    connection.executemany(
        "UPDATE sample SET error = NULL WHERE id = ?", ((row,) for row in changes.readable_again)
    )


def _write_header(
    connection: sqlite3.Connection, project: Project, changes: DatasetChanges, run_id: str
) -> None:
    now = repr(time.time())
    values = {UPDATES: str(changes.base + 1), UPDATED_BY: run_id, UPDATED: now}
    if changes.root or changes.parameters is not None:
        # Both or none: of a project that was moved alone, one would else lead elsewhere than the
        # other once there is something at the place beside it.
        root = Path(changes.root) if changes.root else project.dataset_root
        values |= root_values(root, project.folder)
    if changes.parameters is not None:
        values |= parameter_values(changes.parameters, project.folder)
    if changes.reading is not None:
        values |= reading_values(changes.reading)
    if changes.added or changes.content_changed:
        values |= {SAMPLES_CHANGED: now, CHANGED_BY: run_id}
    if changes.annotations:
        values["annotations"] = changes.annotations
    if changes.groups:
        values["groups"] = changes.groups
    if changes.accepted:
        values["accepted"] = changes.accepted
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
