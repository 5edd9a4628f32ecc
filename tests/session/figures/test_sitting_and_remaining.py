"""The newest sitting of a reviewer, and what remains likely wrong below the line."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.browsing.remaining import remaining_message
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.figures.budget import hidden_error, review_budget
from lnl_gui.session.figures.sitting import Sitting, sitting_message
from lnl_gui.session.session import Session
from lnl_gui.util.statistics.intervals import MODEL_ERROR
from tests.builders import add_detection, add_images, make_project

NOW = 1_700_000_000.0


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    folder = make_project(tmp_path / "pets.lnl", count=90)
    add_detection(folder)
    with Session.open(folder, reviewer="ann") as opened:
        yield opened


def at(monkeypatch: pytest.MonkeyPatch, minute: float) -> None:
    monkeypatch.setattr("time.time", lambda: NOW + 60 * minute)


def test_a_sitting_ends_at_a_long_pause_and_leaves_short_ones_out(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert session.statistics.sitting() is None
    # Before a pause of an hour: another sitting.
    at(monkeypatch, -60)
    session.exclude(np.arange(5))
    for minute, row in ((0, 10), (1, 11), (2.5, 12), (10, 13)):
        at(monkeypatch, minute)
        session.relabel(np.array([row]), 2)
    at(monkeypatch, 11)
    session.keep(np.array([20, 21]))
    session.undo()
    session.keep(np.array([20]))
    session.team.rename("bob")
    session.exclude(np.array([40]))
    session.team.rename("ann")
    found = session.statistics.sitting()
    assert found is not None
    # From 2.5 to 10 nobody was there; row 11 is of class 2 as it came, so that it was kept.
    assert (found.began, found.ended) == pytest.approx((NOW, NOW + 660))
    assert found.minutes == pytest.approx(1 + 1.5 + 1)
    assert (found.samples, found.fixed) == (5, 3)
    assert "4 min, 5 samples decided, 3 errors fixed (0.9 errors a minute)" in str(
        sitting_message(found)
    )
    assert not found.is_over(NOW + 660 + 60) and found.is_over(NOW + 660 + 3600)


def test_what_was_taken_back_is_not_fixed(session: Session) -> None:
    for row in (1, 2, 3):
        session.relabel(np.array([row]), (int(session.columns.given[row]) + 1) % 3)
    session.reset(np.array([2]))
    found = session.statistics.sitting()
    assert found is not None and (found.samples, found.fixed) == (2, 2)
    assert "under a minute" in str(sitting_message(found))
    for _ in range(4):
        session.undo()
    assert session.statistics.sitting() is None


def test_what_was_changed_without_a_look_is_no_error_fixed(session: Session) -> None:
    for row in (1, 2):
        session.relabel(np.array([row]), (int(session.columns.given[row]) + 1) % 3)
    found = session.statistics.sitting()
    assert found is not None and (found.fixed, found.unseen) == (2, 0)
    assert "without a look" not in str(sitting_message(found))
    # All suggestions at once, by a script.
    session.accept(np.flatnonzero(session.columns.flagged))
    found = session.statistics.sitting()
    assert found is not None and (found.samples, found.fixed, found.unseen) == (32, 2, 30)
    assert "2 errors fixed, 30 labels changed without a look" in str(sitting_message(found))
    # The same where the window has read the verdicts.
    session.columns.read_verdicts(session.project)
    assert session.statistics.sitting() == found and session.columns.knows_verdicts


def test_what_was_set_aside_is_no_error_fixed(session: Session) -> None:
    """But for images of none of the classes, which the detection had suggested to exclude."""
    session.relabel(np.array([1]), 2)
    session.columns.off_topic[2] = True
    session.exclude(np.array([2, 4]))
    session.exclude(np.arange(20, 90))
    found = session.statistics.sitting()
    assert found is not None and (found.fixed, found.unseen, found.set_aside) == (2, 0, 71)
    assert str(sitting_message(found)).endswith("2 errors fixed, 71 set aside")
    session.accept(np.flatnonzero(session.columns.flagged))
    found = session.statistics.sitting()
    assert found is not None and found.unseen and found.set_aside
    assert str(sitting_message(found)).endswith(
        f"{found.unseen} labels changed without a look, {found.set_aside} set aside"
    )


def test_a_rate_needs_a_minute() -> None:
    assert "minute)" not in str(sitting_message(Sitting(0.0, 30.0, 0.5, 4, 2)))


def test_remaining_is_what_nobody_flagged_or_decided(session: Session) -> None:
    columns = session.columns
    below = np.flatnonzero(~columns.flagged)
    suspicion = np.sort(columns.suspicion[below])[::-1]
    found = session.statistics.remaining(most_next=10, target_rate=0.01)
    assert found.samples == len(below) == 60 and not found.enough
    assert found.errors.value == pytest.approx(float(suspicion.sum()), rel=1e-5)
    assert found.errors.low < found.errors.value < found.errors.high
    assert found.next_samples == 10
    # The view that goes on shows exactly these.
    spec = ViewSpec(flagged=False, reviewed=False, suspicion=(found.least_suspicion, 1.0))
    assert len(session.views.select_rows(spec)) == 10
    low, value, high = (
        f"{number:.0f}" for number in (found.errors.low, found.errors.value, found.errors.high)
    )
    assert str(remaining_message(found)) == (
        f"Below the line 60 samples nobody looked at: about {value} wrong"
        f" (95 % interval {low} to {high})."
    )
    # Verdicts say how suspicion errs, here that it is too high.
    session.keep(below[:7])
    after = session.statistics.remaining(most_next=10, target_rate=0.01)
    assert after.samples == 53
    assert after.errors.value < float(columns.suspicion[below[7:]].sum())
    budget = session.statistics.budget(next_samples=10)
    assert after.errors.value < budget.remaining_errors.value


def test_what_is_not_known_of_all_may_lie_below_the_line() -> None:
    suspicion = np.array([0.3, 0.2] + [0.01] * 98, np.float32)
    plain, hidden = (
        review_budget(suspicion, next_samples=2, target_rate=0.01, hidden=deviation)
        for deviation in (0.0, 20.0)
    )
    assert hidden.remaining_errors.value == plain.remaining_errors.value
    # 1.96 times the root of 20 squared, and a little that the suspicions themselves leave open.
    assert hidden.remaining_errors.high == pytest.approx(1.48 + 39.3, abs=0.3)
    # Of the two next ones it concerns a fiftieth.
    assert hidden.expected_errors.high < plain.expected_errors.high + 0.5


def test_the_interval_of_all_is_the_one_of_the_detection(session: Session) -> None:
    columns = session.columns
    whole = float(columns.suspicion.sum(dtype=np.float64))
    deviation = hidden_error(columns, 0.4)
    assert np.hypot(deviation, MODEL_ERROR * whole) == pytest.approx(0.4 * whole)
    assert hidden_error(columns, MODEL_ERROR) == 0.0
    worst = np.sort(columns.suspicion)[::-1]
    plain, same = (
        review_budget(worst, next_samples=0, target_rate=0.01, relative_error=0.4, hidden=hidden)
        for hidden in (0.0, deviation)
    )
    assert same.remaining_errors.high == pytest.approx(plain.remaining_errors.high)


def test_no_more_are_offered_than_bring_it_under_the_target(session: Session) -> None:
    columns = session.columns
    suspicion = np.sort(columns.suspicion[~columns.flagged])[::-1]
    target = float(suspicion[5:].mean()) + 1e-6
    found = session.statistics.remaining(most_next=50, target_rate=target)
    assert found.next_samples == 5
    assert session.statistics.remaining(most_next=50, target_rate=0.9).enough
    session.keep(np.arange(len(session)))
    none = session.statistics.remaining()
    assert (none.samples, none.next_samples, none.enough) == (0, 0, True)
    assert "decided" in str(remaining_message(none))


def test_what_was_never_judged_is_in_no_number_and_never_enough(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "more.lnl", count=90)
    add_detection(folder)
    with Session.open(folder) as session:
        before = session.statistics.remaining(target_rate=0.9)
        whole = session.statistics.budget(target_rate=0.9)
        assert not session.statistics.unjudged.any()
    assert before.enough and whole.enough and before.unjudged == whole.unjudged == 0
    assert "not been judged" not in str(remaining_message(before))
    add_images(folder, 30)
    with Session.open(folder) as session:
        statistics, new = session.statistics, np.arange(90, 120)
        assert np.flatnonzero(statistics.unjudged).tolist() == new.tolist()
        found, budget = statistics.remaining(target_rate=0.9), statistics.budget(target_rate=0.9)
        assert (found.samples, found.unjudged, found.enough) == (60, 30, False)
        assert found.errors == before.errors
        assert (budget.unreviewed, budget.unjudged, budget.enough) == (90, 30, False)
        assert budget.remaining_errors == whole.remaining_errors
        assert statistics.budgeting(target_rate=0.9)() == budget
        said = str(remaining_message(found))
        assert said.startswith("Below the line 60 samples")
        assert "30 samples have not been judged: nothing is known of their labels." in said
        # A person may decide where no detection has judged.
        session.keep(np.arange(95))
        left, budget = statistics.remaining(), statistics.budget()
        assert (left.samples, left.unjudged, left.enough) == (0, 25, False)
        assert (budget.unreviewed, budget.unjudged, budget.enough) == (0, 25, False)
        assert str(remaining_message(left)).startswith("25 samples have not been judged")
        session.keep(new)
        assert statistics.remaining().enough and statistics.budget().enough
        assert not statistics.unjudged_left.any()


def test_where_it_was_left_off_is_kept_until_a_detection_comes(
    session: Session, tmp_path: Path
) -> None:
    assert session.views.left_off() is None
    spec = ViewSpec(given=(2,), sort="path", descending=False)
    session.views.leave_off(spec, 17)
    session.close()
    with Session.open(tmp_path / "pets.lnl", reviewer="bob") as again:
        assert again.views.left_off() == (spec, 17)
        # It is no saved view.
        assert again.views.saved() == {}
        again.columns.flagged[:] = False
        assert again.views.left_off() is None


@pytest.mark.parametrize(
    "kept", ["", "[]", "{}", '{"row": "x", "spec": {}}', '{"row": 1, "spec": 3}']
)
def test_a_damaged_note_is_none(session: Session, kept: str) -> None:
    with session.project.transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('left_off', ?)", (kept,))
    assert session.views.left_off() is None
