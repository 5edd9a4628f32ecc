"""Of two decisions made apart, those that come to the same are no conflict, and all others are."""

import itertools
import shutil
from pathlib import Path

import numpy as np

from lnl_gui.store import decisions, journal
from lnl_gui.store.journal import Change
from lnl_gui.store.merge import merge
from lnl_gui.store.project import Project, open_project
from lnl_gui.store.samples import (
    ASKED,
    EXCLUDED,
    KEPT,
    RELABELLED,
    UNSEEN,
    UNSURE,
    load_samples,
)
from tests.builders import make_project

DECISIONS = (
    (0, KEPT),
    (0, RELABELLED),
    (1, RELABELLED),
    (2, RELABELLED),
    (0, EXCLUDED),
    (0, UNSURE),
    (0, ASKED),
    (0, UNSEEN),
    (1, EXCLUDED),
)
PAIRS = list(itertools.product(DECISIONS, DECISIONS))
"""What ann and bob decide about each sample, all of which came as class 0."""


def decide(project: Project, reviewer: str, made: list[tuple[int, int]]) -> None:
    """One decision on each sample, an operation each."""
    for row, (label, status) in enumerate(made):
        change = Change(
            np.array([row]),
            np.array([0], np.int32),
            np.array([label], np.int32),
            np.array([UNSEEN], np.uint8),
            np.array([status], np.uint8),
        )
        journal.append(project, "decide", {}, change, reviewer)


def comes_to(decision: tuple[int, int]) -> object:
    label, status = decision
    return ("is", label) if status in (KEPT, RELABELLED) else status


def test_conflicts_are_the_decisions_that_come_to_something_else(tmp_path: Path) -> None:
    paths = [f"cat/{row:03d}.png" for row in range(len(PAIRS))]
    folder = make_project(tmp_path / "a.lnl", count=len(PAIRS), paths=paths)
    with open_project(folder) as project:
        with project.transaction() as connection:
            connection.execute("UPDATE sample SET given = 0")
        (project.arrays / "columns.npz").unlink()
    other = Path(shutil.copytree(folder, tmp_path / "b.lnl"))
    with open_project(other) as project:
        decide(project, "bob", [theirs for _, theirs in PAIRS])
    with open_project(folder) as project:
        decide(project, "ann", [ours for ours, _ in PAIRS])
        report = merge(project, other)
        found = {conflict.row: conflict for conflict in report.conflicts}
        expected = {
            row for row, (ours, theirs) in enumerate(PAIRS) if comes_to(ours) != comes_to(theirs)
        }
        assert set(found) == expected and len(report.conflicts) == len(expected)
        for row, conflict in found.items():
            assert (conflict.here, conflict.other) == PAIRS[row]
            assert (conflict.reviewer, conflict.other_reviewer) == ("ann", "bob")
        # What was decided here stays; what was decided there is on record as an opinion.
        samples = load_samples(project)
        assert samples.current.tolist() == [label for (label, _), _ in PAIRS]
        assert samples.status.tolist() == [status for (_, status), _ in PAIRS]
        contested = decisions.contested_decisions(project)
        assert contested.names == ("ann", "bob")
        assert contested.row.tolist() == [row for row in range(len(PAIRS)) for _ in "ab"]
        assert contested.reviewer.tolist() == [0, 1] * len(PAIRS)
        assert contested.opinion.tolist() == [False, True] * len(PAIRS)
        told = list(zip(contested.label.tolist(), contested.status.tolist(), strict=True))
        assert told == [decision for pair in PAIRS for decision in pair]
        for reviewer, at in (("ann", 0), ("bob", 1)):
            label, status, times = decisions.own_view(project, reviewer, samples.given)
            assert label.tolist() == [pair[at][0] if pair[at][1] != UNSEEN else 0 for pair in PAIRS]
            assert status.tolist() == [pair[at][1] for pair in PAIRS]
            assert ((times == 0) == (status == UNSEEN)).all()
