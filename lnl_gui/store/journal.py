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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lnl_gui.store import schema
from lnl_gui.store.classes import (
    EDIT,
    UNLABELLED,
    ClassEdit,
    edit_values,
    insert_class,
    load_class_map,
    load_classes,
)
from lnl_gui.store.project import Project
from lnl_gui.store.samples import KEPT, RELABELLED, UNSEEN, integer_rows, present_labels
from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.moments import as_moment

UNDO, REDO, OPINION = "undo", "redo", "opinion"
UPDATE = "update"
"""The dataset was read again or found elsewhere: on record, and no verdict to undo."""
REMARK = schema.REMARK
_ON_RECORD_ALONE = (OPINION, REMARK)
REAL = schema.VERDICTS
"""Verdicts that set the current label; an opinion is on record and leaves it alone."""
_UNSEEN_IN_BULK = ("accept", "take_source")
"""Verdicts that take a label over from elsewhere, so that many at once were hardly looked at."""
_CLASSES_EDITED = f"SELECT 1 FROM op WHERE kind = '{EDIT}' LIMIT 1"
_DECIDES = f"kind NOT IN ('{UNDO}', '{REDO}', '{UPDATE}', '{EDIT}', '{REMARK}')"


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
class Decisions:
    """Decisions in force on samples: arrays of length n, sorted by row, then in order made."""

    row: np.ndarray
    """int64"""
    label: np.ndarray
    """int32"""
    status: np.ndarray
    """uint8"""
    reviewer: np.ndarray
    """int64, places in `names`"""
    opinion: np.ndarray
    """bool"""
    time: np.ndarray
    """float64 seconds since the epoch"""
    names: tuple[str, ...]
    """reviewers in alphabetical order"""


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
        if connection.execute(_CLASSES_EDITED).fetchone():
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
    *,
    when: float | None = None,
    guid: str | None = None,
    undone: bool = False,
) -> int:
    """Add an operation's own row inside a transaction; returns its id.

    Without `when` it is later than all that are there.
    """
    cursor = connection.execute(
        "INSERT INTO op(kind, params, time, reviewer, undone, guid) VALUES (?, ?, ?, ?, ?, ?)",
        (
            kind,
            json.dumps(params),
            _next_moment(connection) if when is None else when,
            reviewer,
            int(undone),
            guid or new_guid(),
        ),
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


def _operation(row: tuple[Any, ...] | None) -> Operation | None:
    if row is None:
        return None
    identifier, kind, params, when, reviewer, undone = row
    moment = as_moment(when)
    return Operation(identifier, kind, parsed_object(params), moment, reviewer, bool(undone))


_COLUMNS = "id, kind, params, time, reviewer, undone"


def _scope(opinions_of: str | None) -> tuple[str, tuple[str, ...]]:
    """Which operations undo walks over: verdicts, or one reviewer's opinions."""
    if opinions_of is None:
        return schema.UNDOABLE, ()
    return f"{schema.OPINIONS} AND reviewer = ?", (opinions_of,)


def undoable(project: Project, *, opinions_of: str | None = None) -> Operation | None:
    """The newest operation in force; with `opinions_of` among that reviewer's opinions."""
    where, values = _scope(opinions_of)
    return _operation(
        project.connection.execute(
            f"SELECT {_COLUMNS} FROM op WHERE {where} AND undone = 0 ORDER BY id DESC LIMIT 1",
            values,
        ).fetchone()
    )


def redoable(project: Project, *, opinions_of: str | None = None) -> Operation | None:
    """The oldest undone operation that no newer act has buried."""
    where, values = _scope(opinions_of)
    newest = f"SELECT coalesce(max(id), 0) FROM op WHERE {where} AND undone ="
    return _operation(
        project.connection.execute(
            # An act buries all that was undone when it was given, also where it is undone itself
            # by now: to redo it would put an older verdict over a newer one.
            f"SELECT {_COLUMNS} FROM op WHERE {where} AND undone = 1 AND id > ({newest} 0)"
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

    The window shows, and changes, those that merged classes have become.
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


def verdict_times(project: Project, count: int) -> np.ndarray:
    """When each sample was decided last, float64 (count,) seconds since the epoch, else 0."""
    times, status = np.zeros(count), np.zeros(count, np.uint8)
    latest = integer_rows(
        project.connection.execute(
            "SELECT sample_id, op_id, new_status FROM op_change JOIN op ON op.id = op_id"
            f" WHERE NOT undone AND {REAL} ORDER BY op_id"
        ),
        3,
    )
    # A row named twice keeps the last value, and operations come in order.
    times[latest[:, 0]] = _time_of(project)[latest[:, 1]]
    status[latest[:, 0]] = latest[:, 2]
    times[status == UNSEEN] = 0.0
    return times


def looked_at(project: Project, rows: np.ndarray) -> np.ndarray:
    """Which of some samples a person looked at one by one, or gave a class of their own choice.

    A suggestion accepted for many samples at once says nothing of any one of them.

    Args:
        project: open, for reading at least.
        rows: int64 (n,), the samples.

    Returns:
        (n,) bool; False as well where nobody has decided.
    """
    # Written into the text, as in `contested_decisions`.
    wanted = ", ".join(map(str, rows.tolist()))
    last = dict(
        project.connection.execute(
            "SELECT sample_id, max(op_id) FROM op_change JOIN op ON op.id = op_id"
            f" WHERE sample_id IN ({wanted}) AND NOT undone AND {REAL} GROUP BY sample_id"
        )
    )
    acts = ", ".join(map(str, set(last.values())))
    unseen = ", ".join(f"'{kind}'" for kind in _UNSEEN_IN_BULK)
    bulk = {
        identifier
        for (identifier,) in project.connection.execute(
            f"SELECT id FROM op WHERE id IN ({acts}) AND kind IN ({unseen})"
            " AND (SELECT count(*) FROM op_change WHERE op_id = op.id) > 1"
        )
    }
    return np.array([row in last and last[row] not in bulk for row in rows.tolist()], bool)


def acts_since(project: Project, when: float) -> list[Operation]:
    """Verdicts and opinions in force from a moment (seconds since the epoch) on, oldest first."""
    rows = project.connection.execute(
        f"SELECT {_COLUMNS} FROM op WHERE time >= ? AND NOT undone AND {_DECIDES}"
        " ORDER BY time, id",
        (when,),
    )
    return [found for found in map(_operation, rows) if found is not None]


def newest_verdict(project: Project) -> float:
    """When the labels in force changed last, in seconds since the epoch; 0 for never."""
    row = project.connection.execute(
        "SELECT time FROM op WHERE kind NOT IN (?, ?, ?) ORDER BY time DESC LIMIT 1",
        (OPINION, UPDATE, REMARK),
    ).fetchone()
    return float(row[0]) if row else 0.0


def newest_acts(project: Project, reviewer: str) -> Iterator[Operation]:
    """Verdicts and opinions of a reviewer in force, the newest first."""
    rows = project.connection.execute(
        f"SELECT {_COLUMNS} FROM op WHERE reviewer = ? AND NOT undone AND {_DECIDES}"
        " ORDER BY time DESC, id DESC",
        (reviewer,),
    )
    return (found for found in map(_operation, rows) if found is not None)


def changed_rows(project: Project, operations: Sequence[int]) -> np.ndarray:
    """Rows int64 (n,) ascending that any of the operations changed, by their ids."""
    rows = {
        row
        for operation in operations
        for (row,) in project.connection.execute(
            "SELECT sample_id FROM op_change WHERE op_id = ?", (operation,)
        )
    }
    return np.array(sorted(rows), np.int64)


def contested_decisions(project: Project, rows: np.ndarray | None = None) -> Decisions:
    """Every decision in force about samples that have an opinion.

    Args:
        project: open, for reading at least.
        rows: int64 (n,), the samples to look at; all by default.
    """
    facts = project.connection.execute(
        f"SELECT id, reviewer, kind, time FROM op WHERE NOT undone AND {_DECIDES}"
    ).fetchall()
    if rows is None:
        where = (
            "sample_id IN (SELECT sample_id FROM op JOIN op_change ON op.id = op_id"
            f" WHERE kind = '{OPINION}' AND NOT undone)"
        )
    else:
        # Written into the text and not bound: SQLite limits the number of bound variables. They are
        # integers of an array, so that nothing foreign gets in.
        where = f"sample_id IN ({', '.join(map(str, rows.tolist()))})"
    table = integer_rows(
        project.connection.execute(
            f"SELECT sample_id, op_id, new_label, new_status FROM op_change WHERE {where}"
        ),
        4,
    )
    found = _decisions(table[np.lexsort((table[:, 1], table[:, 0]))], facts)
    return _as_classes_are(project, found)


def _as_classes_are(project: Project, found: Decisions) -> Decisions:
    """Decisions for the classes that those named have become; none for one that was deleted."""
    meaning = load_class_map(project)
    if meaning.table is None:
        return found
    label = meaning.of(found.label)
    chosen = (found.status == KEPT) | (found.status == RELABELLED)
    status = np.where(chosen & (label < 0), UNSEEN, found.status).astype(np.uint8)
    return replace(found, label=label, status=status)


def _decisions(table: np.ndarray, facts: list[tuple[int, str, str, float]]) -> Decisions:
    """Join changes with their operations, and leave out those not in force or not contested."""
    names = sorted({reviewer for _, reviewer, _, _ in facts})
    place = {name: number for number, name in enumerate(names)}
    size = max([*(fact[0] for fact in facts), *table[:, 1].max(initial=0, keepdims=True)]) + 1
    # By the id of an operation; -1 where it is not in force.
    reviewer, opinion, times = np.full(size, -1), np.zeros(size, bool), np.zeros(size)
    if facts:
        ids = [fact[0] for fact in facts]
        reviewer[ids] = [place[fact[1]] for fact in facts]
        opinion[ids] = [fact[2] == OPINION for fact in facts]
        times[ids] = [fact[3] for fact in facts]
    # The query reads by sample alone, so that operations not in force are left out here.
    table = table[reviewer[table[:, 1]] >= 0]
    contested = np.unique(table[opinion[table[:, 1]], 0])
    table = table[np.isin(table[:, 0], contested)]
    operation = table[:, 1]
    return Decisions(
        table[:, 0],
        table[:, 2].astype(np.int32),
        table[:, 3].astype(np.uint8),
        reviewer[operation],
        opinion[operation],
        times[operation],
        tuple(names),
    )


def own_view(
    project: Project, reviewer: str, given: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How samples stand by one reviewer's own decisions alone.

    `given` holds the given labels, int32 (N,).

    Returns labels, int32 (N,), statuses, uint8 (N,), and times of the last decision, float64 (N,).
    """
    label, status = given.copy(), np.zeros(len(given), np.uint8)
    times = np.zeros(len(given))
    cursor = project.connection.execute(
        "SELECT sample_id, new_label, new_status, op.id FROM op JOIN op_change ON op.id = op_id"
        # By time and not by id: operations that a merge brought in have higher ids and may be
        # older.
        f" WHERE reviewer = ? AND NOT undone AND {_DECIDES} ORDER BY time, op.id",
        (reviewer,),
    )
    table = integer_rows(cursor, 4)
    # A row named twice keeps the last value: the newest decision.
    label[table[:, 0]] = table[:, 1]
    status[table[:, 0]] = table[:, 2]
    times[table[:, 0]] = _time_of(project)[table[:, 3]]
    times[status == UNSEEN] = 0.0
    meaning = load_class_map(project)
    return *present_labels(meaning, meaning.of(given), label, status), times


def _time_of(project: Project) -> np.ndarray:
    """Time of each operation by its id, float64 (highest id + 1,)."""
    when = dict(project.connection.execute("SELECT id, time FROM op"))
    # Indexed by id, gaps included, so that joining a million changes is one fancy index and no
    # loop.
    times = np.zeros(max(when, default=-1) + 1)
    times[np.array(list(when), np.int64)] = list(when.values())
    return times


def has_decided(project: Project, reviewer: str) -> bool:
    """Whether a reviewer has a verdict or an opinion in force."""
    # Each by its own index: the newest ones in force are mostly theirs.
    return any(
        project.connection.execute(
            f"SELECT 1 FROM op WHERE {where} AND undone = 0 AND reviewer = ?"
            " ORDER BY id DESC LIMIT 1",
            (reviewer,),
        ).fetchone()
        for where in (REAL, schema.OPINIONS)
    )


def reviewers(project: Project) -> list[str]:
    """Names of reviewers with a verdict or an opinion in force, by first decision."""
    return [
        name
        for (name,) in project.connection.execute(
            f"SELECT reviewer FROM op WHERE NOT undone AND {_DECIDES}"
            " GROUP BY reviewer ORDER BY min(id)"
        )
    ]


def operations(project: Project) -> Iterator[Operation]:
    """The whole journal, oldest first."""
    for row in project.connection.execute(f"SELECT {_COLUMNS} FROM op ORDER BY id"):
        operation = _operation(row)
        if operation is not None:
            yield operation


def sample_operations(project: Project, row: int) -> list[tuple[Operation, int, int, int, int]]:
    """Operations that touched one sample, oldest first.

    Each comes with (old label, new label, old status, new status).
    """
    columns = ", ".join(f"op.{name}" for name in _COLUMNS.split(", "))
    found = project.connection.execute(
        f"SELECT {columns}, old_label, new_label, old_status, new_status"
        " FROM op JOIN op_change ON op.id = op_id WHERE sample_id = ? ORDER BY op.id",
        (int(row),),
    )
    history = []
    for values in found:
        operation = _operation(values[:6])
        if operation is not None:
            history.append((operation, *values[6:]))
    return history


def export_rows(project: Project) -> Iterator[tuple[Any, ...]]:
    """The journal flat: one row a sample an operation, and one for each undo and redo."""
    return iter(
        project.connection.execute(
            "SELECT op.id, op.kind, op.time, op.reviewer, op.undone, op.params, sample.path,"
            " old_label, new_label, old_status, new_status FROM op"
            # Outer joins, because undo and redo have no changes of their own and must not be lost.
            " LEFT JOIN op_change ON op.id = op_id LEFT JOIN sample ON sample.id = sample_id"
            " ORDER BY op.id, sample_id"
        )
    )
