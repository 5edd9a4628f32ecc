"""Repetitions on other folds: how many, what they share, and what their mean is."""

import math
import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus import assembly, repetitions
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.fit import fit_consensus
from lnl_gui.detect.consensus.problem import Problem, refolded, state_problem
from lnl_gui.detect.consensus.repetitions import (
    Repetition,
    average,
    fit_repetitions,
    number_of_repetitions,
    remembers_labels,
)
from lnl_gui.detect.consensus.transition import ObservedLabels, fit_transition
from lnl_gui.detect.consensus.uncertainty import rate_interval, total_relative_error
from lnl_gui.util.errors import Cancelled
from lnl_gui.util.statistics.intervals import MODEL_ERROR
from tests.detect.synthetic_data import make_dataset, symmetric

DATA = make_dataset(samples=160, classes=3, dimensions=6, distance=2.0)
PROBLEM = state_problem(DetectionInput([DATA.embedding], DATA.given, number_of_classes=3, seed=0))


@pytest.fixture(scope="module")
def fitted() -> list[Repetition]:
    return fit_repetitions(PROBLEM, [], seed=0)


@pytest.mark.parametrize(
    ("samples", "classes", "wanted"),
    [(150, 2, 5), (3_000, 10, 5), (6_000, 10, 3), (50_000, 10, 2), (50_000, 1_000, 1)],
)
def test_small_sets_are_repeated_more(
    monkeypatch: pytest.MonkeyPatch, samples: int, classes: int, wanted: int
) -> None:
    monkeypatch.setattr(repetitions, "MOST", 5)
    assert number_of_repetitions(samples, classes) == wanted


def test_with_many_classes_every_third_one_is_nested_from_the_first_on(
    fitted: list[Repetition],
) -> None:
    assert [each.fit.nested is None for each in fitted] == [False, False]
    data = make_dataset(samples=100, classes=5, dimensions=6)
    problem = state_problem(DetectionInput([data.embedding], data.given, number_of_classes=5))
    many = fit_repetitions(problem, [], wanted=4, seed=0)
    assert [each.fit.nested is None for each in many] == [False, True, True, False]
    assert all(each.fit.penalties == many[0].fit.penalties for each in many)


def test_a_repetition_that_learns_its_own_labels_by_heart_is_nested() -> None:
    """Few samples, many dimensions, four of ten labels wrong."""
    data = make_dataset(
        samples=200, classes=5, dimensions=100, distance=3.0, transition=symmetric(5, 0.4)
    )
    wanted = DetectionInput([data.embedding], data.given, number_of_classes=5)
    fits = [each.fit for each in fit_repetitions(state_problem(wanted), [], seed=0)]
    assert all(fit.nested is not None for fit in fits)
    assert not any(remembers_labels(fit) for fit in fits)
    # Where some are not nested, two thirds of the errors are expected.
    true = float((data.given != data.truth).mean())
    assert find_suspects(wanted).noise_rate == pytest.approx(true, abs=0.09)


def test_each_has_folds_of_its_own_and_the_neighbours_of_the_first(
    fitted: list[Repetition],
) -> None:
    first, second = fitted
    assert torch.equal(first.folds, PROBLEM.folds)
    assert not torch.equal(second.folds, first.folds)
    # As even as the first: every fold has as many of each class.
    for each in fitted:
        table = torch.zeros(3, 5).index_put_(
            (PROBLEM.given, each.folds), torch.ones(160), accumulate=True
        )
        assert float(table.max(1).values.sub(table.min(1).values).max()) <= 1
    assert second.fit.near is first.fit.near


@pytest.mark.parametrize("wanted", [1, 2, 3])
def test_threads_change_nothing(wanted: int) -> None:
    one, three = (
        fit_repetitions(PROBLEM, [], wanted=wanted, threads=threads, seed=2) for threads in (1, 3)
    )
    for left, right in zip(one, three, strict=True):
        assert torch.equal(left.fit.probability, right.fit.probability)
        assert left.fit.near is not None and right.fit.near is not None
        assert torch.equal(left.fit.near.rows, right.fit.near.rows)
        assert left.fit.penalties == right.fit.penalties
    assert all(each.fit.near is three[0].fit.near for each in three)


