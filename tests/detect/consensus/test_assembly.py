"""From posteriors of a few rows to the result on all samples, field by field."""

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats

from lnl_gui.detect.consensus import consensus as whole
from lnl_gui.detect.consensus.assembly import assembled, unjudged
from lnl_gui.detect.consensus.class_separation import ClassSeparation, OverlappingPair
from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.problem import Problem, state_problem
from lnl_gui.detect.consensus.repetitions import Averaged
from lnl_gui.detect.consensus.sample_posteriors import SamplePosteriors, UnlabelledPosteriors
from lnl_gui.detect.consensus.threshold import expected_f_threshold
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.mixture import fit_mixture
from lnl_gui.store.detection.rate_doubts import PERHAPS_FEW
from lnl_gui.util.statistics.verdict_calibration import fit_verdicts

COUNT = 40
# Classes 1, 3 and 4 of six occur; four samples have no label and one no readable embedding.
GIVEN = np.array([1, 3, 4, 3, 1] * 8)
GIVEN[[5, 15, 25, 35]] = -1
SPACE = np.random.default_rng(0).normal(size=(COUNT, 3)).astype(np.float32)
SPACE[20, 1] = np.nan
TRANSITION = np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.0, 0.05, 0.95]])


def stated(verdicts: dict[int, int] | None = None, **changes: Any) -> Problem:
    decided = np.full(COUNT, -1)
    for row, label in (verdicts or {}).items():
        decided[row] = label
    return state_problem(
        DetectionInput([SPACE], GIVEN.astype(np.int32), 6, verdict_labels=decided, **changes)
    )


def posteriors(problem: Problem, **changes: Any) -> SamplePosteriors:
    """Drawn beliefs of the rows, whose probabilities agree with each other."""
    generator = np.random.default_rng(7)
    count, classes = len(problem.given), len(problem.present)
    belief = torch.from_numpy(generator.dirichlet(np.full(classes, 0.3), count)).float()
    own = belief.gather(1, problem.given[:, None]).squeeze(1)
    value, places = belief.topk(classes)
    each = torch.from_numpy(generator.uniform(size=(3, count))).float()
    found = SamplePosteriors(
        given_probability=own,
        best_class=belief.argmax(1),
        posterior=value,
        classes=places,
        transition=TRANSITION if classes == 3 else np.eye(classes),
        agreement=0.8,
        reliability=0.9,
        weights={"a": 1.5},
        loss=generator.gamma(1.0, size=count).astype(np.float32),
        spread=each.std(0).numpy(),
        rates=np.array([0.3, 0.36, 0.33]),
        each=each,
        model_error=0.02,
        own_probability=own,
        separation=ClassSeparation(8.0, 0.9),
    )
    return replace(found, **changes)


def joined(
    problem: Problem, found: SamplePosteriors, emphasis: float = 0.0, **told: Any
) -> Consensus:
    wanted = DetectionInput([SPACE], GIVEN, 6, emphasis=emphasis)
    return assembled(problem, found, told.get("unlabelled"), told.get("warm"), wanted)


ROWS = np.array([row for row in range(COUNT) if GIVEN[row] >= 0 and row != 20])
OUT = np.array([5, 15, 20, 25, 35])


