"""Cosines of given pairs and the searches beside plain numpy, in one space and in two."""

import numpy as np
import pytest
import torch
from sklearn.metrics.pairwise import cosine_similarity

from lnl_gui.detect.neighbours import ivf_index, kept_nearest, search
from lnl_gui.detect.neighbours.ivf_index import approximate_neighbours
from lnl_gui.detect.neighbours.search import (
    duplicate_groups,
    nearest_neighbours,
    pair_similarity,
    paired_cosine,
)


def two_spaces(samples: int) -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    return [
        generator.normal(size=(samples, 5)).astype(np.float32),
        (30 * generator.normal(size=(samples, 9)) + 20).astype(np.float16),
    ]


def mean_cosine(spaces: list[np.ndarray]) -> np.ndarray:
    """(N, N), the mean over the spaces."""
    every = [cosine_similarity(np.asarray(space, np.float64)) for space in spaces]
    return np.asarray(sum(every) / len(every))


@pytest.mark.parametrize("spaces", [1, 2])
@pytest.mark.parametrize("pairs", [0, 1, 64, 150])
def test_a_cosine_of_pairs_is_the_mean_over_the_spaces(spaces: int, pairs: int) -> None:
    given = two_spaces(90)[-spaces:]
    generator = np.random.default_rng(pairs)
    left, right = generator.integers(90, size=pairs), generator.integers(90, size=(pairs, 3))
    found = paired_cosine(given, left, right)
    assert found.dtype == np.float32 and found.shape == (pairs, 3)
    np.testing.assert_allclose(found, mean_cosine(given)[left[:, None], right], atol=1e-5)


@pytest.mark.parametrize("broken", [np.nan, np.inf, 0.0])
def test_what_has_no_direction_has_no_cosine(broken: float) -> None:
    spaces = two_spaces(80)
    for space in spaces:
        space[3] = broken
    left, right = np.arange(80), np.stack([np.full(80, 3), (np.arange(80) + 1) % 80], axis=1)
    for found in (paired_cosine(spaces, left, right), pair_similarity(spaces, right)):
        assert (found[:, 0] == 0).all() and (found[[2, 3], 1] == 0).all()
        wanted = mean_cosine([np.delete(space, 3, axis=0) for space in spaces])
        rows = np.delete(np.arange(80), [2, 3, 79])
        place = rows - (rows > 3)
        np.testing.assert_allclose(found[rows, 1], wanted[place, place + 1], atol=1e-5)


@pytest.mark.parametrize("rows", [7, 200])
def test_cosines_of_neighbours_do_not_depend_on_the_parts_they_are_read_in(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spaces = two_spaces(150)
    monkeypatch.setattr(search, "_LENGTH_ROWS", rows)
    monkeypatch.setattr(search, "_CONVERTED_CELLS", 150 * rows)
    indices = np.random.default_rng(1).integers(150, size=(150, 4))
    indices[9, 2] = -1
    found = pair_similarity(spaces, indices)
    wanted = mean_cosine(spaces)[np.arange(150)[:, None], indices]
    wanted[9, 2] = 0
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize("tile", [16, 25, 4096])
def test_the_search_tells_how_far_it_is_and_leaves_duplicates_out(
    tile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ivf_index, "_ROWS", tile)
    monkeypatch.setattr(kept_nearest, "_COLUMNS", tile)
    spaces = two_spaces(50)
    groups = np.where(np.arange(50) % 3 == 0, 7, np.arange(50) + 100)
    told: list[tuple[int, int]] = []
    indices, similarity = nearest_neighbours(
        spaces, 40, duplicates=groups, progress=lambda done, total: told.append((done, total))
    )
    assert told[-1] == (50, 50) and {total for _, total in told} == {50}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    cosine = mean_cosine(spaces)
    cosine[groups[:, None] == groups] = -np.inf
    wanted = -np.sort(-cosine, axis=1)[:, :40]
    there = np.isfinite(wanted)
    assert ((indices >= 0) == there).all() and (similarity[~there] == 0).all()
    np.testing.assert_allclose(similarity[there], wanted[there], atol=1e-4)
    own = np.take_along_axis(cosine, indices, axis=1)
    np.testing.assert_allclose(own[there], wanted[there], atol=1e-4)
    assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in indices)


def test_one_image_copied_many_times_leaves_the_others_as_they_are() -> None:
    points = two_spaces(200)[0]
    groups = np.arange(200)
    groups[:170] = 0
    indices, similarity = nearest_neighbours([points], 5, duplicates=groups)
    cosine = mean_cosine([points])
    cosine[groups[:, None] == groups] = -np.inf
    np.testing.assert_allclose(similarity, -np.sort(-cosine, axis=1)[:, :5], atol=1e-5)
    assert (indices[:170] >= 170).all()


