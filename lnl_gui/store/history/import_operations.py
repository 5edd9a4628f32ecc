"""Import operations of another journal into this one, for merging and replaying.

An operation made elsewhere is applied to a sample here when its author knew the verdict in force
here, or when there is none. Otherwise both were made without knowing of each other: the same
reviewer's newer one wins, and of two reviewers the verdict here stays and the other's becomes an
opinion, which makes a disagreement for somebody to settle. Taking the same operations in again
changes nothing.

All samples are decided on at once: what has been applied to a sample from the other journal was
known to the author of everything later in it, so that only the first one applied matters.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lnl_gui.store.dataset.classes import UNLABELLED
from lnl_gui.store.dataset.column_cache import sample_count
from lnl_gui.store.dataset.samples import EXCLUDED, UNDECIDED, UNSEEN, integer_rows
from lnl_gui.store.history import journal
from lnl_gui.store.history.journal import OPINION, REAL, REDO, REMARK, UNDO, Change
from lnl_gui.store.project import Project
from lnl_gui.util.errors import UserError
from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

_NO_VERDICT = (UNDO, REDO, OPINION, REMARK)
_UNKNOWN = np.iinfo(np.int64).max
_CHUNK = 4_000
"""Rows written between two reports of progress."""


@dataclass(frozen=True)
class ForeignOperation:
    """An operation of another journal, without its per-sample changes."""

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


@dataclass(frozen=True)
class ForeignJournal:
    """Another journal, its samples and classes numbered as they are here."""

    operations: Sequence[ForeignOperation]
    """all there are, oldest first"""
    owner: np.ndarray
    """(n,) int64, for each change the place of its operation in `operations`, ascending"""
    change: Change
    """(n,) what they did to samples; of operations that are here already it may be left out"""


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
class ImportedOperations:
    """What an import of operations added and changed."""

    operations: int
    rows: np.ndarray
    """samples whose current label or status may have changed, int64"""
    conflicts: list[Conflict]


def origin(guid: str) -> str:
    """The part of a guid that all copies share, however the operation was divided there."""
    return guid.partition(":")[0]


def known_origins(project: Project) -> dict[str, int]:
    """The first operation here of each origin, by id."""
    # Newest first, since the dictionary keeps the last it sees: the first part of a divided
    # operation.
    rows = project.connection.execute("SELECT id, guid FROM op ORDER BY id DESC")
    return {origin(guid): identifier for identifier, guid in rows}


def import_operations(
    project: Project,
    foreign: ForeignJournal,
    *,
    writing: Progress = no_progress,
    settling: Progress = no_progress,
) -> ImportedOperations:
    """Add operations that are not here yet, in the other journal's order, inside a transaction.

    Args:
        project: open for writing.
        foreign: the other journal.
        writing: in operations and changes added.
        settling: in samples brought up to date.

    Raises:
        UserError: when an undo or redo of it names samples, as no program writes.
    """
    _check_undone(foreign)
    here = known_origins(project)
    # By origin and not by the full name: an operation divided by an earlier merge has parts with
    # names of their own, and would otherwise come in twice.
    fresh = np.array([origin(op.guid) not in here for op in foreign.operations], bool)
    if not fresh.any():
        return ImportedOperations(0, np.zeros(0, np.int64), [])
    state = _Here(project, foreign.operations)
    taken = np.flatnonzero(fresh[foreign.owner])
    owner, change = foreign.owner[taken], _part(foreign.change, taken)
    applies = _applies(foreign.operations, owner, change, state)
    conflicts = _conflicts(foreign.operations, owner, change, applies, state)
    places = np.flatnonzero(fresh).tolist()
    entries, ids = _entries(foreign.operations, places, owner, applies, here, state.newest + 1)
    _write(project, entries, ids, change, writing)
    real = _real(foreign.operations)
    touched = change.rows[(real[owner] & applies) | _undone_real(foreign.operations)[owner]]
    targets = {op.target for op, new in zip(foreign.operations, fresh, strict=True) if new}
    rows = np.unique(np.concatenate([touched, _settle_undone(project, targets - {None})]))
    _restack(project, rows, settling)
    return ImportedOperations(int(fresh.sum()), rows, conflicts)


def _check_undone(foreign: ForeignJournal) -> None:
    """An undo says which operation it is of, and that one's changes are on record already."""
    for place in np.unique(foreign.owner).tolist():
        if foreign.operations[place].kind in (UNDO, REDO):
            raise UserError(
                message("An undo of the other journal changes samples by itself: it is damaged."),
                message("Nothing was changed. Ask whoever it comes from."),
            )


