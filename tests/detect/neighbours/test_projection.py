"""UMAP and t-SNE against scikit-learn, and approximate against exact neighbours."""

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform
from scipy.special import rel_entr
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness
from sklearn.manifold._t_sne import _joint_probabilities
from sklearn.neighbors import NearestNeighbors

from lnl_gui.detect.neighbours.ivf_index import CANDIDATES, approximate_neighbours, list_size
from lnl_gui.detect.neighbours.projection import METHODS, Neighbours, project_to_plane, reduced
from lnl_gui.detect.neighbours.tsne_layout import tsne_layout
from lnl_gui.detect.neighbours.umap_layout import _kept_for_other_processes, _umap
from lnl_gui.util.errors import Cancelled
from lnl_gui.util.progress import Progress, no_progress

UNREADABLE = 7
COUNT = 240


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """Images of digits as vectors of norm 1; one could not be read."""
    pixels = load_digits().data[:COUNT].astype(np.float32)
    pixels /= np.linalg.norm(pixels, axis=1, keepdims=True)
    pixels[UNREADABLE] = np.nan
    return pixels


@pytest.fixture(scope="module", params=METHODS)
def method(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def layout(digits: np.ndarray, method: str) -> np.ndarray:
    return project_to_plane(digits, method=method, seed=3)


def readable(values: np.ndarray) -> np.ndarray:
    return np.delete(values, UNREADABLE, axis=0)


def test_neighbours_stay_neighbours(digits: np.ndarray, layout: np.ndarray) -> None:
    space = readable(digits)
    flat = trustworthiness(space, PCA(2).fit_transform(space))
    assert layout.shape == (COUNT, 2) and layout.dtype == np.float32
    assert trustworthiness(space, readable(layout)) > max(0.96, flat + 0.1)


def test_what_was_compiled_is_kept_for_the_next_process(digits: np.ndarray) -> None:
    project_to_plane(digits[10:20])
    for function in _kept_for_other_processes(_umap()):
        assert Path(function.stats.cache_path).is_dir()


def test_what_could_not_be_read_has_no_place(layout: np.ndarray) -> None:
    assert np.isnan(layout[UNREADABLE]).all() and np.isfinite(readable(layout)).all()


def test_the_same_seed_gives_the_same_layout(
    digits: np.ndarray, layout: np.ndarray, method: str
) -> None:
    again = project_to_plane(digits, method=method, seed=3, threads=1)
    np.testing.assert_array_equal(again, layout)
    other = project_to_plane(digits, method=method, seed=4)
    assert not np.array_equal(other, layout, equal_nan=True)


def test_a_graph_is_laid_out_as_by_scikit_learn(digits: np.ndarray) -> None:
    """The divergence that t-SNE makes small is as small as another program makes it."""
    space = readable(digits)[:200]
    first = PCA(2).fit_transform(space).astype(np.float32)
    distance, index = NearestNeighbors(n_neighbors=91).fit(space).kneighbors(space)
    found = tsne_layout(
        index[:, 1:], distance[:, 1:], first, seed=0, threads=1, progress_of=lambda _: no_progress
    )
    start = first / first[:, 0].std() * 1e-4
    other = TSNE(perplexity=30, init=start, max_iter=750, method="exact").fit(space)
    theirs, ours = divergence(space, other.embedding_), divergence(space, found)
    assert theirs == pytest.approx(other.kl_divergence_, rel=0.02)
    # Of two local minima either may be the better one.
    assert ours < 1.1 * theirs and ours < 0.5 * divergence(space, 10 * first)


def divergence(space: np.ndarray, layout: np.ndarray) -> float:
    """Kullback-Leibler of a layout from the exact affinities at perplexity 30, the cost."""
    square = squareform(pdist(space, "sqeuclidean")).astype(np.float32)
    wanted = squareform(_joint_probabilities(square, 30, 0))
    near = 1 / (1 + squareform(pdist(layout, "sqeuclidean")))
    np.fill_diagonal(near, 0)
    return float(rel_entr(wanted, np.maximum(near / near.sum(), 1e-12)).sum())


def test_the_layout_lies_as_the_picture_it_began_with(digits: np.ndarray) -> None:
    space = readable(digits)
    picture = np.full((COUNT, 2), np.nan, np.float32)
    keep = np.delete(np.arange(COUNT), UNREADABLE)
    picture[keep] = PCA(2).fit_transform(space)
    mirrored = picture * np.array([-1, 1], np.float32)
    for start in (picture, mirrored):
        found = readable(project_to_plane(digits, start=start))
        agreement = found.T @ readable(start)
        # No turn and no mirror image of it would agree better than it does.
        best = np.linalg.svd(agreement, compute_uv=False).sum()
        assert np.trace(agreement) == pytest.approx(best, rel=1e-3)


def test_samples_that_were_not_laid_out_lie_with_their_like(digits: np.ndarray) -> None:
    space = readable(digits)
    found = readable(project_to_plane(digits, largest_fit=140))
    assert np.isfinite(found).all()
    assert trustworthiness(space, found) > 0.93


def test_clusters_stay_apart() -> None:
    generator = np.random.default_rng(0)
    centres = np.eye(4, 32)
    kind = np.repeat(np.arange(4), 40)
    embedding = (centres[kind] + generator.normal(scale=0.05, size=(160, 32))).astype(np.float16)
    found = project_to_plane(embedding)
    apart = np.linalg.norm(found[:, None] - found[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert (kind[apart.argmin(axis=1)] == kind).all()
    middles = np.stack([found[kind == k].mean(axis=0) for k in range(4)])
    own = np.linalg.norm(found - middles[kind], axis=1).max()
    between = np.linalg.norm(middles[:, None] - middles[None], axis=2)
    assert between[between > 0].min() > own


def test_a_known_graph_is_used_where_it_is_whole(digits: np.ndarray) -> None:
    space = readable(digits)
    keep = np.delete(np.arange(COUNT), UNREADABLE)
    at = NearestNeighbors(n_neighbors=21).fit(space).kneighbors(space, return_distance=False)[:, 1:]
    index = np.full((COUNT, 20), -1, np.int32)
    index[keep] = keep[at]
    similarity = np.zeros((COUNT, 20), np.float16)
    similarity[keep] = np.einsum("nd,nkd->nk", space, space[at])
    asked: list[str] = []

    def stages(stage: str) -> Progress:
        asked.append(stage)
        return lambda done, total: None

    found = project_to_plane(digits, known=Neighbours(index, similarity), progress_of=stages)
    assert "neighbours" not in asked
    assert trustworthiness(space, readable(found)) > 0.96
    index[20, 3] = -1
    project_to_plane(digits, known=Neighbours(index, similarity), progress_of=stages)
    assert "neighbours" in asked


@pytest.mark.parametrize("count", [0, 1, 2, 4, 5, 6, 20])
def test_few_samples_have_a_layout(count: int, method: str) -> None:
    embedding = np.random.default_rng(0).normal(size=(count, 8)).astype(np.float16)
    found = project_to_plane(embedding, method=method)
    assert found.shape == (count, 2) and np.isfinite(found).all()
    assert len(np.unique(found, axis=0)) == count


def test_equal_samples_and_one_dimension_have_a_layout(method: str) -> None:
    for embedding in (np.ones((30, 8), np.float16), np.arange(1, 31, dtype=np.float16)[:, None]):
        assert np.isfinite(project_to_plane(embedding, method=method)).all()
    nothing = np.full((30, 8), np.nan, np.float16)
    assert np.isnan(project_to_plane(nothing, method=method)).all()


def test_a_missing_neighbour_attracts_nothing() -> None:
    points = np.random.default_rng(0).normal(size=(12, 2)).astype(np.float32)
    distance, index = NearestNeighbors(n_neighbors=7).fit(points).kneighbors(points)
    index, distance = index[:, 1:].astype(np.int32), distance[:, 1:]
    index[4, 3:], distance[4, 3:] = -1, np.inf
    found = tsne_layout(
        index, distance, points, seed=0, threads=1, progress_of=lambda _: no_progress
    )
    assert np.isfinite(found).all()


@pytest.mark.parametrize("stage", ["prepare", "neighbours", "compile", "projection", "place"])
def test_every_stage_can_be_stopped(digits: np.ndarray, stage: str, method: str) -> None:
    epochs: list[int] = []

    def stages(name: str) -> Progress:
        def report(done: int, total: int) -> None:
            if name == "projection":
                epochs.append(done)
            if name == stage and (name != "projection" or done == 5):
                raise Cancelled

        return report

    with pytest.raises(Cancelled):
        project_to_plane(digits, method=method, largest_fit=140, progress_of=stages)
    if stage == "projection":
        assert max(epochs) == 5


def test_cells_find_what_an_exact_search_finds() -> None:
    generator = np.random.default_rng(1)
    centres = generator.normal(size=(30, 12)) * 3
    space = (centres[generator.integers(0, 30, 3 * CANDIDATES // 2)]).astype(np.float32)
    space += generator.normal(size=space.shape).astype(np.float32)
    index, distance = approximate_neighbours(space, 10)
    exact = NearestNeighbors(n_neighbors=11).fit(space)
    asked = np.arange(0, len(space), 25)
    far, found = exact.kneighbors(space[asked])
    hits = [
        len(set(a) & set(b))
        for a, b in zip(index[asked].tolist(), found[:, 1:].tolist(), strict=True)
    ]
    assert np.mean(hits) > 9.7
    assert (index != np.arange(len(space))[:, None]).all()
    assert (np.diff(distance, axis=1) >= 0).all()
    # Nearer than the nearest there is nothing; nearly always it is found.
    assert (distance[asked, 0] > far[:, 1] - 1e-3).all()
    assert np.isclose(distance[asked, 0], far[:, 1], atol=1e-3).mean() > 0.98


def test_shots_of_a_scene_are_each_others_neighbours() -> None:
    # A graph that is walked from sample to sample (HNSW) loses a tenth of them, or more.
    generator = np.random.default_rng(0)
    scenes = np.repeat(generator.normal(size=(200, 16)), 50, axis=0)
    space = (scenes + 0.01 * generator.normal(size=scenes.shape)).astype(np.float32)
    index, _ = approximate_neighbours(space, 10, candidates=1_000)
    assert (index // 50 == np.arange(len(space))[:, None] // 50).mean() > 0.999


def test_lists_grow_with_the_root_of_what_they_hold() -> None:
    assert [list_size(count) for count in (1, 50_000, 1_000_000)] == [250, 250, 500]


def test_few_may_be_neighbours_and_all_find_them() -> None:
    space = np.random.default_rng(0).normal(size=(9_000, 3)).astype(np.float32)
    among = np.array([3, 5, 8], np.int64)
    index, distance = approximate_neighbours(space, 4, among=among)
    exact = NearestNeighbors(n_neighbors=3).fit(space[among])
    others = np.delete(np.arange(len(space)), among)
    far, found = exact.kneighbors(space[others])
    np.testing.assert_allclose(distance[others, :3], far, atol=1e-5)
    # Two at the same distance may change places with another BLAS kernel.
    assert (index[others, :3] == among[found]).mean() > 0.999
    assert (np.sort(index[others, :3], axis=1) == among).all()
    assert (index[:, 3] == -1).all() and np.isinf(distance[:, 3]).all()
    assert set(index[3, :2].tolist()) == {5, 8} and index[3, 2] == -1


def test_the_reduced_space_keeps_distances(digits: np.ndarray) -> None:
    given = 3 * digits
    given[0] = np.inf
    space = reduced(given)
    rows = np.delete(np.arange(COUNT), [0, UNREADABLE])
    wanted = PCA(50).fit_transform(digits[rows])
    assert space.shape == (COUNT, 50) and np.isnan(space[[0, UNREADABLE]]).all()
    np.testing.assert_allclose(np.abs(space[rows, :5]), np.abs(wanted[:, :5]), atol=1e-4)


def test_few_rows_have_the_components_of_their_covariance() -> None:
    rows = np.random.default_rng(0).normal(size=(30, 64)) + 1.0
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    centred = unit - unit.mean(axis=0)
    lengths = np.sqrt(np.linalg.eigvalsh(centred.T @ centred)[::-1][:30])
    found = reduced(rows.astype(np.float32))
    np.testing.assert_allclose(np.linalg.norm(found, axis=0)[:29], lengths[:29], rtol=1e-3)
    products = found.astype(float).T @ found
    np.testing.assert_allclose(products, np.diag(np.diag(products)), atol=1e-4)
    # Thirty rows about their mean span 29 dimensions.
    assert not found[:, 29].any()
    assert np.abs(reduced(np.ones((8, 20), np.float32))).max() < 1e-6
    assert np.isnan(reduced(np.full((4, 20), np.nan, np.float32))).all()
