"""Ranks are those of scipy.stats."""

import numpy as np
import pytest
from scipy.stats import rankdata

from lnl_gui.util.statistics.average_ranks import average_ranks


@pytest.mark.parametrize("values", [[], [3.0], [2.0, 2.0, 2.0], [0.5, -1.0, 0.5, 7.0, 7.0, 7.0]])
def test_equal_values_share_a_rank(values: list[float]) -> None:
    assert average_ranks(np.array(values)).tolist() == rankdata(values).tolist()


def test_many_values_with_ties() -> None:
    values = np.random.default_rng(0).integers(0, 50, 1000)
    np.testing.assert_array_equal(average_ranks(values), rankdata(values))
