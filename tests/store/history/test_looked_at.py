"""What a person has decided on many samples at once nobody has looked at, whatever was decided."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.history import looked_at as module
from lnl_gui.store.history.looked_at import (
    ACCEPTED,
    AT_A_GLANCE,
    AT_ONCE,
    HIDDEN,
    IN_SIGHT,
    IN_VIEW,
    LOOKED_AT,
    NOBODY,
    NOT_KNOWN,
    NOT_TOLD,
    REASONS_HIDDEN,
    looked_at,
    reasons_seen,
    verdict_origins,
)
from tests.builders import add_detection, forget_shown, make_project

COUNT = 120
MANY, FEW = np.arange(AT_A_GLANCE + 1), np.arange(AT_A_GLANCE)
Act = Callable[[Session, np.ndarray], object]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    folder = make_project(tmp_path / "pets.lnl", count=COUNT)
    add_detection(folder)
    with Session.open(folder, reviewer="ann", shows_images=True) as opened:
        yield opened


def origins(session: Session, rows: np.ndarray) -> set[int]:
    found = verdict_origins(session.project, COUNT)
    assert (np.delete(found, rows) == NOBODY).all()
    assert (session.looked_at(rows) == (found[rows] == LOOKED_AT)).all()
    return set(found[rows].tolist())


@pytest.mark.parametrize(
    ("act", "rows", "expected"),
    [
        (Session.keep, MANY, AT_ONCE),
        (Session.keep, FEW, LOOKED_AT),
        (Session.exclude, MANY, AT_ONCE),
        (lambda session, rows: session.relabel(rows, 1), MANY, AT_ONCE),
        (lambda session, rows: session.relabel(rows, 1), FEW, LOOKED_AT),
        (lambda session, rows: session.relabel(rows, 1, one_by_one=True), MANY, LOOKED_AT),
        (lambda session, rows: session.keep(rows, one_by_one=True), MANY, LOOKED_AT),
        (lambda session, rows: session.exclude(rows, one_by_one=True), MANY, LOOKED_AT),
        (Session.accept, MANY, ACCEPTED),
        # Nobody chose the labels: of two neither is confirmed.
        (Session.accept, np.array([3, 4]), IN_VIEW),
        (Session.accept, FEW, IN_VIEW),
        (Session.accept, np.array([3]), LOOKED_AT),
    ],
)
def test_an_act_on_more_than_can_be_seen_says_nothing_of_any_one(
    session: Session, act: Act, rows: np.ndarray, expected: int
) -> None:
    act(session, rows)
    assert origins(session, rows) == {expected}
    # A verdict on one alone is a look at it.
    session.keep(rows[:1])
    assert session.looked_at(rows[:1]).all()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(np.array([3, 4]), ACCEPTED), (FEW, ACCEPTED), (np.array([3]), LOOKED_AT)],
)
def test_what_a_script_accepts_was_in_nobodys_view(
    session: Session, rows: np.ndarray, expected: int
) -> None:
    folder = session.folder
    session.accept(np.array([60, 61]))
    session.close()
    with Session.open(folder, reviewer="ann") as script:
        script.accept(rows)
        found = verdict_origins(script.project, COUNT)
        assert set(found[rows].tolist()) == {expected}
        # What the window showed stays so.
        assert set(found[[60, 61]].tolist()) == {IN_VIEW}


@pytest.mark.parametrize("act", [Session.keep, Session.exclude, Session.unsure])
@pytest.mark.parametrize(("shown", "several"), [(False, AT_ONCE), (None, LOOKED_AT)])
def test_what_a_command_names_at_once_nobody_has_looked_at(
    session: Session, act: Act, shown: bool | None, several: int
) -> None:
    folder = session.folder
    session.keep(np.array([60, 61]))
    session.close()
    with Session.open(folder, reviewer="ann", shows_images=shown) as script:
        act(script, np.array([3, 4]))
        act(script, np.array([5]))
        script.keep(np.array([6, 7]), one_by_one=True)
        found = verdict_origins(script.project, COUNT)
        assert found[[3, 4]].tolist() == [several] * 2
        # One at a time, the lines of a table, and what the window showed may be a person's.
        assert found[[5, 6, 7, 60, 61]].tolist() == [LOOKED_AT] * 5
        script.team.work_as("bob", blind=True)
        script.keep(np.array([8, 9]))
        own = verdict_origins(script.project, COUNT, reviewer="bob")
        assert own[[8, 9]].tolist() == [several] * 2


def test_a_verdict_keeps_whether_the_reasons_were_hidden(
    session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = np.array([9, 3, 4, 70, 5])

    def seen(reviewer: str | None = None) -> list[int]:
        return reasons_seen(session.project, rows, reviewer=reviewer).tolist()

    assert seen() == [NOT_TOLD] * 5
    assert reasons_seen(session.project, rows[:0]).tolist() == []
    # A script, and versions before, do not tell.
    session.keep(rows[:1])
    session.note_reasons(hidden=True)
    session.keep(rows[1:3])
    session.note_reasons(hidden=False)
    session.relabel(rows[2:4], 2)
    # What was decided elsewhere was decided by what was to be seen there.
    session.keep(rows[4:], one_by_one=True)
    expected = [NOT_TOLD, HIDDEN, IN_SIGHT, IN_SIGHT, NOT_TOLD]
    assert seen() == expected
    # Taken back, the verdict before it is in force again.
    session.undo()
    session.undo()
    assert seen() == [NOT_TOLD, HIDDEN, HIDDEN, NOT_TOLD, NOT_TOLD]
    session.redo()
    session.redo()
    assert seen() == expected
    monkeypatch.setattr(module, "_MOST_NAMED", 1)
    assert seen() == expected
    session.team.work_as("bob", blind=True)
    session.note_reasons(hidden=True)
    session.exclude(rows[2:3])
    assert seen() == expected and seen("bob")[2] == HIDDEN
    # Another copy of the project is told with the verdict.
    journal = tmp_path / "journal.jsonl"
    session.team.write_journal(journal)
    with Session.open(make_project(tmp_path / "other.lnl", count=COUNT)) as other:
        other.team.replay(journal)
        assert reasons_seen(other.project, rows).tolist() == expected
    with session.project.transaction() as connection:
        damaged = json.dumps({REASONS_HIDDEN: "perhaps"})
        connection.execute("UPDATE op SET params = ?", (damaged,))
    assert seen() == [NOT_TOLD] * 5


def test_who_comes_to_the_same_without_the_reasons_has_judged_without_them(
    session: Session,
) -> None:
    rows = np.array([3, 4, 5])
    session.keep(rows[:1])
    session.note_reasons(hidden=False)
    session.keep(rows[1:2])
    assert not session.keep(rows[:2]).labels
    session.note_reasons(hidden=True)
    session.keep(rows[2:])
    assert session.keep(rows).rows.tolist() == rows[:2].tolist()
    assert reasons_seen(session.project, rows).tolist() == [HIDDEN] * 3
    # Once is enough, and nothing is taken from it by who sees the reasons later.
    assert not session.keep(rows).labels
    session.note_reasons(hidden=False)
    assert not session.keep(rows).labels
    assert reasons_seen(session.project, rows).tolist() == [HIDDEN] * 3


@pytest.mark.parametrize("shows_images", [True, False])
@pytest.mark.parametrize(
    ("rows", "expected"),
    [(np.array([3, 4]), NOT_KNOWN), (FEW, NOT_KNOWN), (MANY, ACCEPTED), (np.array([3]), LOOKED_AT)],
)
def test_whether_a_former_version_showed_what_it_accepted_is_not_known(
    session: Session, rows: np.ndarray, expected: int, shows_images: bool
) -> None:
    folder = session.folder
    session.close()
    with Session.open(folder, reviewer="ann", shows_images=shows_images) as former:
        former.accept(rows)
        forget_shown(former.project)
        assert set(verdict_origins(former.project, COUNT)[rows].tolist()) == {expected}
        assert not former.columns.in_view[rows].any() or expected == LOOKED_AT


def test_opinions_that_are_adopted_were_looked_at_where_their_givers_did(session: Session) -> None:
    session.team.work_as("bob", blind=True)
    for row in range(60):
        session.relabel(np.array([row]), 1)
    session.keep(np.arange(60, COUNT))
    session.team.work_as("ann")
    session.adopt_opinions()
    found = session.looked_at(np.arange(COUNT))
    assert found[:60].all() and not found[60:].any()


def test_the_budget_follows_acts_and_undo(session: Session) -> None:
    columns = session.columns
    session.accept(MANY)
    assert not columns.in_view.any()
    session.keep(np.array([1, 2]))
    assert np.flatnonzero(columns.in_view).tolist() == [1, 2]
    session.accept(np.array([4, 60]))
    assert np.flatnonzero(columns.in_view).tolist() == [1, 2, 60]
    session.keep(np.arange(60))
    assert np.flatnonzero(columns.in_view).tolist() == [1, 2, 60]
    session.undo()
    session.undo()
    session.undo()
    assert not columns.in_view.any()
    session.redo()
    assert np.flatnonzero(columns.in_view).tolist() == [1, 2]
    session.team.work_as("bob", blind=True)
    session.keep(np.array([5]))
    assert np.flatnonzero(columns.in_view).tolist() == [5]


def test_many_rows_read_the_whole_journal_and_say_the_same(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.keep(MANY)
    session.keep(np.array([3, 80]))
    session.accept(np.array([90, 91]))
    rows = np.random.default_rng(0).permutation(COUNT)
    expected = looked_at(session.project, rows)
    monkeypatch.setattr(module, "_MOST_NAMED", 1)
    assert looked_at(session.project, rows).tolist() == expected.tolist()
    assert np.flatnonzero(expected[np.argsort(rows)]).tolist() == [3, 80]
