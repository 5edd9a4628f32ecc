"""Merge another copy of a project into this one, by journal."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.store.database import schema
from lnl_gui.store.database.integrity import refuse_broken
from lnl_gui.store.dataset.classes import UNLABELLED, insert_class, load_classes
from lnl_gui.store.dataset.other_pictures import ASK
from lnl_gui.store.dataset.samples import integer_rows
from lnl_gui.store.history import audits
from lnl_gui.store.history.import_operations import (
    Conflict,
    ForeignJournal,
    ForeignOperation,
    import_operations,
    known_origins,
    origin,
)
from lnl_gui.store.history.journal import REDO, UNDO, Change
from lnl_gui.store.history.journal_queries import operations
from lnl_gui.store.history.placed_journal import CopiesOfDataset
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.progress import Progress, no_progress

_PART = 4_000
"""Operations read between two reports of progress."""


@dataclass(frozen=True)
class MergeReport:
    """What another copy brought."""

    operations: int
    """operations that were not here"""
    rows: np.ndarray
    """samples whose current label or status may have changed, int64"""
    conflicts: list[Conflict]
    """now disagreements to settle; the verdict here stays until then"""
    audits: int
    """audits that were not here"""
    moved: int = 0
    """samples found by their content under another path"""
    others: tuple[str, ...] = ()
    """paths that hold another picture here than the one decided on"""
    missing: tuple[str, ...] = ()
    """paths there of pictures that are not here"""
    by_name: int = 0
    """samples found by their path alone: their content is not known on both sides"""


def merge(
    project: Project,
    folder: Path,
    *,
    others: str = ASK,
    reading: Progress = no_progress,
    writing: Progress = no_progress,
    settling: Progress = no_progress,
) -> MergeReport:
    """Import the operations of another copy of the project in one transaction.

    Its samples are the ones here that hold the same pictures, whatever they are called. The other
    copy is only read. Merging it again changes nothing.

    Args:
        project: open for writing.
        folder: the other copy.
        others: what becomes of decisions on other pictures than those of the same path here, `ASK`,
            `LEAVE` or `TAKE`.
        reading: in operations read from the other copy.
        writing: in operations and changes added here.
        settling: in samples brought up to date. Where one of the three raises `Cancelled`,
            nothing has changed.

    Raises:
        UserError: when the other is no project, one of another dataset, or decides on other
            pictures and nothing says what becomes of that.
    """
    # Everything is read before the transaction begins: it holds the database no longer than writing
    # takes.
    with open_project(folder, read_only=True) as other:
        # Its numbers choose places in arrays here: those of somebody else's file are looked at.
        refuse_broken(other.connection, folder)
        copies = CopiesOfDataset(project, other)
        names = [entry.key for entry in load_classes(project)]
        class_of = _class_map(names, other)
        foreign = _read(project, other, class_of, reading)
        known = {audit.guid for audit in audits.load_audits(project)}
        drawn = [audit for audit in audits.load_audits(other) if audit.guid not in known]
        placed = copies.place(foreign, drawn, class_of, others)
    with project.transaction() as connection:
        for number in range(len(load_classes(project)), len(names)):
            insert_class(connection, number, names[number])
        found = import_operations(project, placed.journal, writing=writing, settling=settling)
        for audit in placed.audits:
            audits.insert_audit(connection, audit)
    return MergeReport(
        found.operations,
        found.rows,
        found.conflicts,
        len(placed.audits),
        placed.moved,
        placed.others,
        placed.missing,
        placed.by_name,
    )


def _class_map(names: list[str], other: Project) -> np.ndarray:
    """Class ids here by class ids there, -1 by -1, int32; `names` learns those that are new."""
    there = [entry.key for entry in load_classes(other)]
    names += [name for name in there if name not in names]
    return np.array([*(names.index(name) for name in there), UNLABELLED], np.int32)


def operation_guids(project: Project) -> dict[int, str]:
    """Each operation's name by id, also in a project of an older format opened for reading."""
    if schema.version_of(project.connection) >= schema.WITH_AUDITS:
        return dict(project.connection.execute("SELECT id, guid FROM op"))
    name = project.meta("uuid")
    return {
        op.id: schema.operation_guid(name, op.id, op.kind, op.time, op.reviewer)
        for op in operations(project)
    }


def _read(
    project: Project, other: Project, class_of: np.ndarray, progress: Progress
) -> ForeignJournal:
    """The other journal, with the changes of operations that are not here."""
    guids = operation_guids(other)
    found = [
        ForeignOperation(
            op.id,
            guids[op.id],
            op.kind,
            op.params,
            op.time,
            op.reviewer,
            op.undone,
            origin(guids.get(op.params.get("op", 0), "")) if op.kind in (UNDO, REDO) else None,
        )
        for op in operations(other)
    ]
    here = known_origins(project)
    fresh = np.array([op.id for op in found if origin(op.guid) not in here], np.int64)
    table = _changes(other, fresh, progress)
    owner = np.searchsorted(np.array([op.id for op in found], np.int64), table[:, 0])
    old_label, new_label = class_of[table[:, 2]], class_of[table[:, 3]]
    status = table[:, 4:].astype(np.uint8)
    return ForeignJournal(
        found, owner, Change(table[:, 1], old_label, new_label, status[:, 0], status[:, 1])
    )


def _changes(other: Project, fresh: np.ndarray, progress: Progress) -> np.ndarray:
    """Operation, sample, labels and statuses before and after, int64 (n, 6), in order."""
    if not len(fresh):
        return np.zeros((0, 6), np.int64)
    parts = []
    # One read of the whole range is faster than one for each operation.
    for start in range(int(fresh[0]), int(fresh[-1]) + 1, _PART):
        progress(start - int(fresh[0]), int(fresh[-1] - fresh[0]) + 1)
        cursor = other.connection.execute(
            "SELECT op_id, sample_id, old_label, new_label, old_status, new_status"
            " FROM op_change WHERE op_id >= ? AND op_id < ? AND op_id <= ?"
            " ORDER BY op_id, sample_id",
            (start, start + _PART, int(fresh[-1])),
        )
        parts.append(integer_rows(cursor, 6))
    table = np.concatenate(parts)
    return table[np.isin(table[:, 0], fresh)]
