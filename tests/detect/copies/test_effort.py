"""Pairs are looked at as long as that finds something."""

import numpy as np
import pytest

from lnl_gui.detect.copies.effort import look_while_it_pays
from lnl_gui.util.errors import Cancelled


@pytest.mark.parametrize(
    ("found", "looked_at"),
    [
        # Nothing, everything, and what ends amid the likeliest third of the others.
        (0, 100),
        (10_000, 10_000),
        (3_500, 5_100),
    ],
)
def test_as_many_pairs_are_looked_at_as_pays(found: int, looked_at: int) -> None:
    order = np.random.default_rng(0).permutation(10_000)
    seen: list[int] = []

    def look(chosen: np.ndarray) -> np.ndarray:
        seen.extend(chosen.tolist())
        return np.isin(chosen, order[:found])

    assert look_while_it_pays(order, look, first=100).tolist() == order[:looked_at].tolist()
    assert seen == order[:looked_at].tolist()


def test_no_pair_is_looked_at_where_there_is_none() -> None:
    nothing = np.zeros(0, np.int64)
    assert not look_while_it_pays(nothing, lambda chosen: chosen > 0, first=10).size


def test_looking_at_many_pairs_can_be_cancelled() -> None:
    looks: list[int] = []

    def cancel(done: int, total: int) -> None:
        assert done == total
        if len(looks) == 3:
            raise Cancelled

    def look(chosen: np.ndarray) -> np.ndarray:
        looks.append(len(chosen))
        return np.ones(len(chosen), bool)

    with pytest.raises(Cancelled):
        look_while_it_pays(np.arange(10_000), look, first=100, progress=cancel)
    assert looks == [100, 1_000, 1_000]
