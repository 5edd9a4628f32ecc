"""Samples without a label in an open project: shown apart, labelled, never suspect."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.browsing.duplicates import duplicate_groups
from lnl_gui.session.browsing.views import SORTS, ViewSpec, suspects
from lnl_gui.session.changes import NOT_HERE
from lnl_gui.session.figures import stages
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.classes import UNLABELLED
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN, UNSURE
from lnl_gui.util.errors import UserError
from tests.builders import make_unlabelled_project

WITHOUT = np.arange(4, 30, 5)
LABELLED = np.flatnonzero(np.arange(30) % 5 != 4)
UNDECIDED = ViewSpec(flagged=None, unlabelled=True, sort="confidence")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.open(make_unlabelled_project(tmp_path / "p.lnl"), reviewer="ann") as opened:
        yield opened


def rows(session: Session, spec: ViewSpec) -> list[int]:
    return session.views.select_rows(spec).tolist()


def test_they_are_shown_apart_the_surest_first(session: Session) -> None:
    assert rows(session, UNDECIDED) == WITHOUT.tolist()
    assert rows(session, ViewSpec(unlabelled=True, sort="confidence", descending=False)) == (
        WITHOUT[::-1].tolist()
    )
    one = ViewSpec(flagged=None, unlabelled=True, suggested=(1,), sort="confidence")
    assert rows(session, one) == [4, 19]
    sure = ViewSpec(flagged=None, unlabelled=True, confidence=(0.8, 1.0))
    assert rows(session, sure) == [4, 9]


@pytest.mark.parametrize("flagged", [True, False])
def test_they_are_neither_suspects_nor_the_others(session: Session, flagged: bool) -> None:
    session.accept(WITHOUT[:2])
    assert not np.isin(rows(session, ViewSpec(flagged=flagged)), WITHOUT).any()
    assert set(WITHOUT) <= set(rows(session, ViewSpec(flagged=None)))
    assert not suspects(session.columns, session.derived)[WITHOUT].any()


@pytest.mark.parametrize("sort", sorted(set(SORTS) - {"confidence"}))
def test_every_sort_takes_them(session: Session, sort: str) -> None:
    for descending in (True, False):
        found = rows(session, ViewSpec(flagged=None, sort=sort, descending=descending))
        assert sorted(found) == list(range(30))


def test_groups_of_pairs_keep_them_apart_from_the_last_class(session: Session) -> None:
    groups = session.views.pair_groups(np.arange(30))
    columns = session.columns
    counted = {(group.given, group.suggested): group.count for group in groups}
    for row in range(30):
        pair = int(columns.given[row]), int(columns.suggested[row])
        counted[pair] -= 1
    assert set(counted.values()) == {0}
    assert {group.given for group in groups} == {-1, 0, 1, 2}


def test_accepting_labels_them_and_undo_takes_it_back(session: Session) -> None:
    changes = session.accept(WITHOUT)
    columns = session.columns
    assert columns.current[WITHOUT].tolist() == [1, 0, 2, 1, 0, 2]
    assert set(columns.status[WITHOUT]) == {RELABELLED}
    assert str(changes.text) == "Accepted the suggestion for 6 samples"
    assert [str(entry.text) for entry in session.history(4)] == [
        "no label → dog (unseen → relabelled)"
    ]
    session.undo()
    assert columns.current[WITHOUT].tolist() == [UNLABELLED] * 6


def test_there_is_nothing_to_keep(session: Session) -> None:
    with pytest.raises(UserError, match="no label to keep") as raised:
        session.keep(WITHOUT)
    assert raised.value.code == NOT_HERE
    changes = session.keep(np.array([0, 4, 9]))
    assert str(changes.text) == (
        "Kept the label of 1 sample; 2 without a label were left as they are"
    )
    assert session.columns.status[[0, 4, 9]].tolist() == [KEPT, UNSEEN, UNSEEN]


def test_without_a_suggestion_there_is_nothing_to_accept(tmp_path: Path) -> None:
    folder = make_unlabelled_project(tmp_path / "p.lnl", detected=False)
    with Session.open(folder) as session:
        # Nor is there with a label, which nobody has confirmed by it.
        for rows in (WITHOUT, np.array([3, 4])):
            with pytest.raises(UserError, match="no suggestion"):
                session.accept(rows)
        assert (session.columns.status == UNSEEN).all()


def test_set_aside_and_unsure_leave_them_without(session: Session) -> None:
    session.exclude(WITHOUT[:1])
    session.unsure(WITHOUT[1:2])
    assert session.columns.status[WITHOUT[:2]].tolist() == [EXCLUDED, UNSURE]
    assert session.columns.current[WITHOUT[:2]].tolist() == [UNLABELLED] * 2
    session.reset(WITHOUT)
    assert session.columns.current[WITHOUT].tolist() == [UNLABELLED] * 6
    assert session.class_name(UNLABELLED) == ""


def test_counts_follow_every_verdict(session: Session) -> None:
    acts = (session.accept, session.exclude, session.unsure, session.reset)
    generator = np.random.default_rng(0)
    assert (session.counts().unlabelled, session.counts().unlabelled_left) == (6, 6)
    for turn in range(30):
        acts[turn % 4](generator.integers(0, 30, 6))
        if turn % 5 == 4:
            session.undo()
        assert session.counts() == stages.count(session.columns)


def test_no_figure_counts_them_as_errors(session: Session) -> None:
    statistics = session.statistics
    budget = statistics.budget(next_samples=100)
    assert budget.unreviewed == len(LABELLED)
    expected = float(session.columns.suspicion[LABELLED].sum())
    assert budget.remaining_errors.value == pytest.approx(expected, rel=1e-5)
    assert statistics.expected_right(np.arange(30)) == pytest.approx(
        len(LABELLED) - expected, rel=1e-5
    )
    drawn = statistics.draw_audit(100, stratified=True)
    assert not np.isin(drawn.rows, WITHOUT).any()
    assert not session.derived.against("neighbours")[WITHOUT].any()
    assert not session.derived.agreement[WITHOUT].any()
    assert session.evidence(4).mixture is None


def test_a_copy_without_a_label_is_no_conflict(session: Session) -> None:
    group = np.full(30, -1, np.int32)
    group[[3, 4]], group[[0, 1, 9]] = 0, 1
    found = {g.id: g.conflicting for g in duplicate_groups(session.columns, group)}
    assert found == {0: False, 1: True}
    session.keep_one(np.array([3, 4]), 4)
    assert session.columns.status[[3, 4]].tolist() == [EXCLUDED, UNSEEN]
    assert session.columns.current[4] == UNLABELLED


def test_a_blind_second_opinion_and_its_settling(session: Session) -> None:
    session.relabel(np.array([4]), 1)
    session.team.work_as("bob", blind=True)
    assert session.columns.current[4] == UNLABELLED
    session.relabel(np.array([4, 9]), 2)
    session.team.work_as("ann")
    assert [found.row for found in session.team.disagreements()] == [4]
    session.adopt_opinions()
    assert session.columns.current[[4, 9]].tolist() == [1, 2]
