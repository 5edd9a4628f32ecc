"""Parts of given shares: every class in proportion, no group divided, the same every time."""

import numpy as np
import pytest

from lnl_gui.dataset.stratified_parts import stratified_parts

SHARES = (0.7, 0.2, 0.1)


def parts(strata: np.ndarray, groups: np.ndarray, *, seed: int = 0) -> np.ndarray:
    draws = np.random.default_rng(seed).random(len(strata))
    return stratified_parts(strata, groups, draws=draws, shares=SHARES)


@pytest.mark.parametrize("seed", range(3))
def test_without_groups_classes_and_parts_are_within_one_of_their_shares(seed: int) -> None:
    strata = np.random.default_rng(seed).choice(40, 3000, p=np.arange(1, 41) / 820)
    found = parts(strata, np.arange(3000), seed=seed)
    for label in range(40):
        counts = np.bincount(found[strata == label], minlength=3)
        assert np.abs(counts - np.array(SHARES) * (strata == label).sum()).max() < 1
    assert np.abs(np.bincount(found) - np.array(SHARES) * 3000).max() < 2


@pytest.mark.parametrize("seed", range(3))
def test_groups_are_never_divided_and_shares_stay_near(seed: int) -> None:
    generator = np.random.default_rng(seed)
    groups = np.sort(generator.integers(0, 900, 3000))
    strata = groups % 5
    found = parts(strata, groups, seed=seed)
    for group in np.unique(groups):
        assert len(set(found[groups == group].tolist())) == 1
    for label in range(5):
        shares = np.bincount(found[strata == label], minlength=3) / (strata == label).sum()
        assert np.abs(shares - SHARES).max() < 0.02


def test_many_classes_of_three_do_not_all_go_to_the_largest_part() -> None:
    strata = np.repeat(np.arange(100), 3)
    assert np.bincount(parts(strata, np.arange(300))).tolist() == [210, 60, 30]


def test_a_huge_group_goes_where_it_does_the_least_harm() -> None:
    groups = np.array([-1] * 60 + list(range(40)))
    found = parts(np.zeros(100, int), groups)
    assert np.bincount(found).tolist() == [70, 20, 10] and set(found[:60].tolist()) == {0}
    found = parts(np.zeros(100, int), np.array([-1] * 95 + list(range(5))))
    assert set(found[:95].tolist()) == {0} and np.bincount(found, minlength=3)[0] == 95


def test_the_order_of_the_samples_is_of_no_matter() -> None:
    generator = np.random.default_rng(1)
    strata, groups = generator.integers(0, 4, 500), generator.integers(0, 400, 500)
    draws, order = generator.random(500), generator.permutation(500)
    found = stratified_parts(strata, groups, draws=draws, shares=SHARES)
    again = stratified_parts(strata[order], groups[order], draws=draws[order], shares=SHARES)
    assert np.array_equal(found[order], again)


def test_nothing_and_uneven_input() -> None:
    none = np.zeros(0, int)
    assert stratified_parts(none, none, draws=none, shares=SHARES).shape == (0,)
    with pytest.raises(ValueError, match="draws"):
        stratified_parts(np.zeros(2, int), np.arange(2), draws=none, shares=SHARES)
