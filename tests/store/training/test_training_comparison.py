"""What cleaning gained is what the verdicts on the disagreements of two models say, no more."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest, norm, t

from lnl_gui.store.dataset.classes import LabelMap
from lnl_gui.store.dataset.samples import ASKED, EXCLUDED, KEPT, RELABELLED, UNSEEN, UNSURE
from lnl_gui.store.history.looked_at import HIDDEN, IN_SIGHT, NOT_TOLD
from lnl_gui.store.training.gain import (
    LEAST_REVIEWED,
    PART_CONFIDENCE,
    gain_from_dict,
    gain_now,
    gain_to_dict,
    open_rows,
)
from lnl_gui.store.training.training_comparison import (
    TrainingComparison,
    load_comparison,
    save_comparison,
)

SAMPLES = 200
BEFORE, AFTER, NEITHER = range(3)
"""Every disagreement is one of class 0 and class 1; a third class proves both wrong."""


def models(count: int, *, samples: int = SAMPLES, seed: int = 0) -> TrainingComparison:
    """Two models that disagree on `count` of the held-out samples, rows 3, 5, 7, ... at random."""
    generator = np.random.default_rng(seed)
    right = generator.dirichlet((2, 3, 1), count)
    return TrainingComparison(
        rows=generator.permutation(np.arange(3, 3 + 2 * count, 2)),
        before=np.full(count, BEFORE, np.int32),
        after=np.full(count, AFTER, np.int32),
        right_before=right[:, 0],
        right_after=right[:, 1],
        decided=np.zeros(count, bool),
        samples=samples,
        model_error=0.01,
    )


def told(found: TrainingComparison, verdicts: list[tuple[int, int]]) -> tuple[np.ndarray, ...]:
    """Labels and states of all samples and who was looked at, after verdicts (state, label)."""
    label = np.full(4 + 2 * len(found), 9, np.int32)
    status = np.full(len(label), UNSEEN, np.uint8)
    looked_at = np.zeros(len(found), bool)
    for place, (state, given) in enumerate(verdicts):
        row = found.rows[place]
        status[row], label[row] = state, given
        looked_at[place] = state != UNSEEN
    return label, status, looked_at


def test_where_all_is_decided_the_verdicts_are_the_gain() -> None:
    found = models(12)
    verdicts = [(KEPT, AFTER)] * 6 + [(RELABELLED, AFTER), (RELABELLED, BEFORE), (KEPT, BEFORE)]
    verdicts += [(RELABELLED, NEITHER), (EXCLUDED, AFTER), (UNSURE, BEFORE)]
    # The last one was seen before too, and nobody could tell.
    found = replace(found, decided=np.isin(np.arange(12), (0, 1, 2, 3, 11)))
    gain = gain_now(found, *told(found, verdicts))
    assert (gain.exact, gain.open, gain.undecidable, gain.disagreements) == (True, 0, 2, 12)
    assert (gain.corrected, gain.degraded, gain.seen_before) == (7, 2, 4)
    # Known of a verdict, it counts: in sight after the training, hidden before it. The last two
    # count neither way.
    reasons = np.full(12, NOT_TOLD, np.int8)
    reasons[[0, 1]], reasons[[5, 6, 7, 11]] = HIDDEN, IN_SIGHT
    assert gain_now(found, *told(found, verdicts), reasons=reasons).seen_before == 2 + 3
    # Two of the held-out samples count neither way.
    assert gain.compared == SAMPLES - 2
    assert gain.p_value == pytest.approx(binomtest(2, 9).pvalue)
    assert gain.verified is not None and gain.best == gain.verified
    assert gain.verified.value == pytest.approx(5 / 198)
    assert gain.verified.low < 0 < gain.verified.high
    # Nothing is estimated of what is known.
    assert gain.estimated.value == pytest.approx(5 / 198)


def test_where_nothing_is_decided_it_is_what_the_corrected_labels_expect() -> None:
    found = models(30)
    gain = gain_now(found, *told(found, []))
    assert gain.verified is None and gain.p_value is None and not gain.exact
    assert (gain.open, gain.compared, gain.best) == (30, SAMPLES, gain.estimated)
    # Of each held-out sample: gained, lost or neither, by its probabilities.
    up = np.append(found.right_after, np.zeros(SAMPLES - 30))
    down = np.append(found.right_before, np.zeros(SAMPLES - 30))
    value = (up - down).mean()
    variance = ((up + down).mean() - value**2) / SAMPLES + 1 / SAMPLES**2 + found.model_error**2
    reach = norm.ppf(0.975) * np.sqrt(variance)
    assert gain.estimated.value == pytest.approx(value)
    assert (gain.estimated.low, gain.estimated.high) == pytest.approx(
        (value - reach, value + reach)
    )


def test_verdicts_on_held_out_samples_are_counted_also_where_the_models_agree() -> None:
    found = models(30)
    label, status, looked_at = told(found, [(KEPT, AFTER), (EXCLUDED, AFTER), (RELABELLED, -1)])
    assert gain_now(found, label, status, looked_at).decided == 1
    # Every other row from 0 on is held out too; two of those have a verdict.
    held = np.union1d(found.rows, np.arange(0, len(label), 2))
    status[[0, 2]], status[1] = (KEPT, RELABELLED), KEPT
    whole = replace(found, held=held, unit=held, samples=len(held))
    seen = np.isin(held, (0, *found.rows[looked_at]))
    gain = gain_now(whole, label, status, looked_at, held_looked_at=seen)
    # One of the two was decided on with others, so that nobody has confirmed it.
    assert (gain.decided, gain.decided_at_once) == (2, 1)
    assert gain_from_dict(gain_to_dict(gain)) == gain
    # Where nothing is known of what the models agree on, it counts as not confirmed.
    gain = gain_now(whole, label, status, looked_at)
    assert (gain.decided, gain.decided_at_once) == (1, 2)
    gain = gain_now(found, label, status, looked_at & False)
    assert (gain.decided, gain.decided_at_once) == (0, 1)


def test_the_error_of_the_model_counts_for_what_is_not_decided_alone() -> None:
    found = replace(models(30), model_error=0.5)
    verdicts = [(KEPT, AFTER)] * 30
    half = gain_now(found, *told(found, verdicts[:15])).estimated
    known = gain_now(found, *told(found, verdicts)).estimated
    variance = (0.15 - 0.15**2) / SAMPLES + 1 / SAMPLES**2
    assert known.high - known.low == pytest.approx(2 * norm.ppf(0.975) * np.sqrt(variance))
    # Half of what decides is open: half of the error remains.
    assert half.high - half.low == pytest.approx(2 * norm.ppf(0.975) * 0.25, rel=0.01)


def test_only_what_a_person_looked_at_is_decided() -> None:
    found = models(20)
    label, status, looked_at = told(found, [(KEPT, AFTER)] * 20)
    gain = gain_now(found, label, status, np.zeros(20, bool))
    assert (gain.open, gain.corrected, gain.verified) == (20, 0, None)
    looked_at[5:] = False
    assert gain_now(found, label, status, looked_at).open == 15
    assert open_rows(found, label, status, looked_at).tolist() == found.rows[5:].tolist()


def test_what_waits_is_in_the_order_that_was_drawn_without_what_nobody_can_tell() -> None:
    found = models(8)
    verdicts = [(KEPT, AFTER), (UNSEEN, 9), (ASKED, 9), (EXCLUDED, 9), (UNSEEN, 9), (UNSURE, 9)]
    label, status, looked_at = told(found, verdicts)
    waiting = found.rows[[1, 4, 6, 7]].tolist()
    assert open_rows(found, label, status, looked_at).tolist() == waiting
    # Of a class that was deleted since, they decide nothing.
    label[waiting[1]] = -1
    assert open_rows(found, label, status, looked_at).tolist() == [waiting[0], *waiting[2:]]


def test_a_part_says_something_from_ten_on_and_only_up_to_the_first_that_is_open() -> None:
    found = models(40)
    verdicts = [(KEPT, AFTER)] * 7 + [(KEPT, BEFORE)] * 2
    assert len(verdicts) == LEAST_REVIEWED - 1
    assert gain_now(found, *told(found, verdicts)).verified is None
    # Who went on behind one that is open has chosen: what lies behind is no random part.
    behind = [*verdicts, (UNSEEN, 9), *[(KEPT, AFTER)] * 20]
    assert gain_now(found, *told(found, behind)).verified is None
    ten = gain_now(found, *told(found, [*verdicts, (KEPT, NEITHER)])).verified
    assert ten is not None
    assert ten.value == pytest.approx(40 / SAMPLES * (7 - 2) / 10)
    # Ten that all say the same leave some doubt.
    alike = gain_now(found, *told(found, [(KEPT, AFTER)] * 10)).verified
    assert alike is not None
    # As if one more had been gained and one lost; three quarters of the 40 are not decided.
    spread = np.var([1.0] * 11 + [-1.0]) / 10
    variance = 0.75 * 0.2**2 * spread + (0.2 - 0.2**2) / SAMPLES
    # It is looked at again after each verdict, and ten say little of their spread.
    reach = t.ppf(1 - (1 - PART_CONFIDENCE) / 2, 9) * np.sqrt(variance)
    assert (alike.low, alike.high) == pytest.approx((0.2 - reach, 0.2 + reach))
    # What nobody can tell is neither decided nor held out.
    eleven = gain_now(found, *told(found, [*verdicts, (EXCLUDED, 9), (KEPT, NEITHER)])).verified
    assert eleven is not None
    assert eleven.value == pytest.approx(39 / 199 * (7 - 2) / 10)


def test_the_interval_of_a_part_holds_the_truth_nineteen_times_of_twenty() -> None:
    generator = np.random.default_rng(1)
    held, runs = 0, 400
    for _ in range(runs):
        # 1 000 held-out samples of a world in which a tenth decides, at .6 to .3 for the new model.
        drawn = generator.multinomial(1000, (0.06, 0.03, 0.01, 0.9))[:3]
        outcome = generator.permutation(np.repeat((AFTER, BEFORE, NEITHER), drawn))
        found = models(len(outcome), samples=1000, seed=int(generator.integers(1 << 30)))
        verdicts = [(KEPT, int(label)) for label in outcome[:30]]
        part = gain_now(found, *told(found, verdicts)).verified
        assert part is not None
        held += part.low <= 0.03 <= part.high
    assert held / runs > 0.92


def test_who_stops_as_soon_as_a_gain_is_shown_seldom_shows_a_false_one() -> None:
    generator = np.random.default_rng(2)
    shown, runs = 0, 200
    for _ in range(runs):
        # As many are gained as lost, in the world that they are drawn from.
        outcome = generator.choice((AFTER, BEFORE, NEITHER), 120, p=(0.4, 0.4, 0.2))
        found = models(120, samples=1200)
        verdicts = [(KEPT, int(label)) for label in outcome]
        for judged in range(LEAST_REVIEWED, 121):
            part = gain_now(found, *told(found, verdicts[:judged])).verified
            assert part is not None
            if part.low > 0:
                shown += 1
                break
    # At 95 % of each look it was 15 % of the runs.
    assert shown / runs <= 0.06


def test_what_held_out_labels_may_hide_widens_the_estimate_upwards_until_it_is_judged() -> None:
    plain = models(30)
    found = replace(plain, further_gain=np.linspace(0, 2, 30))
    before, gain = (gain_now(each, *told(each, [])) for each in (plain, found))
    assert (gain.estimated.value, gain.estimated.low) == (
        before.estimated.value,
        before.estimated.low,
    )
    assert gain.further == pytest.approx(30 / SAMPLES) and before.further == 0
    assert gain.estimated.high == pytest.approx(before.estimated.high + 30 / SAMPLES)
    assert gain_from_dict(gain_to_dict(gain)) == gain
    # Judged or left out, they hide nothing any more.
    verdicts = [(KEPT, BEFORE)] * 20 + [(EXCLUDED, BEFORE)] * 5
    open_part = gain_now(found, *told(found, verdicts))
    assert open_part.further == pytest.approx(np.linspace(0, 2, 30)[25:].sum() / (SAMPLES - 5))
    assert gain_now(found, *told(found, [(KEPT, BEFORE)] * 30)).further == 0


@pytest.mark.parametrize("further", [None, np.linspace(0, 2, 10)])
def test_what_may_be_hidden_is_kept_with_the_models(
    tmp_path: Path, further: np.ndarray | None
) -> None:
    found = replace(models(10), further_gain=further)
    save_comparison(tmp_path, found)
    loaded = load_comparison(tmp_path, 99, LabelMap(None))
    assert loaded is not None
    if further is None:
        assert loaded.further_gain is None
    else:
        assert loaded.further_gain is not None
        assert loaded.further_gain.tolist() == further.tolist()
        for damaged in (further[:9], further * np.nan, further > 1):
            save_comparison(tmp_path, replace(found, further_gain=damaged))
            assert load_comparison(tmp_path, 99, LabelMap(None)) is None


def test_the_json_form_comes_back_and_names_the_verified_difference_first() -> None:
    found = models(12)
    for verdicts, kind in (([], "estimated"), ([(KEPT, AFTER)] * 12, "verified")):
        gain = gain_now(found, *told(found, verdicts))
        values = gain_to_dict(gain)
        assert gain_from_dict(values) == gain
        assert values["difference_kind"] == kind
        assert values["difference"] == gain.best.value
        assert values["difference_interval"] == [gain.best.low, gain.best.high]


def test_two_models_without_a_disagreement_are_equal() -> None:
    found = models(0)
    gain = gain_now(found, *told(found, []))
    assert (gain.exact, gain.disagreements, gain.compared) == (True, 0, SAMPLES)
    # Nobody has verified anything; the interval is that of no change among so many samples.
    assert gain.verified is None and gain_to_dict(gain)["difference_kind"] == "alike"
    reach = norm.ppf(0.975) ** 2
    assert gain.best.high == pytest.approx(reach / (SAMPLES + reach), rel=1e-6)
    assert gain.best.low == pytest.approx(-gain.best.high) and gain.p_value == 1
    # Nor where a person set aside all that differs.
    found = models(3)
    gain = gain_now(found, *told(found, [(EXCLUDED, AFTER)] * 3))
    assert gain.verified is None and gain.alike and gain.estimated.value == 0
    gain = gain_now(found, *told(found, [(EXCLUDED, AFTER)] * 2 + [(KEPT, AFTER)]))
    assert gain.verified is not None and not gain.alike


@pytest.mark.parametrize("known", [None, 0, 13])
def test_how_many_labels_people_changed_is_kept(tmp_path: Path, known: int | None) -> None:
    found = replace(models(10), changed=63, by_verdicts=known)
    save_comparison(tmp_path, found)
    loaded = load_comparison(tmp_path, 99, LabelMap(None))
    assert loaded is not None and loaded.by_verdicts == known
    gain = gain_now(loaded, *told(loaded, []))
    assert gain.by_verdicts == known and gain.by_nobody == (known == 0)
    assert gain_from_dict(gain_to_dict(gain)) == gain


def test_a_file_is_another_projects_or_damaged(tmp_path: Path) -> None:
    found = models(10)
    meaning = LabelMap(None)
    save_comparison(tmp_path, found)
    read = load_comparison(tmp_path, 30, meaning)
    assert read is not None
    for name, value in vars(found).items():
        np.testing.assert_array_equal(getattr(read, name), value)
    # The last row is 21.
    assert load_comparison(tmp_path, 22, meaning) is not None
    assert load_comparison(tmp_path, 21, meaning) is None
    save_comparison(tmp_path, replace(found, samples=10))
    assert load_comparison(tmp_path, 22, meaning) is not None
    for wrong in (
        replace(found, samples=9),
        replace(found, model_error=float("nan")),
        replace(found, rows=-found.rows),
        replace(found, after=found.after[:9]),
        replace(found, right_after=found.right_after.astype(np.int64)),
    ):
        save_comparison(tmp_path, wrong)
        assert load_comparison(tmp_path, 30, meaning) is None
    save_comparison(tmp_path, replace(found, after=np.arange(10, dtype=np.int32) % 3))
    # Classes 0 and 1 have become one: where they were named there is no disagreement any more.
    merged = load_comparison(tmp_path, 30, LabelMap(np.array([0, 0, 1, -1], np.int32)))
    assert merged is not None
    assert merged.rows.tolist() == found.rows[2::3].tolist()
    assert merged.after.tolist() == [1, 1, 1]
    assert merged.right_after.tolist() == found.right_after[2::3].tolist()


def filmed(videos: int, frames: int, deciding: int, *, seed: int = 0) -> TrainingComparison:
    """As `models`, where the held-out samples are videos, some of which decide with all frames."""
    generator = np.random.default_rng(seed)
    held = np.arange(3, 3 + videos * frames)
    unit = (held - 3) // frames + 3
    rows = generator.permutation(held[: deciding * frames])
    found = models(len(rows), samples=len(held), seed=seed)
    return replace(found, rows=rows, held=held, unit=unit)


def judged(found: TrainingComparison, kinds: list[int]) -> tuple[np.ndarray, ...]:
    """As `told`, with one label for all deciding frames of each video."""
    assert found.held is not None and found.unit is not None
    label = np.full(int(found.held.max()) + 1, 9, np.int32)
    status = np.zeros(len(label), np.uint8)
    status[found.rows] = KEPT
    video = found.unit[np.searchsorted(found.held, found.rows)] - 3
    label[found.rows] = np.array(kinds)[video]
    return label, status, np.ones(len(found), bool)


def test_frames_of_videos_are_one_witness_each() -> None:
    found = filmed(20, 10, 9)
    gain = gain_now(found, *judged(found, [AFTER] * 5 + [BEFORE] * 4))
    assert (gain.corrected, gain.degraded, gain.compared, gain.units) == (50, 40, 200, 20)
    # Five videos against four, whose frames alone would say p = .34.
    assert gain.p_value == pytest.approx(binomtest(4, 9).pvalue)
    assert gain.verified is not None and gain.verified.value == pytest.approx(10 / 200)
    alone = replace(found, held=None, unit=None)
    single = gain_now(alone, *judged(found, [AFTER] * 5 + [BEFORE] * 4))
    assert single.units is None and single.p_value == pytest.approx(binomtest(40, 90).pvalue)
    assert single.verified is not None
    wide, narrow = gain.verified, single.verified
    assert wide.high - wide.low > 2.5 * (narrow.high - narrow.low)
    # Six of one mind are as few as can be told from chance.
    six = gain_now(filmed(20, 10, 6), *judged(filmed(20, 10, 6), [AFTER] * 6))
    assert six.p_value == pytest.approx(2 / 64)
    assert gain_from_dict(gain_to_dict(six)) == six
    assert not {"units", "classes_edited", "not_followed"} - set(gain_to_dict(six))


def test_samples_that_are_alone_are_as_if_nothing_was_known_of_units() -> None:
    found = models(30)
    held = np.sort(np.append(found.rows, np.arange(100, 270)))
    known = replace(found, held=held, unit=held)
    label, status, looked_at = told(found, [(KEPT, AFTER)] * 14 + [(EXCLUDED, 9)])
    label = np.append(label, np.full(300, 9, np.int32))
    status = np.append(status, np.zeros(300, np.uint8))
    assert gain_now(known, label, status, looked_at) == gain_now(found, label, status, looked_at)


def test_an_estimate_on_videos_is_as_wide_as_the_videos_are_few() -> None:
    found = replace(filmed(20, 10, 9), model_error=0.0)
    label, status, _ = judged(found, [AFTER] * 9)
    unseen, nobody = np.zeros_like(status), np.zeros(len(found), bool)
    gain = gain_now(found, label, unseen, nobody).estimated
    single = gain_now(replace(found, held=None, unit=None), label, unseen, nobody).estimated
    assert gain.value == pytest.approx(single.value)
    # A frame says what its nine neighbours say: ten times the variance, and a few videos besides.
    ratio = (gain.high - gain.low) / (single.high - single.low)
    assert ratio == pytest.approx(10**0.5 * t.ppf(0.975, 19) / norm.ppf(0.975), rel=0.1)


def test_a_part_of_the_frames_says_no_more_than_its_videos() -> None:
    found = filmed(40, 10, 20)
    label, status, looked_at = judged(found, [AFTER, BEFORE] * 10)
    status[found.rows[100:]] = UNSEEN
    part = gain_now(found, label, status, looked_at).verified
    alone = gain_now(replace(found, held=None, unit=None), label, status, looked_at).verified
    assert part is not None and alone is not None and part.value == alone.value
    assert part.high - part.low > 1.5 * (alone.high - alone.low)
    # Of five videos nothing is said yet.
    few = replace(filmed(40, 10, 5))
    label, status, looked_at = judged(few, [AFTER] * 5)
    status[few.rows[40:]] = UNSEEN
    assert gain_now(few, label, status, looked_at).verified is None


def test_on_a_few_videos_nothing_is_ruled_out() -> None:
    found = filmed(5, 10, 4)
    gain = gain_now(found, *judged(found, [AFTER] * 4))
    assert gain.too_few_units and gain.claims_nothing and gain.units == 5
    assert gain.verified is not None
    for each in (gain.verified, gain.estimated):
        assert (each.value, each.low, each.high) == (pytest.approx(40 / 50), -1, 1)
    assert gain.p_value is not None and gain.p_value > 0.05
    assert not gain_now(models(3), *told(models(3), [])).too_few_units


def test_merged_classes_are_as_probable_as_their_parts_together(tmp_path: Path) -> None:
    right = np.random.default_rng(0).dirichlet((1, 1, 1, 1), 10).astype(np.float32)
    found = replace(
        models(10),
        before=np.zeros(10, np.int32),
        after=np.tile(np.array([1, 3], np.int32), 5),
        right=right,
        classes=np.arange(4, dtype=np.int32),
    )
    save_comparison(tmp_path, found)
    # 2 becomes 0, 3 becomes 1; 3 is deleted.
    merged = load_comparison(tmp_path, 99, LabelMap(np.array([0, 1, 0, 1, -1], np.int32)))
    gone = load_comparison(tmp_path, 99, LabelMap(np.array([0, 1, 2, -1, -1], np.int32)))
    same = load_comparison(tmp_path, 99, LabelMap(np.array([0, 1, 2, 3, 4, -1], np.int32)))
    assert merged is not None and gone is not None and same is not None
    np.testing.assert_allclose(merged.right_before, right[:, 0] + right[:, 2], rtol=1e-6)
    np.testing.assert_allclose(merged.right_after, right[:, 1] + right[:, 3], rtol=1e-6)
    assert merged.after.tolist() == [1] * 10
    assert gone.after.tolist() == [1, -1] * 5
    np.testing.assert_allclose(gone.right_after, np.where(gone.after < 0, 0, right[:, 1]))
    for each in (merged, gone):
        assert each.classes_edited and not each.not_followed
    assert not same.classes_edited and same.right_after.tolist() == found.right_after.tolist()
    # Before these were kept it can only be said that the figures are of other classes.
    save_comparison(tmp_path, replace(found, right=None, classes=None))
    older = load_comparison(tmp_path, 99, LabelMap(np.array([0, 1, 0, 1, -1], np.int32)))
    assert older is not None and older.classes_edited and older.not_followed
    gain = gain_now(older, *told(older, []))
    assert gain.classes_edited and gain.not_followed


def test_what_has_no_label_any_more_is_not_compared() -> None:
    found = filmed(20, 10, 9)
    label, status, looked_at = judged(found, [AFTER] * 9)
    # One deciding video and one on which both models agree were of a class that was deleted.
    label[3:13] = label[-10:] = -1
    gain = gain_now(found, label, status, looked_at)
    assert (gain.compared, gain.units, gain.disagreements, gain.corrected) == (180, 18, 80, 80)
    older = gain_now(replace(found, held=None, unit=None), label, status, looked_at)
    assert (older.compared, older.disagreements) == (190, 80)


def test_units_and_probabilities_that_do_not_fit_are_damage(tmp_path: Path) -> None:
    found = filmed(20, 10, 9)
    assert found.held is not None and found.unit is not None
    found = replace(found, right=np.zeros((90, 2), np.float32), classes=np.arange(2))
    save_comparison(tmp_path, found)
    assert load_comparison(tmp_path, 203, LabelMap(None)) is not None
    assert load_comparison(tmp_path, 202, LabelMap(None)) is None
    for wrong in (
        replace(found, unit=None),
        replace(found, unit=found.unit[1:]),
        replace(found, unit=-found.unit),
        replace(found, unit=found.unit.astype(np.float64)),
        replace(found, held=found.held[::-1].copy()),
        replace(found, held=found.held + 1),
        replace(found, right=np.zeros((90, 1), np.float32)),
        replace(found, right=np.zeros((89, 2), np.float32)),
        replace(found, right=np.full((90, 2), np.nan, np.float32)),
        replace(found, classes=np.zeros((2, 2), np.int32)),
    ):
        save_comparison(tmp_path, wrong)
        assert load_comparison(tmp_path, 203, LabelMap(None)) is None