def _real(operations: Sequence[ForeignOperation]) -> np.ndarray:
    """Which operations set current labels, bool."""
    return np.array([not op.undone and op.kind not in _NO_VERDICT for op in operations])


def _undone_real(operations: Sequence[ForeignOperation]) -> np.ndarray:
    """Which would have, had they not been undone, bool."""
    return np.array([op.undone and op.kind not in _NO_VERDICT for op in operations])


class _Here:
    """What is in force here on each sample, and which of it the other journal knows."""

    def __init__(self, project: Project, operations: Sequence[ForeignOperation]) -> None:
        facts = project.connection.execute("SELECT id, guid, reviewer, time FROM op").fetchall()
        self.newest = max((fact[0] for fact in facts), default=0)
        place: dict[str, int] = {}
        for operation in operations:
            # The first part of a divided operation says when its author knew of it.
            place.setdefault(origin(operation.guid), operation.id)
        # By the id of an operation here: its place in the other journal, its time, its reviewer.
        self.other_place = np.full(self.newest + 1, _UNKNOWN, np.int64)
        self.time = np.zeros(self.newest + 1)
        self.reviewer = np.full(self.newest + 1, "", object)
        for identifier, guid, reviewer, when in facts:
            # The largest integer stands for unknown, so that the comparison with a place says not
            # known without a second mask.
            self.other_place[identifier] = place.get(origin(guid), _UNKNOWN)
            self.time[identifier], self.reviewer[identifier] = when, reviewer
        count = sample_count(project)
        self.last = np.zeros(count, np.int64)
        self.label, self.status = np.zeros(count, np.int32), np.zeros(count, np.uint8)
        table = integer_rows(
            project.connection.execute(
                "SELECT sample_id, op_id, new_label, new_status FROM op_change"
                f" JOIN op ON op.id = op_id WHERE NOT undone AND {REAL} ORDER BY op_id"
            ),
            4,
        )
        # A row named twice keeps the last value: the newest operation in force.
        self.last[table[:, 0]] = table[:, 1]
        self.label[table[:, 0]] = table[:, 2]
        self.status[table[:, 0]] = table[:, 3]


def _owned(
    operations: Sequence[ForeignOperation], owner: np.ndarray, values: Callable[..., Any]
) -> np.ndarray:
    """One value of its operation for each change."""
    # Each operation is asked once, however many samples it changed.
    return np.array([values(op) for op in operations])[owner]


def _applies(
    operations: Sequence[ForeignOperation], owner: np.ndarray, change: Change, here: _Here
) -> np.ndarray:
    """Which changes take effect here, bool (n,); True also where that is no question."""
    applies = np.ones(len(owner), bool)
    asked = np.flatnonzero(_real(operations)[owner])
    rows, owners = change.rows[asked], owner[asked]
    last = here.last[rows]
    aware = (last == 0) | (here.other_place[last] < _owned(operations, owners, lambda op: op.id))
    own = here.reviewer[last] == np.array([op.reviewer for op in operations], object)[owners]
    newer = here.time[last] <= _owned(operations, owners, lambda op: op.time)
    found = aware | (own & newer)
    # After the first that applies to a sample, all that follow on it do.
    order = np.lexsort((owners, rows))
    _, start, sample = np.unique(rows[order], return_index=True, return_inverse=True)
    # One cumulative sum over all samples, less its value where the sample begins, replaces a loop
    # over samples.
    before = np.concatenate([[0], np.cumsum(found[order])])
    reached = np.empty(len(asked), bool)
    reached[order] = before[1:] > before[start[sample]]
    applies[asked] = reached
    return applies


