"""Stratified splits by group: the promises, on random data of every shape."""

import numpy as np
import pytest

from lnl_gui.dataset.splits import stratified_group_split


def split(labels: np.ndarray, groups: np.ndarray, fraction: float, seed: int) -> np.ndarray:
    draws = np.random.default_rng(seed + 100).random(len(labels))
    return stratified_group_split(labels, groups, draws=draws, holdout_fraction=fraction)


@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.5])
@pytest.mark.parametrize("seed", range(3))
def test_every_class_in_proportion_when_samples_stand_alone(fraction: float, seed: int) -> None:
    labels = np.random.default_rng(seed).choice(5, 2000, p=[0.5, 0.3, 0.1, 0.07, 0.03])
    held = split(labels, np.arange(2000), fraction, seed)
    counts = np.bincount(labels)
    assert np.array_equal(np.bincount(labels[held]), np.rint(counts * fraction))


@pytest.mark.parametrize("seed", range(5))
def test_groups_never_straddle_and_shares_stay_near(seed: int) -> None:
    generator = np.random.default_rng(seed)
    groups = np.sort(generator.integers(0, 700, 2000))
    labels = groups % 7  # near-duplicates mostly share a class
    odd = generator.random(2000) < 0.05
    labels[odd] = generator.integers(0, 7, odd.sum())
    held = split(labels, groups, 0.25, seed)
    assert not set(groups[held]) & set(groups[~held])
    shares = np.bincount(labels[held], minlength=7) / np.bincount(labels, minlength=7)
    assert np.abs(shares - 0.25).max() < 0.04


def test_seed_repeats_and_changes_the_choice() -> None:
    labels = np.arange(300) % 3
    first, again, other = (split(labels, np.arange(300), 0.2, seed) for seed in (0, 0, 1))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert first.dtype == bool


def test_tiny_classes() -> None:
    labels = np.array([0] * 20 + [1] * 2 + [2])
    held = split(labels, np.arange(23), 0.1, 0)
    assert np.bincount(labels[held], minlength=3).tolist() == [2, 1, 0]


def test_class_in_one_group_stays_in_training() -> None:
    labels = np.array([0] * 10 + [1] * 5)
    groups = np.array([*range(10), *[99] * 5])
    held = split(labels, groups, 0.4, 0)
    assert not held[labels == 1].any() and held.sum() == 4


def test_one_group_holds_everything() -> None:
    held = split(np.zeros(8, int), np.zeros(8, int), 0.5, 0)
    assert not held.any()


def test_no_samples_and_bad_arguments() -> None:
    none = np.zeros(0, int)
    assert split(none, none, 0.5, 0).shape == (0,)
    for fraction in (0.0, 1.0, -1.0):
        with pytest.raises(ValueError, match="between 0 and 1"):
            split(none, none, fraction, 0)
    with pytest.raises(ValueError, match="3 labels but 2 groups"):
        split(np.zeros(3, int), np.zeros(2, int), 0.5, 0)