def test_every_field_is_written_to_its_samples() -> None:
    problem = stated()
    assert problem.features.rows.tolist() == ROWS.tolist()
    told = posteriors(problem)
    found = joined(problem, told)
    present = np.array([1, 3, 4])
    s = 1 - told.given_probability.double().numpy()
    np.testing.assert_allclose(found.suspicion[ROWS], s, atol=1e-6)
    rate = s.mean()
    assert found.noise_rate == pytest.approx(rate)
    error = math.hypot(0.12, math.hypot(0.03, 0.02) / rate)
    assert found.relative_error == pytest.approx(error)
    assert found.noise_rate_spread == pytest.approx(0.03)
    threshold = expected_f_threshold(found.suspicion, relative_error=error)
    assert found.threshold == pytest.approx(threshold)
    flagged = np.zeros(COUNT, bool)
    flagged[ROWS] = s.astype(np.float32) >= threshold
    assert np.array_equal(found.flagged, flagged) and 0 < flagged.sum() < len(ROWS)
    given = GIVEN[ROWS]
    # Labels of classes that a warning names may be right: rates begin lower by what they count.
    assert found.perhaps_right is not None and not found.perhaps_right[OUT].any()
    perhaps_right = found.perhaps_right[ROWS]
    named = set(given[perhaps_right].tolist())
    np.testing.assert_array_equal(perhaps_right, np.isin(given, list(named)))
    said = " ".join(str(each) for each in found.warnings)
    assert 0 < len(named) < 3 and all(re.search(rf"\b{label}\b", said) for label in named)
    for label in range(6):
        own = s[given == label]
        if not own.size:
            assert np.isnan(found.class_noise_rate[label])
            continue
        assert found.class_noise_rate[label] == pytest.approx(own.mean())
        reach = stats.norm.ppf(0.975) * math.sqrt(
            ((own * (1 - own)).mean() + own.mean() * (1 - own.mean())) / own.size
            + (error * own.mean()) ** 2
            + 0.005**2
        )
        least = own.mean() - reach - (own.mean() if label in named else 0)
        ends = max(least, 0), min(own.mean() + reach, 1)
        assert found.class_noise_rate_interval[label] == pytest.approx(ends, abs=1e-6)
    # Of these labels: what others would differ by is no part of it.
    spread = math.sqrt((s * (1 - s)).mean() / s.size + (error * rate) ** 2 + 0.005**2)
    reach = stats.norm.ppf(0.975) * spread
    least = max(rate - reach - s[perhaps_right].sum() / s.size, 0)
    assert found.noise_rate_interval == pytest.approx((least, rate + reach), abs=1e-6)
    np.testing.assert_allclose(found.posterior[ROWS], told.posterior.numpy())
    np.testing.assert_array_equal(found.posterior_classes[ROWS], present[told.classes.numpy()])
    np.testing.assert_array_equal(found.loss[ROWS], told.loss)
    np.testing.assert_allclose(found.suspicion_spread[ROWS], told.spread)
    for name in ("suspicion", "loss", "suspicion_spread", "posterior", "confidence"):
        assert np.isnan(getattr(found, name)[OUT]).all(), name
        assert getattr(found, name).dtype == np.float32, name
    for name, kind in [("posterior_classes", np.int32), ("suggested_label", np.int32)]:
        assert (getattr(found, name)[OUT] == -1).all() and getattr(found, name).dtype == kind
    assert (found.agreeing[OUT] == -1).all() and found.agreeing.dtype == np.int8
    assert told.each is not None
    each = told.each.numpy()
    same = ((each >= threshold) == (each.mean(axis=0) >= threshold)).sum(axis=0)
    assert found.agreeing[ROWS].tolist() == same.tolist()
    assert np.isnan(found.confidence).all() and not found.held_back.any()
    wanted = np.eye(6)
    wanted[np.ix_(present, present)] = TRANSITION
    np.testing.assert_array_equal(found.transition_matrix, wanted)
    mixture = fit_mixture(told.loss, given, number_of_groups=6)
    np.testing.assert_allclose(found.mixture.mean, mixture.mean)
    np.testing.assert_array_equal(found.mixture.pooled, mixture.pooled)
    assert (found.probe_accuracy, found.label_reliability) == (0.8, 0.9)
    assert found.majority_rate == pytest.approx(np.bincount(given).max() / len(given))
    assert found.weights == {"a": 1.5} and found.repetitions == 3
    assert found.separation is told.separation and found.warm_start is None and found.informative


def test_what_is_suggested_is_never_the_label_that_is_flagged() -> None:
    problem = stated()
    told = posteriors(problem)
    found = joined(problem, told, emphasis=1.0)
    classes, present = told.classes.numpy(), np.array([1, 3, 4])
    swapped = 0
    for place, row in enumerate(ROWS):
        wanted = present[int(told.best_class[place])]
        if found.flagged[row] and wanted == GIVEN[row]:
            first, second = present[classes[place, :2]]
            wanted = second if first == GIVEN[row] else first
            swapped += 1
        assert found.suggested_label[row] == wanted
    assert swapped
    # With one class listed there is no other to choose.
    short = replace(told, posterior=told.posterior[:, :1], classes=told.classes[:, :1])
    found = joined(problem, short, emphasis=1.0)
    assert found.suggested_label[ROWS].tolist() == present[told.best_class].tolist()