def _conflicts(
    operations: Sequence[ForeignOperation],
    owner: np.ndarray,
    change: Change,
    applies: np.ndarray,
    here: _Here,
) -> list[Conflict]:
    left = np.flatnonzero(~applies)
    rows = change.rows[left]
    differ = _decisions(here.label[rows], here.status[rows]) != _decisions(
        change.new_label[left], change.new_status[left]
    )
    found = []
    for place in left[differ].tolist():
        row, other = int(change.rows[place]), operations[int(owner[place])].reviewer
        reviewer = str(here.reviewer[here.last[row]])
        # A reviewer who changed their mind in two copies is no disagreement.
        if reviewer != other:
            stays = int(here.label[row]), int(here.status[row])
            opinion = int(change.new_label[place]), int(change.new_status[place])
            found.append(Conflict(row, stays, opinion, reviewer, other))
    return found


def _entries(
    operations: Sequence[ForeignOperation],
    places: Sequence[int],
    owner: np.ndarray,
    applies: np.ndarray,
    here: dict[str, int],
    first: int,
) -> tuple[list[tuple[Any, ...]], np.ndarray]:
    """Rows of the table of operations, and for each change the id of the one it belongs to.

    An operation of which only a part applies is divided: the rest becomes an opinion. `here` learns
    where each of them is.
    """
    all_changes = np.bincount(owner, minlength=len(operations))
    applied = np.bincount(owner[applies], minlength=len(operations))
    own_id, opinion_id = np.zeros(len(operations), np.int64), np.zeros(len(operations), np.int64)
    entries: list[tuple[Any, ...]] = []

    def add(op: ForeignOperation, kind: str, params: dict[str, Any]) -> int:
        identifier = first + len(entries)
        name = origin(op.guid)
        # A second part of the same operation shares its origin and gets a name of its own.
        guid = f"{name}:{journal.new_guid()}" if name in here else op.guid
        here.setdefault(name, identifier)
        entries.append(
            (identifier, kind, json.dumps(params), op.time, op.reviewer, int(op.undone), guid)
        )
        return identifier

    for place in places:
        op = operations[place]
        if op.kind in (UNDO, REDO):
            # Ids differ between copies: the reference is translated. 0 names no operation, since
            # AUTOINCREMENT begins at 1.
            add(op, op.kind, {"op": here.get(op.target or "", 0)})
            continue
        # Without changes (its samples are not in this project) it is kept whole, for the journal to
        # stay complete.
        if applied[place] or not all_changes[place]:
            own_id[place] = add(op, op.kind, op.params)
        if applied[place] < all_changes[place]:
            opinion_id[place] = add(op, OPINION, {**op.params, "verdict": op.kind})
    return entries, np.where(applies, own_id[owner], opinion_id[owner])


def _write(
    project: Project,
    entries: list[tuple[Any, ...]],
    ids: np.ndarray,
    change: Change,
    progress: Progress,
) -> None:
    total, connection = len(entries) + len(ids), project.connection
    # Operations before changes: `op_change` refers to `op` by a foreign key.
    for start in _starts(len(entries)):
        progress(start, total)
        connection.executemany(
            "INSERT INTO op(id, kind, params, time, reviewer, undone, guid)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            entries[start : start + _CHUNK],
        )
    for start in _starts(len(ids)):
        progress(len(entries) + start, total)
        chosen = slice(start, start + _CHUNK)
        journal.insert_changes(connection, ids[chosen], _part(change, chosen))
    progress(total, total)


def _starts(count: int) -> Iterator[int]:
    return iter(range(0, count, _CHUNK))


