"""The append-only journal of verdicts, with undo and redo.

An *opinion* is a verdict given blind beside the first reviewer's: it is undone and redone by its
own reviewer and never changes what is current.

Each act of a person is one `op` row with one `op_change` row a sample, written in one transaction.
Undo applies the inverse of the newest operation still in force and adds an op of its own, so the
journal tells the whole story; a new act makes what was undone before it unreachable by redo.
"""

import json
import sqlite3
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lnl_gui.store.database import schema
from lnl_gui.store.dataset.classes import (
    EDIT,
    UNLABELLED,
    ClassEdit,
    edit_values,
    insert_class,
    load_classes,
)
from lnl_gui.store.dataset.replaced_pictures import has_replaced
from lnl_gui.store.dataset.samples import UNSEEN, integer_rows
from lnl_gui.store.project import Project
from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.moments import as_moment

UNDO, REDO, OPINION = "undo", "redo", "opinion"
UPDATE = "update"
"""The dataset was read again or found elsewhere: on record, and no verdict to undo."""
REMARK = schema.REMARK
_ON_RECORD_ALONE = (OPINION, REMARK)
REAL = schema.VERDICTS
"""Verdicts that set the current label; an opinion is on record and leaves it alone."""
_CLASSES_EDITED = f"SELECT 1 FROM op WHERE kind = '{EDIT}' LIMIT 1"
DECIDES = f"kind NOT IN ('{UNDO}', '{REDO}', '{UPDATE}', '{EDIT}', '{REMARK}')"


@dataclass(frozen=True)
class Change:
    """What one operation does to n samples: arrays of length n, labels -1 where there is none."""

    rows: np.ndarray
    old_label: np.ndarray
    new_label: np.ndarray
    old_status: np.ndarray
    new_status: np.ndarray

    @property
    def alters(self) -> np.ndarray:
        """Which samples do not stay as they are, bool (n,)."""
        return (self.old_label != self.new_label) | (self.old_status != self.new_status)

    def of(self, chosen: np.ndarray) -> "Change":
        """The change of the samples `chosen` bool (n,) alone."""
        if chosen.all():
            return self
        parts = (self.rows, self.old_label, self.new_label, self.old_status, self.new_status)
        return Change(*(part[chosen] for part in parts))

    def inverse(self) -> "Change":
        """The change that takes this one back."""
        return Change(self.rows, self.new_label, self.old_label, self.new_status, self.old_status)


@dataclass(frozen=True)
class Operation:
    """One act of a person, without its per-sample changes."""

    id: int
    kind: str
    params: dict[str, Any]
    time: float
    reviewer: str
    undone: bool


def append(
    project: Project, kind: str, params: dict[str, Any], change: Change, reviewer: str
) -> int:
    """Record an act and apply it, durably; returns the operation's id.

    An opinion or remark is recorded only.
    """
    with project.transaction() as connection:
        identifier = insert_operation(connection, kind, params, reviewer)
        insert_changes(connection, identifier, change)
        if connection.execute(_CLASSES_EDITED).fetchone() or has_replaced(project):
            _start_from_written(connection, identifier)
        # The journal row and the current label share one transaction: a crash between them cannot
        # leave a verdict that the journal does not know, or the reverse.
        if kind not in _ON_RECORD_ALONE:
            set_current(connection, change)
    return identifier


def append_class_edit(
    project: Project,
    edits: Mapping[str, ClassEdit],
    params: Mapping[str, Any],
    *,
    reviewer: str,
    new_keys: Sequence[str] = (),
) -> int:
    """Record what becomes of classes, durably; returns the operation's id.

    Args:
        project: open for writing.
        edits: by the class's key.
        params: what the operation says of itself beside them.
        reviewer: whose it is.
        new_keys: of classes that are not there yet.
    """
    with project.transaction() as connection:
        for number, key in enumerate(new_keys, len(load_classes(project))):
            insert_class(connection, number, key)
        values = {**params, "set": edit_values(edits)}
        return insert_operation(connection, EDIT, values, reviewer)


