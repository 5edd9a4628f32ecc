"""Second opinions: disagreements between reviewers, and their agreement (Cohen's kappa).

A *decision* is the class a reviewer settled on, or the exclusion of the sample; *unsure* is none.
Decisions count as independent when they were opinions (given blind, or come from another copy of
the project), or verdicts on samples no other reviewer had given a verdict on. A verdict given
while two decisions differ settles the disagreement and is no opinion of its own.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN, StoredSamples
from lnl_gui.store.project import Project
from lnl_gui.store.review import decisions
from lnl_gui.store.review.decisions import Decisions
from lnl_gui.util.messages import Message, message_n

EXCLUSION = -1
"""The decision to exclude, beside class ids."""
NO_DECISION = -2
"""Beside class ids where a reviewer decided nothing."""


@dataclass(frozen=True)
class Decision:
    """The label and status one reviewer gave a sample."""

    label: int
    status: int


@dataclass(frozen=True)
class ReviewerComparison:
    """What several reviewers decided about one sample."""

    row: int
    decisions: dict[str, Decision]
    """by reviewer; unsure ones are left out"""
    settled: bool
    """whether somebody gave a verdict knowing that they differ"""


@dataclass(frozen=True)
class ReviewerAgreement:
    """How far two reviewers agree on what both decided."""

    first: str
    second: str
    samples: int
    agreed: int
    kappa: float | None
    """Cohen's kappa; None where both gave one and the same class throughout, or nothing"""


