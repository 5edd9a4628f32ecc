"""Budget and audit against scipy, plain loops and simulated truth."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from lnl_gui.pipeline.output import report_facts
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.figures import audit as auditing
from lnl_gui.session.figures import budget as budgeting
from lnl_gui.session.figures.budget import review_budget
from lnl_gui.session.session import Session
from lnl_gui.store.database.containment import LOCK
from lnl_gui.store.dataset.samples import KEPT, UNSEEN
from lnl_gui.store.history.looked_at import AT_A_GLANCE
from lnl_gui.store.jobs.parameters import DetectParameters, FirstLookParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.statistics.intervals import Estimate, clopper_pearson, error_count
from lnl_gui.util.statistics.verdict_calibration import VerdictCalibration, fit_verdicts
from tests.builders import add_detection, make_project, write_core_scores


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
    spread += (0.005 * 20) ** 2
    half = stats.norm.ppf(0.975) * spread**0.5
    assert found.expected_errors.low == pytest.approx(sum(left[:20]) - half)
    rates = [sum(left[k:]) / len(left[k:]) for k in range(len(left))]
    assert found.until_enough == next((k for k, r in enumerate(rates) if r <= 0.05), len(left))
    assert not found.enough


def test_verdicts_since_the_detection_correct_the_budget_at_once(session: Session) -> None:
    columns = session.columns
    session.keep(np.argsort(-columns.suspicion)[:20])
    unseen = columns.suspicion[columns.status == UNSEEN]
    rest = np.sort(unseen)[::-1]
    found = session.statistics.budget(next_samples=10)
    reviewed = columns.suspicion[columns.status == KEPT]
    model = fit_verdicts(reviewed, np.zeros(20, bool), unseen, relative_error=0.12)
    assert found.remaining_errors == model.count(rest)
    assert found.expected_errors == model.count(rest[:10])
    # Twenty labels that were suspected and are right: fewer of the others are wrong.
    assert found.remaining_errors.value < 0.9 * float(rest.sum())
    assert found.remaining_errors.low < found.remaining_errors.value < found.remaining_errors.high
    # What the detection knew already is certain in its suspicions, and no news.
    columns.suspicion[columns.status == KEPT] = 0.0
    columns.version += 1
    known = session.statistics.budget(next_samples=10)
    assert known.remaining_errors.value == pytest.approx(float(rest.sum()), rel=1e-5)


def test_what_no_suspicion_shows_stays_open_whatever_is_found_above(session: Session) -> None:
    def after(relative_error: float) -> Estimate:
        run = session.runs.start(DetectParameters(seed=9))
        for name in ("suspicion", "suggested", "flagged", "loss"):
            write_array(run.folder / f"{name}.npy", getattr(session.columns, name))
        write_json(run.folder / "summary.json", {"relative_error": relative_error})
        session.runs.finish(run.id, "done", RunResult())
        return session.statistics.budget(next_samples=10).remaining_errors

    worst = np.argsort(-session.columns.suspicion)[:20]
    for row in worst[:-1]:
        session.exclude(np.array([row]))
        session.relabel(np.array([row]), int(session.columns.suggested[row]) % 3)
    rest = np.sort(session.columns.suspicion[session.columns.status == UNSEEN])[::-1]
    usual, unsure = after(0.12), after(0.9)
    assert unsure.high > usual.high and unsure.high <= len(rest)
    assert unsure.high - unsure.value > 1.2 * (usual.high - usual.value)


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
    assert (found.drawn, found.judged, found.unsure, found.left) == (20, 14, 2, 3)
    assert (found.wrong, found.set_aside) == (wrong, 1)
    # A blurred image is set aside as one of no class is: its label may be right or wrong.
    low, high = (
        stats.binomtest(each, 15).proportion_ci(0.95, method="exact") for each in (wrong, wrong + 1)
    )
    assert found.residual_rate.value == pytest.approx(wrong / 14)
    assert found.residual_rate.low == pytest.approx(low.low, abs=1e-9)
    assert found.residual_rate.high == pytest.approx(high.high, abs=1e-9)
    assert found.expected_errors.high == pytest.approx(high.high * 60, abs=1e-6)
    (said,) = auditing.verdict_remarks(found)
    assert str(said).startswith("1 of its samples was set aside, which does not say whether")


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


@pytest.mark.parametrize(("at_once", "judged"), [(50, 60), (51, 10)])
def test_what_is_kept_all_at_once_in_an_audit_judges_nothing(
    tmp_path: Path, at_once: int, judged: int
) -> None:
    folder = make_project(tmp_path / "many.lnl", count=120)
    add_detection(folder)
    with Session.open(folder, reviewer="ann") as session:
        drawn = session.statistics.draw_audit(at_once + 10, seed=0)
        session.columns.well_labelled = np.isin(np.arange(len(session)), drawn.rows)
        session.exclude(drawn.rows[:1])
        session.keep(drawn.rows[1 : at_once + 1])
        session.keep(drawn.rows[at_once + 1 :])
        found = auditing.report(session.columns, drawn, bound=0.9)
        assert (found.judged, found.wrong) == (judged - 1, 0) and not found.left
        assert found.not_looked_at == at_once + 10 - judged
        assert found.need_no_look is not None and found.need_no_look.audited == judged
        at_a_glance = [said for said in auditing.verdict_remarks(found) if "with many" in str(said)]
        assert bool(at_a_glance) == (judged != 60)
    with open_project(folder, read_only=True) as project:
        told = report_facts._audit(project, take_snapshot(folder))
    assert told is not None
    assert (told.judged, told.set_aside) == (judged - 1, 1)
    assert told.not_looked_at == found.not_looked_at


def test_an_audit_says_which_of_its_verdicts_were_not_blind(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "many.lnl", count=120)
    add_detection(folder)
    with Session.open(folder, reviewer="ann") as session:
        drawn = session.statistics.draw_audit(10, seed=0)
        rows = drawn.rows
        session.note_reasons(hidden=True)
        session.keep(rows[:4])
        session.note_reasons(hidden=False)
        session.keep(rows[4:6])
        session.exclude(rows[6:7])
        session.unsure(rows[7:8])
        found = auditing.report(session.columns, drawn)
        # They count all the same.
        assert (found.judged, found.set_aside, found.in_sight) == (6, 1, 3)
        assert any(str(said).startswith("3 of its") for said in auditing.verdict_remarks(found))
    with open_project(folder, read_only=True) as project:
        told = report_facts._audit(project, take_snapshot(folder))
    assert told is not None and told.in_sight == 3


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
    # In a session that only reads the other thread reads too, and takes no lock.
    with Session.open(folder, read_only=True) as session:
        (folder / LOCK).unlink()
        expected = session.statistics.budgeting(next_samples=4, target_rate=0.2)()
        assert not (folder / LOCK).exists()
    # Opened anew, so that the times of verdicts are to be read.
    with Session.open(folder, reviewer="ann") as session:
        statistics = session.statistics
        assert not session.columns.knows_verdict_times
        found = statistics.budgeting(next_samples=4, target_rate=0.2)()
        # What the other thread has read is taken over when next one is asked for.
        statistics.budgeting()
        assert session.columns.knows_verdict_times
        assert found == statistics.budget(next_samples=4, target_rate=0.2) == expected
        assert found != statistics.budget(next_samples=2, target_rate=0.2)
        assert (session.columns.verdict_time[[0, 3, 6]] > 0).all()


def test_a_stratified_audit_has_each_class_in_its_share(session: Session) -> None:
    given = session.columns.given
    for seed in range(6):
        rows = auditing.auditable(session.columns)
        drawn = session.statistics.draw_audit(21, seed=seed, stratified=True).rows
        share = np.bincount(given[rows]) * 21 / len(rows)
        assert np.abs(np.bincount(given[drawn]) - share).max() < 1
    # Without a word about it each is a simple random sample.
    simple = session.statistics.draw_audit(21, seed=3)
    assert not simple.stratified
    drawn = auditing.draw(rows, 21, seed=3)
    assert simple.rows.tolist() == drawn.tolist()


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_an_audit_reports_its_population_with_the_interval_asked_for(
    session: Session, confidence: float
) -> None:
    first = session.statistics.draw_audit(10, seed=1)
    second = session.statistics.draw_audit(20, seed=2)
    session.keep(second.rows[:9])
    for row in second.rows[9:13]:
        session.relabel(np.array([row]), (int(session.columns.given[row]) + 1) % 3)
    found = auditing.report(session.columns, second, confidence=confidence)
    wanted = stats.binomtest(4, 13).proportion_ci(confidence, method="exact")
    assert (found.audit, found.population, found.judged, found.wrong) == (second.id, 60, 13, 4)
    assert found.residual_rate.value == pytest.approx(4 / 13)
    assert found.residual_rate.low == pytest.approx(wanted.low, abs=1e-9)
    assert found.residual_rate.high == pytest.approx(wanted.high, abs=1e-9)
    assert found.expected_errors.value == pytest.approx(60 * 4 / 13)
    assert found.expected_errors.low == pytest.approx(60 * wanted.low, abs=1e-7)
    assert found.need_no_look is None and auditing.audited_bound(found) is None
    assert [report.audit for report in session.statistics.audit_reports()] == [first.id, second.id]


def test_what_an_audit_says_of_the_labels_that_need_no_look_is_told(session: Session) -> None:
    drawn = session.statistics.draw_audit(30, seed=0)
    sure = np.zeros(len(session), bool)
    empty = auditing.report(session.columns, drawn, bound=0.4)
    assert auditing.audited_bound(empty) is None
    assert empty.need_no_look is not None and empty.need_no_look.expected == 0.0
    sure[drawn.rows[:20]] = True
    session.columns.well_labelled = sure
    # Drawn, but not judged yet.
    assert auditing.audited_bound(auditing.report(session.columns, drawn, bound=0.4)) is None
    session.keep(drawn.rows[:9])
    session.exclude(drawn.rows[9:10])
    session.unsure(drawn.rows[10:12])
    # Not in the set, so that it says nothing of it.
    session.exclude(drawn.rows[25:])
    found = auditing.report(session.columns, drawn, bound=0.9)
    look = found.need_no_look
    assert look is not None and look.audited == 10
    wanted = stats.binomtest(1, 10).proportion_ci(0.9, method="exact").high
    assert look.bound == pytest.approx(wanted, abs=1e-9)
    assert look.expected == pytest.approx(float(session.columns.suspicion[sure].mean()))
    assert str(auditing.audited_bound(found)) == (
        f"20 labels need no look: at most {100 * wanted:.1f} % of them are wrong (95 %), with 10"
        " of them audited."
    )


def test_an_audit_speaks_for_the_set_only_until_the_next_detection(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "cats.lnl", count=90)
    with Session.open(folder, reviewer="ann") as session:

        def detect(seed: int) -> None:
            run = session.runs.start(DetectParameters(seed=seed))
            write_core_scores(run.folder, 90)
            write_array(run.folder / "well_labelled.npy", np.ones(90, bool))
            write_json(run.folder / "summary.json", {"well_labelled_bound": 0.03})
            session.runs.finish(run.id, "done", RunResult())

        detect(1)
        drawn = session.statistics.draw_audit(20, seed=0)
        session.keep(drawn.rows)
        (report,) = session.statistics.audit_reports()
        assert report.need_no_look is not None
        assert (report.need_no_look.audited, report.need_no_look.bound) == (20, 0.03)
        detect(2)
        assert session.statistics.audit_reports()[0].need_no_look is None


@pytest.mark.parametrize("size", [0, -4])
def test_an_audit_of_no_sample_is_refused(session: Session, size: int) -> None:
    with pytest.raises(UserError, match="a sample or more"):
        session.statistics.draw_audit(size)
    assert session.statistics.audit_reports() == []
    assert len(session.statistics.draw_audit(1).rows) == 1


def test_an_audit_can_be_drawn_before_any_detection(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "new.lnl")
    with Session.open(folder) as session:
        drawn = session.statistics.draw_audit(5)
        session.keep(drawn.rows)
        (report,) = session.statistics.audit_reports()
        assert (report.judged, report.population, report.need_no_look) == (5, 30, None)


def test_as_many_as_a_person_looks_at_in_one_act_are_verdicts(session: Session) -> None:
    session.keep(np.arange(AT_A_GLANCE))
    columns = session.columns
    unseen = columns.suspicion[columns.status == UNSEEN]
    rest = np.sort(unseen)[::-1]
    reviewed = columns.suspicion[:AT_A_GLANCE]
    model = fit_verdicts(reviewed, np.zeros(AT_A_GLANCE, bool), unseen, relative_error=0.12)
    found = session.statistics.budget().remaining_errors
    assert found.value == model.count(rest).value < float(rest.sum(dtype=np.float64))


def test_what_was_found_wrong_raises_what_is_expected_of_the_rest(session: Session) -> None:
    columns = session.columns
    columns.suspicion[[7, 8]] = (0.0, 1.0)
    session.relabel(np.arange(0, 12, 3), 1)
    # Of none of the classes, as the detection said; blurred, a copy, or whatever else.
    columns.off_topic[12] = True
    session.exclude(np.array([12, 7]))
    session.exclude(np.array([21]))
    session.keep(np.array([1, 15, 8]))
    session.unsure(np.array([18]))
    # What was certain before was decided before the detection; who is unsure tells nothing.
    news = np.array([0, 3, 6, 9, 12, 1, 15])
    wrong = np.array([True] * 5 + [False] * 2)
    rest = np.sort(columns.suspicion[columns.status == UNSEEN])[::-1]
    model = fit_verdicts(columns.suspicion[news], wrong, rest, relative_error=0.12)
    found = session.statistics.budget(next_samples=5, target_rate=0.2)
    assert found.remaining_errors.value == pytest.approx(model.count(rest).value)
    assert found.expected_errors.value == pytest.approx(model.count(rest[:5]).value)
    # Verdicts that passed others over do not show that it is enough sooner.
    likely = max(model.corrected(rest), rest, key=np.sum)
    rates = [likely[k:].mean() for k in range(len(rest))]
    assert found.until_enough == next((k for k, r in enumerate(rates) if r <= 0.2), len(rest))


def test_intervals_are_as_wide_as_the_confidence_asked_for() -> None:
    suspicion = np.linspace(0.9, 0.1, 40)
    model = fit_verdicts(suspicion[:5], np.ones(5, bool), suspicion, relative_error=0.12)
    for confidence in (0.5, 0.8):
        plain = review_budget(suspicion, next_samples=9, target_rate=0.1, confidence=confidence)
        variance = float((suspicion[:9] * (1 - suspicion[:9])).sum())
        expected = error_count(float(suspicion[:9].sum()), variance, 9, confidence=confidence)
        assert plain.expected_errors.low == pytest.approx(expected.low)
        assert plain.expected_errors.high == pytest.approx(expected.high)
        corrected = review_budget(
            suspicion, next_samples=9, target_rate=0.1, confidence=confidence, calibration=model
        )
        assert corrected.expected_errors == model.count(suspicion[:9], confidence=confidence)
        assert corrected.residual_rate.high == pytest.approx(corrected.remaining_errors.high / 40)


def test_a_budget_is_of_the_next_hundred_unless_asked_otherwise(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "cats.lnl", count=130)
    add_detection(folder)
    with Session.open(folder) as session:
        worst = np.sort(session.columns.suspicion)[::-1]
        found = session.statistics.budget()
        assert (found.next_samples, found.target_rate) == (100, 0.01)
        assert found.expected_errors.value == pytest.approx(float(worst[:100].sum()), rel=1e-5)
        assert session.statistics.budgeting()() == found


def test_two_audits_are_two_views(session: Session) -> None:
    first, second = (session.statistics.draw_audit(6, seed=seed) for seed in (1, 2))
    assert first.rows.tolist() != second.rows.tolist()
    for drawn in (first, second, first):
        assert session.views.select_rows(ViewSpec(audit=drawn.id)).tolist() == drawn.rows.tolist()
    with pytest.raises(UserError, match="no audit number 9"):
        session.views.select_rows(ViewSpec(audit=9))


def test_what_accepting_would_bring_is_told_by_the_detections_probabilities(
    tmp_path: Path,
) -> None:
    folder = make_project(tmp_path / "cats.lnl", count=30)
    with Session.open(folder) as session:
        assert session.statistics.accepting(np.arange(30)).count == 0
    add_detection(folder)
    with Session.open(folder) as session:
        columns = session.columns
        # All suspects are cats that are suggested to be dogs; of the others a label is kept.
        cats = np.arange(0, 30, 3)
        without = session.statistics.accepting(np.arange(30))
        assert without.count == 30
        assert without.wrong.value == pytest.approx(
            float((1 - columns.suspicion[cats]).sum()), rel=1e-5
        )
        run = session.runs.latest("detect")
        assert run is not None
        posterior = np.tile(np.array([0.7, 0.2], np.float32), (30, 1))
        classes = np.tile(np.array([1, 0], np.int32), (30, 1))
        # One of which the dog is the less likely class.
        classes[3] = (0, 1)
        write_array(run.folder / "posterior.npy", posterior)
        assert session.statistics.accepting(cats).wrong.value == pytest.approx(without.wrong.value)
        write_array(run.folder / "posterior_classes.npy", classes)
        found = session.statistics.accepting(cats)
        assert found.wrong.value == pytest.approx(9 * 0.3 + 0.8, rel=1e-5)
        assert [(pair.given, pair.suggested, pair.count) for pair in found.pairs] == [(0, 1, 10)]
        # Birds took the dogs' place: what was said of dogs is said of birds now.
        session.class_edits.merge([1], 2)
        merged = session.statistics.accepting(cats)
        assert [(pair.given, pair.suggested) for pair in merged.pairs] == [(0, 2)]
        assert merged.wrong.value == pytest.approx(found.wrong.value)


def test_a_first_look_is_provisional_until_all_are_judged(session: Session) -> None:
    assert not str(session.statistics.provisional)
    assert not session.statistics.cannot_judge
    folder = make_project(session.folder.parent / "new.lnl")
    with Session.open(folder) as new:
        assert not str(new.statistics.provisional)
        run = new.runs.start(FirstLookParameters(samples=10))
        write_core_scores(run.folder, 30)
        write_json(run.folder / "summary.json", {"samples": 10, "noise_rate_interval": [0.0, 1.0]})
        figures = {"looked_at": 10, "of": 30, "flagged": 2, "noise_rate": 0.2}
        new.runs.finish(
            run.id, "done", RunResult({}, {**figures, "noise_rate_interval": [0.1, 0.4]})
        )
        assert str(new.statistics.provisional) == (
            "Provisional, from 10 of 30 images: about 20 % of the labels are wrong (95 % interval"
            " 10 % to 40 %), 2 suspects so far."
        )
        assert new.statistics.cannot_judge
    add_detection(folder)
    with Session.open(folder) as new:
        assert not str(new.statistics.provisional) and not new.statistics.cannot_judge


def test_of_labels_that_cannot_be_judged_no_number_left_is_ruled_out(session: Session) -> None:
    state = session._state
    for interval, known in (((0.0, 0.2), True), ((0.0, 1.0), False)):
        summary = replace(state.scores.summary, samples=60, noise_rate_interval=interval)
        state.scores = replace(state.scores, summary=summary)
        budget = session.statistics.budget(target_rate=0.9)
        remaining = session.statistics.remaining(target_rate=0.9)
        assert budget.enough == remaining.enough == known
        assert (budget.remaining_errors.high == budget.unreviewed) == (not known)
        assert (remaining.errors.high == remaining.samples) == (not known)
        assert known or budget.remaining_errors.low == remaining.errors.low == 0.0
        assert known or budget.residual_rate.high == 1.0


def test_what_is_below_the_line_and_all_that_is_left_rest_on_one_fit(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = []

    def fit(*known: np.ndarray, relative_error: float, chosen: bool) -> VerdictCalibration:
        fits.append(fit_verdicts(*known, relative_error=relative_error, chosen=chosen))
        return fits[-1]

    monkeypatch.setattr(budgeting, "fit_verdicts", fit)
    for row in np.flatnonzero(session.columns.suspicion < 1)[:4]:
        session.keep(np.array([row]))
    statistics = session.statistics
    budget, below = statistics.budget(), statistics.remaining()
    statistics.accepting(np.arange(len(session)))
    assert len(fits) == 1 and fits[0].verdicts
    # Another thread fits what it has read itself.
    assert statistics.budgeting()() == budget
    one, other = fits
    assert np.array_equal(one.shift, other.shift) and np.array_equal(one.draws, other.draws)
    # The next verdict and its undoing say something else.
    row = np.flatnonzero((session.columns.suspicion < 1) & (session.columns.status == UNSEEN))[:1]
    session.keep(row)
    after = statistics.remaining()
    assert len(fits) == 3 and fits[2].verdicts == one.verdicts + 1
    assert statistics.budget() != budget and statistics.remaining() == after
    session.undo()
    assert statistics.remaining() == below and len(fits) == 4


def test_right_images_that_are_set_aside_make_no_label_of_the_rest_wrong(session: Session) -> None:
    columns = session.columns
    before = session.statistics.budget()
    likely_right = np.argsort(columns.suspicion)[:8]
    session.exclude(likely_right)
    after = session.statistics.budget()
    aside = float(columns.suspicion[likely_right].sum(dtype=np.float64))
    left = before.remaining_errors.value - aside
    assert after.remaining_errors.value == pytest.approx(left, abs=1e-4)
    assert after.remaining_errors.high <= before.remaining_errors.high


def _covers(inner: Estimate, outer: Estimate) -> bool:
    return outer.low <= inner.low + 1e-9 and inner.high <= outer.high + 1e-9


def test_who_keeps_what_is_plainly_right_tells_nothing_of_what_was_passed_over(
    session: Session,
) -> None:
    columns = session.columns
    worst = np.argsort(-columns.suspicion, kind="stable")
    # Every fourth of the upper half is confirmed, the doubtful ones are left for later.
    for row in worst[3:45:4]:
        session.keep(np.array([row]))
    rest = np.sort(columns.suspicion[columns.status == UNSEEN])[::-1]
    target = float(rest.mean()) - 0.01
    before = review_budget(rest, next_samples=10, target_rate=target)
    found = session.statistics.budget(next_samples=10, target_rate=target)
    assert found.remaining_errors.value < before.remaining_errors.value
    assert _covers(before.remaining_errors, found.remaining_errors)
    assert _covers(before.expected_errors, found.expected_errors)
    assert found.residual_rate.value <= target and not found.enough
    rows = np.flatnonzero(columns.flagged & (columns.status == UNSEEN))
    outlook = session.statistics.accepting(rows)
    assert outlook.wrong.low <= outlook.wrong.value <= outlook.wrong.high
    # Along the order they do tell of the rest.
    session.keep(worst[:45])
    verdicts = session.statistics._calibration()
    rest = np.sort(columns.suspicion[columns.status == UNSEEN])[::-1]
    assert verdicts is not None and verdicts.tells_of(rest)
    assert session.statistics.budget().remaining_errors == verdicts.count(rest)


def test_an_audit_tells_of_what_it_drew_from_alone(session: Session) -> None:
    columns = session.columns
    drawn = session.statistics.draw_audit(40, seed=0)
    before = session.statistics.budget(next_samples=10)
    for row in drawn.rows:
        wrong = columns.suspicion[row] > 0.2
        label = (int(columns.given[row]) + 1) % 3
        session.relabel(np.array([row]), label) if wrong else session.keep(np.array([row]))
    after = session.statistics.budget(next_samples=10)
    below = session.statistics.remaining(most_next=5)
    # None of the ten most suspect was drawn: what they hold is as open as it was.
    assert not np.isin(np.argsort(-columns.suspicion)[:10], drawn.rows).any()
    assert after.expected_errors.low <= before.expected_errors.low + 1e-9
    # A random sample passes many over, and yet tells of them.
    verdicts = session.statistics._calibration()
    assert verdicts is not None and not verdicts.chosen
    assert below.errors.high < before.remaining_errors.high
