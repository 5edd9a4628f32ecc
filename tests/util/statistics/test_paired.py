"""Paired differences against published figures, scipy, and their own coverage."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest

from lnl_gui.util.statistics.paired import (
    SIGNIFICANT,
    exact_sign_test,
    paired_difference,
    significant_difference,
)


def test_the_interval_is_tangos() -> None:
    # Tango (1998), the crossover trial of 50 patients that Newcombe (1998) compares methods on.
    found = paired_difference(12, 2, 50)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0611, 0.3447), abs=1e-4)


def test_without_any_change_the_interval_is_as_wide_as_the_scores() -> None:
    # With no discordant pair Tango's interval is z^2 / (n + z^2) to either side.
    found = paired_difference(0, 0, 100)
    assert (found.low, found.high) == pytest.approx((-0.0369935, 0.0369935), abs=1e-6)


def test_it_turns_with_its_arguments_and_refuses_more_changes_than_samples() -> None:
    one, other = paired_difference(9, 3, 80), paired_difference(3, 9, 80)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    with pytest.raises(ValueError, match="9 gained and 3 lost of 11"):
        paired_difference(9, 3, 11)


def test_it_covers_the_true_difference() -> None:
    generator = np.random.default_rng(0)
    drawn = generator.multinomial(200, [0.05, 0.02, 0.93], size=400)
    found = [paired_difference(int(up), int(down), 200) for up, down, _ in drawn]
    covered = np.mean([each.low <= 0.03 <= each.high for each in found])
    assert 0.92 <= covered <= 0.985


@pytest.mark.parametrize(("gained", "lost"), [(12, 2), (0, 0), (5, 5), (0, 7), (900, 1100)])
def test_the_test_is_the_binomial_one(gained: int, lost: int) -> None:
    expected = binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert exact_sign_test(gained, lost) == pytest.approx(expected)


@pytest.mark.parametrize("samples", [0, 200, 50_000])
def test_interval_and_exact_test_never_contradict(samples: int) -> None:
    """Samples 0: as many as changed."""
    for gained, lost in product(range(0, 60), repeat=2):
        count = max(samples, gained + lost, 1)
        found = significant_difference(gained, lost, count)
        sure = found.low > 0.0 or found.high < 0.0
        assert sure == (exact_sign_test(gained, lost) < SIGNIFICANT), (gained, lost)
        assert found.low <= found.value <= found.high
        wide = paired_difference(gained, lost, count)
        assert found.low <= wide.low and wide.high <= found.high
    assert significant_difference(4, 0, 200).low == 0.0 < paired_difference(4, 0, 200).low
    assert significant_difference(12, 2, 50) == paired_difference(12, 2, 50)