@dataclass(frozen=True)
class ReviewerComparisons:
    """What K reviewers decided about the M samples that have an opinion."""

    rows: np.ndarray
    """int64 (M,), ascending"""
    names: tuple[str, ...]
    """the K reviewers"""
    label: np.ndarray
    """int32 (M, K)"""
    status: np.ndarray
    """uint8 (M, K); `UNSEEN` where a reviewer decided nothing"""
    settled: np.ndarray
    """bool (M,): somebody gave a verdict knowing that they differ"""

    @cached_property
    def codes(self) -> np.ndarray:
        """Class ids, `EXCLUSION` or `NO_DECISION`, int32 (M, K)."""
        return codes(self.label, self.status)

    @cached_property
    def differ(self) -> np.ndarray:
        """Where two reviewers decided differently, bool (M,)."""
        return _differ(self.codes)

    @cached_property
    def open(self) -> np.ndarray:
        """Where they differ and nobody has settled it, bool (M,)."""
        return self.differ & ~self.settled

    @cached_property
    def agreement(self) -> list[ReviewerAgreement]:
        """Agreement of each pair of reviewers who decided about the same samples."""
        decided = self.codes != NO_DECISION
        measured = []
        for one, two in combinations(range(len(self.names)), 2):
            both = np.flatnonzero(decided[:, one] & decided[:, two])
            if len(both):
                first, second = self.codes[both, one], self.codes[both, two]
                agreed, kappa = int((first == second).sum()), cohen_kappa(first, second)
                names = self.names[one], self.names[two]
                measured.append(ReviewerAgreement(*names, len(both), agreed, kappa))
        return measured

    def one(self, place: int) -> ReviewerComparison:
        """The comparison at a place in `rows`."""
        decisions = {
            self.names[k]: Decision(int(self.label[place, k]), int(self.status[place, k]))
            for k in np.flatnonzero(self.codes[place] != NO_DECISION)
        }
        return ReviewerComparison(int(self.rows[place]), decisions, bool(self.settled[place]))

    def find(self, row: int) -> ReviewerComparison | None:
        """What was decided about a sample, if it has an opinion."""
        place = int(np.searchsorted(self.rows, row))
        found = place < len(self.rows) and int(self.rows[place]) == row
        return self.one(place) if found else None

    def unopposed(self, unseen: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Samples without a verdict, by the mask `unseen` (N,), on which all opinions agree.

        Returns their rows, the label and the status they agree on.
        """
        decided = self.codes != NO_DECISION
        chosen = np.flatnonzero(decided.any(axis=1) & ~self.differ & unseen[self.rows])
        if not len(chosen):
            # Perhaps there is no reviewer at all, of whom the first would be looked for.
            return self.rows[chosen], np.zeros(0, np.int32), np.zeros(0, np.uint8)
        who = decided[chosen].argmax(axis=1)
        return self.rows[chosen], self.label[chosen, who], self.status[chosen, who]


def waiting_opinions(project: Project, samples: StoredSamples) -> int:
    """How many samples that are there have opinions that nobody opposes and no verdict."""
    if not decisions.has_opinions(project):
        return 0
    return len(compare(project).unopposed(without_verdict(samples.status, samples.readable))[0])


def without_verdict(status: np.ndarray, readable: np.ndarray) -> np.ndarray:
    """Where an opinion would be adopted, bool (N,), of uint8 (N,) and bool (N,).

    That on a picture which is gone waits until it comes back: nothing else counts it either.
    """
    return (status == UNSEEN) & readable


def waiting_message(count: int) -> Message:
    """That so many opinions change nothing until they are adopted."""
    return message_n(
        "{count:,} opinion of a second reviewer, which nobody opposes, has not been adopted: it"
        " changes nothing until it is. Adopt it under Progress, or by `lnl-gui review PROJECT"
        " adopt`.",
        "{count:,} opinions of a second reviewer, which nobody opposes, have not been adopted:"
        " they change nothing until they are. Adopt them under Progress, or by `lnl-gui review"
        " PROJECT adopt`.",
        count,
    )


def waiting_summary(count: int) -> Message:
    """That so many opinions wait to be adopted."""
    return message_n(
        "{count:,} opinion of a second reviewer changes nothing yet",
        "{count:,} opinions of a second reviewer change nothing yet",
        count,
    )


def codes(label: np.ndarray, status: np.ndarray) -> np.ndarray:
    """Class ids, `EXCLUSION` or `NO_DECISION`, int32 of the arguments' shape, such as (M, K)."""
    chosen = (status == KEPT) | (status == RELABELLED)
    other = np.where(status == EXCLUDED, EXCLUSION, NO_DECISION)
    return np.where(chosen, label, other).astype(np.int32)


def code(decision: Decision) -> int:
    """The class id, `EXCLUSION` or `NO_DECISION`."""
    return int(codes(np.array(decision.label), np.array(decision.status)))


def _differ(found: np.ndarray) -> np.ndarray:
    """Which rows of codes (n, K) hold two different decisions, bool (n,)."""
    highest = found.max(axis=1, initial=NO_DECISION)
    # `NO_DECISION` is the lowest code: for the minimum it is moved to the other end.
    beyond = np.iinfo(found.dtype).max
    lowest = np.where(found == NO_DECISION, beyond, found).min(axis=1, initial=beyond)
    return (highest != NO_DECISION) & (lowest < highest)


def compare(project: Project, rows: np.ndarray | None = None) -> ReviewerComparisons:
    """Comparisons of every sample with an opinion, or of those among `rows` int64 (n,)."""
    return comparisons_of(decisions.contested_decisions(project, rows))


def compare_again(
    project: Project, before: ReviewerComparisons, rows: np.ndarray
) -> ReviewerComparisons:
    """`compare` after the decisions on `rows` int64 (n,) alone have changed."""
    stay = ~np.isin(before.rows, rows)
    fresh = compare(project, rows)
    names = tuple(sorted({*before.names, *fresh.names}))
    together = np.concatenate([before.rows[stay], fresh.rows])
    order = np.argsort(together, kind="stable")
    label, status = (
        np.concatenate([_under(names, before.names, old[stay]), _under(names, fresh.names, new)])
        for old, new in ((before.label, fresh.label), (before.status, fresh.status))
    )
    settled = np.concatenate([before.settled[stay], fresh.settled])
    return ReviewerComparisons(together[order], names, label[order], status[order], settled[order])


def _under(names: tuple[str, ...], known: tuple[str, ...], table: np.ndarray) -> np.ndarray:
    """A table (n, len(known)) with a column for each of `names`; 0 for those it does not know."""
    if names == known:
        return table
    wide = np.zeros((len(table), len(names)), table.dtype)
    wide[:, [names.index(name) for name in known]] = table
    return wide


def comparisons_of(decisions: Decisions) -> ReviewerComparisons:
    """Replay decisions in order, vectorised: the first of every sample at once, then the second."""
    rows, first, inverse = np.unique(decisions.row, return_index=True, return_inverse=True)
    state = _State(len(rows), len(decisions.names))
    turn = np.arange(len(decisions.row)) - first[inverse]
    by_turn = np.argsort(turn, kind="stable")
    for chosen in np.split(by_turn, np.cumsum(np.bincount(turn))[:-1]):
        state.take(decisions, inverse[chosen], chosen)
    return ReviewerComparisons(rows, decisions.names, state.label, state.status, state.settled)


class _State:
    """State of M samples after some of their decisions, in arrays (M, K) by reviewer."""

    def __init__(self, count: int, reviewers: int) -> None:
        self.label = np.zeros((count, reviewers), np.int32)
        self.status = np.full((count, reviewers), UNSEEN, np.uint8)
        self.settled = np.zeros(count, bool)
        self._codes = np.full((count, reviewers), NO_DECISION, np.int32)
        self._when = np.full((count, reviewers), -np.inf)
        # Whose verdicts count as independent of all others; -1 where there are none yet.
        self._decider = np.full(count, -1)

    def take(self, decisions: Decisions, place: np.ndarray, chosen: np.ndarray) -> None:
        """Apply the decisions `chosen` (n,), one for each of the samples at `place` (n,)."""
        who, opinion = decisions.reviewer[chosen], decisions.opinion[chosen]
        differ = _differ(self._codes[place])
        newer = opinion & (self._when[place, who] <= decisions.time[chosen])
        # A newer opinion after a settlement reopens the question.
        self.settled[place[newer]] = False
        self.settled[place[~opinion & differ]] = True
        decider = self._decider[place]
        # Verdicts are seen by others: only the first reviewer's count, a later one's may follow
        # them.
        independent = ~opinion & ~differ & ((decider < 0) | (decider == who))
        self._decider[place[independent]] = who[independent]
        self._record(decisions, place, chosen, newer | independent)

    def _record(
        self, decisions: Decisions, place: np.ndarray, chosen: np.ndarray, counts: np.ndarray
    ) -> None:
        place, chosen = place[counts], chosen[counts]
        who, label, status = (
            values[chosen] for values in (decisions.reviewer, decisions.label, decisions.status)
        )
        found = codes(label, status)
        decided = found != NO_DECISION
        self.label[place, who] = label
        self.status[place, who] = np.where(decided, status, UNSEEN)
        self._codes[place, who] = found
        self._when[place, who] = np.where(decided, decisions.time[chosen], -np.inf)


def cohen_kappa(first: np.ndarray, second: np.ndarray) -> float | None:
    """Agreement beyond chance (Cohen 1960) of two label arrays (n,); None where it is undefined."""
    if len(first) == 0:
        return None
    # Codes may be negative (`EXCLUSION`), which `bincount` refuses.
    lowest = min(first.min(), second.min())
    size = int(max(first.max(), second.max()) - lowest) + 1
    share_first, share_second = (
        np.bincount(found - lowest, minlength=size) / len(found) for found in (first, second)
    )
    # Agreement by chance, were both to draw from their own class shares.
    expected = float((share_first * share_second).sum())
    if expected >= 1.0:
        return None
    return (float((first == second).mean()) - expected) / (1.0 - expected)
