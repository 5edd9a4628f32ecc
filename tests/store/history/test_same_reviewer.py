"""One reviewer at work in two copies: what they decided later is what they want."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import KEPT, RELABELLED
from lnl_gui.store.history import journal_queries
from lnl_gui.store.history.journal_file import replay_journal, write_journal
from lnl_gui.store.history.merge import MergeReport, merge
from lnl_gui.store.project import open_project
from tests.builders import make_project

CAT, DOG, BIRD = range(3)


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Path, Path]:
    here = make_project(tmp_path / "here.lnl", count=9)
    return here, Path(shutil.copytree(here, tmp_path / "there.lnl"))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of every verdict; set its only element."""
    now = [0.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    return now


def decide(folder: Path, reviewer: str, clock: list[float], *acts: tuple[float, int, int]) -> None:
    """Acts (time, row, class)."""
    with Session.open(folder, reviewer=reviewer) as session:
        for clock[0], row, label in acts:
            session.relabel(np.array([row]), label)


def take_in(here: Path, there: Path) -> MergeReport:
    with open_project(here) as project:
        return merge(project, there)


def labels(folder: Path) -> list[int]:
    """What is current, on disk."""
    with Session.open(folder, read_only=True) as session:
        return session.columns.current.tolist()


def test_the_newer_verdict_wins_whichever_copy_takes_the_other_in(
    copies: tuple[Path, Path], clock: list[float], tmp_path: Path
) -> None:
    here, there = copies
    # Row 0 is decided here first, row 1 there first; rows 3 and 4 by one copy alone.
    decide(here, "ann", clock, (100, 0, DOG), (300, 1, CAT), (310, 3, BIRD))
    decide(there, "ann", clock, (200, 0, BIRD), (210, 1, BIRD), (220, 4, CAT))
    before = Path(shutil.copytree(here, tmp_path / "before.lnl"))
    wanted = [BIRD, CAT, BIRD, BIRD, CAT, BIRD, CAT, DOG, BIRD]
    assert take_in(here, there).conflicts == []
    assert labels(here) == wanted
    assert take_in(there, before).conflicts == []
    assert labels(there) == wanted


def test_the_older_verdict_becomes_an_opinion_and_stays_on_record(
    copies: tuple[Path, Path], clock: list[float]
) -> None:
    here, there = copies
    decide(there, "ann", clock, (100, 0, BIRD))
    decide(here, "ann", clock, (200, 0, DOG))
    report = take_in(here, there)
    assert (report.operations, report.rows.tolist(), report.conflicts) == (1, [], [])
    with Session.open(here) as session:
        history = journal_queries.sample_operations(session.project, 0)
        told = [(op.kind, op.time, new) for op, _, new, _, _ in history]
        assert told == [("relabel", 200, DOG), ("opinion", 100, BIRD)]
        # Nobody disagrees with themselves.
        assert session.team.disagreements() == []
        session.undo()
        assert session.columns.current[0] == CAT


def test_one_act_there_may_be_newer_for_some_samples_and_older_for_others(
    copies: tuple[Path, Path], clock: list[float]
) -> None:
    here, there = copies
    decide(here, "ann", clock, (100, 0, DOG), (300, 3, DOG))
    with Session.open(there, reviewer="ann") as session:
        clock[0] = 200
        session.relabel(np.array([0, 3, 6]), BIRD)
    assert take_in(here, there).rows.tolist() == [0, 6]
    assert [labels(here)[row] for row in (0, 3, 6)] == [BIRD, DOG, BIRD]


def test_what_follows_a_verdict_that_won_wins_too(
    copies: tuple[Path, Path], clock: list[float]
) -> None:
    here, there = copies
    decide(here, "ann", clock, (100, 0, DOG))
    decide(there, "ann", clock, (200, 0, BIRD))
    # Bob saw what ann had decided there: his verdict is about hers, not about a guess.
    decide(there, "bob", clock, (300, 0, CAT))
    report = take_in(here, there)
    assert report.conflicts == []
    with Session.open(here, read_only=True) as session:
        assert (session.columns.current[0], session.columns.status[0]) == (CAT, KEPT)


def test_a_newer_verdict_of_somebody_else_does_not_win(
    copies: tuple[Path, Path], clock: list[float]
) -> None:
    here, there = copies
    decide(here, "ann", clock, (100, 0, DOG))
    decide(there, "bob", clock, (200, 0, BIRD))
    (conflict,) = take_in(here, there).conflicts
    assert (conflict.row, conflict.reviewer, conflict.other_reviewer) == (0, "ann", "bob")
    assert (conflict.here, conflict.other) == ((DOG, RELABELLED), (BIRD, RELABELLED))
    assert labels(here)[0] == DOG


def test_a_replayed_journal_lets_the_newer_verdict_win_as_well(
    copies: tuple[Path, Path], clock: list[float], tmp_path: Path
) -> None:
    here, there = copies
    decide(here, "ann", clock, (100, 0, DOG), (300, 1, CAT))
    decide(there, "ann", clock, (200, 0, BIRD), (210, 1, BIRD))
    with open_project(there) as project:
        write_journal(project, tmp_path / "journal.jsonl")
    with open_project(here) as project:
        replay_journal(project, tmp_path / "journal.jsonl")
    assert labels(here)[:2] == [BIRD, CAT]
