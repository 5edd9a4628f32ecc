"""Neighbours of more samples than are compared with all others, by way of inverted lists."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from lnl_gui.detect.neighbours import ivf_index, search
from lnl_gui.detect.neighbours.search import nearest_neighbours, nearest_references
from lnl_gui.util.errors import Cancelled
from tests.detect.neighbours.test_search import assert_are_the_nearest, blobs
from tests.detect.pretend_device import DEVICE, pretend_device


def cosines(points: np.ndarray) -> np.ndarray:
    unit = points / np.linalg.norm(points, axis=1, keepdims=True)
    found: np.ndarray = unit @ unit.T
    return found


@pytest.fixture
def by_lists(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """Takes the way of many samples, with lists of so many and so many candidates."""

    def take(size: int, candidates: int) -> None:
        monkeypatch.setattr(search, "EXACT_UP_TO", 10)
        monkeypatch.setattr(search, "_CANDIDATES", candidates)
        monkeypatch.setattr(ivf_index, "_SMALLEST_LIST", size)

    return take


@pytest.mark.parametrize(
    ("queries", "samples", "compared"),
    [
        (20_000, 20_000, 20_000),
        (20_001, 20_001, 12_000),
        (400, 1_000_000, 1_000_000),
        (50_000, 50_000, 12_000),
        (200_000, 200_000, 24_000),
        (1_000_000, 1_000_000, 53_666),
    ],
)
def test_each_is_compared_with_all_or_with_more_the_more_there_are(
    queries: int, samples: int, compared: int
) -> None:
    assert search._candidates(queries, samples) == compared


def test_with_all_as_candidates_they_are_the_nearest(by_lists: Callable[[int, int], None]) -> None:
    by_lists(30, 1_000)
    points, _ = blobs(400, 5, spread=2.0)
    points[7] = np.nan
    indices, similarity = nearest_neighbours([points], 6)
    assert (indices[7] == -1).all() and (similarity[7] == 0).all() and not (indices == 7).any()
    rest = np.delete(np.arange(400), 7)
    place = np.full(400, -1)
    place[rest] = np.arange(399)
    assert indices.dtype == np.int32 and similarity.dtype == np.float32
    cosine = cosines(points[rest])
    assert_are_the_nearest(place[indices[rest]], cosine)
    expected = np.take_along_axis(cosine, place[indices[rest]], axis=1)
    np.testing.assert_allclose(similarity[rest], expected, atol=1e-5)


def test_with_few_candidates_most_of_them_are(by_lists: Callable[[int, int], None]) -> None:
    points, _ = blobs(3_000, 12, spread=0.6)
    exact, _ = nearest_neighbours([points], 10)
    by_lists(60, 600)
    found, similarity = nearest_neighbours([points], 10)
    recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact, found, strict=True)])
    # A fifth of the samples drawn at random would hold a fifth.
    assert 0.9 < recall < 1.0
    assert (found != np.arange(3_000)[:, None]).all() and (np.diff(similarity, axis=1) <= 0).all()


@pytest.mark.parametrize("rows", [2, 2048])
def test_whole_groups_in_the_nearest_lists_leave_no_gaps(
    rows: int, by_lists: Callable[[int, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames of one film fill the lists about each of them, and have no vote on each other."""
    monkeypatch.setattr(ivf_index, "_ROWS", rows)
    by_lists(20, 40)
    points, film = blobs(300, 6, spread=0.05)
    indices, similarity = nearest_neighbours([points], 8, duplicates=film)
    assert (indices >= 0).all()
    assert (film[indices] != film[:, None]).all()
    cosine = cosines(points)
    cosine[film[:, None] == film] = -2
    best = -np.sort(-cosine, axis=1)[:, :8]
    # Lists are added until there are enough of others, and are the nearer ones.
    assert np.median(best - similarity) < 0.02 and (similarity <= best + 1e-5).all()


def test_where_a_group_leaves_too_few_there_are_gaps(by_lists: Callable[[int, int], None]) -> None:
    by_lists(20, 40)
    points, _ = blobs(100, 2)
    group = np.zeros(100, np.int32)
    group[97:] = [1, 2, 3]
    indices, similarity = nearest_neighbours([points], 5, duplicates=group)
    assert (np.sort(indices[:97], axis=1) == [-1, -1, 97, 98, 99]).all()
    assert ((indices[:97] < 0) == (similarity[:97] == 0)).all()
    assert (indices[97:] >= 0).all()


def test_a_row_of_zeros_has_no_direction(by_lists: Callable[[int, int], None]) -> None:
    by_lists(30, 1_000)
    points, _ = blobs(60, 2)
    points[5] = 0.0
    indices, similarity = nearest_neighbours([points], 4)
    np.testing.assert_allclose(similarity[5], 0.0, atol=1e-5)
    np.testing.assert_allclose(similarity[indices == 5], 0.0, atol=1e-5)


@pytest.mark.parametrize("lists", [False, True])
def test_references_of_other_samples(lists: bool, by_lists: Callable[[int, int], None]) -> None:
    points, _ = blobs(260, 4, spread=2.0)
    own, other = points[:60], points[60:]
    if lists:
        by_lists(30, 1_000)
    told: list[tuple[int, int]] = []
    indices, similarity = nearest_references(own, other, 5, progress=lambda *at: told.append(at))
    cosine = cosines(points)[:60, 60:]
    assert indices.shape == (60, 5) and indices.dtype == np.int32
    np.testing.assert_allclose(similarity, -np.sort(-cosine, axis=1)[:, :5], atol=1e-5)
    found = np.take_along_axis(cosine, indices.astype(np.int64), axis=1)
    np.testing.assert_allclose(found, similarity, atol=1e-5)
    assert told and all(total == 60 for _, total in told)
    few, _ = nearest_references(own, other[:3], 5)
    assert np.array_equal(np.sort(few, axis=1), np.tile([0, 1, 2], (60, 1)))
    assert nearest_references(own[:0], other, 5)[0].shape == (0, 5)


def test_lists_are_searched_on_a_device(by_lists: Callable[[int, int], None]) -> None:
    points, film = blobs(300, 6, spread=1.0)
    by_lists(20, 60)
    wanted = nearest_neighbours([points], 8, duplicates=film)
    among = nearest_references(points[:50], points[50:], 8)
    with pretend_device() as device:
        found = nearest_neighbours([points], 8, duplicates=film, device=DEVICE)
        also = nearest_references(points[:50], points[50:], 8, device=DEVICE)
    assert device.products and not device.products_elsewhere
    for one, other in zip((*found, *also), (*wanted, *among), strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_a_device_cannot_hold_is_searched_on_the_processor(
    by_lists: Callable[[int, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    points, _ = blobs(80, 2)
    by_lists(20, 60)
    wanted, _ = nearest_neighbours([points], 4)
    centres = ivf_index._centres
    asked: list[int] = []

    def first_too_small(*given: torch.Tensor) -> torch.Tensor:
        asked.append(1)
        if len(asked) == 1:
            raise torch.OutOfMemoryError("2 GiB are wanted")
        return centres(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(ivf_index, "_centres", first_too_small)
    found, _ = nearest_neighbours([points], 4, device="cpu:0")
    assert len(asked) == 2
    np.testing.assert_array_equal(found, wanted)


def test_it_is_cancelled_between_lists(by_lists: Callable[[int, int], None]) -> None:
    by_lists(20, 40)
    points, _ = blobs(200, 3)

    def stop(done: int, total: int) -> None:
        assert total == 200
        if done > 50:
            raise Cancelled

    with pytest.raises(Cancelled):
        nearest_neighbours([points], 4, progress=stop)
