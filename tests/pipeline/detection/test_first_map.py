"""The map on the first two principal axes, by scikit-learn's PCA."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA

from lnl_gui.pipeline.detection.detect_files import write_projection


@pytest.mark.parametrize(("count", "dimension"), [(300, 12), (40, 90), (30, 2), (12_000, 5)])
def test_points_are_those_of_scikit_learn(tmp_path: Path, count: int, dimension: int) -> None:
    generator = np.random.default_rng(count)
    spread = np.linspace(3, 1, dimension) ** 2
    rows = generator.normal(size=(count, dimension)) * spread + generator.normal(size=dimension)
    embedding = rows.astype(np.float16)
    embedding[7] = np.nan
    write_projection(tmp_path, [embedding])
    found = np.load(tmp_path / "projection.npy")
    assert found.dtype == np.float32
    readable = np.delete(np.arange(count), 7)
    step = max(1, count // 5_000)
    fitted = PCA(2, svd_solver="full").fit(embedding[readable[readable % step == 0]].astype(float))
    expected = fitted.transform(embedding[readable].astype(float))
    # Of the larger coordinates a ten-thousandth is rounding of float32.
    np.testing.assert_allclose(found[readable], expected, atol=1e-4 * np.abs(expected).max())
    assert np.isnan(found[7]).all()


def test_images_that_are_all_alike_lie_in_one_place(tmp_path: Path) -> None:
    write_projection(tmp_path, [np.full((20, 6), 0.5, np.float16)])
    assert np.array_equal(np.load(tmp_path / "projection.npy"), np.zeros((20, 2), np.float32))


@pytest.mark.parametrize("shape", [(2, 6), (9, 1)])
def test_too_little_has_no_map(tmp_path: Path, shape: tuple[int, int]) -> None:
    write_projection(tmp_path, [np.random.default_rng(0).normal(size=shape).astype(np.float16)])
    assert np.isnan(np.load(tmp_path / "projection.npy")).all()