def insert_changes(
    connection: sqlite3.Connection, identifier: int | np.ndarray, change: Change
) -> None:
    """Add changes of n samples, of one operation or of one each (n,), inside a transaction."""
    columns = (
        np.broadcast_to(identifier, change.rows.shape),
        change.rows,
        change.old_label,
        change.new_label,
        change.old_status,
        change.new_status,
    )
    connection.executemany(
        "INSERT INTO op_change VALUES (?, ?, ?, ?, ?, ?)",
        # `tolist` makes Python integers: sqlite3 stores numpy's own as blobs.
        zip(*(column.tolist() for column in columns), strict=True),
    )


def new_guid() -> str:
    """A name for an operation that no other copy of the project will give."""
    return uuid.uuid4().hex


def insert_operation(
    connection: sqlite3.Connection,
    kind: str,
    params: dict[str, Any],
    reviewer: str,
) -> int:
    """Add an operation's own row inside a transaction, later than all others; returns its id."""
    cursor = connection.execute(
        "INSERT INTO op(kind, params, time, reviewer, undone, guid) VALUES (?, ?, ?, ?, 0, ?)",
        (kind, json.dumps(params), _next_moment(connection), reviewer, new_guid()),
    )
    return int(cursor.lastrowid or 0)


def _next_moment(connection: sqlite3.Connection) -> float:
    """Now, or just after the newest operation where the clock is behind it or stands still.

    Copies that are merged settle by time what came last: with a clock set back, an undo of before
    would win over the redo after it.
    """
    newest = connection.execute("SELECT max(time) FROM op").fetchone()[0]
    return max(time.time(), float(np.nextafter(as_moment(newest), np.inf)))


def set_current(connection: sqlite3.Connection, change: Change) -> None:
    """Make a change's new labels and statuses the current ones, inside a transaction."""
    connection.executemany(
        # `current` has no row for a sample nobody has touched yet, so that an UPDATE would miss it.
        f"INSERT OR REPLACE INTO current VALUES (?, nullif(?, {UNLABELLED}), ?)",
        zip(
            change.rows.tolist(),
            change.new_label.tolist(),
            change.new_status.tolist(),
            strict=True,
        ),
    )


def load_change(project: Project, operation: int) -> Change:
    """The per-sample changes of one operation, in ascending row order; empty for an unknown id."""
    cursor = project.connection.execute(
        "SELECT sample_id, old_label, new_label, old_status, new_status"
        " FROM op_change WHERE op_id = ? ORDER BY sample_id",
        (operation,),
    )
    table = integer_rows(cursor, 5)
    return Change(
        table[:, 0],
        table[:, 1].astype(np.int32),
        table[:, 2].astype(np.int32),
        table[:, 3].astype(np.uint8),
        table[:, 4].astype(np.uint8),
    )


def read_operation(row: tuple[Any, ...] | None) -> Operation | None:
    """The operation of a row of `OPERATION_COLUMNS`; None for no row."""
    if row is None:
        return None
    identifier, kind, params, when, reviewer, undone = row
    moment = as_moment(when)
    return Operation(identifier, kind, parsed_object(params), moment, reviewer, bool(undone))


OPERATION_COLUMNS = "id, kind, params, time, reviewer, undone"


def _scope(opinions_of: str | None) -> tuple[str, tuple[str, ...]]:
    """Which operations undo walks over: verdicts, or one reviewer's opinions."""
    if opinions_of is None:
        return schema.UNDOABLE, ()
    return f"{schema.OPINIONS} AND reviewer = ?", (opinions_of,)


def undoable(project: Project, *, opinions_of: str | None = None) -> Operation | None:
    """The newest operation in force; with `opinions_of` among that reviewer's opinions."""
    where, values = _scope(opinions_of)
    return read_operation(
        project.connection.execute(
            f"SELECT {OPERATION_COLUMNS} FROM op WHERE {where} AND undone = 0"
            " ORDER BY id DESC LIMIT 1",
            values,
        ).fetchone()
    )


