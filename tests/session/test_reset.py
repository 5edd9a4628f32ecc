"""A reset forgets the decision: label, status and time, in memory, on disk and for one reviewer."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, RELABELLED, UNSEEN
from lnl_gui.store.history import journal_queries
from lnl_gui.store.review import decisions
from tests.builders import add_detection, make_project

ROWS = np.array([0, 4, 7])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = make_project(tmp_path / "pets.lnl", count=12)
    add_detection(project)
    return project


def as_given(session: Session) -> None:
    columns = session.columns
    np.testing.assert_array_equal(columns.current[ROWS], columns.given[ROWS])
    assert columns.status[ROWS].tolist() == [UNSEEN] * 3
    assert columns.verdict_time[ROWS].tolist() == [0.0] * 3


@pytest.mark.parametrize("blind", [False, True])
@pytest.mark.parametrize("loaded", [True, False])
def test_a_reset_gives_back_the_given_label_and_no_time(
    folder: Path, blind: bool, loaded: bool
) -> None:
    with Session.open(folder, reviewer="ann", blind=blind) as session:
        if loaded:
            assert not session.columns.verdict_time.any()
        wrong = (session.columns.given[ROWS] + 1) % 3
        for row, label in zip(ROWS, wrong, strict=True):
            session.relabel(np.array([row]), int(label))
        session.exclude(np.array([1]))
        assert session.columns.current[ROWS].tolist() == wrong.tolist()
        session.reset(ROWS)
        as_given(session)
        # The others keep what they have.
        assert session.columns.status[1] == EXCLUDED
        assert session.columns.verdict_time[1] > 0
    with Session.open(folder, reviewer="ann", blind=blind) as session:
        as_given(session)
        assert session.columns.verdict_time[1] > 0
        session.undo()
        assert session.columns.current[ROWS].tolist() == wrong.tolist()
        assert session.columns.status[ROWS].tolist() == [RELABELLED] * 3
        assert (session.columns.verdict_time[ROWS] > 0).all()
        session.redo()
        as_given(session)


def test_the_journal_keeps_what_was_reset(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.relabel(ROWS, 2)
        session.reset(ROWS)
        given = session.columns.given[0]
        history = journal_queries.sample_operations(session.project, 0)
        told = [(op.kind, *changed) for op, *changed in history]
        assert told == [
            ("relabel", given, 2, UNSEEN, RELABELLED),
            ("reset", 2, given, RELABELLED, UNSEEN),
        ]


@pytest.mark.parametrize(
    "times",
    [
        lambda session: journal_queries.verdict_times(session.project, len(session)),
        lambda session: decisions.own_view(session.project, "ann", session.columns.given)[2],
    ],
    ids=["verdict_times", "own_view"],
)
def test_times_on_record_end_with_the_reset(
    folder: Path, times: Callable[[Session], np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    with Session.open(folder, reviewer="ann") as session:
        now[0] = 50.0
        session.relabel(ROWS, 2)
        now[0] = 60.0
        session.reset(ROWS[:2])
        wanted = np.zeros(12)
        wanted[ROWS[2]] = 50.0
        np.testing.assert_array_equal(times(session), wanted)
        now[0] = 70.0
        session.keep(ROWS[:1])
        wanted[ROWS[0]] = 70.0
        np.testing.assert_array_equal(times(session), wanted)
