from pathlib import Path

import numpy as np

from lnl_gui.learn.data.holdout import choose_holdout, choose_validation, file_order


def _labels(count: int = 400, classes: int = 4) -> np.ndarray:
    return np.random.default_rng(0).integers(0, classes, count).astype(np.int32)


def test_the_datasets_own_test_part_comes_first() -> None:
    labels = _labels()
    splits = ["test" if n % 4 == 0 else "train" for n in range(400)]
    labels[0] = -1
    choice = choose_holdout(labels, splits=splits, confirmed=np.ones(400, bool))
    assert str(choice.source) == "the dataset's own split"
    assert np.flatnonzero(choice.rows).tolist() == list(range(4, 400, 4))


def test_confirmed_samples_come_before_others() -> None:
    labels = _labels()
    confirmed = np.zeros(400, bool)
    confirmed[:200] = True
    choice = choose_holdout(labels, confirmed=confirmed, fraction=0.2)
    assert "confirmed" in str(choice.source)
    assert (choice.rows & ~confirmed).sum() == 0
    assert abs(choice.rows.sum() - 80) <= 4
    few = np.zeros(400, bool)
    few[:10] = True
    assert "all samples" in choose_holdout(labels, confirmed=few).source.template


def test_the_draw_is_stratified_and_seeded() -> None:
    labels = _labels()
    choice = choose_holdout(labels, fraction=0.25, seed=3)
    share = np.bincount(labels[choice.rows]) / np.bincount(labels)
    assert np.allclose(share, 0.25, atol=0.02)
    assert np.array_equal(choice.rows, choose_holdout(labels, fraction=0.25, seed=3).rows)
    assert not np.array_equal(choice.rows, choose_holdout(labels, fraction=0.25, seed=4).rows)


def test_near_duplicates_never_straddle() -> None:
    labels = _labels()
    groups = np.arange(400) // 4
    choice = choose_holdout(labels, groups=groups, fraction=0.3, maximum=37, seed=1)
    assert choice.rows.sum() == 37
    training = ~choice.rows & ~choice.excluded
    assert not np.intersect1d(groups[training], groups[choice.rows]).size
    splits = ["test" if n % 5 == 0 else "train" for n in range(400)]
    own = choose_holdout(labels, splits=splits, groups=groups)
    assert not np.intersect1d(groups[~own.rows & ~own.excluded], groups[own.rows]).size


def test_excluded_samples_are_never_held_out() -> None:
    labels = _labels()
    labels[:300] = -1
    choice = choose_holdout(labels, fraction=0.3)
    assert choice.rows[:300].sum() == 0
    assert choice.rows.sum() == 30
    assert choose_holdout(np.full(5, -1, np.int32)).rows.sum() == 0


def test_a_files_draw_depends_on_its_name_alone() -> None:
    files = [Path(f"/images/{n}.png") for n in range(2000)]
    draw = file_order(files, 0)
    assert np.array_equal(draw[::-1], file_order(files[::-1], 0))
    assert not np.array_equal(draw, file_order(files, 1))
    assert abs(draw.mean() - 0.5) < 0.02
    assert np.allclose(np.histogram(draw, bins=10, range=(0, 1))[0], 200, atol=60)


def test_validation_is_the_same_for_given_and_curated_labels() -> None:
    files = [Path(f"{n}.png") for n in range(1000)]
    given = _labels(1000)
    curated = given.copy()
    curated[::7] = (curated[::7] + 1) % 4
    fewer = np.arange(1000) % 10 != 0
    one = choose_validation(files, given, fraction=0.2, seed=5)
    some = [file for file, kept in zip(files, fewer, strict=True) if kept]
    two = choose_validation(some, curated[fewer], fraction=0.2, seed=5)
    assert np.array_equal(one[fewer], two)
    assert abs(one.mean() - 0.2) < 0.04


def test_every_class_keeps_a_training_sample_and_groups_stay_together() -> None:
    files = [Path(f"{n}.png") for n in range(300)]
    labels = np.arange(300, dtype=np.int32) // 2
    groups = np.arange(300) // 3
    for fraction in (0.3, 0.9):
        chosen = choose_validation(files, labels, fraction=fraction)
        assert set(labels[~chosen]) == set(labels)
        grouped = choose_validation(files, labels, groups=groups, fraction=fraction)
        assert set(labels[~grouped]) == set(labels)
        for group in np.unique(groups):
            assert len(set(grouped[groups == group])) == 1


def test_a_copy_of_a_dataset_is_drawn_alike() -> None:
    names = [f"{kind}/{n}.png" for kind in ("cat", "dog") for n in range(50)]
    here, there = (
        file_order([Path(root, name) for name in names], 3) for root in ("/a/pets", "/b/c/copy")
    )
    np.testing.assert_array_equal(here, there)


def test_few_samples_have_a_validation_part_too() -> None:
    labels = np.arange(30, dtype=np.int32) % 3
    for seed in range(60):
        files = [Path(f"{seed}-{n}.png") for n in range(30)]
        chosen = choose_validation(files, labels, fraction=0.1, seed=seed)
        assert 2 <= chosen.sum() <= 12
