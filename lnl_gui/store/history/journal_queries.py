"""What the journal tells: who did what, when, and to which samples."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from lnl_gui.store.database.connection import damage_error
from lnl_gui.store.dataset.replaced_pictures import load_replaced
from lnl_gui.store.dataset.samples import UNSEEN, integer_rows
from lnl_gui.store.history.journal import (
    DECIDES,
    OPERATION_COLUMNS,
    OPINION,
    REAL,
    REMARK,
    UPDATE,
    Operation,
    read_operation,
)
from lnl_gui.store.project import Project


def newest_operation(project: Project, *, until: float | None = None) -> int:
    """The id of the newest operation there is, or was at a moment; 0 where there is none."""
    query = "SELECT coalesce(max(id), 0) FROM op"
    if until is None:
        return int(project.connection.execute(query).fetchone()[0])
    return int(project.connection.execute(f"{query} WHERE time <= ?", (until,)).fetchone()[0])


def replaced_since(project: Project, moment: float, count: int) -> np.ndarray:
    """Which of N samples held another picture at a moment than now, bool (N,)."""
    replaced = load_replaced(project)
    if not len(replaced):
        return np.zeros(count, bool)
    return replaced.since(newest_operation(project, until=moment), count)


def operations(project: Project) -> Iterator[Operation]:
    """The whole journal, oldest first."""
    for row in project.connection.execute(f"SELECT {OPERATION_COLUMNS} FROM op ORDER BY id"):
        operation = read_operation(row)
        if operation is not None:
            yield operation


def sample_operations(project: Project, row: int) -> list[tuple[Operation, int, int, int, int]]:
    """Operations that touched one sample, oldest first.

    Each comes with (old label, new label, old status, new status).
    """
    columns = ", ".join(f"op.{name}" for name in OPERATION_COLUMNS.split(", "))
    found = project.connection.execute(
        f"SELECT {columns}, old_label, new_label, old_status, new_status"
        " FROM op JOIN op_change ON op.id = op_id WHERE sample_id = ? ORDER BY op.id",
        (int(row),),
    )
    history = []
    for values in found:
        operation = read_operation(values[:6])
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


def acts_since(project: Project, when: float) -> list[Operation]:
    """Verdicts and opinions in force from a moment (seconds since the epoch) on, oldest first."""
    rows = project.connection.execute(
        f"SELECT {OPERATION_COLUMNS} FROM op WHERE time >= ? AND NOT undone AND {DECIDES}"
        " ORDER BY time, id",
        (when,),
    )
    return [found for found in map(read_operation, rows) if found is not None]


def newest_acts(project: Project, reviewer: str) -> Iterator[Operation]:
    """Verdicts and opinions of a reviewer in force, the newest first."""
    rows = project.connection.execute(
        f"SELECT {OPERATION_COLUMNS} FROM op WHERE reviewer = ? AND NOT undone AND {DECIDES}"
        " ORDER BY time DESC, id DESC",
        (reviewer,),
    )
    return (found for found in map(read_operation, rows) if found is not None)


def newest_verdict(project: Project) -> float:
    """When the labels in force changed last, in seconds since the epoch; 0 for never."""
    row = project.connection.execute(
        "SELECT time FROM op WHERE kind NOT IN (?, ?, ?) ORDER BY time DESC LIMIT 1",
        (OPINION, UPDATE, REMARK),
    ).fetchone()
    return float(row[0]) if row else 0.0


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


def deciders(project: Project) -> dict[int, str]:
    """Who gave the verdict in force on each sample that has one, by row."""
    # A row named twice keeps the last value: the newest operation.
    return dict(
        project.connection.execute(
            "SELECT sample_id, reviewer FROM op_change JOIN op ON op.id = op_id"
            f" WHERE NOT undone AND {REAL} ORDER BY op_id"
        ).fetchall()
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
    times[latest[:, 0]] = operation_times(project)[latest[:, 1]]
    status[latest[:, 0]] = latest[:, 2]
    times[status == UNSEEN] = 0.0
    return times


_MOST_GAPS = 100_000_000


def refuse_gaps(project: Project, operations: Collection[int]) -> None:
    """Stop where ids of operations are greater than any program gives.

    Raises:
        UserError: that the database is damaged.
    """
    highest = max(operations, default=0)
    if highest > len(operations) + _MOST_GAPS:
        raise damage_error(project.folder, ValueError(f"operation {highest}"))


def operation_times(project: Project) -> np.ndarray:
    """Time of each operation by its id, float64 (highest id + 1,).

    Raises:
        UserError: when ids are greater than any program gives, in a project from somebody else.
    """
    when = dict(project.connection.execute("SELECT id, time FROM op"))
    refuse_gaps(project, when)
    # Indexed by id, gaps included, so that joining a million changes is one fancy index and no
    # loop.
    times = np.zeros(max(when, default=-1) + 1)
    times[np.array(list(when), np.int64)] = list(when.values())
    return times
