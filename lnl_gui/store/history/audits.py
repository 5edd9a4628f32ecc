"""Stored audits: the samples drawn at random, the reviewer and the seed of each."""

import sqlite3
import time
import uuid
from dataclasses import dataclass

import numpy as np

from lnl_gui.store.database import schema
from lnl_gui.store.dataset.samples import (
    EXCLUDED,
    KEPT,
    RELABELLED,
    UNDECIDED,
    UNSEEN,
    integer_rows,
)
from lnl_gui.store.history.looked_at import AT_A_GLANCE, IN_SIGHT
from lnl_gui.store.project import Project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.statistics.intervals import Estimate, clopper_pearson

_UNKNOWN = "?"
_COLUMNS = "id, guid, reviewer, seed, stratified, population, time"


@dataclass(frozen=True)
class Audit:
    """One random sample of what was neither flagged nor reviewed when it was drawn."""

    id: int
    guid: str
    reviewer: str
    seed: int
    stratified: bool
    population: int
    """how many samples it was drawn from"""
    time: float
    rows: np.ndarray
    """int64, in the order drawn"""


@dataclass(frozen=True)
class AuditCounts:
    """What became of the samples of an audit."""

    judged: int
    """kept or relabelled by a person who looked"""
    wrong: int
    """of these, relabelled"""
    set_aside: int
    """excluded by a person who looked, which does not say whether the label is right"""
    not_looked_at: int
    """decided with so many others that nobody looked at each; they count neither way"""
    in_sight: int
    """decided with a look and the detectors' opinions in sight; they count, and may lean on them"""
    unsure: int
    """looked at and undecided; they count neither way"""
    left: int


def count_verdicts(status: np.ndarray, looked_at: np.ndarray, reasons: np.ndarray) -> AuditCounts:
    """Count the verdicts on the samples of an audit.

    Args:
        status: (n,) uint8, their states.
        looked_at: (n,) bool, whether a person looked, as by `store.history.looked_at`: to
            keep what is left all at once says nothing of any of it.
        reasons: (n,) int, whether the detectors' opinions were to be seen, as by
            `store.history.looked_at.reasons_seen`.
    """
    wrong, aside = status == RELABELLED, status == EXCLUDED
    judged = wrong | (status == KEPT)
    return AuditCounts(
        judged=int((judged & looked_at).sum()),
        wrong=int((wrong & looked_at).sum()),
        set_aside=int((aside & looked_at).sum()),
        not_looked_at=int(((judged | aside) & ~looked_at).sum()),
        in_sight=int(((judged | aside) & looked_at & (reasons == IN_SIGHT)).sum()),
        # To call these right would lower the rate.
        unsure=int(np.isin(status, UNDECIDED).sum()),
        left=int((status == UNSEEN).sum()),
    )


def residual_rate(counts: AuditCounts, *, confidence: float = 0.95) -> Estimate:
    """Share of wrong labels by an audit, with its Clopper-Pearson interval.

    A blurred image is set aside as one of no class is: the lower end takes such labels for right,
    the upper one for wrong.
    """
    with_aside = counts.judged + counts.set_aside
    return Estimate(
        clopper_pearson(counts.wrong, counts.judged).value,
        clopper_pearson(counts.wrong, with_aside, confidence=confidence).low,
        clopper_pearson(counts.wrong + counts.set_aside, with_aside, confidence=confidence).high,
    )


def verdict_remarks(*, not_looked_at: int, set_aside: int, in_sight: int) -> tuple[Message, ...]:
    """What is said of verdicts of an audit that do not tell for sure whether a label is right."""
    told = ((not_looked_at, _not_looked_at), (set_aside, _set_aside), (in_sight, _in_sight))
    return tuple(words(count) for count, words in told if count)


def _set_aside(count: int) -> Message:
    return message_n(
        "{count:,} of its samples was set aside, which does not say whether its label is right:"
        " the lower end of the interval takes it for right, the upper one for wrong.",
        "{count:,} of its samples were set aside, which does not say whether their labels are"
        " right: the lower end of the interval takes them for right, the upper one for wrong.",
        count,
    )