def test_emphasis_moves_the_threshold() -> None:
    problem = stated()
    told = posteriors(problem)
    cuts = []
    for emphasis in (-1.0, 0.0, 1.0):
        found = joined(problem, told, emphasis)
        cuts.append(found.threshold)
        assert found.threshold == pytest.approx(
            expected_f_threshold(
                found.suspicion, emphasis=emphasis, relative_error=found.relative_error
            )
        )
    assert cuts[0] > cuts[1] > cuts[2]


def test_one_fit_has_no_spread() -> None:
    problem = stated()
    told = posteriors(problem, rates=np.array([0.3]), each=torch.rand(1, len(ROWS)))
    found = joined(problem, told)
    assert found.repetitions == 1 and np.isnan(found.noise_rate_spread)
    assert np.isnan(found.suspicion_spread).all() and (found.agreeing == -1).all()
    assert found.relative_error == pytest.approx(math.hypot(0.12, 0.02 / found.noise_rate))
    none = joined(problem, replace(told, rates=np.empty(0), each=None, spread=None))
    assert none.repetitions == 1 and (none.agreeing == -1).all()
    assert np.isnan(none.suspicion_spread).all()
    two = replace(told, rates=np.array([0.3, 0.4]), each=torch.rand(2, len(ROWS)))
    found = joined(problem, two)
    assert found.repetitions == 2 and found.noise_rate_spread == pytest.approx(0.1 / 2**0.5)
    assert (found.agreeing[ROWS] >= 1).all() and np.isfinite(found.suspicion_spread[ROWS]).all()


def test_a_decided_label_is_not_flagged_and_an_only_one_not_judged() -> None:
    # Of sample 5 a person gave the only label there is.
    problem = stated({0: 4, 1: 3, 5: 3})
    place = {row: i for i, row in enumerate(problem.features.rows.tolist())}
    told = posteriors(problem)
    told.given_probability[place[0]], told.given_probability[place[1]] = 0.0, 1.0
    told.given_probability[place[5]] = 0.0
    found = joined(problem, told)
    assert found.suspicion[[0, 1]].tolist() == [1.0, 0.0] and not found.flagged[[0, 1, 5]].any()
    for values in (found.suspicion, found.loss, found.suspicion_spread):
        assert np.isnan(values[5])
    assert found.agreeing[5] == -1 and found.suggested_label[5] >= 0
    came = np.array([row for row in ROWS if row != 5])
    assert found.noise_rate == pytest.approx(found.suspicion[came].astype(float).mean(), abs=1e-6)
    open_rows = np.array([row for row in came if row > 1])
    assert found.threshold == pytest.approx(
        expected_f_threshold(found.suspicion[open_rows], relative_error=found.relative_error)
    )
    # The mixture is that of labels that came with the dataset.
    rows = [place[row] for row in came]
    mixture = fit_mixture(told.loss[rows], GIVEN[came], number_of_groups=6)
    np.testing.assert_allclose(found.mixture.mean, mixture.mean)


