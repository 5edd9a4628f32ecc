"""The state of all samples as the journal alone gives it, against the one that is kept."""

import sqlite3
from dataclasses import dataclass

import numpy as np

from lnl_gui.store.database import schema
from lnl_gui.store.dataset.classes import UNLABELLED
from lnl_gui.store.dataset.samples import UNSEEN, integer_rows
from lnl_gui.store.history.journal import Change, insert_changes, insert_operation, set_current

SALVAGED = "salvaged"
"""The kind of an operation that puts on record what only the present state told."""


@dataclass(frozen=True)
class State:
    """Label int32 (N,) and status uint8 (N,) of each sample, and which are on record, bool (N,)."""

    label: np.ndarray
    status: np.ndarray
    decided: np.ndarray


def _given(connection: sqlite3.Connection) -> np.ndarray:
    table = integer_rows(
        connection.execute(f"SELECT ifnull(given, {UNLABELLED}) FROM sample ORDER BY id"), 1
    )
    return table[:, 0].astype(np.int32)


def by_journal(connection: sqlite3.Connection) -> State:
    """What the newest verdict in force on each sample says, else given and unseen."""
    label = _given(connection)
    status, decided = np.zeros(len(label), np.uint8), np.zeros(len(label), bool)
    table = integer_rows(
        connection.execute(
            "SELECT sample_id, new_label, new_status FROM op JOIN op_change ON op.id = op_id"
            f" WHERE undone = 0 AND {schema.VERDICTS} ORDER BY op_id"
        ),
        3,
    )
    # A row named twice keeps the last value: the newest operation.
    label[table[:, 0]], status[table[:, 0]] = table[:, 1], table[:, 2]
    decided[table[:, 0]] = True
    return State(label, status, decided)


def as_kept(connection: sqlite3.Connection) -> State:
    """What the table of the present state says."""
    label = _given(connection)
    status, decided = np.zeros(len(label), np.uint8), np.zeros(len(label), bool)
    table = integer_rows(
        connection.execute(f"SELECT sample_id, ifnull(label, {UNLABELLED}), status FROM current"), 3
    )
    label[table[:, 0]], status[table[:, 0]] = table[:, 1], table[:, 2]
    decided[table[:, 0]] = status[table[:, 0]] != UNSEEN
    return State(label, status, decided)


def differing(connection: sqlite3.Connection) -> np.ndarray:
    """Samples on which the two do not agree, int64 (n,)."""
    journal, kept = by_journal(connection), as_kept(connection)
    return np.flatnonzero((journal.label != kept.label) | (journal.status != kept.status))


def settle(connection: sqlite3.Connection) -> int:
    """Make the two agree, inside a transaction; returns for how many samples.

    The journal is right where it knows of a sample. A verdict that only the present state tells is
    put on record, as one operation that can be undone.
    """
    rows = differing(connection)
    if not len(rows):
        return 0
    journal, kept = by_journal(connection), as_kept(connection)
    lost = rows[~journal.decided[rows] & kept.decided[rows]]
    if len(lost):
        change = Change(
            lost, journal.label[lost], kept.label[lost], journal.status[lost], kept.status[lost]
        )
        _put_on_record(connection, change)
    known = np.setdiff1d(rows, lost)
    here, wanted = (
        (kept.label[known], kept.status[known]),
        (journal.label[known], journal.status[known]),
    )
    set_current(connection, Change(known, here[0], wanted[0], here[1], wanted[1]))
    return len(rows)


def _put_on_record(connection: sqlite3.Connection, change: Change) -> None:
    number = insert_operation(connection, SALVAGED, {"count": len(change.rows)}, SALVAGED)
    insert_changes(connection, number, change)