@pytest.mark.parametrize(("wanted", "given"), [(1, [3]), (2, [3, 3]), (3, [3, 1, 1])])
def test_a_fit_that_runs_alone_has_all_threads(
    wanted: int, given: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    fit = repetitions.fit_consensus

    def noted(problem: Problem, *, threads: int, **options: Any) -> Any:
        asked.append(threads)
        return fit(problem, threads=threads, **options)

    monkeypatch.setattr(repetitions, "fit_consensus", noted)
    found = fit_repetitions(PROBLEM, [], wanted=wanted, threads=3, seed=2)
    assert asked == given
    asked.clear()
    fit_repetitions(PROBLEM, [], earlier=found, threads=3, seed=2)
    assert asked == [1] * wanted


@pytest.mark.parametrize("after", [0, 3, 40])
def test_all_threads_of_a_fit_stop_when_it_is_cancelled(after: int) -> None:
    told: list[int] = []

    def stop(done: int, total: int) -> None:
        told.append(done)
        if len(told) > after:
            raise Cancelled

    with pytest.raises(Cancelled):
        fit_repetitions(PROBLEM, [], wanted=2, threads=3, seed=2, progress=stop)
    left = [each for each in threading.enumerate() if each.name.startswith("ThreadPoolExecutor")]
    assert not left


def test_with_few_classes_each_searches_its_own_strengths(fitted: list[Repetition]) -> None:
    second = fitted[1]
    alone = replace(PROBLEM, folds=second.folds, nested=True)
    assert second.fit.penalties == fit_consensus(alone, [], seed=1_000).penalties
    assert second.fit.penalties != fitted[0].fit.penalties


def wrong_by(repetition: Repetition, transition: np.ndarray, reliability: float) -> np.ndarray:
    """(n,) probability that each label is wrong, by Bayes' rule in double precision."""
    given = PROBLEM.given.numpy()
    joint = repetition.fit.probability.double().numpy() * (transition**reliability).T[given]
    return 1.0 - joint[np.arange(160), given] / joint.sum(axis=1)


def test_the_mean_probability_is_read_through_one_matrix(fitted: list[Repetition]) -> None:
    found = average(PROBLEM, fitted)
    mean = np.mean([each.fit.probability.double().numpy() for each in fitted], axis=0)
    np.testing.assert_allclose(found.probability.numpy(), mean, atol=1e-6)
    np.testing.assert_allclose(found.transition.sum(axis=1), 1.0, atol=1e-9)
    joint = mean * (found.transition**found.reliability).T[PROBLEM.given.numpy()]
    expected = joint / joint.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.posterior.numpy(), expected, atol=1e-5)
    wrong = [wrong_by(each, found.transition, found.reliability) for each in fitted]
    np.testing.assert_allclose(found.each.numpy(), wrong, atol=1e-5)
    np.testing.assert_allclose(found.spread.numpy(), np.std(wrong, 0, ddof=1), atol=1e-5)


def test_rates_are_each_ones_own(fitted: list[Repetition]) -> None:
    own = [
        wrong_by(each, each.fit.transition, average(PROBLEM, [each]).reliability).mean()
        for each in fitted
    ]
    np.testing.assert_allclose(average(PROBLEM, fitted).rates, own, atol=1e-5)


def test_what_one_repetition_mistakes_is_no_noise(fitted: list[Repetition]) -> None:
    """Five repetitions err on images of their own; a tenth of the labels is wrong."""
    generator = np.random.default_rng(0)
    truth = generator.integers(0, 3, 600)
    given = np.where(generator.random(600) < 0.1, (truth + 1) % 3, truth)
    observed = ObservedLabels(
        torch.from_numpy(given), torch.full((600,), -1), torch.ones(600, dtype=torch.bool)
    )
    several = []
    for _ in range(5):
        believed = np.where(generator.random(600) < 0.15, (truth + 2) % 3, truth)
        probability = torch.from_numpy(np.where(np.eye(3)[believed] > 0, 0.98, 0.01)).float()
        own = fit_transition(probability, observed, pseudo_count=1.0)
        fit = replace(fitted[0].fit, probability=probability, transition=own)
        several.append(Repetition(torch.zeros(600, dtype=torch.int64), fit))
    problem = cast(
        Problem,
        SimpleNamespace(
            observed=observed,
            given=observed.given,
            truth=observed.truth,
            came=observed.came,
            copies=torch.full((600,), -1),
            matrix=torch.zeros(600, 1),
        ),
    )
    found = average(problem, several)
    wrong = float(1.0 - found.posterior[torch.arange(600), observed.given].mean())
    assert found.rates.mean() > 0.2
    singly = np.mean([np.diagonal(each.fit.transition).mean() for each in several])
    assert np.diagonal(found.transition).mean() > singly + 0.03
    # Half of the matrix is still that of the single ones.
    assert abs(wrong - 0.1) < 0.5 * (found.rates.mean() - 0.1)


