"""Budget and audit against scipy, plain loops and simulated truth."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from lnl_gui.session import audit as auditing
from lnl_gui.session.budget import AT_A_GLANCE
from lnl_gui.session.session import Session
from lnl_gui.session.views import ViewSpec
from lnl_gui.store.parameters import DetectParameters
from lnl_gui.store.runs import RunResult
from lnl_gui.store.samples import KEPT, UNSEEN
from lnl_gui.util.array_file import write_array
from lnl_gui.util.atomic import write_json
from lnl_gui.util.errors import UserError
from lnl_gui.util.intervals import clopper_pearson
from lnl_gui.util.verdict_calibration import fit_verdicts
from tests.builders import add_detection, make_project


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    folder = make_project(tmp_path / "pets.lnl", count=90)
    add_detection(folder)
    with Session.open(folder, reviewer="ann") as opened:
        yield opened


def test_budget_counts_as_a_plain_loop_does(session: Session) -> None:
    # Undecided: looked at, but nothing to learn from.
    session.unsure(np.arange(0, 30, 2))
    found = session.statistics.budget(next_samples=20, target_rate=0.05)
    columns = session.columns
    left = sorted(
        (float(columns.suspicion[r]) for r in range(len(session)) if columns.status[r] == 0),
        reverse=True,
    )
    assert found.unreviewed == len(left) == 75
    assert found.expected_errors.value == pytest.approx(sum(left[:20]))
    assert found.remaining_errors.value == pytest.approx(sum(left))
    assert found.residual_rate.value == pytest.approx(sum(left) / 75)
    spread = sum(s * (1 - s) for s in left[:20]) + (0.12 * sum(left[:20])) ** 2
    half = stats.norm.ppf(0.975) * spread**0.5
    assert found.expected_errors.low == pytest.approx(sum(left[:20]) - half)
    rates = [sum(left[k:]) / len(left[k:]) for k in range(len(left))]
    assert found.until_enough == next((k for k, r in enumerate(rates) if r <= 0.05), len(left))
    assert not found.enough


def test_verdicts_since_the_detection_correct_the_budget_at_once(session: Session) -> None:
    columns = session.columns
    session.keep(np.argsort(-columns.suspicion)[:20])
    rest = np.sort(columns.suspicion[columns.status == UNSEEN])[::-1]
    found = session.statistics.budget(next_samples=10)
    reviewed = columns.suspicion[columns.status == KEPT]
    model = fit_verdicts(reviewed, np.zeros(20, bool), rest, relative_error=0.12)
    assert found.remaining_errors == model.count(rest)
    assert found.expected_errors == model.count(rest[:10])
    # Twenty labels that were suspected and are right: fewer of the others are wrong.
    assert found.remaining_errors.value < 0.9 * float(rest.sum())
    assert found.remaining_errors.low < found.remaining_errors.value < found.remaining_errors.high
    # What the detection knew already is certain in its suspicions, and no news.
    columns.suspicion[columns.status == KEPT] = 0.0
    known = session.statistics.budget(next_samples=10)
    assert known.remaining_errors.value == pytest.approx(float(rest.sum()), rel=1e-5)


def test_verdicts_on_many_at_once_prove_nothing(session: Session) -> None:
    session.keep(np.arange(AT_A_GLANCE + 1))
    left = session.columns.suspicion[session.columns.status == UNSEEN]
    found = session.statistics.budget(next_samples=10)
    assert found.remaining_errors.value == pytest.approx(float(left.sum()), rel=1e-5)


def test_enough_is_when_the_rest_is_below_the_target(session: Session) -> None:
    rate = float(session.columns.suspicion.mean())
    assert session.statistics.budget(target_rate=rate + 0.01).enough
    assert session.statistics.budget(target_rate=rate + 0.01).until_enough == 0
    assert not session.statistics.budget(target_rate=rate - 0.01).enough
    session.keep(np.arange(len(session)))
    done = session.statistics.budget(target_rate=0.0)
    assert (done.enough, done.unreviewed, done.residual_rate.value) == (True, 0, 0.0)


def test_budget_takes_the_error_the_detection_states(session: Session) -> None:
    wide = session.statistics.budget(next_samples=20)
    run = session.runs.start(DetectParameters(seed=9))
    for name in ("suspicion", "suggested", "flagged", "loss"):
        write_array(run.folder / f"{name}.npy", getattr(session.columns, name))
    write_json(run.folder / "summary.json", {"relative_error": 0.0})
    session.runs.finish(run.id, "done", RunResult())
    narrow = session.statistics.budget(next_samples=20)
    assert narrow.expected_errors.value == pytest.approx(wide.expected_errors.value)
    assert narrow.expected_errors.low > wide.expected_errors.low


def test_an_audit_draws_from_what_nobody_flagged_or_decided(session: Session) -> None:
    session.keep(np.array([1, 2]))
    drawn = session.statistics.draw_audit(25, seed=4)
    assert len(set(drawn.rows.tolist())) == 25
    assert not session.columns.flagged[drawn.rows].any()
    assert not set(drawn.rows.tolist()) & {1, 2}
    assert drawn.population == 58
    rows = auditing.auditable(session.columns)
    np.testing.assert_array_equal(auditing.draw(rows, 25, seed=4), drawn.rows)
    assert auditing.draw(rows, 25, seed=5).tolist() != drawn.rows.tolist()


def test_the_audit_view_is_blind_and_in_the_order_drawn(session: Session) -> None:
    drawn = session.statistics.draw_audit(10, seed=0)
    spec = ViewSpec(audit=drawn.id)
    assert spec.blind and not ViewSpec().blind
    np.testing.assert_array_equal(session.views.select_rows(spec), drawn.rows)
    session.exclude(drawn.rows[:3])
    np.testing.assert_array_equal(session.views.select_rows(spec), drawn.rows)


def test_the_report_counts_verdicts_past_a_restart(session: Session, tmp_path: Path) -> None:
    drawn = session.statistics.draw_audit(20, seed=0, stratified=True)
    rows = drawn.rows
    session.keep(rows[:12])
    session.relabel(rows[12:14], (int(session.columns.given[rows[12]]) + 1) % 3)
    wrong = int((session.columns.status[rows[12:14]] == 2).sum())
    session.exclude(rows[14:15])
    session.unsure(rows[15:17])
    session.close()
    with Session.open(tmp_path / "pets.lnl") as again:
        (found,) = again.statistics.audit_reports()
    assert (found.drawn, found.judged, found.unsure, found.left) == (20, 15, 2, 3)
    assert found.wrong == wrong + 1
    wanted = stats.binomtest(found.wrong, 15).proportion_ci(0.95, method="exact")
    assert found.residual_rate.high == pytest.approx(wanted.high, abs=1e-9)
    assert found.expected_errors.high == pytest.approx(wanted.high * 60, abs=1e-6)


def test_stratified_shares_follow_the_classes() -> None:
    classes = np.repeat([0, 1, 2], [500, 300, 7])
    rows = np.arange(807) * 3
    drawn = auditing.draw(rows, 101, seed=0, classes=classes)
    count = np.bincount(classes[drawn // 3], minlength=3)
    assert count.sum() == 101
    assert np.abs(count - 101 * np.array([500, 300, 7]) / 807).max() < 1
    assert len(auditing.draw(rows, 10_000, seed=0, classes=classes)) == 807


@pytest.mark.parametrize("stratified", [False, True])
def test_audits_of_a_known_world_cover_its_noise_rate(stratified: bool) -> None:
    generator = np.random.default_rng(1)
    classes = generator.integers(0, 4, 3000)
    wrong = generator.random(3000) < np.array([0.01, 0.03, 0.05, 0.2])[classes]
    rows, covered = np.arange(3000), []
    for seed in range(400):
        drawn = auditing.draw(rows, 120, seed=seed, classes=classes if stratified else None)
        found = clopper_pearson(int(wrong[drawn].sum()), 120)
        covered.append(found.low <= wrong.mean() <= found.high)
    assert np.mean(covered) >= 0.95


def test_an_audit_bounds_the_labels_that_need_no_look(session: Session) -> None:
    drawn = session.statistics.draw_audit(25, seed=0)
    session.columns.well_labelled = np.isin(np.arange(len(session)), drawn.rows[:20])
    session.keep(drawn.rows[:20])
    session.exclude(drawn.rows[20:22])
    found = auditing.report(session.columns, drawn, bound=0.4).need_no_look
    # None of twenty: the 95 % bound is the share at which that happens one time in twenty.
    assert found is not None and found.audited == 20
    assert found.bound == pytest.approx(1 - 0.05 ** (1 / 20), abs=1e-6)
    session.exclude(drawn.rows[:12])
    worse = auditing.report(session.columns, drawn, bound=0.1).need_no_look
    assert worse is not None and worse.bound > 0.6
    # A detection that knew the verdicts has put the wrong ones out of the set.
    state = session._state
    state.scores = replace(
        state.scores, summary=replace(state.scores.summary, well_labelled_bound=0.02)
    )
    reports = session.statistics.audit_reports()
    assert reports[0].need_no_look is not None
    assert (
        session.statistics._claimed_bound(replace(drawn, guid="of another copy", time=0.0)) is None
    )


def test_nothing_to_audit_is_said(session: Session) -> None:
    session.keep(np.arange(len(session)))
    with pytest.raises(UserError, match="nothing to audit"):
        session.statistics.draw_audit(5)


def test_a_budget_is_the_same_computed_beside_the_window(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "cats.lnl", count=30)
    add_detection(folder)
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.array([0, 3]))
        session.relabel(np.array([6]), 1)
    # Opened anew, so that the times of verdicts are to be read.
    with Session.open(folder, reviewer="ann") as session:
        statistics = session.statistics
        assert not session.columns.knows_verdict_times
        found = statistics.budgeting(next_samples=4, target_rate=0.2)()
        # What the other thread has read is taken over when next one is asked for.
        statistics.budgeting()
        assert session.columns.knows_verdict_times
        assert found == statistics.budget(next_samples=4, target_rate=0.2)
        assert found != statistics.budget(next_samples=2, target_rate=0.2)
        assert (session.columns.verdict_time[[0, 3, 6]] > 0).all()
