"""Noise generators against their closed forms; tolerances are five standard errors."""

import numpy as np
import pytest

from lnl_gui.dataset.label_noise.noise import (
    InjectedNoise,
    inject_asymmetric,
    inject_instance_dependent,
    inject_pair_flip,
    inject_symmetric,
    most_confused_map,
)

N, C = 40_000, 10
LABELS = np.random.default_rng(0).integers(0, C, N)
FEATURES = np.random.default_rng(1).normal(size=(N, 24)).astype(np.float32)


def check_consistent(noise: InjectedNoise, labels: np.ndarray, classes: int) -> None:
    assert noise.noisy_label.dtype == np.int32 and noise.flipped.dtype == bool
    assert np.array_equal(noise.flipped, noise.noisy_label != labels)
    assert noise.noisy_label.min() >= 0 and noise.noisy_label.max() < classes
    assert np.allclose(noise.transition_matrix.sum(axis=1), 1.0)
    # An independent count of the same matrix.
    for true, given in ((0, 0), (0, 1), (3, 5)):
        share = np.mean(noise.noisy_label[labels == true] == given)
        assert noise.transition_matrix[true, given] == pytest.approx(share)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.2, 0.29, 0.4, 0.6, 1.0])
def test_exact_symmetric_flips_exactly_the_share(rate: float) -> None:
    noise = inject_symmetric(LABELS, C, rate=rate, seed=3)
    check_consistent(noise, LABELS, C)
    assert noise.flipped.sum() == round(rate * N)


def test_exact_count_is_rounded_down() -> None:
    assert inject_symmetric(np.zeros(9, int), 2, rate=0.25, seed=0).flipped.sum() == 2
    assert inject_symmetric(np.zeros(100, int), 2, rate=0.29, seed=0).flipped.sum() == 29


@pytest.mark.parametrize("inclusive", [False, True])
@pytest.mark.parametrize("exact", [False, True])
def test_symmetric_transition_matrix(inclusive: bool, exact: bool) -> None:
    rate = 0.4
    noise = inject_symmetric(LABELS, C, rate=rate, seed=4, exact=exact, inclusive=inclusive)
    off = rate / C if inclusive else rate / (C - 1)
    expected = np.full((C, C), off)
    np.fill_diagonal(expected, 1 - (C - 1) * off)
    error = 5 * np.sqrt(0.25 / (N / C))
    assert np.abs(noise.transition_matrix - expected).max() < error
    true_rate = rate * (C - 1) / C if inclusive else rate
    assert noise.flipped.mean() == pytest.approx(true_rate, abs=5 * np.sqrt(0.25 / N))


CIFAR10_PAIRS = {9: 1, 2: 0, 4: 7, 3: 5, 5: 3}


def test_asymmetric_noise_follows_its_map() -> None:
    noise = inject_asymmetric(LABELS, C, rate=0.4, seed=5, class_map=CIFAR10_PAIRS)
    check_consistent(noise, LABELS, C)
    for source in range(C):
        row = np.zeros(C)
        target = CIFAR10_PAIRS.get(source, source)
        count = int((source == LABELS).sum())
        share = int(0.4 * count) / count if target != source else 0.0
        row[source] += 1 - share
        row[target] += share
        assert np.allclose(noise.transition_matrix[source], row)


def test_bernoulli_asymmetric_rate() -> None:
    noise = inject_asymmetric(LABELS, C, rate=0.3, seed=6, class_map={1: 2}, exact=False)
    assert noise.flipped[LABELS != 1].sum() == 0
    assert noise.flipped[LABELS == 1].mean() == pytest.approx(0.3, abs=5 * 0.5 / np.sqrt(N / C))


def test_pair_flip_is_the_next_class() -> None:
    noise = inject_pair_flip(LABELS, C, rate=0.45, seed=7)
    changed = noise.noisy_label[noise.flipped]
    assert np.array_equal(changed, (LABELS[noise.flipped] + 1) % C)
    assert noise.flipped.mean() == pytest.approx(0.45, abs=C / N)


def test_most_confused_map() -> None:
    confusion = np.array([[9, 1, 3], [0, 5, 0], [4, 2, 1]])
    assert most_confused_map(confusion).tolist() == [2, 2, 0]