def test_ranking_again_goes_on_from_each_on_its_folds(fitted: list[Repetition]) -> None:
    again = fit_repetitions(PROBLEM, [], earlier=fitted, seed=0)
    for before, after in zip(fitted, again, strict=True):
        assert torch.equal(before.folds, after.folds)
        assert after.fit.near is before.fit.near
        assert after.fit.first_agreement == before.fit.first_agreement


def test_two_seeds_differ_less_than_two_single_fits(fitted: list[Repetition]) -> None:
    other = fit_repetitions(replace(PROBLEM, folds=PROBLEM.folds.flip(0)), [], seed=7)

    def distance(left: list[Repetition], right: list[Repetition]) -> float:
        means = [average(PROBLEM, each).posterior for each in (left, right)]
        return float((means[0] - means[1]).pow(2).mean())

    single = np.mean([distance([left], [right]) for left in fitted for right in other])
    assert distance(fitted, other) < 0.8 * single


def test_the_spread_is_reported() -> None:
    found = find_suspects(DetectionInput([DATA.embedding], DATA.given, number_of_classes=3))
    assert found.repetitions == 2
    assert found.suspicion_spread.shape == (160,)
    assert 0.0 <= np.nanmax(found.suspicion_spread) < 1.0
    assert 0.0 < found.noise_rate_spread < 0.1
    # It widens every interval, beside the error that all repetitions share.
    own = found.noise_rate_spread / found.noise_rate
    assert found.relative_error >= math.hypot(MODEL_ERROR, own)
    low, high = found.noise_rate_interval
    narrow = rate_interval(found.suspicion)
    assert high - low > narrow[1] - narrow[0]


def test_how_many_repetitions_agree_is_counted_against_their_mean(
    fitted: list[Repetition],
) -> None:
    each = average(PROBLEM, fitted).each.numpy()
    posteriors = SimpleNamespace(each=torch.from_numpy(each))
    judged = np.where(np.arange(160) == 3, np.nan, 0.5)
    found = assembly._agreeing(posteriors, judged, 0.3)  # type: ignore[arg-type]
    wanted = [sum((e >= 0.3) == (column.mean() >= 0.3) for e in column) for column in each.T]
    wanted[3] = -1
    assert found.tolist() == wanted and min(wanted[4:]) >= 1
    lone = SimpleNamespace(each=torch.from_numpy(each[:1]))
    assert (assembly._agreeing(lone, judged, 0.3) == -1).all()  # type: ignore[arg-type]


def test_without_a_spread_the_model_error_is_left() -> None:
    assert total_relative_error(0.2, float("nan")) == MODEL_ERROR
    assert total_relative_error(0.0, 0.1) == MODEL_ERROR
    assert total_relative_error(0.2, 0.03, 0.04) == pytest.approx(math.hypot(MODEL_ERROR, 0.25))


def test_fitted_side_by_side_they_are_the_same(fitted: list[Repetition]) -> None:
    together = fit_repetitions(PROBLEM, [], wanted=3, threads=2, seed=0)
    # The first two are those of the fixture; the third one has no part in them.
    third = refolded(PROBLEM, seed=2_000)
    settings = replace(fitted[0].fit, penalties={})
    own = fit_consensus(replace(third, nested=True), [], settings=settings, seed=2_000)
    for one, other in zip(together, [*fitted, Repetition(third.folds, own)], strict=True):
        assert torch.equal(one.folds, other.folds)
        assert torch.equal(one.fit.probability, other.fit.probability)


def test_trained_on_side_by_side_they_are_the_same_and_none_waits_for_the_first(
    fitted: list[Repetition], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = fit_repetitions(PROBLEM, [], earlier=fitted[:2], seed=0)
    both = threading.Barrier(2, timeout=60)
    fit = repetitions.fit_consensus

    def fit_together(*arguments: Any, **options: Any) -> Any:
        both.wait()
        return fit(*arguments, **options)

    monkeypatch.setattr(repetitions, "fit_consensus", fit_together)
    together = fit_repetitions(PROBLEM, [], earlier=fitted[:2], threads=2, seed=0)
    for one, other in zip(together, alone, strict=True):
        assert torch.equal(one.folds, other.folds)
        assert torch.equal(one.fit.probability, other.fit.probability)
    assert not torch.equal(together[0].fit.probability, together[1].fit.probability)
