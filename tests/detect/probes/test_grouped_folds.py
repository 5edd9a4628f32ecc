import numpy as np

from lnl_gui.detect.probes.cross_fitting import stratified_folds


def drawn(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """600 labels of 6 classes, some rare, and units of which a part have many members."""
    generator = np.random.default_rng(seed)
    labels = generator.choice(6, 600, p=[0.4, 0.3, 0.1, 0.1, 0.07, 0.03])
    units = np.arange(600)
    units[:200] = generator.integers(1000, 1060, 200)
    return labels, units


def test_a_group_lies_in_one_fold_and_classes_are_spread_evenly() -> None:
    labels, units = drawn()
    folds = stratified_folds(labels, 5, seed=3, units=units)
    for unit in np.unique(units):
        assert len(np.unique(folds[units == unit])) == 1
    assert np.bincount(folds, minlength=5).min() >= 110
    for label in range(6):
        counts = np.bincount(folds[labels == label], minlength=5)
        # Single samples fill up what the groups leave uneven.
        assert counts.max() - counts.min() <= 1, (label, counts)


def test_folds_follow_the_seed_and_need_no_groups() -> None:
    labels, units = drawn()
    one = stratified_folds(labels, 5, seed=1, units=units)
    assert np.array_equal(one, stratified_folds(labels, 5, seed=1, units=units))
    assert not np.array_equal(one, stratified_folds(labels, 5, seed=2, units=units))
    plain = stratified_folds(labels, 5, seed=1)
    assert np.array_equal(plain, stratified_folds(labels, 5, seed=1, units=np.arange(600)))


def test_few_large_groups_fill_every_fold() -> None:
    labels = np.repeat([0, 1], 30)
    units = np.tile(np.repeat(np.arange(6), 5), 2)  # six patients with both classes
    folds = stratified_folds(labels, 3, seed=0, units=units)
    assert np.bincount(folds).tolist() == [20, 20, 20]
    assert set(folds[labels == 0]) == set(folds[labels == 1]) == {0, 1, 2}