@pytest.mark.parametrize("by_class", [False, True])
@pytest.mark.parametrize("rate", [0.2, 0.4, 0.6])
def test_instance_dependent_rate(rate: float, by_class: bool) -> None:
    noise = inject_instance_dependent(
        LABELS, C, rate=rate, seed=8, features=FEATURES, by_class=by_class
    )
    check_consistent(noise, LABELS, C)
    # The truncated normal's mean: scipy's closed form, not a sample of ours.
    from scipy.stats import truncnorm

    mean = truncnorm.mean((0 - rate) / 0.1, (1 - rate) / 0.1, loc=rate, scale=0.1)
    assert noise.flipped.mean() == pytest.approx(mean, abs=5 * np.sqrt(0.25 / N))


def test_instance_dependent_noise_depends_on_the_instance() -> None:
    """Samples with the same features and class go to the same class more often than others."""
    features = np.random.default_rng(2).normal(size=(2, 24)).repeat(5000, axis=0)
    noise = inject_instance_dependent(
        np.zeros(10_000, int), C, rate=0.5, seed=9, features=features, by_class=True
    )
    halves = [
        np.bincount(noise.noisy_label[part][noise.flipped[part]], minlength=C)
        for part in (slice(0, 5000), slice(5000, None))
    ]
    shares = [half / half.sum() for half in halves]
    assert max(shares[0].max(), shares[1].max()) > 2 / (C - 1)
    assert np.abs(shares[0] - shares[1]).sum() > 0.5


@pytest.mark.parametrize("by_class", [False, True])
def test_instance_dependent_matches_a_plain_loop(by_class: bool) -> None:
    """The same draw written sample by sample, as in Algorithm 2; Cheng et al. have one matrix."""
    from scipy.stats import truncnorm

    labels, features = LABELS[:60] % 3, FEATURES[:60, :4]
    noise = inject_instance_dependent(
        labels, 3, rate=0.4, seed=10, features=features, by_class=by_class
    )
    generator = np.random.default_rng(10)
    q = truncnorm.rvs(-4.0, 6.0, loc=0.4, scale=0.1, size=60, random_state=generator)
    uniform = generator.random(60)
    weights = [generator.standard_normal((4, 3)) for _ in range(3 if by_class else 1)]
    x = (features - features.mean(0)) / (features.std(0) + 1e-6)
    for i, label in enumerate(labels):
        scores = x[i] @ weights[label if by_class else 0]
        others = [k for k in range(3) if k != label]
        soft = np.exp(scores[others]) / np.exp(scores[others]).sum()
        chances = np.zeros(3)
        chances[others] = q[i] * soft
        chances[label] = 1 - q[i]
        assert noise.noisy_label[i] == np.searchsorted(np.cumsum(chances), uniform[i], "right")


def test_labels_given_are_not_changed() -> None:
    before = LABELS.copy()
    inject_symmetric(LABELS, C, rate=0.5, seed=0)
    inject_pair_flip(LABELS, C, rate=0.5, seed=0)
    assert np.array_equal(before, LABELS)


def test_bad_arguments() -> None:
    for labels, classes, rate in ((LABELS, C, 1.1), (LABELS, C, -0.1), (LABELS, 5, 0.1)):
        with pytest.raises(ValueError, match=r"must lie|lies between"):
            inject_symmetric(labels, classes, rate=rate, seed=0)
    with pytest.raises(ValueError, match="two classes"):
        inject_symmetric(np.zeros(3, int), 1, rate=0.1, seed=0)
    with pytest.raises(ValueError, match="outside the classes"):
        inject_asymmetric(LABELS, C, rate=0.1, seed=0, class_map={0: 10})
    with pytest.raises(ValueError, match="rows of features"):
        inject_instance_dependent(LABELS, C, rate=0.1, seed=0, features=FEATURES[:5], by_class=True)


def test_empty_classes_and_no_samples() -> None:
    noise = inject_symmetric(np.array([0, 0]), 3, rate=0.0, seed=0)
    assert np.array_equal(noise.transition_matrix, np.eye(3))
    assert inject_symmetric(np.zeros(0, int), 3, rate=0.5, seed=0).noisy_label.shape == (0,)
