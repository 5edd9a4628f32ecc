from pathlib import Path

import numpy as np

from lnl_gui.learn.data.holdout import (
    choose_holdout,
    choose_validation,
    file_order,
    key_draws,
)


def _labels(count: int = 400, classes: int = 4) -> np.ndarray:
    return np.random.default_rng(0).integers(0, classes, count).astype(np.int32)


def _draws(count: int = 400, seed: int = 0) -> np.ndarray:
    return key_draws([f"{n}".encode() for n in range(count)], seed)


def test_the_datasets_own_test_part_comes_first() -> None:
    labels = _labels()
    splits = ["test" if n % 4 == 0 else "train" for n in range(400)]
    labels[0] = -1
    choice = choose_holdout(labels, _draws(), splits=splits)
    assert str(choice.source) == "the dataset's own split"
    assert np.flatnonzero(choice.rows).tolist() == list(range(4, 400, 4))


def test_the_draw_is_stratified_and_repeats() -> None:
    labels = _labels()
    choice = choose_holdout(labels, _draws(), fraction=0.25)
    share = np.bincount(labels[choice.rows]) / np.bincount(labels)
    assert np.allclose(share, 0.25, atol=0.02)
    assert np.array_equal(choice.rows, choose_holdout(labels, _draws(), fraction=0.25).rows)
    other = choose_holdout(labels, _draws(seed=4), fraction=0.25)
    assert not np.array_equal(choice.rows, other.rows)


def test_the_draw_follows_the_images_and_not_their_order_or_number() -> None:
    labels = _labels()
    rows = choose_holdout(labels, _draws(), fraction=0.25).rows
    shuffled = np.random.default_rng(3).permutation(400)
    again = choose_holdout(labels[shuffled], _draws()[shuffled], fraction=0.25).rows
    assert np.array_equal(rows[shuffled], again)
    fewer = choose_holdout(labels[:380], _draws()[:380], fraction=0.25).rows
    assert (fewer == rows[:380]).mean() > 0.97


def test_near_duplicates_never_straddle() -> None:
    labels = _labels()
    groups = np.arange(400) // 4
    choice = choose_holdout(labels, _draws(), groups=groups, fraction=0.3, maximum=37)
    assert choice.rows.sum() == 37
    training = ~choice.rows & ~choice.excluded
    assert not np.intersect1d(groups[training], groups[choice.rows]).size
    splits = ["test" if n % 5 == 0 else "train" for n in range(400)]
    own = choose_holdout(labels, _draws(), splits=splits, groups=groups)
    assert not np.intersect1d(groups[~own.rows & ~own.excluded], groups[own.rows]).size


def test_large_groups_are_held_out_no_more_often_than_others() -> None:
    held = np.zeros(2)
    for seed in range(40):
        groups = np.concatenate([np.repeat(np.arange(20), 5), 20 + np.arange(100)])
        choice = choose_holdout(
            np.zeros(200, np.int32), _draws(200, seed), groups=groups, fraction=0.2
        )
        held += choice.rows[:100].sum() / 40, choice.rows[100:].sum() / 40
    # Of 100 each, 20 on average; the standard error of the former is 1.4.
    assert np.abs(held - 20).max() < 5


def test_samples_without_a_label_are_never_held_out() -> None:
    labels = _labels()
    labels[:300] = -1
    choice = choose_holdout(labels, _draws(), fraction=0.3)
    assert choice.rows[:300].sum() == 0
    assert choice.rows.sum() == 30
    assert choose_holdout(np.full(5, -1, np.int32), _draws(5)).rows.sum() == 0


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
