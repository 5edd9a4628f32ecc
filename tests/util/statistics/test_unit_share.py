"""Shares of samples in units: exact where each is alone, and no more certain than their units."""

import numpy as np
import pytest
from scipy.stats import binomtest

from lnl_gui.util.statistics.intervals import wilson
from lnl_gui.util.statistics.unit_share import unit_share


@pytest.mark.parametrize("right", [0, 1, 31, 40])
def test_of_single_samples_it_is_the_exact_interval(right: int) -> None:
    found = unit_share(np.arange(40) < right, np.arange(40) * 7)
    expected = binomtest(right, 40).proportion_ci()
    assert found.value == right / 40
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert unit_share(np.zeros(0, bool), np.zeros(0, int)).high == 1


@pytest.mark.parametrize(("units", "size", "share"), [(12, 8, 0.75), (40, 5, 0.8)])
def test_of_persons_who_are_right_or_wrong_together_it_holds_the_true_share(
    units: int, size: int, share: float
) -> None:
    generator = np.random.default_rng(0)
    held, alone, runs = 0, 0, 300
    unit = np.repeat(np.arange(units), size)
    for _ in range(runs):
        # Of two images of one person both are right .5 above chance.
        each = generator.beta(share, 1 - share, units)
        right = generator.random(len(unit)) < each[unit]
        found, single = unit_share(right, unit), wilson(float(right.mean()), len(right))
        held += found.low <= share <= found.high
        alone += single.low <= share <= single.high
    assert held / runs > 0.93
    assert alone / runs < 0.8


def test_of_persons_of_one_mind_it_is_about_that_of_as_many_samples() -> None:
    right = np.repeat(np.arange(20) < 15, 10)
    found = unit_share(right, np.repeat(np.arange(20), 10))
    expected = binomtest(15, 20).proportion_ci()
    assert found.low == pytest.approx(expected.low, abs=0.04)
    assert found.high == pytest.approx(expected.high, abs=0.04)
