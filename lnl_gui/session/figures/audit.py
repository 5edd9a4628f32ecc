"""Audit: residual noise rate of the samples not flagged, from a blind random sample.

The reviewer sees neither suspicion nor suggestion (`ViewSpec.blind`), else the verdicts would lean
on the very thing that is audited. Verdicts given in an audit are verdicts like any other.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.history import audits
from lnl_gui.store.history.audits import Audit, AuditCounts, count_verdicts, residual_rate
from lnl_gui.store.history.looked_at import looked_at, reasons_seen
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.statistics.intervals import Estimate
from lnl_gui.util.statistics.well_labelled import WellLabelled, with_audit


@dataclass(frozen=True)
class AuditReport:
    """Result of an audit so far."""

    audit: int
    drawn: int
    judged: int
    """kept or relabelled by a person who looked"""
    wrong: int
    """relabelled"""
    set_aside: int
    """excluded: right in the lower ends of the intervals, wrong in the upper ones"""
    not_looked_at: int
    """decided with so many others that nobody looked at each; they count neither way"""
    in_sight: int
    """decided with what the detectors think in sight; they count, and may lean on it"""
    unsure: int
    """looked at and undecided; they count neither way"""
    left: int
    population: int
    """how many samples the audit speaks for"""
    residual_rate: Estimate
    """share of wrong labels among them, with its Clopper-Pearson interval"""
    expected_errors: Estimate
    """the same as a number of samples"""
    need_no_look: WellLabelled | None = None
    """the set that nobody need look at, with the bound that the audit gives it; None where there is
    none, or a detection since has taken the audit's verdicts into account"""


def audited_bound(report: AuditReport) -> Message | None:
    """What the audit says of the labels that need no look; None where it says nothing of them."""
    found = report.need_no_look
    if found is None or not found.audited:
        return None
    return message(
        "{count:,} labels need no look: at most {bound:.1%} of them are wrong (95 %), with"
        " {audited:,} of them audited.",
        count=int(found.chosen.sum()),
        bound=found.bound,
        audited=found.audited,
    )


def verdict_remarks(report: AuditReport) -> tuple[Message, ...]:
    """What is said of the audit's verdicts that do not tell for sure whether a label is right."""
    return audits.verdict_remarks(
        not_looked_at=report.not_looked_at, set_aside=report.set_aside, in_sight=report.in_sight
    )


def as_json(report: AuditReport) -> dict[str, Any]:
    """One audit as plain values."""
    found, sound = report.need_no_look, None
    if found is not None and found.audited:
        sound = {
            "count": int(found.chosen.sum()),
            "bound": found.bound,
            "audited": found.audited,
        }
    # Its mask of all samples is an array, which JSON does not hold; the count says it.
    return asdict(replace(report, need_no_look=None)) | {"need_no_look": sound}


def auditable(columns: SampleColumns) -> np.ndarray:
    """Rows an audit is drawn from: readable, with a label, unflagged, unreviewed; int64 (n,)."""
    open_rows = columns.readable & ~columns.flagged & (columns.status == UNSEEN)
    return np.flatnonzero(open_rows & ~columns.unlabelled)


def draw(
    rows: np.ndarray, size: int, *, seed: int, classes: np.ndarray | None = None
) -> np.ndarray:
    """A random sample without replacement, in random order, int64 (size,).

    Args:
        rows: the population.
        size: how many to draw; no more than there are.
        seed: the same seed draws the same sample.
        classes: (len(rows),) class ids to draw in proportion to, for a class-stratified sample.

    Raises:
        UserError: when there is nothing to draw from, or `size` is no number of samples.
    """
    if size < 1 or len(rows) == 0:
        raise UserError(
            (
                message("There is nothing to audit.")
                if len(rows) == 0
                else message("An audit needs a sample or more.")
            ),
            message("Samples that are neither flagged nor reviewed can be audited."),
        )
    generator = np.random.default_rng(seed)
    size = min(size, len(rows))
    # Random order as well: an audit broken off early is still a random sample.
    if classes is None:
        return generator.choice(rows, size, replace=False)
    chosen = [
        generator.choice(rows[classes == label], share, replace=False)
        for label, share in _shares(classes, size)
    ]
    return generator.permutation(np.concatenate(chosen))


def _shares(classes: np.ndarray, size: int) -> list[tuple[int, int]]:
    """Samples a class in proportion to its size, by largest remainder; they add up to `size`."""
    labels, count = np.unique(classes, return_counts=True)
    exact = count * (size / len(classes))
    share = np.floor(exact).astype(np.int64)
    missing = size - int(share.sum())
    share[np.argsort(share - exact, kind="stable")[:missing]] += 1
    return list(zip(labels.tolist(), share.tolist(), strict=True))


def report(
    columns: SampleColumns,
    audit: Audit,
    *,
    confidence: float = 0.95,
    bound: float | None = None,
) -> AuditReport:
    """Residual noise rate of the audited population, from the verdicts given so far.

    A class-stratified sample in proportion varies less than a simple one, so that the interval of
    a simple sample holds for it as well.

    Args:
        columns: of the open project.
        audit: as it was drawn.
        confidence: of the intervals.
        bound: of the share of wrong labels among those that need no look, as the detection claims
            it; None where the audit cannot speak for them.
    """
    found = _counts(columns, audit.rows)
    rate = residual_rate(found, confidence=confidence)
    return AuditReport(
        audit=audit.id,
        drawn=len(audit.rows),
        judged=found.judged,
        wrong=found.wrong,
        set_aside=found.set_aside,
        not_looked_at=found.not_looked_at,
        in_sight=found.in_sight,
        unsure=found.unsure,
        left=found.left,
        population=audit.population,
        residual_rate=rate,
        expected_errors=rate.times(audit.population),
        need_no_look=None if bound is None else _need_no_look(columns, audit, bound),
    )


def _need_no_look(columns: SampleColumns, audit: Audit, bound: float) -> WellLabelled:
    """What the audited members of the set that nobody need look at say of all of it."""
    chosen = columns.well_labelled
    found = _counts(columns, audit.rows[chosen[audit.rows]])
    expected = float(columns.suspicion[chosen].mean()) if chosen.any() else 0.0
    claimed = WellLabelled(chosen, bound, expected)
    # An upper bound holds if what was set aside is wrong.
    aside = found.set_aside
    return with_audit(claimed, wrong=found.wrong + aside, judged=found.judged + aside)


def _counts(columns: SampleColumns, rows: np.ndarray) -> AuditCounts:
    """Of some samples of an audit; of the reviewer's own verdicts while they review blind."""
    seen = looked_at(columns.project, rows, reviewer=columns.own_of)
    reasons = reasons_seen(columns.project, rows, reviewer=columns.own_of)
    return count_verdicts(columns.status[rows], seen, reasons)
