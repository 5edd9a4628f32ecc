"""Selection rules against scipy, closed forms and hand-worked examples."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.distance import jensenshannon

from lnl_gui.learn.methods.selection import (
    balanced_draw,
    jensen_shannon,
    kept_fraction,
    normalised_losses,
    selection_share,
    smallest_losses,
    split_by_probability,
    uniform_selection,
)


def test_kept_fraction_is_the_authors_schedule() -> None:
    found = [kept_fraction(epoch, 0.4, 10) for epoch in (0, 3, 8, 9, 50)]
    # As np.linspace(0, 0.4, 10) in the authors' code.
    assert_allclose(found, 1 - np.append(np.linspace(0, 0.4, 10)[[0, 3, 8, 9]], 0.4))
    assert kept_fraction(0, 0.4, 0) == pytest.approx(0.6)


def test_smallest_losses_keeps_the_easy_ones() -> None:
    losses = torch.tensor([3.0, 1.0, 2.0, 5.0, 4.0])
    assert sorted(smallest_losses(losses, 0.6).tolist()) == [0, 1, 2]
    assert smallest_losses(losses, 0.0).tolist() == [1]
    assert len(smallest_losses(torch.arange(10.0), 0.7)) == 7


def test_normalised_losses_fill_the_unit_interval() -> None:
    assert_allclose(normalised_losses(np.array([1.0, 3.0, 2.0])), [0, 1, 0.5])
    assert_array_equal(normalised_losses(np.array([2.0, 2.0])), [0, 0])


def test_jensen_shannon_equals_scipy() -> None:
    generator = np.random.default_rng(0)
    probabilities = generator.dirichlet(np.full(5, 0.3), size=50)
    labels = generator.integers(0, 5, 50)
    expected = [
        jensenshannon(p, np.eye(5)[y]) ** 2 for p, y in zip(probabilities, labels, strict=True)
    ]
    assert_allclose(jensen_shannon(probabilities, labels), expected, atol=1e-12)


def test_jensen_shannon_at_its_ends() -> None:
    probabilities = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    assert_allclose(jensen_shannon(probabilities, np.array([0, 0])), [0.0, np.log(2)])


def test_selection_share_lowers_a_threshold_above_the_ceiling() -> None:
    divergence = np.array([0.1, 0.3, 0.5, 0.7])
    assert selection_share(divergence) == 0.5
    # mean 0.4 > 0.2: the threshold becomes 0.4 - (0.4 - 0.1) / 2 = 0.25
    assert selection_share(divergence, ceiling=0.2, filtering=2.0) == 0.25


def test_uniform_selection_takes_as_many_from_each_class() -> None:
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    divergence = np.array([0.05, 0.0, 0.1, 0.15, 0.6, 0.69, 0.65, 0.55])
    # mean 0.349: half of the samples lie below, hence 8 * 0.5 / 2 = 2 from each class
    split = uniform_selection(divergence, labels, 2)
    assert split.labelled.tolist() == [0, 1, 4, 7]
    assert split.unlabelled.tolist() == [2, 3, 5, 6]
    assert_allclose(split.weight, [1, 1, 0.4, 0.45], rtol=1e-6)


def test_uniform_selection_takes_all_of_a_small_class_and_leaves_some_unlabelled() -> None:
    labels = np.array([0] * 9 + [1])
    divergence = np.concatenate([np.linspace(0, 0.1, 9), [0.69]])
    split = uniform_selection(divergence, labels, 2)
    assert 9 in split.labelled
    only = uniform_selection(np.array([0.0, 0.5]), np.array([0, 1]), 2)
    assert len(only.labelled) == 1
    assert only.unlabelled.tolist() == [1]


def test_co_divide_follows_the_threshold() -> None:
    clean = np.array([0.9, 0.5, 0.51, 0.1])
    split = split_by_probability(clean, 0.5)
    assert split.labelled.tolist() == [0, 2]
    assert split.unlabelled.tolist() == [1, 3]
    assert_allclose(split.weight, [0.9, 0.51])


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_co_divide_never_leaves_a_part_empty(level: float) -> None:
    clean = np.full(20, level) + np.linspace(0, 1e-3, 20)
    split = split_by_probability(clean, 0.5)
    few = split.labelled if level == 0 else split.unlabelled
    assert few.tolist() == ([18, 19] if level == 0 else [0, 1])
    assert len(split.labelled) + len(split.unlabelled) == 20


def test_balanced_draw_is_balanced_and_clean() -> None:
    generator = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], [100, 50, 30])
    clean = generator.random(180)
    rows, poor = balanced_draw(clean, labels, 3, generator)
    counts = np.bincount(labels[rows], minlength=3)
    smallest = min(int((clean[labels == c] > 0.6).sum()) for c in range(3))
    assert counts.tolist() == [max(10, smallest)] * 3
    assert poor == []
    assert len(set(rows.tolist())) == len(rows)
    assert (clean[rows] > 0.6).all()


def test_balanced_draw_does_not_empty_the_set_for_a_poor_class() -> None:
    labels = np.repeat([0, 1], [100, 5])
    clean = np.concatenate([np.ones(100), np.linspace(0, 0.1, 5)])
    rows, poor = balanced_draw(clean, labels, 3, np.random.default_rng(0), floor=3)
    assert poor == [1]
    assert sorted(rows[labels[rows] == 1].tolist()) == [102, 103, 104]
    assert (labels[rows] == 0).sum() == 3