def test_no_sample_and_no_readable_one_have_no_neighbours() -> None:
    for points in (np.zeros((0, 3), np.float32), np.full((4, 3), np.nan, np.float32)):
        indices, similarity = nearest_neighbours([points], 2)
        assert indices.shape == similarity.shape == (len(points), 2)
        assert (indices == -1).all() and (similarity == 0).all()


def test_duplicates_are_equal_in_every_space_or_in_their_file() -> None:
    first = np.array([[1, 2], [1, 2], [3, 4], [1, 2], [5, 6], [7, 8]], np.float32)
    second = np.array([[1], [1], [1], [2], [0], [9]], np.float32)
    assert duplicate_groups([first]).tolist() == [0, 0, 2, 0, 4, 5]
    assert duplicate_groups([first, second]).tolist() == [0, 0, 2, 3, 4, 5]
    hashes = np.array(["", "x", "", "", "x", ""])
    found = duplicate_groups([first, second], content_hash=hashes)
    assert found[0] == found[1] == found[4] and len(set(found.tolist())) == 4
    unknown = duplicate_groups([first, second], content_hash=np.array([""] * 6))
    assert unknown.tolist() == [0, 0, 2, 3, 4, 5] and unknown.dtype == np.int32


def exact(space: np.ndarray, neighbours: int, among: np.ndarray) -> np.ndarray:
    """(N, k) distances to the nearest others of `among`, infinite where there are fewer."""
    wide = space.astype(np.float64)
    distance = np.linalg.norm(wide[:, None] - wide[among][None], axis=2)
    distance[np.arange(len(space))[:, None] == among] = np.inf
    found = np.full((len(space), neighbours), np.inf)
    nearest = np.sort(distance, axis=1)[:, :neighbours]
    found[:, : nearest.shape[1]] = nearest
    return found


@pytest.mark.parametrize("rows", [13, 2048])
@pytest.mark.parametrize("few", [False, True])
def test_with_all_lists_asked_the_search_is_exact(
    rows: int, few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ivf_index, "_SMALLEST_LIST", 20)
    monkeypatch.setattr(ivf_index, "_ROWS", rows)
    space = np.random.default_rng(2).normal(size=(300, 3)).astype(np.float32)
    among = np.arange(0, 300, 2) if few else np.arange(300)
    told: list[tuple[int, int]] = []
    index, distance = approximate_neighbours(
        space,
        6,
        among=among if few else None,
        candidates=1000,
        progress=lambda done, total: told.append((done, total)),
    )
    assert index.dtype == np.int32 and distance.dtype == np.float32
    np.testing.assert_allclose(distance, exact(space, 6, among), atol=2e-3)
    own = np.linalg.norm(space[:, None] - space[index], axis=2)
    np.testing.assert_allclose(own, distance, atol=2e-3)
    assert told[0] == (0, 300) and told[-1] == (300, 300)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert {total for _, total in told} == {300}


def test_a_sample_is_compared_with_the_lists_nearest_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Four heaps on a line, one list each: of two lists asked the other is the next heap."""
    monkeypatch.setattr(ivf_index, "_SMALLEST_LIST", 10)
    heaps = np.repeat([0.0, 10.0, 30.0, 70.0], 10)
    space = (heaps + np.tile(np.linspace(0, 1, 10), 4))[:, None].astype(np.float32)
    centres = torch.tensor([[0.5], [10.5], [30.5], [70.5]])
    monkeypatch.setattr(ivf_index, "_centres", lambda *given: centres)
    heap = np.arange(40) // 10
    index, _ = approximate_neighbours(space, 19, candidates=20)
    other = np.array([1, 0, 1, 2])[heap]
    for row in range(40):
        wanted = set(np.flatnonzero((heap == heap[row]) | (heap == other[row]))) - {row}
        assert set(index[row].tolist()) == wanted
    # Candidates are rounded up to whole lists; lists that hold too few are followed by others.
    assert (heap[approximate_neighbours(space, 10, candidates=11)[0]] != heap[:, None]).any()
    assert (heap[approximate_neighbours(space, 9, candidates=10)[0]] == heap[:, None]).all()
    index, distance = approximate_neighbours(space, 25, candidates=10)
    assert (index >= 0).all() and np.isfinite(distance).all()
    index, distance = approximate_neighbours(space, 45, candidates=10)
    assert ((index >= 0).sum(axis=1) == 39).all() and np.isinf(distance[:, 39:]).all()