def test_the_only_sample_of_a_class_gets_the_mean_of_the_others() -> None:
    given = np.append(np.arange(19) % 2, 2).astype(np.int32)
    copies = np.where(np.arange(20) == 19, 7, -1)
    embedding = np.random.default_rng(1).normal(size=(20, 3)).astype(np.float32)

    def judged(labels: np.ndarray, **told: Any) -> tuple[Consensus, np.ndarray]:
        problem = state_problem(DetectionInput([embedding], labels, 3, **told))
        belief = posteriors(problem)
        wanted = DetectionInput([embedding], labels, 3, emphasis=1.0)
        found = assembled(problem, belief, None, None, wanted)
        return found, 1 - belief.given_probability.double().numpy()

    found, s = judged(given)
    assert found.suspicion[19] == pytest.approx(s[:19].mean(), abs=1e-6)
    assert not found.flagged[19] and found.flagged[:19].any()
    np.testing.assert_allclose(found.suspicion[:19], s[:19], atol=1e-6)
    # Two that belong together are one.
    given[18], copies[18] = 2, 7
    for grouping in ("groups", "copies"):
        found, s = judged(given, **{grouping: copies})
        assert found.suspicion[18:] == pytest.approx([s[:18].mean()] * 2, abs=1e-6)
    found, s = judged(given)
    np.testing.assert_allclose(found.suspicion, s, atol=1e-6)
    # A verdict on it stands.
    given[18] = 0
    verdicts = np.where(np.arange(20) == 19, 2, -1)
    found, s = judged(given, verdict_labels=verdicts)
    assert found.suspicion[19] == pytest.approx(s[19], abs=1e-6)


def test_verdicts_correct_the_suspicions_of_the_others() -> None:
    verdicts = dict.fromkeys((0, 1, 3, 6, 8, 10), 1)
    problem = stated(verdicts)
    unaided = torch.rand(len(ROWS), generator=torch.Generator().manual_seed(1))
    told = posteriors(problem, unaided=unaided)
    plain = 1 - told.given_probability.double().numpy()
    found = joined(problem, told)
    decided = np.isin(ROWS, list(verdicts))
    rate = plain.mean()
    before = math.hypot(0.12, math.hypot(0.03, 0.02) / rate)
    fitted = fit_verdicts(
        unaided.double().numpy()[decided],
        GIVEN[ROWS][decided] != 1,
        plain[~decided],
        relative_error=before,
    )
    np.testing.assert_allclose(
        found.suspicion[ROWS][~decided], fitted.corrected(plain)[~decided], atol=1e-6
    )
    np.testing.assert_allclose(found.suspicion[ROWS][decided], plain[decided], atol=1e-6)
    assert found.relative_error == pytest.approx(fitted.relative_error(plain[~decided]))
    same = joined(problem, replace(told, unaided=None))
    np.testing.assert_allclose(same.suspicion[ROWS], plain, atol=1e-6)


def test_verdicts_on_chosen_labels_change_no_suspicion_but_their_own() -> None:
    verdicts = dict.fromkeys((0, 1, 3, 6, 8, 10), 1)
    told = posteriors(stated(verdicts))
    unaided = torch.full((len(ROWS),), 0.9)
    plain = joined(stated(verdicts), told)
    drawn = np.isin(np.arange(COUNT), (3, 6))
    none, some, every = (
        joined(stated(verdicts, telling_verdicts=telling), replace(told, unaided=unaided))
        for telling in (np.zeros(COUNT, bool), drawn, None)
    )
    np.testing.assert_array_equal(none.suspicion, plain.suspicion)
    np.testing.assert_array_equal(none.flagged, plain.flagged)
    assert none.relative_error == plain.relative_error
    before = 1 - told.given_probability.double().numpy()
    decided = np.isin(ROWS, list(verdicts))
    rate = before.mean()
    told_of = np.isin(ROWS, (3, 6))
    fitted = fit_verdicts(
        np.full(told_of.sum(), unaided[0].item()),
        GIVEN[ROWS][told_of] != 1,
        before[~decided],
        relative_error=math.hypot(0.12, math.hypot(0.03, 0.02) / rate),
    )
    np.testing.assert_allclose(
        some.suspicion[ROWS][~decided], fitted.corrected(before)[~decided], atol=1e-6
    )
    assert not np.allclose(every.suspicion[ROWS], some.suspicion[ROWS])


@pytest.mark.parametrize("decided", [{5: 3}, dict.fromkeys(range(COUNT), 1)])
def test_verdicts_that_tell_nothing_of_other_labels_correct_nothing(
    decided: dict[int, int],
) -> None:
    """Those on samples that came without a label, or on all there are."""
    problem = stated(decided)
    told = posteriors(problem)
    unaided = torch.linspace(0.01, 0.99, len(problem.given))
    plain, found = (joined(problem, replace(told, unaided=some)) for some in (None, unaided))
    np.testing.assert_array_equal(found.suspicion, plain.suspicion)
    assert found.relative_error == plain.relative_error


