"""Placing samples among fitted ones, and the centres of the inverted lists, in closed form."""

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans

from lnl_gui.detect.neighbours import ivf_index
from lnl_gui.detect.neighbours.projection import METHODS, _place, _turned, project_to_plane
from lnl_gui.util.progress import no_progress


def placed(space: np.ndarray, chosen: list[int], fitted: np.ndarray) -> np.ndarray:
    rows = np.array(chosen, np.int64)
    return _place(
        space.astype(np.float32),
        rows,
        fitted.astype(np.float32),
        seed=0,
        threads=None,
        progress=no_progress,
    )


def test_a_sample_lies_nearest_to_its_nearest() -> None:
    # Fitted on a line; the last sample lies at 1, 2, 4, 5 and 8 from the others.
    space = np.array([[9.0], [12.0], [6.0], [5.0], [2.0], [10.0]])
    fitted = np.random.default_rng(0).normal(size=(5, 2))
    found = placed(space, [0, 1, 2, 3, 4], fitted)
    beyond = np.array([1.0, 2.0, 4.0, 5.0, 8.0]) - 1.0
    weight = np.exp(-beyond / beyond.mean())
    np.testing.assert_allclose(found[5], weight @ fitted / weight.sum(), rtol=1e-5)
    np.testing.assert_allclose(found[:5], fitted, rtol=1e-6)


def test_fewer_fitted_samples_than_place_one() -> None:
    space = np.array([[0.0], [3.0], [1.0]])
    fitted = np.array([[0.0, 1.0], [4.0, 0.0]])
    found = placed(space, [0, 1], fitted)
    # At 1 and 2 from the two: none and one beyond the nearest, .5 on the mean.
    weight = np.array([1.0, np.exp(-2.0)])
    np.testing.assert_allclose(found[2], weight @ fitted / weight.sum(), rtol=1e-5)


def test_a_sample_among_equals_lies_in_their_middle() -> None:
    space = np.zeros((3, 2))
    found = placed(space, [0, 1], np.array([[0.0, 1.0], [4.0, 0.0]]))
    np.testing.assert_allclose(found[2], [2.0, 0.5], rtol=1e-6)


def test_turning_undoes_any_rotation_and_mirroring() -> None:
    picture = np.random.default_rng(1).normal(size=(40, 2)) + np.array([3.0, -1.0])
    angle = 2.1
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    for moved in (picture @ turn + 7.0, picture @ turn @ np.diag([1.0, -1.0]) - 2.0):
        wanted = picture - picture.mean(axis=0)
        np.testing.assert_allclose(_turned(moved, picture), wanted, atol=1e-5)


@pytest.mark.parametrize("seed", [0, 1])
def test_centres_are_those_of_eight_rounds_of_k_means(seed: int) -> None:
    points = np.random.default_rng(9).normal(size=(200, 3)).astype(np.float32)
    drawn = points[np.random.default_rng(seed).choice(200, 200, replace=False)]
    known = KMeans(5, init=drawn[:5], n_init=1, max_iter=8, tol=0.0, algorithm="lloyd")
    found = ivf_index._centres(torch.from_numpy(points), 5, seed)
    np.testing.assert_allclose(found.numpy(), known.fit(drawn).cluster_centers_, atol=1e-4)


def test_centres_are_sought_on_a_part_of_the_points(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    nearest = ivf_index._nearest_centre

    def counted(points: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
        seen.append(len(points))
        return nearest(points, centres)

    monkeypatch.setattr(ivf_index, "_nearest_centre", counted)
    points = torch.from_numpy(np.random.default_rng(0).normal(size=(1000, 2)).astype(np.float32))
    assert ivf_index._centres(points, 3, 0).shape == (3, 2)
    assert seen == [3 * 64] * 8
    seen.clear()
    # One list holds everything, wherever its centre lies.
    assert len(ivf_index._centres(points, 1, 0)) == 1 and not seen


def test_a_list_that_empties_keeps_its_centre() -> None:
    points = torch.tensor([[5.0], [5.0], [6.0]])
    # Begins with both centres at 5: all points fall to the first, whose mean then moves away.
    seed = next(
        s for s in range(99) if np.random.default_rng(s).choice(3, 3, replace=False)[2] == 2
    )
    found = ivf_index._centres(points, 2, seed)
    assert found.ravel().tolist() == [6.0, 5.0]


@pytest.mark.parametrize("threads", [1, 2, None])
def test_neighbours_are_searched_for_on_the_threads_that_a_layout_was_given(
    monkeypatch: pytest.MonkeyPatch, threads: int | None
) -> None:
    used: list[int] = []

    def watched(space: np.ndarray, neighbours: int, **_: object) -> tuple[np.ndarray, np.ndarray]:
        used.append(torch.get_num_threads())
        shape = len(space), neighbours
        return np.zeros(shape, np.int32), np.ones(shape, np.float32)

    monkeypatch.setattr(ivf_index, "approximate_neighbours", watched)
    as_begun = (lambda index, distance, first, **_: first), 15
    monkeypatch.setitem(METHODS, "umap", as_begun)
    space = np.random.default_rng(0).normal(size=(60, 4))
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        project_to_plane(space, threads=threads, largest_fit=50)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
    # Once for the fitted ones, once to place the others.
    assert used == [threads or 3] * 2
