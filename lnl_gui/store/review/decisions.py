"""Decisions in force, reviewer by reviewer, and where reviewers disagree."""

from dataclasses import dataclass, replace

import numpy as np

from lnl_gui.store.database import schema
from lnl_gui.store.dataset.classes import load_class_map
from lnl_gui.store.dataset.replaced_pictures import has_replaced, load_replaced
from lnl_gui.store.dataset.samples import KEPT, RELABELLED, UNSEEN, integer_rows, present_labels
from lnl_gui.store.history.journal import DECIDES, OPINION, REAL
from lnl_gui.store.history.journal_queries import operation_times, refuse_gaps
from lnl_gui.store.project import Project


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


def contested_decisions(project: Project, rows: np.ndarray | None = None) -> Decisions:
    """Every decision in force about samples that have an opinion.

    Those made on other pictures than the ones that are there now say nothing of these, and adopted
    they would be verdicts on what nobody has seen.

    Args:
        project: open, for reading at least.
        rows: int64 (n,), the samples to look at; all by default.
    """
    facts = project.connection.execute(
        f"SELECT id, reviewer, kind, time FROM op WHERE NOT undone AND {DECIDES}"
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
    refuse_gaps(project, [fact[0] for fact in facts])
    if has_replaced(project):
        table = table[~load_replaced(project).is_other(table[:, 0], table[:, 1])]
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
        f" WHERE reviewer = ? AND NOT undone AND {DECIDES} ORDER BY time, op.id",
        (reviewer,),
    )
    table = integer_rows(cursor, 4)
    # A row named twice keeps the last value: the newest decision.
    label[table[:, 0]] = table[:, 1]
    status[table[:, 0]] = table[:, 2]
    times[table[:, 0]] = operation_times(project)[table[:, 3]]
    times[status == UNSEEN] = 0.0
    meaning = load_class_map(project)
    return *present_labels(meaning, meaning.of(given), label, status), times


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


def has_opinions(project: Project) -> bool:
    """Whether anybody has an opinion in force."""
    found = project.connection.execute(
        f"SELECT 1 FROM op WHERE {schema.OPINIONS} AND undone = 0 LIMIT 1"
    )
    return found.fetchone() is not None


def reviewers(project: Project) -> list[str]:
    """Names of reviewers with a verdict or an opinion in force, by first decision."""
    return [
        name
        for (name,) in project.connection.execute(
            f"SELECT reviewer FROM op WHERE NOT undone AND {DECIDES}"
            " GROUP BY reviewer ORDER BY min(id)"
        )
    ]
