"""Members, stages and repetitions of the consensus, and predictions, beside the same in numpy."""

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from scipy.special import expit, logit
from scipy.stats import mannwhitneyu
from torch import Tensor

from lnl_gui.detect.consensus import class_separation as separation
from lnl_gui.detect.consensus import ensemble, noise_models, repetitions, unlabelled
from lnl_gui.detect.consensus import fit as fitting
from lnl_gui.detect.consensus.calibration import (
    Calibration,
    calibrate,
    log_likelihood,
    pooled,
)
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.ensemble import (
    ROBUST_PROBES,
    EnsembleMember,
    robust_members,
    search_rows,
    tolerance,
)
from lnl_gui.detect.consensus.fit import Fit
from lnl_gui.detect.consensus.label_reliability import label_reliability
from lnl_gui.detect.consensus.noise_models import noise_model_error
from lnl_gui.detect.consensus.problem import Problem, state_problem
from lnl_gui.detect.consensus.repetitions import Repetition, average, remembers_labels
from lnl_gui.detect.consensus.sample_posteriors import SamplePosteriors, UnlabelledPosteriors
from lnl_gui.detect.consensus.shifted_odds import shifted_to_mean
from lnl_gui.detect.consensus.threshold import expected_f_threshold
from lnl_gui.detect.consensus.transition import (
    ObservedLabels,
    choose_pseudo_count,
    fit_transition,
)
from tests.detect.synthetic_data import make_dataset, symmetric

Array = np.ndarray
DATA = make_dataset(samples=60, classes=3, dimensions=4, distance=2.5)


def stated(**changes: Any) -> Problem:
    given = changes.pop("given", DATA.given)
    return state_problem(DetectionInput([DATA.embedding], given, 3, seed=1, **changes))


def member(name: str, agreement: float) -> EnsembleMember:
    return EnsembleMember(name, torch.zeros(100, 3), agreement, 2)


@pytest.mark.parametrize(
    ("count", "step"), [(1, 1), (8_000, 1), (8_001, 2), (16_000, 2), (16_001, 3), (0, 1)]
)
def test_at_most_eight_thousand_rows_are_searched(count: int, step: int) -> None:
    assert len(range(count)[search_rows(count)]) == len(range(0, count, step)) <= 8_000


def test_one_standard_error_of_an_agreement() -> None:
    assert tolerance(0.8, 100) == pytest.approx(0.04)
    assert tolerance(1.0, 5) == tolerance(0.0, 5) == tolerance(1.0 + 1e-12, 9) == 0.0
    scores = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.4, 0.6]])
    assert ensemble.agreement(scores, torch.tensor([0, 0, 1])) == pytest.approx(2 / 3)


