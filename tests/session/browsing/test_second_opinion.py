"""A second reviewer, blind to the first: opinions, disagreements, kappa, undo."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN
from lnl_gui.store.history import journal, journal_queries
from lnl_gui.store.review import decisions
from lnl_gui.store.review.second_opinion import code, cohen_kappa
from lnl_gui.util.errors import UserError


def test_the_second_reviewer_sees_only_their_own_verdicts(session: Session) -> None:
    session.relabel(np.array([0, 1]), 2)
    session.team.work_as("bob", blind=True)
    assert set(session.columns.status) == {UNSEEN}
    assert session.counts().reviewed == 0
    assert session.history(0) == []
    assert session.team.disagreements() == []
    for spec in (ViewSpec(disagreement=True), ViewSpec(reviewer=("ann",))):
        with pytest.raises(UserError, match="blind"):
            session.views.select_rows(spec)
    session.exclude(np.array([0]))
    assert session.views.select_rows(ViewSpec(flagged=None, reviewer=("bob",))).tolist() == [0]
    assert session.columns.status[0] == EXCLUDED
    session.team.work_as("ann")
    assert (session.columns.current[0], session.columns.status[0]) == (2, RELABELLED)
    session.team.work_as("bob", blind=True)
    assert session.columns.status[0] == EXCLUDED
    assert session.columns.current[0] == 0


def test_an_opinion_changes_nothing_current_and_survives_a_restart(
    session: Session, tmp_path: Path
) -> None:
    session.team.work_as("bob", blind=True)
    session.relabel(np.array([4, 5]), 0)
    session.close()
    with Session.open(tmp_path / "pets.lnl", reviewer="ann") as again:
        np.testing.assert_array_equal(again.columns.current, again.columns.given)
        assert not again.columns.status.any()
        assert again.undo() is None
        assert [entry.kind for entry in again.history(4)] == ["opinion"]
        assert again.team.reviewers() == ["bob"]
    with Session.open(tmp_path / "pets.lnl", reviewer="bob", blind=True) as again:
        assert again.columns.current[[4, 5]].tolist() == [0, 0]


def test_undo_keeps_to_ones_own_stack(session: Session) -> None:
    session.keep(np.array([1]))
    session.team.work_as("bob", blind=True)
    session.relabel(np.array([1]), 0)
    session.exclude(np.array([2]))
    session.team.work_as("eve", blind=True)
    session.exclude(np.array([1]))
    session.team.work_as("bob", blind=True)
    assert str(session.undo_text()) == "Excluded 1 sample"
    session.undo()
    session.undo()
    assert session.undo() is None and session.undo_text() is None
    assert set(session.columns.status) == {UNSEEN}
    assert str(session.redo_text()) == "Relabelled 1 sample as cat"
    session.redo()
    assert session.columns.current[1] == 0
    session.redo()
    assert session.redo_text() is None
    session.team.work_as("ann")
    assert session.columns.status[1] == KEPT
    session.undo()
    assert session.columns.status[1] == UNSEEN
    session.team.work_as("bob", blind=True)
    assert session.columns.current[1] == 0


def test_disagreements_are_queued_and_any_verdict_settles_them(session: Session) -> None:
    session.keep(np.array([0, 1, 2, 3]))
    session.team.work_as("bob", blind=True)
    session.keep(np.array([0]))
    session.relabel(np.array([1]), 2)
    session.exclude(np.array([2]))
    session.unsure(np.array([3]))
    session.team.work_as("ann")
    assert [found.row for found in session.team.disagreements()] == [1, 2]
    spec = ViewSpec(flagged=None, disagreement=True)
    assert sorted(session.views.select_rows(spec).tolist()) == [1, 2]
    before = session.team.agreement()[0]
    assert (before.samples, before.agreed) == (3, 1)
    session.relabel(np.array([1]), 2)
    session.keep(np.array([2]))
    assert session.team.disagreements() == []
    # What was settled does not make the two look more alike than they were.
    assert session.team.agreement() == [before]
    session.undo()
    assert [found.row for found in session.team.disagreements()] == [2]
    assert len(session.views.select_rows(spec)) == 1


def test_a_new_opinion_opens_a_settled_question_again(session: Session) -> None:
    session.keep(np.array([0]))
    session.team.work_as("bob", blind=True)
    session.exclude(np.array([0]))
    session.team.work_as("ann")
    session.keep(np.array([0]))
    assert session.team.disagreements() == []
    session.team.work_as("eve", blind=True)
    session.exclude(np.array([0]))
    session.team.work_as("ann")
    assert len(session.team.disagreements()) == 1


def test_a_reviewer_who_saw_the_first_verdict_gives_no_opinion(session: Session) -> None:
    session.keep(np.array([0]))
    session.team.work_as("bob")
    session.exclude(np.array([0]))
    assert session.team.disagreements() == []
    assert session.team.agreement() == []


def test_kappa_of_a_review_equals_scikit_learns(session: Session) -> None:
    generator = np.random.default_rng(2)
    decided = {}
    for name, blind in (("ann", False), ("bob", True)):
        session.team.work_as(name, blind=blind)
        decisions = []
        for row in range(30):
            choice = int(generator.integers(4)) if generator.random() < 0.4 else row % 3
            if choice == 3:
                session.exclude(np.array([row]))
            else:
                session.relabel(np.array([row]), choice)
            decisions.append(choice)
        decided[name] = decisions
    session.team.work_as("ann")
    (found,) = session.team.agreement()
    assert (found.first, found.second, found.samples) == ("ann", "bob", 30)
    assert found.kappa == pytest.approx(cohen_kappa_score(decided["ann"], decided["bob"]))
    differ = [r for r in range(30) if decided["ann"][r] != decided["bob"][r]]
    assert [entry.row for entry in session.team.disagreements()] == differ


def test_kappa_equals_scikit_learns_on_random_labels() -> None:
    generator = np.random.default_rng(0)
    for _ in range(50):
        first = generator.integers(-1, generator.integers(1, 6), 40)
        second = np.where(generator.random(40) < 0.6, first, generator.integers(-1, 4, 40))
        assert cohen_kappa(first, second) == pytest.approx(cohen_kappa_score(first, second))
    assert cohen_kappa(np.ones(5, int), np.ones(5, int)) is None
    assert cohen_kappa(np.zeros(0, int), np.zeros(0, int)) is None


def test_opinions_nobody_opposes_are_adopted_as_one_act(session: Session) -> None:
    session.keep(np.array([0]))
    for name in ("bob", "eve"):
        session.team.work_as(name, blind=True)
        session.relabel(np.array([0, 4]), 2)
        session.exclude(np.array([5 if name == "bob" else 6]))
        session.relabel(np.array([7]), 0 if name == "bob" else 2)
    with pytest.raises(UserError):
        session.adopt_opinions()
    session.team.work_as("ann")
    changes = session.adopt_opinions()
    assert changes.rows.tolist() == [4, 5, 6]
    assert session.columns.current[4] == 2
    assert session.columns.status[4:8].tolist() == [RELABELLED, EXCLUDED, EXCLUDED, UNSEEN]
    session.undo()
    assert not session.columns.status[4:8].any()


def test_labels_still_equal_a_replay_of_the_verdicts(session: Session) -> None:
    generator = np.random.default_rng(7)
    for step in range(40):
        session.team.work_as(("ann", "bob")[step % 2], blind=step % 2 == 1)
        act = generator.integers(4)
        rows = generator.choice(30, 3, replace=False)
        if act < 2:
            session.relabel(rows, int(generator.integers(3)))
        else:
            (session.undo, session.redo)[act - 2]()
    session.team.work_as("ann")
    replayed = session.columns.given.copy()
    for op in journal_queries.operations(session.project):
        if op.kind == "relabel" and not op.undone:
            change = journal.load_change(session.project, op.id)
            replayed[change.rows] = change.new_label
    np.testing.assert_array_equal(replayed, session.columns.current)


def compared_one_by_one(session: Session) -> dict[int, tuple[dict[str, int], bool]]:
    """The rules read aloud: reviewers' decisions by sample, and whether they are settled."""
    told: dict[int, list[tuple[journal.Operation, int, int]]] = {}
    for op in journal_queries.operations(session.project):
        if op.kind not in ("undo", "redo") and not op.undone:
            change = journal.load_change(session.project, op.id)
            for row, label, status in zip(
                change.rows.tolist(), change.new_label, change.new_status, strict=True
            ):
                told.setdefault(row, []).append((op, int(label), int(status)))
    result = {}
    for row, acts in told.items():
        if not any(op.kind == "opinion" for op, _, _ in acts):
            continue
        own: dict[str, tuple[int, float]] = {}
        deciders: set[str] = set()
        settled = False
        for op, label, status in acts:
            differ = len({choice for choice, _ in own.values()}) > 1
            if op.kind == "opinion":
                if op.reviewer in own and own[op.reviewer][1] > op.time:
                    continue
                settled = False
            elif differ:
                settled = True
                continue
            elif deciders - {op.reviewer}:
                continue
            else:
                deciders.add(op.reviewer)
            own.pop(op.reviewer, None)
            if status in (KEPT, RELABELLED):
                own[op.reviewer] = label, op.time
            elif status == EXCLUDED:
                own[op.reviewer] = -1, op.time
        result[row] = {name: choice for name, (choice, _) in own.items()}, settled
    return result


