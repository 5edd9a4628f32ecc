"""Two reviewers, one blind to the other: where they differ, and how much that is.

A *decision* is the class a reviewer settled on, or the exclusion of the sample; *unsure* is none.
Decisions count as independent when they were opinions (given blind, or come from another copy of
the project), or verdicts on samples no other reviewer had given a verdict on. A verdict given
while two decisions differ settles the disagreement and is no opinion of its own.
"""

from dataclasses import dataclass
from itertools import combinations, groupby

import numpy as np

from lnl_gui.store import journal
from lnl_gui.store.journal import Decision
from lnl_gui.store.project import Project
from lnl_gui.store.samples import EXCLUDED, KEPT, RELABELLED

EXCLUSION = -1
"""The decision to exclude, beside class ids."""


@dataclass(frozen=True)
class Comparison:
    """What several reviewers decided about one sample."""

    row: int
    decisions: dict[str, Decision]
    """by reviewer; unsure ones are left out"""
    settled: bool
    """whether somebody gave a verdict knowing that they differ"""

    @property
    def differ(self) -> bool:
        """Whether two reviewers decided differently."""
        return len({code(decision) for decision in self.decisions.values()}) > 1


@dataclass(frozen=True)
class Agreement:
    """How far two reviewers agree on what both decided."""

    first: str
    second: str
    samples: int
    agreed: int
    kappa: float | None
    """Cohen's kappa; None where both gave one and the same class throughout, or nothing"""


def code(decision: Decision) -> int | None:
    """The class id, `EXCLUSION`, or None for no decision."""
    if decision.status in (KEPT, RELABELLED):
        return decision.label
    return EXCLUSION if decision.status == EXCLUDED else None


def compare(project: Project) -> list[Comparison]:
    """Every sample with an opinion, by row."""
    decisions = journal.contested_decisions(project)
    return [
        _compare_one(row, list(found)) for row, found in groupby(decisions, key=lambda d: d.row)
    ]


def _compare_one(row: int, decisions: list[Decision]) -> Comparison:
    own: dict[str, Decision] = {}
    deciders: set[str] = set()
    settled = False
    for decision in decisions:
        differ = Comparison(row, own, settled).differ
        if decision.opinion:
            newest = own.get(decision.reviewer)
            if newest is None or newest.time <= decision.time:
                _record(own, decision)
                settled = False
        elif differ:
            settled = True
        elif deciders <= {decision.reviewer}:
            _record(own, decision)
            deciders.add(decision.reviewer)
    return Comparison(row, own, settled)


def _record(own: dict[str, Decision], decision: Decision) -> None:
    if code(decision) is None:
        own.pop(decision.reviewer, None)
    else:
        own[decision.reviewer] = decision


def disagreements(comparisons: list[Comparison]) -> list[Comparison]:
    """Those that differ and that nobody has settled."""
    return [found for found in comparisons if found.differ and not found.settled]


def unopposed(comparisons: list[Comparison], unseen: np.ndarray) -> list[Comparison]:
    """Samples without a verdict, by the mask `unseen` (N,), on which all opinions agree."""
    return [c for c in comparisons if c.decisions and not c.differ and unseen[c.row]]


def agreement(comparisons: list[Comparison]) -> list[Agreement]:
    """Agreement of each pair of reviewers who decided about the same samples."""
    names = sorted({name for found in comparisons for name in found.decisions})
    measured = []
    for first, second in combinations(names, 2):
        both = [
            (code(c.decisions[first]), code(c.decisions[second]))
            for c in comparisons
            if first in c.decisions and second in c.decisions
        ]
        if both:
            pairs = np.array(both, np.int64)
            agreed = int((pairs[:, 0] == pairs[:, 1]).sum())
            kappa = cohen_kappa(pairs[:, 0], pairs[:, 1])
            measured.append(Agreement(first, second, len(both), agreed, kappa))
    return measured


def cohen_kappa(first: np.ndarray, second: np.ndarray) -> float | None:
    """Agreement beyond chance (Cohen 1960) of two label arrays (n,); None where it is undefined."""
    if len(first) == 0:
        return None
    labels = np.unique(np.concatenate([first, second]))
    share_first, share_second = (
        np.bincount(np.searchsorted(labels, found), minlength=len(labels)) / len(found)
        for found in (first, second)
    )
    expected = float((share_first * share_second).sum())
    if expected >= 1.0:
        return None
    return (float((first == second).mean()) - expected) / (1.0 - expected)
