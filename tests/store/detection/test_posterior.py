"""Class probabilities from the few that a detection keeps."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from lnl_gui.store.detection.posterior import class_probabilities, dense_posterior
from lnl_gui.store.detection.scores import Scores, no_scores, of_present_pictures


def of_folder(folder: Path, count: int) -> Scores:
    return replace(no_scores(count), folder=folder)


def test_the_rest_is_shared_by_the_other_classes() -> None:
    kept = np.array([[0.6, 0.2], [np.nan, np.nan], [0.7, 0.3]], np.float32)
    ids = np.array([[3, 0], [-1, -1], [1, 2]])
    found = dense_posterior(kept, ids, 4)
    np.testing.assert_allclose(found[0], [0.2, 0.1, 0.1, 0.6], atol=1e-6)
    assert np.isnan(found[1]).all()
    np.testing.assert_allclose(found[2], [0, 0.7, 0.3, 0], atol=1e-6)


def test_those_of_a_folder_add_up_and_later_samples_have_none(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    whole = generator.dirichlet(np.ones(3), 5)
    ids = np.argsort(-whole, axis=1)
    kept = np.take_along_axis(whole, ids, axis=1)
    np.save(tmp_path / "posterior.npy", kept.astype(np.float16))
    np.save(tmp_path / "posterior_classes.npy", ids.astype(np.int32))
    found = class_probabilities(of_folder(tmp_path, 6), rows=np.arange(6), classes=3)
    assert found is not None
    np.testing.assert_allclose(found[:5], whole, atol=2e-3)
    np.testing.assert_allclose(found[:5].sum(1), 1, atol=1e-6)
    assert np.isnan(found[5]).all()
    other = np.arange(6) == 2
    replaced = of_present_pictures(of_folder(tmp_path, 6), other)
    now = class_probabilities(replaced, rows=np.arange(6), classes=3)
    assert now is not None and np.isnan(now[2]).all()
    np.testing.assert_array_equal(now[~other], found[~other])


def test_without_a_detection_or_damaged_there_are_none(tmp_path: Path) -> None:
    assert class_probabilities(no_scores(2), rows=np.arange(2), classes=2) is None
    (tmp_path / "posterior.npy").write_bytes(b"x")
    assert class_probabilities(of_folder(tmp_path, 2), rows=np.arange(2), classes=2) is None


def test_a_row_with_a_class_that_is_none_says_nothing() -> None:
    kept = np.full((4, 2), 0.5, np.float32)
    ids = np.array([[0, 1], [0, 3], [-1, 1], [2, 1]])
    found = dense_posterior(kept, ids, 3)
    assert np.isnan(found[1:3]).all()
    np.testing.assert_allclose(found[[0, 3]], [[0.5, 0.5, 0], [0, 0.5, 0.5]])
    # Of more than are left nothing is below zero.
    over = dense_posterior(np.array([[0.8, 0.4]]), np.array([[0, 1]]), 3)
    np.testing.assert_allclose(over, [[0.8, 0.4, 0]], rtol=1e-6)


def test_arrays_that_do_not_go_together_are_none(tmp_path: Path) -> None:
    kept, ids = np.full((3, 2), 0.5, np.float16), np.tile(np.array([0, 1], np.int32), (3, 1))

    def found(one: np.ndarray, other: np.ndarray, count: int = 3) -> bool:
        np.save(tmp_path / "posterior.npy", one)
        np.save(tmp_path / "posterior_classes.npy", other)
        rows = np.arange(2)
        return class_probabilities(of_folder(tmp_path, count), rows=rows, classes=2) is not None

    assert found(kept, ids) and found(kept, ids, 4)
    assert not found(kept, ids, 2) and not found(kept, ids[:2]) and not found(kept, ids[:, :1])
    assert not found(kept[:, 0], ids[:, 0]) and not found(kept.astype(np.int32), ids)
    assert not found(kept, ids.astype(np.float32))
