"""Intervals against scipy and against simulated truth."""

import math

import numpy as np
import pytest
from scipy import special, stats

from lnl_gui.util.statistics.intervals import (
    Estimate,
    beta_quantile,
    clopper_pearson,
    critical_value,
    error_count,
    regularised_beta,
    student,
    wilson,
)


@pytest.mark.parametrize("a", [0.5, 1, 3, 40, 2000])
@pytest.mark.parametrize("b", [0.5, 1, 7, 150, 5000])
def test_incomplete_beta_and_its_inverse_equal_scipy(a: float, b: float) -> None:
    for x in (1e-6, 0.003, 0.1, 0.5, 0.77, 0.999):
        assert regularised_beta(x, a, b) == pytest.approx(special.betainc(a, b, x), abs=1e-11)
    for p in (0.025, 0.3, 0.975):
        wanted = stats.beta.ppf(p, a, b)
        # Where the density is near zero many x share a probability to the last digit.
        assert beta_quantile(p, a, b) == pytest.approx(wanted, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize(
    ("errors", "sampled"), [(0, 1), (0, 200), (3, 200), (17, 90), (5000, 20000), (7, 7)]
)
def test_clopper_pearson_equals_scipy(errors: int, sampled: int) -> None:
    wanted = stats.binomtest(errors, sampled).proportion_ci(0.95, method="exact")
    found = clopper_pearson(errors, sampled)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-9)


def test_clopper_pearson_covers_the_truth_as_often_as_it_says() -> None:
    generator = np.random.default_rng(0)
    for rate in (0.01, 0.05, 0.3):
        draws = generator.binomial(150, rate, 2000)
        intervals = {k: clopper_pearson(int(k), 150) for k in np.unique(draws)}
        covered = np.mean([intervals[k].low <= rate <= intervals[k].high for k in draws])
        assert covered >= 0.95


def test_nothing_sampled_says_nothing() -> None:
    assert clopper_pearson(0, 0).low == 0.0
    assert clopper_pearson(0, 0).high == 1.0
    with pytest.raises(ValueError, match="3 errors"):
        clopper_pearson(3, 2)


@pytest.mark.parametrize(("right", "samples"), [(0, 12), (30, 50), (199, 200), (12, 12)])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_wilson_equals_scipy(right: int, samples: int, confidence: float) -> None:
    wanted = stats.binomtest(right, samples).proportion_ci(confidence, method="wilson")
    found = wilson(right / samples, samples, confidence=confidence)
    assert found.value == right / samples
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-12)


def test_critical_value_is_the_normal_quantile() -> None:
    for confidence in (0.5, 0.9, 0.95, 0.999):
        assert critical_value(confidence) == pytest.approx(stats.norm.interval(confidence)[1])


def test_an_error_count_ends_where_the_samples_end() -> None:
    assert error_count(0.0, 0.0, 0) == error_count(0.0, -1e-18, 0)
    narrow = error_count(9.9, 0.5, 10, relative_error=0.0, floor=0.0)
    assert narrow.high == 10.0
    assert narrow.low == pytest.approx(9.9 - stats.norm.ppf(0.975) * math.sqrt(0.5))
    assert error_count(0.1, 0.09, 10).low == 0.0
    assert error_count(50.0, 20.0, 90).low == pytest.approx(
        50.0 - stats.norm.ppf(0.975) * math.hypot(math.sqrt(20.0), 0.12 * 50.0, 0.005 * 90)
    )


def test_an_estimate_in_another_unit() -> None:
    found = clopper_pearson(3, 100)
    scaled = found.times(200.0)
    assert scaled.value == pytest.approx(6.0)
    assert scaled.low == pytest.approx(200.0 * found.low)
    assert scaled.high == pytest.approx(200.0 * found.high)


def test_students_interval_is_scipys() -> None:
    values = [0.3, 0.5, 0.45, 0.1, 0.2]
    for count in (2, 3, 5):
        low, high = stats.t.interval(
            0.95, count - 1, np.mean(values[:count]), stats.sem(values[:count])
        )
        found = student(values[:count])
        assert (found.low, found.high) == pytest.approx((low, high), rel=1e-6)
    with pytest.raises(ValueError, match="one value"):
        student([0.5])


def test_independent_errors_add_as_squares() -> None:
    wider = Estimate(10.0, 7.0, 14.0).with_error(3.0, most=100.0)
    assert (wider.value, wider.low, wider.high) == (10.0, pytest.approx(10 - 18**0.5), 15.0)
    bounded = Estimate(10.0, 7.0, 14.0).with_error(50.0, most=20.0)
    assert (bounded.low, bounded.high) == (0.0, 20.0)
    assert Estimate(10.0, 7.0, 14.0).with_error(0.0, most=12.0) == Estimate(10.0, 7.0, 14.0)
