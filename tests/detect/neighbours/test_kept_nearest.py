"""The nearest that are kept, beside a sort of all distances: chosen by torch and by the loop."""

import numpy as np
import pytest
import torch

from lnl_gui.detect.neighbours import ivf_index, kept_nearest, nearest_loops
from lnl_gui.detect.neighbours.ivf_index import approximate_neighbours
from lnl_gui.detect.neighbours.kept_nearest import KeptNearest, Others

MANY = kept_nearest.WORTH_COMPILING
both_ways = pytest.mark.parametrize("compiled", [False, True])


def points(count: int, seed: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float32))


def others(space: torch.Tensor, *, group: torch.Tensor, euclidean: bool) -> Others:
    half = (space * space).sum(1) / 2 if euclidean else None
    return Others(space, 1000 + torch.arange(len(space), dtype=torch.int32), group, half)


@both_ways
@pytest.mark.parametrize("euclidean", [False, True])
@pytest.mark.parametrize("columns", [7, 64, 2048])
def test_what_is_kept_is_the_nearest_of_other_groups(
    compiled: bool, euclidean: bool, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_nearest, "_COLUMNS", columns)
    own, space = points(30, 0), points(300, 1)
    own_group, group = torch.arange(30) % 4, torch.arange(300) % 5
    kept = KeptNearest(40, 9, "cpu", comparisons=MANY if compiled else 0)
    rows = torch.arange(39, 9, -1)
    # In two parts, and some rows see only one of them.
    first, second = slice(0, 130), slice(130, 300)
    whole = others(space, group=group, euclidean=euclidean)
    kept.compare(rows, own, own_group, whole.part(first))
    kept.compare(rows[:20], own[:20], own_group[:20], whole.part(second))
    closeness = own.double().numpy() @ space.double().numpy().T
    if euclidean:
        closeness -= (space.double().numpy() ** 2).sum(1) / 2
    closeness[own_group[:, None].numpy() == group.numpy()] = -np.inf
    closeness[20:, 130:] = -np.inf
    order = np.argsort(-closeness, axis=1)[:, :9]
    found, numbers = kept.closeness.numpy()[rows], kept.numbers.numpy()[rows]
    assert kept.closeness.dtype == torch.float32 and kept.numbers.dtype == torch.int32
    np.testing.assert_array_equal(numbers, 1000 + order)
    np.testing.assert_allclose(found, np.take_along_axis(closeness, order, 1), atol=1e-5)
    unseen = np.setdiff1d(np.arange(40), rows.numpy())
    assert np.isneginf(kept.closeness.numpy()[unseen]).all()
    assert (kept.numbers.numpy()[unseen] == -1).all()


@both_ways
def test_rows_that_lack_some_are_told_and_begin_anew(compiled: bool) -> None:
    own, space = points(6, 0), points(8, 1)
    group = torch.tensor([0, 0, 0, 0, 1, 1, 2, 2])
    own_group = torch.tensor([0, 1, 2, 3, 0, 1])
    kept = KeptNearest(6, 6, "cpu", comparisons=MANY if compiled else 0)
    rows = torch.arange(6)
    kept.compare(rows, own, own_group, others(space, group=group, euclidean=False))
    lacking = kept.lacking(rows)
    assert lacking.tolist() == [0, 4]
    assert ((kept.numbers.numpy()[lacking] >= 0).sum(1) == 4).all()
    assert (kept.numbers.numpy()[lacking][:, 4:] == -1).all()
    kept.forget(lacking)
    assert (kept.numbers.numpy()[lacking] == -1).all() and (kept.numbers[1] >= 0).all()
    assert kept.lacking(rows).tolist() == [0, 4]


@both_ways
def test_nothing_to_keep_and_nothing_to_see(compiled: bool) -> None:
    none = KeptNearest(3, 0, "cpu", comparisons=MANY if compiled else 0)
    space = points(4, 0)
    seen = others(space, group=torch.arange(4), euclidean=False)
    rows = torch.arange(3)
    none.compare(rows, space[:3], torch.full((3,), -1), seen)
    assert none.closeness.shape == none.numbers.shape == (3, 0)
    assert none.lacking(rows).tolist() == []
    some = KeptNearest(3, 2, "cpu", comparisons=MANY if compiled else 0)
    some.compare(rows, space[:3], torch.full((3,), -1), seen.part(slice(0, 0)))
    assert some.lacking(rows).tolist() == [0, 1, 2]


def test_a_value_that_is_not_a_number_is_not_near() -> None:
    space = points(5, 0)
    space[2] = torch.nan
    kept = KeptNearest(1, 5, "cpu", comparisons=MANY)
    seen = others(space, group=torch.arange(5), euclidean=False)
    kept.compare(torch.tensor([0]), points(1, 3), torch.tensor([-1]), seen)
    assert sorted(kept.numbers[0].tolist()) == [-1, 1000, 1001, 1003, 1004]


def test_the_loop_runs_where_it_pays_and_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    space = points(700, 0).numpy()
    group = np.arange(700) // 3
    asked: list[int] = []
    loop = nearest_loops.keep

    def noted(tile: np.ndarray, *rest: np.ndarray) -> None:
        asked.append(len(tile))
        loop(tile, *rest)

    monkeypatch.setattr(nearest_loops, "keep", noted)
    monkeypatch.setattr(ivf_index, "_SMALLEST_LIST", 50)
    chosen = approximate_neighbours(space, 8, groups=group, candidates=200)
    assert not asked
    monkeypatch.setattr(kept_nearest, "WORTH_COMPILING", 700 * 200)
    inserted = approximate_neighbours(space, 8, groups=group, candidates=200)
    assert asked
    np.testing.assert_array_equal(chosen[0], inserted[0])
    np.testing.assert_array_equal(chosen[1], inserted[1])


def test_threads_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ivf_index, "_ROWS", 100)
    monkeypatch.setattr(kept_nearest, "WORTH_COMPILING", 0)
    monkeypatch.setattr(ivf_index, "_SMALLEST_LIST", 50)
    space = points(900, 4).numpy()
    before = torch.get_num_threads()
    found = []
    for threads in (1, 3):
        torch.set_num_threads(threads)
        try:
            found.append(approximate_neighbours(space, 8, candidates=200))
            assert torch.get_num_threads() == threads
        finally:
            torch.set_num_threads(before)
    np.testing.assert_array_equal(found[0][0], found[1][0])
    np.testing.assert_array_equal(found[0][1], found[1][1])