@pytest.mark.parametrize(("second", "kept"), [(0.761, 2), (0.759, 1), (0.8, 2)])
def test_probes_within_one_standard_error_of_the_best_are_kept(
    second: float, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = cast(
        Problem,
        SimpleNamespace(given=torch.zeros(100), number_of_folds=5, present=np.arange(3)),
    )
    asked: list[dict[str, Any]] = []

    def fitted(problem: Problem, probe: Any, **options: Any) -> EnsembleMember:
        options["progress"](7, 9)
        asked.append({"name": probe.name, **options})
        return member(probe.name, 0.8 if probe.name == "NCE+RCE" else second)

    monkeypatch.setattr(ensemble, "_fit", fitted)
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    found = robust_members(problem, seed=6, progress=progress)
    assert [each.name for each in found] == ["NCE+RCE", "ELR"][:kept]
    assert [(each["name"], each["penalty"], each["seed"]) for each in asked] == [
        ("NCE+RCE", None, 6),
        ("ELR", None, 6),
    ]
    assert told == [(0, 2), (1, 2)]
    # Known strengths are taken, and nothing is left out but what has none.
    asked.clear()
    found = robust_members(problem, penalties={"ELR": 4}, seed=6, progress=progress)
    assert [each.name for each in found] == ["ELR"] and asked[0]["penalty"] == 4
    found = robust_members(problem, penalties={"ELR": 4, "NCE+RCE": 1}, seed=6, progress=progress)
    assert len(found) == 2
    # The second probe remembers (n, K, c) cells.
    monkeypatch.setattr(ensemble, "MOST_MEMORY_CELLS", 1500)
    assert len(robust_members(problem, seed=6, progress=progress)) == kept
    monkeypatch.setattr(ensemble, "MOST_MEMORY_CELLS", 1499)
    assert [e.name for e in robust_members(problem, seed=6, progress=progress)] == ["NCE+RCE"]


def test_strengths_of_the_probes_rise_to_their_ends() -> None:
    first, second = (probe.penalties(4) for probe in ROBUST_PROBES)
    np.testing.assert_allclose(first[[0, 3, 6]], np.array([0.003, 0.003 * 1000**0.5, 3.0]) / 4)
    np.testing.assert_allclose(second[[0, 6]], np.array([0.0009, 0.3]) / 2)
    assert len(first) == len(second) == 7


def test_the_mean_of_nested_members() -> None:
    generator = torch.Generator().manual_seed(0)
    each = [torch.randn(6, 2, 3, generator=generator) for _ in range(3)]
    members = [EnsembleMember(str(i), torch.zeros(6, 3), 0.5, 1, n) for i, n in enumerate(each)]
    found = fitting._mean_nested(members, 0.7)
    assert found is not None
    torch.testing.assert_close(found, torch.softmax(sum(each) / 3 * 0.7, 2))
    assert fitting._mean_nested([*members, member("x", 0.5)], 0.7) is None
    joined = fitting.joined(each[0], each[1], np.array([0.3, 1.2]))
    torch.testing.assert_close(joined, torch.softmax(0.3 * each[0] + 1.2 * each[1], 2))


def test_log_scores_of_a_sample_and_of_what_is_around_it() -> None:
    own = torch.tensor([[0.7, 0.3, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25]])
    around = torch.tensor([[0.5, 0.5, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
    first, second = fitting.log_scores(own, around, tied=False)
    plain = np.log(np.maximum(own.double().numpy(), 1e-20))
    beside = np.log(around.double().numpy() + 0.05 / 4)
    np.testing.assert_allclose(first, plain, rtol=1e-5)
    np.testing.assert_allclose(second, beside, rtol=1e-5)
    (tied,) = fitting.log_scores(own, around, tied=True)
    np.testing.assert_allclose(tied, plain + 0.3 * beside, rtol=1e-5)
    assert fitting.first_weights([tied]).tolist() == [1.0]
    assert fitting.first_weights([first, second]).tolist() == [1.0, 0.3]


def fit_of(problem: Problem, seed: int = 0, **changes: Any) -> Fit:
    """A fit of drawn beliefs that lean to the truth."""
    generator = np.random.default_rng(seed)
    count = len(problem.given)
    raw = generator.normal(size=(count, 3)) + 2.0 * np.eye(3)[DATA.truth[problem.features.rows]]
    scores = torch.log_softmax(torch.from_numpy(raw), 1).float()
    noise = 0.7 * np.eye(3) + 0.3 * generator.dirichlet(np.ones(3), 3)
    calibration = Calibration(np.array([1.0]), noise, 10.0)
    found = Fit(
        probability=scores.exp(),
        transition=noise,
        weights={"a": 1.0 + seed, f"only {seed}": 2.0},
        agreement=0.8,
        first_agreement=0.6 + seed / 10,
        scores=[scores],
        calibration=calibration,
        refined=None,
    )
    return replace(found, **changes)


def test_a_first_fit_is_the_calibrated_mean_of_its_members(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = stated()
    one, two = fit_of(problem).scores[0], fit_of(problem, 1).scores[0]
    nested = [torch.randn(60, 5, 3, generator=torch.Generator().manual_seed(s)) for s in (0, 1)]
    members = [
        EnsembleMember("one", one, 0.7, 3, nested[0]),
        EnsembleMember("two", two, 0.75, None, nested[1]),
    ]
    asked: list[dict[str, Any]] = []

    def given(problem: Problem, **options: Any) -> list[EnsembleMember]:
        asked.append(options)
        return members

    monkeypatch.setattr(fitting, "robust_members", given)
    settings = fit_of(problem, penalties={"one": 2})

    def none(done: int, total: int) -> None:
        """Nobody waits."""

    found = fitting._first_fit(problem, problem.observed, settings, seed=4, progress=none)
    assert asked == [{"penalties": {"one": 2}, "threads": 1, "seed": 4, "progress": none}]
    mean = (one + two) / 2
    wanted = calibrate([mean], problem.observed, seed=4)
    weight = float(wanted.weights[0])
    torch.testing.assert_close(found.probability, pooled([mean], wanted.weights))
    np.testing.assert_allclose(found.transition, wanted.transition)
    assert found.weights == {"one": weight, "two": weight}
    assert found.agreement == found.first_agreement == 0.75
    torch.testing.assert_close(found.scores[0], mean)
    assert found.refined is None and found.near is None and found.penalties == {"one": 3}
    assert found.nested is not None
    torch.testing.assert_close(found.nested, torch.softmax(sum(nested) / 2 * weight, 2))
    found = fitting._first_fit(problem, problem.observed, None, seed=4, progress=none)
    assert asked[1]["penalties"] == {}


def test_progress_of_a_stage_within_all_five() -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    report = fitting._share(progress, 0, 2)
    for done in (0, 1, 2, 3, 4):
        report(done, 4)
    fitting._share(progress, 3, 0)(7, 9)
    fitting._share(progress, 1, 2)(0, 0)
    assert told == [(0, 5), (0, 5), (1, 5), (1, 5), (2, 5), (3, 5), (1, 5)]
    told.clear()
    part = repetitions._part(progress, 2, 4)
    part(0, 5)
    part(3, 5)
    repetitions._part(progress, 1, 4)(7, 5)
    assert told == [(10, 20), (13, 20), (12, 20)]


def test_votes_join_at_weights_that_are_learnt() -> None:
    problem = stated()
    before = fit_of(problem)
    first = fitting.log_scores(before.probability, before.probability, tied=True)
    generator = np.random.default_rng(1)
    right = np.where(generator.random(60) < 0.9, DATA.truth, (DATA.truth + 1) % 3)
    useful = EnsembleMember("useful", torch.eye(3)[torch.from_numpy(right).long()], math.nan)
    chance = torch.eye(3)[torch.from_numpy(generator.integers(0, 3, 60))]
    useless = EnsembleMember("useless", chance, math.nan)
    scores, kept, found = fitting._with_votes(
        first, [useless, useful], problem.observed, before, seed=2
    )
    assert [vote.name for vote in kept] == ["useful"]
    assert len(scores) == 2 and scores[0] is first[0] and scores[1] is useful.scores
    options: dict[str, Any] = {"transition": before.calibration.transition, "seed": 2}
    alone = calibrate(first, problem.observed, weights=np.ones(1), **options)
    both = calibrate(
        [*first, useful.scores],
        problem.observed,
        weights=np.append(alone.weights, 0.1),
        **options,
    )
    np.testing.assert_allclose(found.weights, both.weights)
    np.testing.assert_allclose(found.transition, both.transition)
    gained = [
        log_likelihood(pooled(some, c.weights), c.transition, problem.observed)
        for some, c in ((first, alone), (scores, both))
    ]
    assert gained[1] > gained[0] + 0.5 * math.log(60)


@pytest.mark.parametrize(
    ("first", "last", "count", "learnt"),
    [
        # Two standard errors of .8 among 100 are .08, among 10 000 .008: then .04 counts.
        (0.8, 0.879, 100, False),
        (0.8, 0.881, 100, True),
        (0.8, 0.839, 10_000, False),
        (0.8, 0.841, 10_000, True),
    ],
)
def test_a_fit_that_gains_too_much_has_learnt_its_labels(
    first: float, last: float, count: int, learnt: bool
) -> None:
    fit = SimpleNamespace(agreement=last, first_agreement=first, probability=torch.zeros(count, 2))
    assert remembers_labels(cast(Fit, fit)) is learnt


def bayes(problem: Problem, probability: Array, noise: Array, reliability: float) -> Array:
    """(n, c) posterior, certain where a person has decided."""
    joint = probability * (noise**reliability).T[problem.given.numpy()]
    joint /= joint.sum(axis=1, keepdims=True)
    truth = problem.truth.numpy()
    joint[truth >= 0] = np.eye(3)[truth[truth >= 0]]
    return np.asarray(joint)


@pytest.mark.parametrize("gave", [False, True])
def test_the_average_of_drawn_fits(gave: bool) -> None:
    verdicts = np.where(np.arange(60) < 12, DATA.truth, -1)
    given = np.where((np.arange(60) < 5) & gave, -1, DATA.given).astype(np.int32)
    problem = stated(given=given, verdict_labels=verdicts)
    fits = [fit_of(problem, 0), fit_of(problem, 1), fit_of(problem, 2)]
    found = average(problem, [Repetition(problem.folds, fit) for fit in fits])
    came = problem.came.numpy()
    assert came.all() != gave
    each = [label_reliability(f.probability[came], f.transition, problem.given[came]) for f in fits]
    assert found.reliability == pytest.approx(np.mean(each))
    mean = np.mean([f.probability.double().numpy() for f in fits], axis=0)
    own = np.mean([f.transition for f in fits], axis=0)
    tensor = torch.from_numpy(mean).float()
    prior = choose_pseudo_count(tensor, problem.observed)
    fitted = fit_transition(tensor, problem.observed, pseudo_count=prior, start=own)
    np.testing.assert_allclose(found.transition, (own + fitted) / 2, atol=1e-4)
    posterior = bayes(problem, mean, found.transition, found.reliability)
    np.testing.assert_allclose(found.posterior, posterior, atol=1e-5)
    label = problem.given.numpy()
    rows = np.arange(60)
    rates = [
        (1 - bayes(problem, f.probability.double().numpy(), f.transition, r)[rows, label])[
            came
        ].mean()
        for f, r in zip(fits, each, strict=True)
    ]
    np.testing.assert_allclose(found.rates, rates, atol=1e-5)
    blind = replace(problem, truth=torch.full((60,), -1))
    wrong = 1 - bayes(blind, mean, found.transition, found.reliability)[rows, label]
    assert found.unaided is not None
    np.testing.assert_allclose(found.unaided, wrong, atol=1e-5)
    assert found.agreement == pytest.approx(0.7)
    assert found.weights == pytest.approx(
        {"a": 2.0, "only 0": 2 / 3, "only 1": 2 / 3, "only 2": 2 / 3}
    )


def test_the_average_of_one_is_that_one() -> None:
    problem = stated()
    fit = fit_of(problem)
    found = average(problem, [Repetition(problem.folds, fit)])
    assert found.unaided is None and not found.spread.any()
    np.testing.assert_array_equal(found.transition, fit.transition)
    torch.testing.assert_close(found.probability, fit.probability)


def test_labels_that_people_gave_alone_have_no_rate_and_full_trust() -> None:
    given = np.full(60, -1, np.int32)
    problem = stated(given=given, verdict_labels=DATA.truth.astype(np.int64))
    found = average(problem, [Repetition(problem.folds, fit_of(problem, s)) for s in (0, 1)])
    assert found.rates.tolist() == [0.0, 0.0] and found.reliability == 1.0


def test_of_many_samples_the_common_matrix_reads_its_prior_off_a_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = stated()
    fits = [fit_of(problem, 0), fit_of(problem, 1)]
    mean = (fits[0].probability + fits[1].probability) / 2
    asked: list[int] = []

    def chosen(probability: Tensor, observed: ObservedLabels, **options: Any) -> float:
        torch.testing.assert_close(probability, mean[::3])
        assert torch.equal(observed.given, problem.given[::3])
        asked.append(len(probability))
        return 7.0

    monkeypatch.setattr(repetitions, "choose_pseudo_count", chosen)
    monkeypatch.setattr(repetitions, "MOST_ROWS", 25)
    found = average(problem, [Repetition(problem.folds, fit) for fit in fits])
    own = (fits[0].transition + fits[1].transition) / 2
    fitted = fit_transition(mean, problem.observed, pseudo_count=7.0, start=own)
    np.testing.assert_allclose(found.transition, (own + fitted) / 2, atol=1e-5)
    assert asked == [20]


@pytest.mark.parametrize("classes", [2, 3, 4])
@pytest.mark.parametrize("reliability", [1.0, 0.5])
@pytest.mark.parametrize("rate", [0.1, 0.35])
def test_the_models_error_by_its_formula(classes: int, reliability: float, rate: float) -> None:
    generator = np.random.default_rng(classes)
    raw = 3 * generator.normal(size=(90, classes))
    probability = torch.softmax(torch.from_numpy(raw), 1).float()
    truth = probability.argmax(1).numpy()
    given = np.where(generator.random(90) < rate, (truth + 1) % classes, truth)
    came = torch.arange(90) >= 9
    observed = ObservedLabels(torch.from_numpy(given), torch.full((90,), -1), came)
    noise = np.eye(classes) * 0.6 + generator.dirichlet(np.ones(classes), classes) * 0.4

    def read(p: Tensor, matrix: Array, exponent: float = 1.0) -> float:
        joint = p.double().numpy() * (matrix**exponent).T[given]
        own = joint[np.arange(90), given] / joint.sum(axis=1)
        return float((1 - own)[came.numpy()].mean())

    tempered = read(probability, noise, reliability) - read(probability, noise)
    open_share = 0.15 * (1 - probability.double().numpy().max(axis=1).mean())
    wanted = math.hypot(tempered, open_share)
    if classes > 2:
        scores = [probability.clamp_min(1e-20).log()]
        found = [
            calibrate(
                scores, observed, weights=np.ones(1), transition=noise, pseudo_count=count, seed=3
            )
            for count in (1.0, 1e5)
        ]
        readings = [pooled(scores, each.weights) for each in found]
        nats = [
            log_likelihood(r, each.transition, observed)
            for r, each in zip(readings, found, strict=True)
        ]
        gained = (nats[0] - nats[1]) / (classes * (classes - 1))
        plausible = min(max(2 - gained, 0.0), 1.0)
        symmetric_rate = read(readings[1], found[1].transition)
        distance = plausible * (read(probability, noise) - symmetric_rate)
        wanted = math.hypot(0.5 * math.hypot(tempered, distance), open_share)
    error = noise_model_error(probability, noise, observed, reliability=reliability, seed=3)
    assert error == pytest.approx(wanted, rel=1e-4)
    nobody = replace(observed, came=torch.zeros(90, dtype=torch.bool))
    assert noise_model_error(probability, noise, nobody) == 0.0


@pytest.mark.parametrize(
    ("gained", "plausible"), [(2.1, 0.0), (1.75, 0.25), (1.25, 0.75), (0.9, 1.0)]
)
def test_how_plausible_symmetric_noise_is(
    gained: float, plausible: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    probability = torch.full((12, 3), 1 / 3)
    observed = ObservedLabels(
        torch.arange(12) % 3, torch.full((12,), -1), torch.ones(12, dtype=torch.bool)
    )
    # Six parameters.
    nats = iter([6 * gained - 20.0, -20.0])
    monkeypatch.setattr(noise_models, "log_likelihood", lambda *arguments: next(nats))
    rate, found = noise_models._symmetric_rate(probability, symmetric(3, 0.3), observed, seed=0)
    assert found == pytest.approx(plausible)
    # Labels by lot under even beliefs: any right diagonal makes the same of them.
    assert 0.0 < rate < 1.0


def scores_of(count: int, classes: int, seed: int) -> tuple[Array, Array]:
    generator = np.random.default_rng(seed)
    given = generator.integers(0, classes, count)
    return generator.normal(size=(count, classes)) + 1.2 * np.eye(classes)[given], given


@pytest.mark.parametrize("seed", range(6))
def test_pairs_that_are_not_told_apart_by_their_areas(seed: int) -> None:
    """Classes 0 and 1, and 3 and 4, are names drawn by lot."""
    generator = np.random.default_rng(seed)
    scores, given = scores_of(900, 5, seed)
    scores += 2.5 * np.eye(5)[given]
    for pair in ((0, 1), (3, 4)):
        rows = np.isin(given, pair)
        given[rows] = generator.choice(pair, rows.sum())
    area = 0.5 + 0.05 * (seed + 4)
    found = separation._overlapping(scores, given, area)
    wanted = []
    looks = scores.argmax(axis=1)
    for first in range(5):
        for second in range(first + 1, 5):
            both = [
                ((given == a) & (looks == b)).sum() for a, b in ((first, second), (second, first))
            ]
            rows = np.isin(looks, (first, second)) & np.isin(given, (first, second))
            own = scores[:, second] - scores[:, first]
            up, down = own[rows & (given == second)], own[rows & (given == first)]
            if min(both) == 0 or min(len(up), len(down)) < 10:
                continue
            value = mannwhitneyu(up, down).statistic / (len(up) * len(down))
            error = math.sqrt((len(up) + len(down) + 1) / (12 * len(up) * len(down)))
            high = value + 1.6448536 * error
            if high - 0.5 <= 0.12 * (area - 0.5):
                wanted.append((value, first, second, min(high, 1.0), int(rows.sum())))
    wanted.sort()
    assert [(p.first, p.second, p.samples) for p in found] == [(w[1], w[2], w[4]) for w in wanted]
    assert [p.area for p in found] == pytest.approx([w[0] for w in wanted])
    assert [p.high for p in found] == pytest.approx([w[3] for w in wanted])


@pytest.mark.parametrize(("least", "found"), [(10, 1), (9, 0)])
def test_of_each_class_of_a_pair_ten_are_needed(least: int, found: int) -> None:
    # The labels are those of the other class: an area of 0, far below chance.
    given = np.repeat([0, 1], [least, 12])
    scores = 3.0 * np.eye(2)[1 - given]
    assert len(separation._overlapping(scores, given, 0.9)) == found
    # Of a class that is never taken for the other nothing can be said.
    scores[:] = [3.0, 0.0]
    assert separation._overlapping(scores, given, 0.9) == []


def test_areas_and_deviations_by_their_definitions() -> None:
    scores, given = scores_of(80, 4, 3)
    given[given == 3] = 2
    areas = []
    for label in range(3):
        own, other = scores[given == label, label], scores[given != label, label]
        areas.append(mannwhitneyu(own, other).statistic / (len(own) * len(other)))
    # A class that nobody bears has no area.
    assert separation._mean_area(scores, given, 4) == pytest.approx(np.mean(areas))
    assert separation._mean_area(scores, np.zeros(80, int), 4) == 0.5
    share = np.bincount(given, minlength=4) / 80
    gain = sum(scores[i, g] - scores[i] @ share for i, g in enumerate(given))
    variance = sum(share @ (row - row @ share) ** 2 for row in scores)
    whole = np.ones(80)
    found = separation._deviations(scores, given, 4, whole)
    assert found == pytest.approx(gain / math.sqrt(2 * variance))
    assert separation._deviations(np.zeros((5, 4)), given[:5], 4, whole[:5]) == 0.0
    assert separation._deviations(scores[:0], given[:0], 4, whole[:0]) == 0.0


def test_copies_count_once_in_the_test_of_independence() -> None:
    scores, given = scores_of(80, 4, 3)
    alone = separation._deviations(scores, given, 4, np.ones(80))
    # A tenth of the images has nine copies each.
    rows = np.concatenate([np.arange(80), np.repeat(np.arange(8), 9)])
    weight = np.where(rows < 8, 0.1, 1.0)
    assert separation._deviations(scores[rows], given[rows], 4, weight) == pytest.approx(alone)


@pytest.mark.parametrize("left", [31, 30, 29])
def test_once_most_labels_are_decided_the_decided_ones_count_too(
    left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = np.where(np.arange(60) >= left, DATA.truth, -1)
    given = DATA.given.copy()
    given[59] = -1
    problem = stated(given=given, verdict_labels=verdicts)
    seen: list[Array] = []

    def watched(scores: Array, labels: Array, classes: int, weight: Array) -> float:
        assert classes == 3 and len(scores) == len(labels) == len(weight)
        seen.append(labels)
        return 1.0

    monkeypatch.setattr(separation, "_deviations", watched)
    found = separation.class_separation(problem)
    rows = slice(0, left if left >= 30 else 59)
    assert seen[0].tolist() == problem.given.numpy()[rows].tolist()
    assert found.pairs == [] and found.component.tolist() == [0, 1, 2]


def test_pairs_are_named_by_their_classes_and_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    given = np.array([2, 5, 7])[DATA.given].astype(np.int32)
    problem = state_problem(DetectionInput([DATA.embedding], given, 9))
    pair = separation.OverlappingPair(0, 2, 0.5, 0.55, 40)
    monkeypatch.setattr(separation, "_overlapping", lambda *arguments: [pair])
    monkeypatch.setattr(separation, "_deviations", lambda *arguments: 2.0)
    found = separation.class_separation(problem)
    assert found.pairs == [replace(pair, first=2, second=7)]
    assert found.component[0] == found.component[2] != found.component[1]
    monkeypatch.setattr(separation, "_deviations", lambda *arguments: 1.99)
    assert separation.class_separation(problem).pairs == []


def test_two_classes_have_no_pair_to_compare_with(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = state_problem(DetectionInput([DATA.embedding], DATA.given % 2, 2))
    monkeypatch.setattr(separation, "_overlapping", lambda *arguments: 1 / 0)
    assert separation.class_separation(problem).pairs == []


@pytest.mark.parametrize("shown", [2, 3])
@pytest.mark.parametrize("cells", [8_000_000, 6, 3])
def test_a_copy_of_labelled_images_is_what_they_are_believed_to_be(
    shown: int, cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unlabelled, "_CELLS", cells)
    generator = np.random.default_rng(2)
    copies = np.full(60, -1)
    # Open samples 0 to 9; of 4 no copy has a label, 5 has two, 6 and 7 are copies of one image.
    copies[[0, 20]], copies[[5, 21, 22]], copies[[6, 7, 23]], copies[[4, 3]] = 9, 4, 2, 11
    given = np.where(np.arange(60) < 10, -1, DATA.given).astype(np.int32)
    problem = stated(given=given, copies=copies)
    belief = torch.from_numpy(generator.dirichlet(np.ones(3), 50)).float()
    value, places = belief.topk(shown)
    labelled = cast(SamplePosteriors, SimpleNamespace(posterior=value, classes=places))
    guess = torch.from_numpy(generator.dirichlet(np.ones(3), 10)).float()
    told, kinds = guess.topk(shown)
    found = UnlabelledPosteriors(np.arange(10), told, kinds)
    after = unlabelled.told_by_copies(found, labelled, problem, copies)
    for row in range(10):
        known = [r for r in range(10, 60) if copies[r] == copies[row] >= 0]
        if not known:
            assert torch.equal(after.posterior[row], told[row])
            assert torch.equal(after.classes[row], kinds[row])
            continue
        wanted = np.zeros(3)
        for r in known:
            place = int(np.flatnonzero(problem.features.rows == r)[0])
            wanted[places[place].numpy()] += value[place].double().numpy()
        wanted *= 0.95 / wanted.sum()
        wanted[kinds[row].numpy()] += 0.05 * told[row].double().numpy()
        order = np.argsort(-wanted)[:shown]
        assert after.classes[row].tolist() == order.tolist()
        assert after.posterior[row].numpy() == pytest.approx(wanted[order], abs=1e-5)
    assert after.rows is found.rows
    assert unlabelled.told_by_copies(found, labelled, problem, None) is found


@pytest.mark.parametrize("mean", [0.02, 0.3, 0.77, 0.99])
def test_odds_are_all_moved_alike(mean: float) -> None:
    p = np.random.default_rng(0).beta(0.5, 2.0, 200)
    found = shifted_to_mean(p, mean)
    assert found.mean() == pytest.approx(mean, abs=1e-9)
    moved = logit(found) - logit(np.clip(p, 1e-6, 1 - 1e-9))
    np.testing.assert_allclose(moved, moved[0], atol=1e-5)
    certain = shifted_to_mean(np.array([0.0, 1.0, 0.5], np.float32), 0.4)
    move = logit(certain[2])
    np.testing.assert_allclose(certain[0], expit(logit(1e-6) + move))
    np.testing.assert_allclose(1 - certain[1], expit(-logit(1 - 1e-9) - move), rtol=1e-3)


@pytest.mark.parametrize("mean", [0.0, 1.0, -0.5, 1.5])
def test_a_mean_that_is_none_moves_nothing(mean: float) -> None:
    p = np.array([0.2, 0.9], np.float32)
    found = shifted_to_mean(p, mean)
    assert found.dtype == np.float64 and found.tolist() == p.tolist()
    assert shifted_to_mean(p[:0], 0.5).tolist() == []


@pytest.mark.parametrize("error", [0.0, 0.12, 0.8])
def test_the_threshold_expects_a_quarter_of_an_error_more(error: float) -> None:
    s = np.random.default_rng(5).beta(0.3, 1.5, 200)
    likely = s if error == 0 else shifted_to_mean(s, (1 + 0.25 * error) * s.mean())

    def quality(cut: float) -> float:
        flagged = s >= cut
        return float(2 * likely[flagged].sum() / (flagged.sum() + likely.sum()))

    found = expected_f_threshold(s, relative_error=error)
    assert found == pytest.approx(max(0.05, max(s, key=quality)))


def test_thresholds_where_nothing_or_hardly_anything_is_suspect() -> None:
    assert expected_f_threshold(np.zeros(5)) == 1.0
    assert expected_f_threshold(np.array([np.nan, np.nan])) == 1.0
    assert expected_f_threshold(np.array([])) == 1.0
    assert expected_f_threshold(np.full(50, 0.01)) == 0.05
    assert expected_f_threshold(np.array([0.5, np.nan, 0.0], np.float32)) == 0.5
    assert expected_f_threshold(np.array([1.0, np.inf])) == 1.0
