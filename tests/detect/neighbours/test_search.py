import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_distances
from sklearn.neighbors import NearestNeighbors

from lnl_gui.detect.neighbours import ivf_index, kept_nearest
from lnl_gui.detect.neighbours.search import duplicate_groups, nearest_neighbours, pair_similarity


def blobs(
    samples: int, classes: int, *, seed: int = 0, spread: float = 0.3
) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(classes, 16))
    labels = generator.integers(classes, size=samples).astype(np.int32)
    points = centres[labels] + spread * generator.normal(size=(samples, 16))
    return points.astype(np.float32), labels


def assert_are_the_nearest(indices: np.ndarray, cosine: np.ndarray) -> None:
    """Each row's (k) indices are different others of the highest cosine (N, N), nearest first.

    By their cosine, not by index: two that differ in the last bit may change places.
    """
    itself = np.arange(len(indices))[:, None]
    assert (indices != itself).all()
    assert all(len(set(row)) == len(row) for row in indices.tolist())
    others = np.where(np.eye(len(cosine), dtype=bool), -2, cosine)
    best = -np.sort(-others, axis=1)[:, : indices.shape[1]]
    np.testing.assert_allclose(cosine[itself, indices], best, atol=1e-6)


@pytest.mark.parametrize("tile", [64, 4096])
def test_same_neighbours_as_scikit_learn(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ivf_index, "_ROWS", tile)
    monkeypatch.setattr(kept_nearest, "_COLUMNS", tile)
    points, _ = blobs(301, 5, spread=2.0)
    indices, similarity = nearest_neighbours([points], 7)
    oracle = NearestNeighbors(n_neighbors=8, metric="cosine", algorithm="brute").fit(points)
    distance, _ = oracle.kneighbors(points)
    assert indices.dtype == np.int32 and similarity.dtype == np.float32
    np.testing.assert_allclose(similarity, 1 - distance[:, 1:], atol=1e-5)
    assert_are_the_nearest(indices, 1 - cosine_distances(points))


def test_two_spaces_average_their_cosines() -> None:
    first, _ = blobs(60, 3, seed=1, spread=2.0)
    second, _ = blobs(60, 3, seed=2, spread=2.0)
    indices, similarity = nearest_neighbours([first, second * 50], 5)
    unit = [s / np.linalg.norm(s, axis=1, keepdims=True) for s in (first, second)]
    cosine = (unit[0] @ unit[0].T + unit[1] @ unit[1].T) / 2
    np.fill_diagonal(cosine, -2)
    assert_are_the_nearest(indices, cosine)
    np.testing.assert_allclose(similarity, -np.sort(-cosine, axis=1)[:, :5], atol=1e-5)


def test_similarity_of_given_pairs() -> None:
    first, _ = blobs(700, 3, seed=1, spread=2.0)
    second, _ = blobs(700, 3, seed=2, spread=2.0)
    indices, similarity = nearest_neighbours([first, second], 5)
    np.testing.assert_allclose(pair_similarity([first, second], indices), similarity, atol=1e-5)
    first[3] = np.nan
    indices[5, 2] = -1
    holed = pair_similarity([first, second], indices)
    assert (holed[3] == 0).all() and holed[5, 2] == 0 and (holed[indices == 3] == 0).all()


def test_few_samples_and_unreadable_rows_leave_gaps() -> None:
    points, _ = blobs(5, 2)
    points[3, 0] = np.nan
    indices, similarity = nearest_neighbours([points], 6)
    assert (indices[3] == -1).all() and (similarity[3] == 0).all()
    assert not (indices == 3).any()
    assert ((indices >= 0).sum(axis=1) == [3, 3, 3, 0, 3]).all()
    single, _ = nearest_neighbours([points[:1]], 4)
    assert single.shape == (1, 4) and (single == -1).all()


@pytest.mark.parametrize("tile", [8, 4096])
def test_copies_do_not_vote_for_each_other(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ivf_index, "_ROWS", tile)
    monkeypatch.setattr(kept_nearest, "_COLUMNS", tile)
    points, _ = blobs(40, 2)
    points[20:30] = points[7]
    groups = duplicate_groups([points])
    indices, _ = nearest_neighbours([points], 20, duplicates=groups)
    copies = {7, *range(20, 30)}
    for row in copies:
        assert not copies & set(indices[row].tolist())
    loner = np.setdiff1d(np.arange(40), list(copies - {7}))
    alone, _ = nearest_neighbours([points[loner]], 20)
    unit = points / np.linalg.norm(points, axis=1, keepdims=True)
    cosine = unit @ unit[7]
    expected = cosine[loner[alone[loner == 7][0]]]
    np.testing.assert_allclose(cosine[indices[7]], expected, atol=1e-6)


def test_duplicates_by_content_and_by_embedding_are_joined() -> None:
    points = np.arange(12, dtype=np.float32).reshape(6, 2)
    points[1] = points[0]
    points[4] = points[5] = np.nan
    hashes = np.array(["a", "b", "b", "c", "", ""])
    groups = duplicate_groups([points], content_hash=hashes)
    assert groups[0] == groups[1] == groups[2]
    assert len(set(groups[2:].tolist())) == 4
