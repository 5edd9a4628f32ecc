"""Take operations of another journal into this one: what merging and replaying share.

An operation made elsewhere is applied to a sample here when its author knew the verdict in force
here, or when there is none. Otherwise both were made without knowing of each other: the same
reviewer's newer one wins, and of two reviewers the verdict here stays and the other's becomes an
opinion, which makes a disagreement for somebody to settle. Taking the same operations in again
changes nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lnl_gui.store import journal
from lnl_gui.store.column_cache import sample_count
from lnl_gui.store.journal import OPINION, REAL, REDO, UNDO, Change
from lnl_gui.store.project import Project
from lnl_gui.store.samples import EXCLUDED, UNSEEN, UNSURE, integer_rows

_UNKNOWN = np.iinfo(np.int64).max


@dataclass(frozen=True)
class ForeignOperation:
    """An operation of another journal, its samples and classes numbered as they are here."""

    id: int
    """its place in the other journal"""
    guid: str
    kind: str
    params: dict[str, Any]
    time: float
    reviewer: str
    undone: bool
    target: str | None
    """for undo and redo, the origin of the operation they are about"""
    change: Change


@dataclass(frozen=True)
class Conflict:
    """Two reviewers decided differently about one sample without knowing of each other."""

    row: int
    here: tuple[int, int]
    """label and status that stay"""
    other: tuple[int, int]
    """label and status now on record as an opinion"""
    reviewer: str
    other_reviewer: str


@dataclass(frozen=True)
class Absorbed:
    """What came in."""

    operations: int
    rows: np.ndarray
    """samples whose current label or status may have changed, int64"""
    conflicts: list[Conflict]


def origin(guid: str) -> str:
    """What names an operation in every copy, however it was divided there."""
    return guid.partition(":")[0]


def absorb(project: Project, operations: Sequence[ForeignOperation]) -> Absorbed:
    """Add operations that are not here yet, in the other journal's order, in one transaction."""
    here = {
        origin(guid): identifier
        for identifier, guid in project.connection.execute(
            "SELECT id, guid FROM op ORDER BY id DESC"
        )
    }
    fresh = sorted((op for op in operations if origin(op.guid) not in here), key=lambda op: op.id)
    if not fresh:
        return Absorbed(0, np.zeros(0, np.int64), [])
    with project.transaction():
        merging = _Merging(project, operations, here)
        for operation in fresh:
            merging.take(operation)
        flipped = merging.settle_undone({op.target for op in fresh if op.target})
        rows = np.unique(np.concatenate([*merging.rows, *flipped, np.zeros(0, np.int64)]))
        _restack(project, rows)
    return Absorbed(len(fresh), rows, merging.conflicts)