def _settle_undone(project: Project, targets: set[str | None]) -> np.ndarray:
    """Let the latest undo or redo of each target count; returns the rows that concerns, int64."""
    if not targets:
        return np.zeros(0, np.int64)
    connection = project.connection
    by_id = {
        identifier: origin(guid)
        for identifier, guid in connection.execute("SELECT id, guid FROM op")
    }
    latest: dict[str, int] = {}
    for kind, params in connection.execute(
        # By time and then by name, which all copies share: ids differ between copies, and two
        # copies merged crosswise must come to the same state.
        f"SELECT kind, params FROM op WHERE kind IN ('{UNDO}', '{REDO}') ORDER BY time, guid"
    ):
        target = by_id.get(parsed_object(params).get("op", 0), "")
        latest[target] = int(kind == UNDO)
    settled = [
        (latest[name], identifier)
        for identifier, name in by_id.items()
        if name in targets and name in latest
    ]
    connection.executemany("UPDATE op SET undone = ? WHERE id = ?", settled)
    rows = [np.zeros(0, np.int64)]
    for start in range(0, len(settled), _CHUNK):
        # In parts: SQLite limits the length of a statement.
        chosen = ", ".join(str(identifier) for _, identifier in settled[start : start + _CHUNK])
        query = f"SELECT sample_id FROM op_change WHERE op_id IN ({chosen})"
        rows.append(integer_rows(connection.execute(query), 1)[:, 0])
    return np.concatenate(rows)


def _part(change: Change, mask: np.ndarray | slice) -> Change:
    return Change(
        change.rows[mask],
        change.old_label[mask],
        change.new_label[mask],
        change.old_status[mask],
        change.new_status[mask],
    )


def _decisions(label: np.ndarray, status: np.ndarray) -> np.ndarray:
    """What verdicts come to, int64 (n,): kept and relabelled are both the label."""
    status = status.astype(np.int64)
    return np.where(np.isin(status, (EXCLUDED, *UNDECIDED, UNSEEN)), -1 - status, label)


def _restack(project: Project, rows: np.ndarray, progress: Progress) -> None:
    """Make each verdict in force start from the one before it, and the last one current.

    So undo steps back through the merged journal as through any other.
    """
    if len(rows) == 0:
        return
    connection = project.connection
    # A temporary table, because a list of a million rows exceeds what one statement may hold. It
    # belongs to the connection and never reaches the project on disk.
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS merged(id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM merged")
    connection.executemany("INSERT INTO merged VALUES (?)", ((row,) for row in rows.tolist()))
    stack = integer_rows(
        connection.execute(
            "SELECT sample_id, op_id, new_label, new_status, old_label, old_status FROM merged"
            " JOIN op_change ON sample_id = merged.id JOIN op ON op.id = op_id"
            f" WHERE NOT undone AND {REAL} ORDER BY sample_id, op_id"
        ),
        6,
    )
    given = integer_rows(
        connection.execute(
            f"SELECT sample.id, ifnull(given, {UNLABELLED}) FROM merged"
            " JOIN sample ON sample.id = merged.id ORDER BY 1"
        ),
        2,
    )
    start = given[np.searchsorted(given[:, 0], stack[:, 0])][:, 1]
    # The stack is sorted by sample, so that a change of sample marks the bottom of each one's
    # stack.
    first = np.ones(len(stack), bool)
    first[1:] = stack[1:, 0] != stack[:-1, 0]
    before = np.roll(stack[:, 2:4], 1, axis=0)
    old_label = np.where(first, start, before[:, 0])
    old_status = np.where(first, UNSEEN, before[:, 1])
    wrong = (old_label != stack[:, 4]) | (old_status != stack[:, 5])
    _write_rows(
        connection,
        "UPDATE op_change SET old_label = ?, old_status = ? WHERE op_id = ? AND sample_id = ?",
        np.column_stack([old_label, old_status, stack[:, 1], stack[:, 0]])[wrong],
        progress,
    )
    # Guarded, because appending to nothing would make one entry of none.
    last = np.append(first[1:], True) if len(stack) else first
    # Samples whose only verdict was undone in the other copy go back to given and unseen.
    current = np.column_stack([given, np.full(len(given), UNSEEN)])
    decided = np.searchsorted(given[:, 0], stack[last, 0])
    current[decided, 1:] = stack[last, 2:4]
    statement = f"INSERT OR REPLACE INTO current VALUES (?, nullif(?, {UNLABELLED}), ?)"
    _write_rows(connection, statement, current, progress)


def _write_rows(
    connection: sqlite3.Connection, statement: str, rows: np.ndarray, progress: Progress
) -> None:
    for start in range(0, len(rows), _CHUNK):
        progress(start, len(rows))
        connection.executemany(statement, rows[start : start + _CHUNK].tolist())