def test_labels_between_classes_that_are_judged_as_one_are_held_back() -> None:
    problem = stated()
    told = posteriors(problem)
    pair = OverlappingPair(1, 3, 0.5, 0.52, 60)
    separation = ClassSeparation(8.0, 0.9, [pair], np.array([0, 0, 1]))
    own = told.given_probability
    assert own is not None
    lenient = torch.where(torch.arange(len(ROWS)) % 2 == 0, own.clamp_min(0.97), own)
    told = replace(told, given_probability=lenient, own_probability=own, separation=separation)
    found = joined(problem, told)
    s = 1 - own.numpy()
    wanted = np.zeros(COUNT, bool)
    wanted[ROWS] = (s >= found.threshold) & ~found.flagged[ROWS]
    assert np.array_equal(found.held_back, wanted) and wanted.any()
    assert not (found.held_back & found.flagged).any()
    hidden = (lenient - own).double().mean()
    rate = float((1 - lenient).double().mean())
    error = math.hypot(0.12, np.linalg.norm([0.03, 0.02, float(hidden)]) / rate)
    assert found.relative_error == pytest.approx(error)
    assert f"{wanted.sum()} labels that are suspect only between" in " ".join(
        str(warning) for warning in found.warnings
    )


def test_suggestions_for_samples_without_a_label_are_written_in_their_places() -> None:
    problem = stated()
    unlabelled = UnlabelledPosteriors(
        np.array([5, 25]),
        torch.tensor([[0.6, 0.3, 0.1], [0.5, 0.4, 0.1]]),
        torch.tensor([[2, 0, 1], [1, 2, 0]]),
    )
    found = joined(problem, posteriors(problem), unlabelled=unlabelled)
    assert found.suggested_label[[5, 15, 25]].tolist() == [4, -1, 3]
    assert found.confidence[[5, 25]] == pytest.approx([0.6, 0.5])
    assert found.posterior_classes[[5, 25]].tolist() == [[4, 1, 3], [3, 4, 1]]
    np.testing.assert_allclose(found.posterior[25], [0.5, 0.4, 0.1])
    assert np.isnan(found.confidence[[15, *ROWS]]).all() and np.isnan(found.posterior[15]).all()


def test_where_labels_do_not_follow_the_images_no_rate_is_ruled_out() -> None:
    problem = stated()
    found = joined(problem, posteriors(problem, separation=ClassSeparation(1.0, 0.5)))
    assert found.noise_rate_interval == (0.0, 1.0) and not found.informative
    assert found.class_noise_rate_interval[[1, 3, 4]].tolist() == [[0.0, 1.0]] * 3
    assert np.isnan(found.class_noise_rate_interval[[0, 2, 5]]).all()
    # Nor is it said that the rate is left open, which is no news then.
    assert not any("identified" in str(warning) for warning in found.warnings)
    assert not any("no wrong label" in str(warning) for warning in found.warnings)
    # Beyond a quarter of the rate its lower end does not hold, though it is not ruled out.
    rate = joined(problem, posteriors(problem)).noise_rate
    wide = joined(problem, posteriors(problem, model_error=0.3 * rate))
    assert wide.noise_rate_interval[0] == 0.0
    (said,) = [str(warning) for warning in wide.warnings if "identified" in str(warning)]
    assert "from the data alone: few, or up to" in said
    # Where the data do not speak against it either, that comes first.
    shares = np.full(len(problem.given), 0.4, np.float32)
    for clean in ({"model_error": 0.3}, {"model_error": 0.3 * rate, "none_share": shares}):
        found = joined(problem, posteriors(problem, **clean))
        assert "no wrong label" in str(found.warnings[0])


def test_thousands_of_classes_have_no_matrix() -> None:
    problem = stated()
    assert joined(problem, posteriors(problem, transition=None)).transition_matrix.size == 0
    for classes, size in [(2_000, 2_000), (2_001, 0)]:
        many = replace(problem, classes=classes)
        found = assembled(many, posteriors(many), None, None, DetectionInput([], GIVEN, classes))
        assert found.transition_matrix.shape == (size, size)