class _Merging:
    """The state of one merge: what is in force here on each sample, and who knew of what."""

    def __init__(
        self, project: Project, operations: Sequence[ForeignOperation], here: dict[str, int]
    ) -> None:
        self._project = project
        self._here = here
        self.rows: list[np.ndarray] = []
        self.conflicts: list[Conflict] = []
        self._place: dict[str, int] = {}
        for operation in operations:
            known = self._place.setdefault(origin(operation.guid), operation.id)
            self._place[origin(operation.guid)] = min(known, operation.id)
        facts = project.connection.execute("SELECT id, guid, reviewer, time FROM op").fetchall()
        newest = max((row[0] for row in facts), default=0)
        size = newest + 2 * len(operations) + 2
        # By the id of an operation here: its place in the other journal, its time, its reviewer.
        self._other_place = np.full(size, _UNKNOWN, np.int64)
        self._time = np.zeros(size)
        self._reviewer = np.full(size, "", object)
        for identifier, guid, reviewer, when in facts:
            self._remember(identifier, guid, reviewer, when)
        count = sample_count(project)
        self._last = np.zeros(count, np.int64)
        self._label, self._status = np.zeros(count, np.int32), np.zeros(count, np.uint8)
        self._load_last()

    def _remember(self, identifier: int, guid: str, reviewer: str, when: float) -> None:
        self._other_place[identifier] = self._place.get(origin(guid), _UNKNOWN)
        self._time[identifier], self._reviewer[identifier] = when, reviewer

    def _load_last(self) -> None:
        table = integer_rows(
            self._project.connection.execute(
                "SELECT sample_id, op_id, new_label, new_status FROM op_change"
                f" JOIN op ON op.id = op_id WHERE NOT undone AND {REAL} ORDER BY op_id"
            ),
            4,
        )
        # A row named twice keeps the last value: the newest operation in force.
        self._last[table[:, 0]] = table[:, 1]
        self._label[table[:, 0]] = table[:, 2]
        self._status[table[:, 0]] = table[:, 3]

    def take(self, operation: ForeignOperation) -> None:
        """Add one operation, divided where part of it meets verdicts its author did not know."""
        if operation.kind in (UNDO, REDO):
            self._insert(operation, params={"op": self._here.get(operation.target or "", 0)})
        elif operation.kind == OPINION:
            self._insert(operation, change=operation.change)
        elif operation.undone:
            self._insert(operation, change=operation.change)
            self.rows.append(operation.change.rows)
        else:
            self._apply(operation)

    def _apply(self, operation: ForeignOperation) -> None:
        change = operation.change
        last = self._last[change.rows]
        aware = (last == 0) | (self._other_place[last] < operation.id)
        own = self._reviewer[last] == operation.reviewer
        applies = aware | (own & (self._time[last] <= operation.time))
        self._list_conflicts(operation, _part(change, ~applies & ~own))
        if applies.any() or not len(applies):
            applied = _part(change, applies)
            identifier = self._insert(operation, change=applied)
            self._last[applied.rows] = identifier
            self._label[applied.rows] = applied.new_label
            self._status[applied.rows] = applied.new_status
            self.rows.append(applied.rows)
        if not applies.all():
            self._insert(
                operation,
                kind=OPINION,
                params={**operation.params, "verdict": operation.kind},
                change=_part(change, ~applies),
            )

    def _list_conflicts(self, operation: ForeignOperation, change: Change) -> None:
        for row, label, status in zip(
            change.rows.tolist(), change.new_label.tolist(), change.new_status.tolist(), strict=True
        ):
            here = int(self._label[row]), int(self._status[row])
            if _decision(*here) != _decision(label, status):
                reviewer = str(self._reviewer[self._last[row]])
                self.conflicts.append(
                    Conflict(row, here, (label, status), reviewer, operation.reviewer)
                )

    def _insert(
        self,
        operation: ForeignOperation,
        *,
        kind: str | None = None,
        params: dict[str, Any] | None = None,
        change: Change | None = None,
    ) -> int:
        connection = self._project.connection
        # A second part of the same operation shares its origin and gets a name of its own.
        known = origin(operation.guid) in self._here
        guid = f"{origin(operation.guid)}:{journal.new_guid()}" if known else operation.guid
        identifier = journal.insert_operation(
            connection,
            kind or operation.kind,
            operation.params if params is None else params,
            operation.reviewer,
            when=operation.time,
            guid=guid,
            undone=operation.undone,
        )
        if change is not None:
            journal.insert_changes(connection, identifier, change)
        self._here.setdefault(origin(guid), identifier)
        self._remember(identifier, guid, operation.reviewer, operation.time)
        return identifier

    def settle_undone(self, targets: set[str]) -> list[np.ndarray]:
        """Let the latest undo or redo of each target count; returns the rows that concerns."""
        connection = self._project.connection
        by_id = {
            identifier: origin(guid)
            for identifier, guid in connection.execute("SELECT id, guid FROM op")
        }
        latest: dict[str, int] = {}
        for kind, params in connection.execute(
            f"SELECT kind, params FROM op WHERE kind IN ('{UNDO}', '{REDO}') ORDER BY time, guid"
        ):
            target = by_id.get(json.loads(params).get("op", 0), "")
            latest[target] = int(kind == UNDO)
        rows = []
        for identifier, name in by_id.items():
            if name in targets and name in latest:
                connection.execute(
                    "UPDATE op SET undone = ? WHERE id = ?", (latest[name], identifier)
                )
                rows.append(journal.load_change(self._project, identifier).rows)
        return rows


def _part(change: Change, mask: np.ndarray) -> Change:
    return Change(
        change.rows[mask],
        change.old_label[mask],
        change.new_label[mask],
        change.old_status[mask],
        change.new_status[mask],
    )


def _decision(label: int, status: int) -> tuple[int, int]:
    """What a verdict comes to: kept and relabelled are both the label."""
    if status in (EXCLUDED, UNSURE, UNSEEN):
        return -1, status
    return label, -1


def _restack(project: Project, rows: np.ndarray) -> None:
    """Make each verdict in force start from the one before it, and the last one current.

    So undo steps back through the merged journal as through any other.
    """
    if len(rows) == 0:
        return
    connection = project.connection
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS merged(id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM merged")
    connection.executemany("INSERT INTO merged VALUES (?)", ((row,) for row in rows.tolist()))
    stack = integer_rows(
        connection.execute(
            "SELECT sample_id, op_id, new_label, new_status FROM merged"
            " JOIN op_change ON sample_id = merged.id JOIN op ON op.id = op_id"
            f" WHERE NOT undone AND {REAL} ORDER BY sample_id, op_id"
        ),
        4,
    )
    given = integer_rows(
        connection.execute(
            "SELECT sample.id, given FROM merged JOIN sample ON sample.id = merged.id ORDER BY 1"
        ),
        2,
    )
    start = given[np.searchsorted(given[:, 0], stack[:, 0])][:, 1]
    first = np.ones(len(stack), bool)
    first[1:] = stack[1:, 0] != stack[:-1, 0]
    before = np.roll(stack[:, 2:], 1, axis=0)
    old_label = np.where(first, start, before[:, 0])
    old_status = np.where(first, UNSEEN, before[:, 1])
    connection.executemany(
        "UPDATE op_change SET old_label = ?, old_status = ? WHERE op_id = ? AND sample_id = ?",
        np.column_stack([old_label, old_status, stack[:, 1], stack[:, 0]]).tolist(),
    )
    last = np.append(first[1:], True) if len(stack) else first
    current = {row: (row, label, UNSEEN) for row, label in given.tolist()}
    current |= {row: (row, label, status) for row, _, label, status in stack[last].tolist()}
    connection.executemany("INSERT OR REPLACE INTO current VALUES (?, ?, ?)", current.values())
