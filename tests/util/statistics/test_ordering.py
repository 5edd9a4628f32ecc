"""Orders against numpy's own sorts."""

import numpy as np
import pytest

from lnl_gui.util.statistics.ordering import order_of_floats, worst_first


def awkward(count: int, seed: int) -> np.ndarray:
    """Ties, both zeros, infinities, tiny and negative numbers, NaN of either sign."""
    generator = np.random.default_rng(seed)
    values = generator.normal(size=count).astype(np.float32).round(1)
    values[generator.random(count) < 0.1] *= np.float32(1e-40)
    for special in (np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0):
        values[generator.random(count) < 0.05] = special
    return values


@pytest.mark.parametrize("seed", range(5))
def test_floats_are_sorted_as_numpy_sorts_them(seed: int) -> None:
    key = awkward(4000, seed)
    np.testing.assert_array_equal(
        order_of_floats(key, descending=False), np.argsort(key, kind="stable")
    )
    np.testing.assert_array_equal(
        order_of_floats(key, descending=True), np.argsort(-key, kind="stable")
    )


def test_the_worst_come_first_and_ties_by_row() -> None:
    suspicion = np.array([0.2, np.nan, 0.9, 0.2, 0.9], np.float32)
    order = worst_first(suspicion)
    assert order.dtype == np.int32
    assert order.tolist() == [2, 4, 0, 3, 1]