def test_only_labels_that_people_gave_have_no_rate() -> None:
    verdicts = np.where(np.arange(20) < 16, np.arange(20) % 2, -1)
    embedding = np.random.default_rng(1).normal(size=(20, 3)).astype(np.float32)
    given = np.full(20, -1, np.int32)
    problem = state_problem(DetectionInput([embedding], given, 2, verdict_labels=verdicts))
    told = posteriors(problem)
    found = assembled(problem, told, None, None, DetectionInput([embedding], given, 2))
    assert found.noise_rate == 0.0 and np.isnan(found.suspicion).all()
    assert np.isnan(found.class_noise_rate).all() and not found.flagged.any()
    assert found.relative_error == 0.12
    mixture = fit_mixture(told.loss, verdicts[:16], number_of_groups=2)
    np.testing.assert_allclose(found.mixture.mean, mixture.mean)
    assert not any("identified" in str(warning) for warning in found.warnings)


def test_what_cannot_be_judged_is_not_suspect() -> None:
    problem = state_problem(DetectionInput([SPACE], np.where(GIVEN < 0, -1, 3).astype(np.int32), 6))
    found = unjudged(problem, ("a", "b", "c", "d", "e", "f"))
    assert (found.suspicion[ROWS] == 0).all() and np.isnan(found.suspicion[OUT]).all()
    assert not found.flagged.any() and found.threshold == 1.0
    assert (found.suggested_label[ROWS] == 3).all() and (found.suggested_label[OUT] == -1).all()
    assert (found.posterior[ROWS] == 1).all() and (found.posterior_classes[ROWS] == 3).all()
    assert (found.loss[ROWS] == 0).all()
    assert found.probe_accuracy == found.majority_rate == found.label_reliability == 1.0
    assert found.noise_rate == 0.0 and found.noise_rate_interval == (0.0, 1.0)
    assert found.class_noise_rate_interval[3].tolist() == [0.0, 1.0]
    assert np.isnan(found.class_noise_rate_interval[0]).all()
    assert np.array_equal(found.transition_matrix, np.eye(6))
    assert found.weights == {} and found.warm_start is None and found.repetitions == 1
    few = state_problem(DetectionInput([SPACE[:4]], np.array([1, 3, 3, 4], np.int32), 6))
    judged = unjudged(few, ("a", "b", "c", "d", "e", "f"))
    assert judged.probe_accuracy == 0.5 and "few to judge" in str(judged.warnings[0])
    assert "samples: b, d, e" in str(judged.warnings[1])


def test_a_vote_counts_one_at_its_class() -> None:
    problem = stated()
    votes = np.array([1, 3, 4, 0, 2, 5, -1, 3] * 5, np.int32)
    member = whole._as_member(DetectorResult("v", np.zeros(COUNT), votes), problem)
    wanted = [[float(votes[row] == k) for k in (1, 3, 4)] for row in ROWS]
    assert member.scores.tolist() == wanted and member.name == "v"
    assert math.isnan(member.agreement) and member.nested is None


def averaged(problem: Problem) -> Averaged:
    generator = np.random.default_rng(3)
    count, classes = len(problem.given), len(problem.present)
    draw = [torch.from_numpy(generator.dirichlet(np.ones(classes), count)).float() for _ in "ab"]
    return Averaged(
        posterior=draw[0],
        probability=draw[1],
        transition=TRANSITION,
        reliability=0.8,
        agreement=0.7,
        weights={"x": 1.0},
        spread=torch.rand(count),
        rates=np.array([0.1, 0.2]),
        each=torch.rand(2, count),
        unaided=torch.rand(count),
        perhaps_none=0.25,
    )


