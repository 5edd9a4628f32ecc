"""What is counted once and then follows each verdict, against counting everything anew."""

from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.browsing.undecided import Undecided
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.figures.exemplars import EXEMPLARS, Exemplars
from lnl_gui.session.samples import verdict_log
from lnl_gui.session.samples.verdict_log import VerdictLog
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, UNSEEN
from tests.gui.projects import make_project

SAMPLES = 40
SPECS = (
    ViewSpec(),
    ViewSpec(flagged=None),
    ViewSpec(flagged=False),
    ViewSpec(flagged=None, given=(1,)),
    ViewSpec(flagged=None, suspicion=(0.2, 0.6)),
    ViewSpec(flagged=None, reviewed=False),
)


def most_typical(session: Session, class_id: int) -> list[int]:
    """The exemplars of a class in plain Python."""
    columns = session.columns
    able = [
        (float(np.nan_to_num(columns.suspicion[row], nan=1.0)), row)
        for row in range(len(session))
        if columns.current[row] == class_id
        and columns.readable[row]
        and columns.status[row] != EXCLUDED
    ]
    return [row for _, row in sorted(able)[: EXEMPLARS + 1]]


def act(session: Session, generator: np.random.Generator) -> None:
    """One act of a person, whichever."""
    rows = generator.integers(0, SAMPLES, generator.integers(1, 9))
    classes = len(session.shown_classes)
    acts = (
        lambda: session.accept(rows),
        lambda: session.keep(rows),
        lambda: session.relabel(rows, int(generator.integers(classes))),
        lambda: session.exclude(rows),
        lambda: session.unsure(rows),
        lambda: session.reset(rows),
        session.undo,
        session.undo,
        session.redo,
    )
    acts[generator.integers(len(acts))]()


@pytest.mark.parametrize("seed", range(3))
def test_counts_of_views_and_exemplars_follow_any_acts(tmp_path: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    with Session.open(make_project(tmp_path / "some.lnl", SAMPLES), reviewer="ada") as session:
        classes, status = len(session.shown_classes), session.columns.status
        views = [session.views.select_rows(spec) for spec in SPECS]
        followed = [Undecided(session.columns, rows) for rows in views]
        for turn in range(80):
            if turn == 60:
                # The statuses of another person, all at once.
                session.team.work_as("grace", blind=True)
            act(session, generator)
            # Not each after each act: what has waited for several must be right too.
            for rows, count in zip(views, followed, strict=True):
                if generator.random() < 0.6:
                    assert count.count() == np.count_nonzero(status[rows] == UNSEEN)
            chosen = int(generator.integers(classes))
            assert session.exemplars.of(chosen).tolist() == most_typical(session, chosen)


def test_who_asks_after_too_many_acts_counts_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdict_log, "REMEMBERED", 3)
    log = VerdictLog()
    for row in (4, 2, 4):
        log.note(np.array([row]))
    assert log.position == 3
    found = log.since(0)
    assert found is not None and found.tolist() == [2, 4]
    assert log.since(3) is not None and not len(log.since(3))
    log.note(np.array([7]))
    assert log.since(0) is None
    newest = log.since(3)
    assert newest is not None and newest.tolist() == [7]
    log.note_all()
    assert log.since(4) is None


def test_exemplars_hold_until_scores_change(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "some.lnl", SAMPLES)) as session:
        columns = session.columns
        before = session.exemplars.of(0)
        columns.suspicion[before] = 1.0
        columns.version += 1
        assert session.exemplars.of(0).tolist() == most_typical(session, 0)
        assert session.exemplars.of(0).tolist() == Exemplars(columns).of(0).tolist()
        assert not set(before.tolist()) <= set(session.exemplars.of(0).tolist())