@pytest.mark.parametrize("seed", range(8))
def test_many_reviewers_compare_as_one_by_one(session: Session, seed: int) -> None:
    generator = np.random.default_rng(seed)
    for _ in range(25):
        session.team.work_as(
            str(generator.choice(["ann", "bob", "cat"])), blind=bool(generator.integers(3))
        )
        rows = generator.choice(10, int(generator.integers(1, 8)), replace=False)
        act = int(generator.integers(8))
        if act < 3:
            session.relabel(rows, int(generator.integers(3)))
        elif act < 6:
            (session.keep, session.exclude, session.unsure)[act - 3](rows)
        else:
            (session.undo, session.redo)[act - 6]()
        session.team.work_as("dan")
        expected = compared_one_by_one(session)
        found = {int(row): session.derived.comparisons.find(row) for row in range(30)}
        told = {
            row: ({name: code(choice) for name, choice in one.decisions.items()}, one.settled)
            for row, one in found.items()
            if one is not None
        }
        assert told == expected
        open_rows = sorted(
            row
            for row, (own, settled) in expected.items()
            if len({*own.values()}) > 1 and not settled
        )
        assert [one.row for one in session.team.disagreements()] == open_rows
        assert session.team.disagreement_count() == len(open_rows)
        assert [row for row in range(30) if session.team.disagreement_on(row)] == open_rows
        for pair in session.team.agreement():
            both = [
                (own[pair.first], own[pair.second])
                for own, _ in expected.values()
                if {pair.first, pair.second} <= own.keys()
            ]
            assert pair.samples == len(both)
            assert pair.agreed == sum(one == other for one, other in both)
            if pair.kappa is not None:
                first, second = zip(*both, strict=True)
                assert pair.kappa == pytest.approx(cohen_kappa_score(first, second))


def test_reviewers_are_everybody_with_a_decision_in_force(session: Session) -> None:
    assert session.team.reviewers() == []
    session.keep(np.array([1]))
    session.team.work_as("bob", blind=True)
    session.keep(np.array([1]))
    assert session.team.reviewers() == ["ann", "bob"] == decisions.reviewers(session.project)
    session.undo()
    assert session.team.reviewers() == ["ann"]
    session.redo()
    assert session.team.reviewers() == ["ann", "bob"]
