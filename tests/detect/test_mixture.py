import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from lnl_gui.detect.mixture import clean_probability, fit_mixture


def draw(low: float, high: float, counts: tuple[int, int], seed: int = 0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return np.concatenate(
        [generator.normal(low, 0.3, counts[0]), generator.normal(high, 0.8, counts[1])]
    )


def test_one_mixture_equals_scikit_learn() -> None:
    values = draw(0.5, 4.0, (1500, 500))
    low, high = values.min(), np.quantile(values, 0.999)
    scaled = (np.minimum(values, high) - low) / (high - low)
    oracle = GaussianMixture(2, reg_covar=5e-4, tol=1e-5, max_iter=300, random_state=0)
    oracle.fit(scaled[:, None])
    order = np.argsort(oracle.means_[:, 0])
    ours = fit_mixture(values, tolerance=1e-7, iterations=500)
    assert ours.weight[0] == pytest.approx(oracle.weights_[order], abs=2e-3)
    assert (ours.mean[0] - low) / (high - low) == pytest.approx(oracle.means_[order, 0], abs=2e-3)
    expected = np.sqrt(oracle.covariances_[order, 0, 0]) * (high - low)
    assert ours.deviation[0] == pytest.approx(expected, rel=2e-2)
    inside = (values > ours.mean[0, 0]) & (values < ours.mean[0, 1])
    posterior = oracle.predict_proba(scaled[:, None])[:, order[0]]
    assert clean_probability(values, ours)[inside] == pytest.approx(posterior[inside], abs=0.02)


def test_each_group_equals_its_own_scikit_learn_fit_at_the_default_tolerance() -> None:
    # The large first group settles at once; the last, of components that overlap, takes longer than
    # a mean over all values lets it (weights .006 off under a common stop rule).
    parts = [
        draw(0.2, 6.0, (4000, 1000), 1),
        draw(1.0, 5.0, (300, 200), 2),
        draw(1.0, 2.2, (90, 60), 3),
    ]
    values = np.concatenate(parts)
    groups = np.repeat(np.arange(3), [len(part) for part in parts])
    ours = fit_mixture(values, groups, number_of_groups=3)
    low, high = values.min(), np.quantile(values, 0.999)
    for label in range(3):
        scaled = (np.minimum(values[groups == label], high) - low) / (high - low)
        oracle = GaussianMixture(2, reg_covar=5e-4, random_state=0).fit(scaled[:, None])
        order = np.argsort(oracle.means_[:, 0])
        assert ours.weight[label] == pytest.approx(oracle.weights_[order], abs=1e-6)
        assert (ours.mean[label] - low) / (high - low) == pytest.approx(
            oracle.means_[order, 0], abs=1e-6
        )
        expected = np.sqrt(oracle.covariances_[order, 0, 0]) * (high - low)
        assert ours.deviation[label] == pytest.approx(expected, rel=1e-5)


def test_groups_fit_as_if_alone() -> None:
    first, second = draw(0.2, 3.0, (300, 100), 1), draw(1.0, 6.0, (200, 200), 2)
    values = np.concatenate([first, second, [0.0, 9.0]])
    groups = np.repeat([0, 1], [400, 400])
    together = fit_mixture(
        values[:800], groups, number_of_groups=2, tolerance=0.0, iterations=200, regularisation=0.0
    )
    for index, part in enumerate((first, second)):
        alone = fit_mixture(part, tolerance=0.0, iterations=200, regularisation=0.0)
        assert together.mean[index] == pytest.approx(alone.mean[0], abs=0.05)
        assert together.weight[index] == pytest.approx(alone.weight[0], abs=0.02)


def test_probability_never_rises_with_the_loss() -> None:
    # A wide low component would win again on the far left and the far right.
    generator = np.random.default_rng(3)
    values = np.concatenate([generator.normal(2.0, 1.5, 500), generator.normal(4.0, 0.3, 500)])
    mixture = fit_mixture(values)
    grid = np.linspace(-10.0, 20.0, 400)
    assert np.all(np.diff(clean_probability(grid, mixture)) <= 1e-12)


def test_small_groups_borrow_the_mixture_of_all() -> None:
    values = np.append(draw(0.5, 4.0, (300, 100)), [0.4, 4.2])
    groups = np.append(np.zeros(400, int), [1, 1])
    mixture = fit_mixture(values, groups, number_of_groups=3)
    whole = fit_mixture(values)
    assert mixture.pooled.tolist() == [False, True, True]
    assert mixture.mean[1] == pytest.approx(whole.mean[0])
    clean = clean_probability(values, mixture, groups)
    assert clean[400] > 0.9 > 0.1 > clean[401]


def test_equal_losses_leave_nothing_suspect() -> None:
    values = np.full(100, 0.7)
    assert clean_probability(values, fit_mixture(values)) == pytest.approx(1.0)


def test_order_does_not_matter() -> None:
    values = draw(0.5, 4.0, (300, 100))
    groups = np.arange(400) % 3
    shuffle = np.random.default_rng(0).permutation(400)
    straight = clean_probability(values, fit_mixture(values, groups, number_of_groups=3), groups)
    shuffled = clean_probability(
        values[shuffle],
        fit_mixture(values[shuffle], groups[shuffle], number_of_groups=3),
        groups[shuffle],
    )
    assert shuffled == pytest.approx(straight[shuffle], abs=1e-6)