def _in_sight(count: int) -> Message:
    return message_n(
        "{count:,} of its samples was judged with what the detectors think in sight, and that"
        " verdict may lean on it. Judge an audit in its own view, which hides it.",
        "{count:,} of its samples were judged with what the detectors think in sight, and those"
        " verdicts may lean on it. Judge an audit in its own view, which hides it.",
        count,
    )


def _not_looked_at(count: int) -> Message:
    return message_n(
        "{count:,} of its samples was decided with many others at once, so that nobody looked at"
        " it: it does not count. Judge no more than {most} at a time, and in"
        " commands one by one or by a table.",
        "{count:,} of its samples were decided with many others at once, so that nobody looked at"
        " each: they do not count. Judge no more than {most} at a time,"
        " and in commands one by one or by a table.",
        count,
        most=AT_A_GLANCE,
    )


def save_audit(
    project: Project,
    rows: np.ndarray,
    *,
    reviewer: str,
    seed: int,
    stratified: bool,
    population: int,
    detection: str | None = None,
) -> Audit:
    """Store a drawn sample durably.

    `rows` are integers (n,) in the order drawn, `population` the number they were drawn from,
    `detection` is the newest one's id, empty before any.

    Raises:
        UserError: when the project cannot be written.
    """
    drawn = Audit(
        0, uuid.uuid4().hex, reviewer, seed, stratified, population, time.time(), np.array(rows)
    )
    with project.transaction() as connection:
        identifier = insert_audit(connection, drawn)
        if detection is not None:
            connection.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", (_drawn_after(drawn), detection)
            )
    return load_audit(project, identifier)


def is_drawn_after(project: Project, audit: Audit, detection: str, *, started: float) -> bool:
    """Whether an audit is newer than the newest detection, which then knew none of its verdicts.

    Args:
        project: open, for reading at least.
        audit: one of its audits.
        detection: its id.
        started: when it began, in seconds since the epoch.
    """
    newest = project.meta(_drawn_after(audit), _UNKNOWN)
    if newest == _UNKNOWN:
        # Drawn in another copy, or by an earlier version: by the clock.
        return started <= audit.time
    return newest == detection


def _drawn_after(audit: Audit) -> str:
    return f"detection before audit {audit.guid}"


def insert_audit(connection: sqlite3.Connection, audit: Audit) -> int:
    """Add an audit under a new id, which is returned, inside a transaction."""
    cursor = connection.execute(
        "INSERT INTO audit(guid, reviewer, seed, stratified, population, time)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            audit.guid,
            audit.reviewer,
            audit.seed,
            int(audit.stratified),
            audit.population,
            audit.time,
        ),
    )
    identifier = int(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO audit_sample VALUES (?, ?, ?)",
        [(identifier, position, row) for position, row in enumerate(audit.rows.tolist())],
    )
    return identifier


def load_audits(project: Project) -> list[Audit]:
    """All audits, oldest first; none in a project of an older format opened for reading."""
    if schema.version_of(project.connection) < schema.WITH_AUDITS:
        return []
    found = project.connection.execute(f"SELECT {_COLUMNS} FROM audit ORDER BY id").fetchall()
    return [_audit(project, values) for values in found]


def drawn_by_any(project: Project, count: int) -> np.ndarray:
    """Which of `count` samples any audit has drawn, bool (N,)."""
    found = np.zeros(count, bool)
    for audit in load_audits(project):
        found[audit.rows] = True
    return found


def load_audit(project: Project, identifier: int) -> Audit:
    """One audit.

    Raises:
        UserError: when there is no such audit.
    """
    for audit in load_audits(project):
        if audit.id == identifier:
            return audit
    raise UserError(
        message("There is no audit number {identifier}.", identifier=identifier),
        message("Draw one first."),
    )


def _audit(project: Project, values: tuple[int, str, str, int, int, int, float]) -> Audit:
    identifier, guid, reviewer, seed, stratified, population, when = values
    rows = integer_rows(
        project.connection.execute(
            "SELECT sample_id FROM audit_sample WHERE audit_id = ? ORDER BY position",
            (identifier,),
        ),
        1,
    )[:, 0]
    return Audit(identifier, guid, reviewer, seed, bool(stratified), population, when, rows)