def redoable(project: Project, *, opinions_of: str | None = None) -> Operation | None:
    """The oldest undone operation that no newer act has buried."""
    where, values = _scope(opinions_of)
    newest = f"SELECT coalesce(max(id), 0) FROM op WHERE {where} AND undone ="
    return read_operation(
        project.connection.execute(
            # An act buries all that was undone when it was given, also where it is undone itself
            # by now: to redo it would put an older verdict over a newer one.
            f"SELECT {OPERATION_COLUMNS} FROM op WHERE {where} AND undone = 1 AND id > ({newest} 0)"
            # The greatest, since it is looked for from the end: after a long row of undos the first
            # entry that is met is the one.
            f" AND (SELECT max(entry.id) FROM op AS entry WHERE entry.kind = '{UNDO}'"
            " AND entry.params = '{\"op\": ' || op.id || '}'"
            f" AND entry.id > max(({newest} 0), ({newest} 1))) IS NOT NULL"
            " ORDER BY id LIMIT 1",
            values * 4,
        ).fetchone()
    )


def undo(
    project: Project, reviewer: str, *, opinions: bool = False
) -> tuple[Operation, Change] | None:
    """Take the newest operation back; returns it with the change that was applied.

    With `opinions` it is the reviewer's newest opinion, and nothing current changes.
    """
    found = undoable(project, opinions_of=reviewer if opinions else None)
    return _reverse(project, found, UNDO, reviewer)


def redo(
    project: Project, reviewer: str, *, opinions: bool = False
) -> tuple[Operation, Change] | None:
    """Do the operation undone last again; returns it with the change that was applied."""
    found = redoable(project, opinions_of=reviewer if opinions else None)
    return _reverse(project, found, REDO, reviewer)


def _reverse(
    project: Project, operation: Operation | None, kind: str, reviewer: str
) -> tuple[Operation, Change] | None:
    if operation is None:
        return None
    change = load_change(project, operation.id)
    if kind == UNDO:
        change = change.inverse()
    with project.transaction() as connection:
        # Undo is an operation of its own too, because the journal is append-only and merging needs
        # to know when it was undone.
        insert_operation(connection, kind, {"op": operation.id}, reviewer)
        connection.execute(
            "UPDATE op SET undone = ? WHERE id = ?", (int(kind == UNDO), operation.id)
        )
        if operation.kind not in _ON_RECORD_ALONE:
            if kind == REDO:
                _start_from_current(connection, operation.id)
            set_current(connection, change)
    return operation, change


def _start_from_written(connection: sqlite3.Connection, identifier: int) -> None:
    """Let an operation's undo lead back to the labels as they are written.

    The window shows, and changes, those that merged classes have become, and no decisions on other
    pictures.
    """
    connection.execute(
        "UPDATE op_change SET (old_label, old_status) ="
        f" (SELECT ifnull(CASE WHEN status IS NULL THEN given ELSE label END, {UNLABELLED}),"
        f" ifnull(status, {UNSEEN}) FROM sample LEFT JOIN current ON sample_id = id"
        " WHERE id = op_change.sample_id) WHERE op_id = ?",
        (identifier,),
    )


def _start_from_current(connection: sqlite3.Connection, identifier: int) -> None:
    """Let an operation's undo lead back to what is current now.

    It does already, unless the operation was undone in another copy of the project.
    """
    connection.execute(
        "UPDATE op_change SET (old_label, old_status) ="
        f" (SELECT ifnull(label, {UNLABELLED}), status FROM current"
        " WHERE current.sample_id = op_change.sample_id)"
        " WHERE op_id = ? AND EXISTS (SELECT 1 FROM current"
        " WHERE current.sample_id = op_change.sample_id"
        f" AND (ifnull(label, {UNLABELLED}) <> old_label OR status <> old_status))",
        (identifier,),
    )
