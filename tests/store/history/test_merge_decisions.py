"""Of two decisions made apart, those that come to the same are no conflict, and all others are."""

import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import (
    ASKED,
    EXCLUDED,
    KEPT,
    RELABELLED,
    UNSEEN,
    UNSURE,
)
from lnl_gui.store.history import journal
from lnl_gui.store.history.journal import Change
from lnl_gui.store.history.merge import merge
from lnl_gui.store.project import Project, open_project
from lnl_gui.store.review import decisions
from lnl_gui.store.review.standing_samples import load_samples
from lnl_gui.util.errors import Cancelled
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
        assert (contested.label.dtype, contested.status.dtype) == (np.int32, np.uint8)
        told = list(zip(contested.label.tolist(), contested.status.tolist(), strict=True))
        assert told == [decision for pair in PAIRS for decision in pair]
        for reviewer, at in (("ann", 0), ("bob", 1)):
            label, status, times = decisions.own_view(project, reviewer, samples.given)
            assert label.tolist() == [pair[at][0] if pair[at][1] != UNSEEN else 0 for pair in PAIRS]
            assert status.tolist() == [pair[at][1] for pair in PAIRS]
            assert ((times == 0) == (status == UNSEEN)).all()


def test_decisions_follow_their_classes_and_are_none_for_one_that_was_deleted(
    tmp_path: Path,
) -> None:
    folder = make_project(tmp_path / "a.lnl", count=len(DECISIONS))
    with Session.open(folder, reviewer="ann") as session:
        decide(session.project, "ann", list(DECISIONS))
        with session.project.transaction() as connection:
            for row, (label, status) in enumerate(DECISIONS):
                number = journal.insert_operation(connection, journal.OPINION, {}, "bob")
                values = (number, row, 0, label, UNSEEN, status)
                connection.execute("INSERT INTO op_change VALUES (?, ?, ?, ?, ?, ?)", values)
        session.class_edits.delete(2)
        session.class_edits.merge([1], 0)
        found = decisions.contested_decisions(session.project)
        some = decisions.contested_decisions(session.project, np.array([3, 1]))
    expected = [
        (-1 if label == 2 else 0, UNSEEN if label == 2 else status) for label, status in DECISIONS
    ]
    for reviewer in (0, 1):
        mine = found.reviewer == reviewer
        assert found.row[mine].tolist() == list(range(len(DECISIONS)))
        told = zip(found.label[mine].tolist(), found.status[mine].tolist(), strict=True)
        assert list(told) == expected
    assert some.row.tolist() == [1, 1, 3, 3] and some.status.tolist() == [2, 2, 0, 0]


def test_a_merge_names_the_samples_it_has_changed_and_no_others(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "a.lnl", count=12)
    with Session.open(folder, reviewer="ann") as session:
        session.exclude(np.array([4, 7]))
        session.exclude(np.array([2]))
    other = Path(shutil.copytree(folder, tmp_path / "b.lnl"))
    with Session.open(other, reviewer="ann") as session:
        session.undo()
        session.undo()
        session.redo()
        session.remarks.note(np.array([9]), "Which one?")
    with open_project(folder) as project:
        assert merge(project, other).rows.tolist() == [2, 4, 7]
        assert load_samples(project).status.tolist() == [
            EXCLUDED if row in (4, 7) else UNSEEN for row in range(12)
        ]
        again = merge(project, other)
        assert again.operations == 0 and again.rows.tolist() == []


MANY = 4_500
"""More than are written between two reports."""


def two_copies(tmp_path: Path) -> tuple[Path, Path]:
    """A project, and a copy in which bob has excluded many samples by one act and a few after."""
    paths = [f"{row:04d}.png" for row in range(MANY)]
    folder = make_project(tmp_path / "a.lnl", count=MANY, paths=paths)
    other = Path(shutil.copytree(folder, tmp_path / "b.lnl"))
    with Session.open(other, reviewer="bob") as session:
        session.exclude(np.arange(MANY))
        session.keep(np.array([3]))
    return folder, other


def test_what_a_merge_tells_of_its_steps_adds_up(tmp_path: Path) -> None:
    folder, other = two_copies(tmp_path)
    told: dict[str, list[tuple[int, int]]] = {"reading": [], "writing": [], "settling": []}
    with open_project(folder) as project:
        merge(
            project,
            other,
            reading=lambda *step: told["reading"].append(step),
            writing=lambda *step: told["writing"].append(step),
            settling=lambda *step: told["settling"].append(step),
        )
        status = load_samples(project).status
    assert np.bincount(status).tolist()[KEPT] == 1 and (status == EXCLUDED).sum() == MANY - 1
    # Two operations; these with their changes; and the samples that have changed.
    totals = {"reading": 2, "writing": 2 + MANY + 1, "settling": None}
    for name, steps in told.items():
        done = [step for step, _ in steps]
        assert done[0] == 0 and all(step <= total for step, total in steps)
        if totals[name] is not None:
            assert done == sorted(done) and {total for _, total in steps} == {totals[name]}
    assert told["writing"][-1] == (2 + MANY + 1,) * 2 and len(told["writing"]) >= 4
    assert told["settling"][-1][1] == MANY and len(told["settling"]) >= 2


@pytest.mark.parametrize(
    ("step", "at"),
    [("reading", 1), ("writing", 1), ("writing", 3), ("settling", 1), ("settling", 2)],
)
def test_a_merge_that_was_cancelled_at_any_step_has_changed_nothing(
    tmp_path: Path, step: str, at: int
) -> None:
    folder, other = two_copies(tmp_path)
    calls: list[int] = []

    def cancel(done: int, total: int) -> None:
        calls.append(done)
        if len(calls) == at:
            raise Cancelled

    with open_project(folder) as project:
        before = list(project.connection.iterdump())
        with pytest.raises(Cancelled):
            merge(project, other, **{step: cancel})
        assert list(project.connection.iterdump()) == before
