"""Labels that count as reviewed although nobody looked at them, and how many of them are wrong."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.session.session import Session
from tests.builders import add_detection, judge_nothing, make_project

COUNT = 180


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_project(tmp_path / "pets.lnl", count=COUNT)
    add_detection(made)
    return made


@pytest.fixture
def session(folder: Path) -> Iterator[Session]:
    with Session.open(folder, reviewer="ann") as opened:
        yield opened


def test_only_what_was_decided_at_once_with_others_is_counted(session: Session) -> None:
    suspects = np.flatnonzero(session.columns.flagged)
    rest = np.flatnonzero(~session.columns.flagged)
    found = session.statistics.unseen_decisions
    assert found().samples == 0 and found().messages() == []
    for row in suspects[:4]:
        session.accept(np.array([row]))
    session.keep(rest[:50])
    assert found().samples == 0
    session.accept(suspects[4:20])
    session.keep(rest[50:110])
    now = found()
    assert now.samples == 76
    assert now.errors is not None and now.errors.low < now.errors.value < now.errors.high <= 76
    session.undo()
    assert found().samples == 16
    session.undo()
    assert found().samples == 0


def test_without_other_verdicts_the_suspicions_add_up(session: Session) -> None:
    rest = np.flatnonzero(~session.columns.flagged)[:80]
    suspects = np.flatnonzero(session.columns.flagged)[:30]
    session.keep(rest)
    session.accept(suspects)
    suspicion = session.columns.suspicion.astype(float)
    expected = suspicion[rest].sum() + (1 - suspicion[suspects]).sum()
    found = session.statistics.unseen_decisions()
    assert found.errors is not None and found.errors.value == pytest.approx(expected, rel=1e-5)
    [said] = map(str, found.messages())
    assert said.startswith("110 labels were kept or accepted") and f"about {expected:.0f} " in said


def test_what_was_given_to_many_as_a_class_of_ones_own_is_not_counted(session: Session) -> None:
    rows = np.arange(60)
    session.relabel(rows, 2)
    same = session.columns.current[rows] == session.columns.given[rows]
    as_suggested = session.columns.current[rows] == session.columns.suggested[rows]
    assert session.statistics.unseen_decisions().samples == int((same | as_suggested).sum()) < 60


def test_unsure_ones_are_told_of(session: Session) -> None:
    session.unsure(np.array([1]))
    [said] = map(str, session.statistics.unseen_decisions().messages())
    assert said == "1 sample is marked unsure or left to a colleague: its label is as it was."
    session.ask(np.array([2, 3]))
    assert session.statistics.unseen_decisions().undecided == 3


def test_where_nothing_can_be_judged_all_may_be_wrong(folder: Path) -> None:
    judge_nothing(folder)
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.arange(60))
        errors = session.statistics.unseen_decisions().errors
        assert errors is not None and (errors.low, errors.high) == (0.0, 60.0)


def test_before_a_detection_nothing_is_expected(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "pets.lnl", count=90)) as session:
        session.keep(np.arange(60))
        found = session.statistics.unseen_decisions()
        assert found.samples == 60 and found.errors is None and found.messages() == []


def test_the_command_line_says_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Session.open(folder) as session:
        session.keep(np.flatnonzero(~session.columns.flagged))
    assert main(["info", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["unseen_decisions"]
    assert told["samples"] == 120 and told["errors"]["low"] < told["errors"]["high"]
    assert main(["info", str(folder)]) == 0
    assert "120 labels were kept or accepted many at once" in capsys.readouterr().out