def test_posteriors_of_samples_field_by_field(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = stated({0: 4, 7: 1})
    mean = averaged(problem)
    asked: list[tuple[Any, ...]] = []

    def error(*arguments: Any, **options: Any) -> float:
        asked.append((*arguments, options))
        return 0.125

    monkeypatch.setattr(whole, "noise_model_error", error)
    loss = np.arange(len(ROWS), dtype=np.float32)
    separation = ClassSeparation(5.0, 0.8)
    found = whole._sample_posteriors(problem, mean, loss, lambda: separation, seed=11)
    # A quarter as plausible as can be that no label is wrong: an eighth for that.
    believed = mean.posterior * 0.875
    for row, given in enumerate(problem.given.tolist()):
        believed[row, given] += 0.125
    own = [float(believed[i, g]) for i, g in enumerate(problem.given.tolist())]
    assert found.given_probability.tolist() == pytest.approx(own)
    assert found.own_probability is not None
    assert found.own_probability.tolist() == pytest.approx(own)
    best = mean.probability.argmax(1)
    best[0], best[int(np.flatnonzero(ROWS == 7)[0])] = 2, 0
    assert torch.equal(found.best_class, best)
    value, places = believed.sort(1, descending=True)
    torch.testing.assert_close(found.posterior, value)
    assert torch.equal(found.classes, places)
    assert found.transition is mean.transition and found.weights is mean.weights
    assert (found.agreement, found.reliability, found.model_error) == (0.7, 0.8, 0.125)
    assert found.loss is loss and found.separation is separation
    assert found.rates.tolist() == pytest.approx([0.0875, 0.175])
    assert found.each is not None and found.unaided is not None and mean.unaided is not None
    torch.testing.assert_close(found.each, 0.875 * mean.each)
    torch.testing.assert_close(found.unaided, 0.875 * mean.unaided)
    np.testing.assert_allclose(found.spread, 0.875 * mean.spread.numpy())
    assert found.none_share is not None and (found.none_share == 0.125).all()
    ((probability, transition, observed, options),) = asked
    assert probability is mean.probability and transition is TRANSITION
    assert torch.equal(observed.given, problem.given)
    assert options == {"reliability": 0.8, "seed": 11}


def test_classes_that_are_not_told_apart_are_judged_as_one() -> None:
    problem = stated({0: 3, 7: 1})
    posterior = torch.from_numpy(np.random.default_rng(5).dirichlet(np.ones(3), len(ROWS)))
    posterior = posterior.float()
    own = posterior.gather(1, problem.given[:, None]).squeeze(1)
    pair = OverlappingPair(3, 4, 0.5, 0.5, 50)
    separation = ClassSeparation(5.0, 0.8, [pair], np.array([1, 0, 0]))
    found = whole._judged_as_one(problem, posterior, own, separation)
    for i, row in enumerate(ROWS):
        label = int(problem.given[i])
        together = [0] if label == 0 else [1, 2]
        wanted = float(own[i]) if row in (0, 7) else float(posterior[i, together].sum())
        assert float(found[i]) == pytest.approx(wanted, abs=1e-6)
    assert whole._judged_as_one(problem, posterior, own, ClassSeparation(5.0, 0.8)) is own


def test_twenty_classes_of_each_sample_are_kept() -> None:
    problem = stated()
    assert whole._shown(problem) == 3
    assert whole._shown(replace(problem, present=np.arange(20))) == 20
    assert whole._shown(replace(problem, present=np.arange(25))) == 20


@pytest.mark.parametrize(("most", "begins"), [(1.0, False), (0.05, True)])
def test_a_rate_that_no_likelihood_bears_begins_at_none(most: float, begins: bool) -> None:
    problem = stated()
    own = torch.full((len(problem.given),), 0.9)
    told = posteriors(problem, given_probability=own, own_probability=own, most_borne=most)
    told = replace(told, rates=np.array([0.1, 0.1]), model_error=0.0)
    found = joined(problem, told)
    rate, (low, high) = found.noise_rate, found.noise_rate_interval
    assert rate == pytest.approx(0.1)
    # Of 35 labels chance alone leaves .1 open; by the model's error the number is known to .12.
    assert (found.relative_error > 0.5) == begins
    assert low == 0.0 or not begins
    assert (PERHAPS_FEW.template in {each.template for each in found.warnings}) == begins
    assert high > rate
    # What is off by what a model is off by anyway is borne.
    nearly = joined(problem, replace(told, most_borne=0.08))
    assert nearly.relative_error < 0.5
