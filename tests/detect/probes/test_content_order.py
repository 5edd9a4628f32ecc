"""Samples of small sets are drawn in an order of their content, whatever order they came in."""

import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus.transition import ObservedLabels, choose_pseudo_count
from lnl_gui.detect.probes import content_order
from lnl_gui.detect.probes.content_order import content_places
from lnl_gui.detect.probes.cross_fitting import stratified_folds

N = 60


@pytest.fixture
def spaces() -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    found = [generator.normal(size=(N, width)).astype(np.float16) for width in (5, 3)]
    # Copies of one image, which only their labels tell apart.
    for space in found:
        space[40:43] = space[7]
    return found


def test_the_same_samples_have_the_same_places_in_any_order(
    spaces: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    labels, rows = np.arange(N) % 4, np.arange(N)
    found = content_places(spaces, rows, labels)
    assert found is not None and sorted(found) == list(range(N))
    moved = np.random.default_rng(1).permutation(N)
    there = [space[moved] for space in spaces]
    again = content_places(there, rows, labels[moved])
    assert again is not None
    np.testing.assert_array_equal(again, found[moved])
    few = content_places(spaces, rows[5:], labels[5:])
    assert few is not None
    np.testing.assert_array_equal(np.argsort(few), np.argsort(found[5:]))
    monkeypatch.setattr(content_order, "MOST_ORDERED", N - 1)
    assert content_places(spaces, rows, labels) is None


@pytest.mark.parametrize("grouped", [False, True])
def test_folds_hang_neither_on_rows_nor_on_the_numbers_of_classes(grouped: bool) -> None:
    generator = np.random.default_rng(2)
    labels, place, moved = generator.integers(0, 5, N), generator.permutation(N), np.arange(N)[::-1]
    units = np.arange(N) // 2 if grouped else None
    folds = stratified_folds(labels, 5, seed=3, units=units, place=place)
    assert np.bincount(folds).min() >= 10
    for name in ([4, 2, 0, 1, 3], [9, 3, 70, 0, 5]):
        other = stratified_folds(
            np.array(name)[labels][moved],
            5,
            seed=3,
            units=None if units is None else units[moved],
            place=place[moved],
        )
        np.testing.assert_array_equal(other, folds[moved])


def test_the_parts_of_labels_hang_on_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(4)
    given = torch.from_numpy(generator.integers(0, 3, N))
    place, moved = generator.permutation(N), generator.permutation(N)
    heard: list[list[int]] = []
    real = ObservedLabels.at

    def at(self: ObservedLabels, rows: torch.Tensor) -> ObservedLabels:
        part = real(self, rows)
        assert part.place is not None
        heard.append(sorted(part.place.tolist()))
        return part

    monkeypatch.setattr(ObservedLabels, "at", at)
    for order in (np.arange(N), moved):
        observed = ObservedLabels(
            given[order],
            torch.full((N,), -1),
            torch.ones(N, dtype=torch.bool),
            place=torch.from_numpy(place[order]),
        )
        choose_pseudo_count(torch.full((N, 3), 1 / 3), observed)
    assert len(heard) == 12 and heard[:6] == heard[6:]
