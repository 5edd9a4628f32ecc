"""Merge another copy of a project into this one, by journal."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.store import audits, column_cache, schema
from lnl_gui.store.absorb import Conflict, ForeignOperation, absorb, origin
from lnl_gui.store.journal import REDO, UNDO, Change, load_change, operations
from lnl_gui.store.project import Project, open_project
from lnl_gui.store.samples import add_class, load_classes
from lnl_gui.util.errors import UserError


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


def merge(project: Project, folder: Path) -> MergeReport:
    """Replay what another copy of the project knows and this one does not.

    The other copy is only read. Merging it again changes nothing.

    Raises:
        UserError: when the other is no project, or one of another dataset.
    """
    with open_project(folder, read_only=True) as other:
        _check_same(project, other)
        class_of = _class_map(project, other)
        found = absorb(project, list(_foreign(other, class_of)))
        added = _merge_audits(project, other)
    return MergeReport(found.operations, found.rows, found.conflicts, added)


def _check_same(project: Project, other: Project) -> None:
    refusal = UserError(
        f"{other.folder} is a project of another dataset than {project.folder}.",
        "Only copies of one project, or projects of the same images and given labels, can be"
        " merged. To carry verdicts to a changed dataset, replay the journal.",
        code="other_dataset",
    )
    here, there = column_cache.load_fixed(project), column_cache.load_fixed(other)
    if len(here.given) != len(there.given):
        raise refusal
    names_here = np.array([entry.name for entry in load_classes(project)], object)
    names_there = np.array([entry.name for entry in load_classes(other)], object)
    same_given = bool((names_here[here.given] == names_there[there.given]).all())
    if not same_given or not np.array_equal(here.paths.block, there.paths.block):
        raise refusal


def _class_map(project: Project, other: Project) -> np.ndarray:
    """Class ids here by class ids there, int32; classes that are new come in."""
    ids = {entry.name: entry.id for entry in load_classes(project)}
    for entry in load_classes(other):
        if entry.name not in ids:
            ids[entry.name] = add_class(project, entry.name).id
    return np.array([ids[entry.name] for entry in load_classes(other)], np.int32)


def operation_guids(project: Project) -> dict[int, str]:
    """Each operation's name by id, also in a project of an older format opened for reading."""
    if schema.version_of(project.connection) >= schema.WITH_AUDITS:
        return dict(project.connection.execute("SELECT id, guid FROM op"))
    name = project.meta("uuid")
    return {
        op.id: schema.operation_guid(name, op.id, op.kind, op.time, op.reviewer)
        for op in operations(project)
    }


def _foreign(other: Project, class_of: np.ndarray) -> Iterator[ForeignOperation]:
    guids = operation_guids(other)
    for op in operations(other):
        change = load_change(other, op.id)
        reverses = op.kind in (UNDO, REDO)
        yield ForeignOperation(
            op.id,
            guids[op.id],
            op.kind,
            op.params,
            op.time,
            op.reviewer,
            op.undone,
            origin(guids.get(op.params.get("op", 0), "")) if reverses else None,
            Change(
                change.rows,
                class_of[change.old_label],
                class_of[change.new_label],
                change.old_status,
                change.new_status,
            ),
        )


def _merge_audits(project: Project, other: Project) -> int:
    known = {audit.guid for audit in audits.load_audits(project)}
    fresh = [audit for audit in audits.load_audits(other) if audit.guid not in known]
    for audit in fresh:
        audits.save_audit(
            project,
            audit.rows,
            reviewer=audit.reviewer,
            seed=audit.seed,
            stratified=audit.stratified,
            population=audit.population,
            guid=audit.guid,
            when=audit.time,
        )
    return len(fresh)
