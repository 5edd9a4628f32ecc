"""Repetitions on other folds: how many, what they share, and what their mean is."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus import assembly, repetitions
from lnl_gui.detect.consensus.calibration import responsibilities
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.problem import state_problem
from lnl_gui.detect.consensus.repetitions import (
    Repetition,
    average,
    fit_repetitions,
    number_of_repetitions,
)
from lnl_gui.detect.consensus.uncertainty import rate_interval, total_relative_error
from lnl_gui.util.intervals import MODEL_ERROR
from tests.detect.synthetic_data import make_dataset

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


def test_each_has_folds_of_its_own_and_the_strengths_of_the_first(
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
    assert second.fit.penalties == first.fit.penalties
    assert second.fit.near is first.fit.near


def test_the_mean_is_that_of_the_posteriors(fitted: list[Repetition]) -> None:
    found = average(PROBLEM, fitted)
    own = []
    for each in fitted:
        reliability = average(PROBLEM, [each]).reliability
        own.append(
            responsibilities(
                each.fit.probability,
                each.fit.transition,
                PROBLEM.observed,
                reliability=reliability,
            ).numpy()
        )
    np.testing.assert_allclose(found.posterior.numpy(), np.mean(own, 0), atol=1e-6)
    wrong = [1.0 - q[np.arange(160), PROBLEM.given.numpy()] for q in own]
    np.testing.assert_allclose(found.spread.numpy(), np.std(wrong, 0, ddof=1), atol=1e-5)
    np.testing.assert_allclose(found.rates, np.mean(wrong, 1), atol=1e-6)


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
    alone = fit_repetitions(PROBLEM, [], wanted=3, seed=0)
    for one, other in zip(together, alone, strict=True):
        assert torch.equal(one.folds, other.folds)
        assert torch.equal(one.fit.probability, other.fit.probability)
