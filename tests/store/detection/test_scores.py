"""Scores of a detection: those there are, none for later samples or where they are damaged."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.store.database import derived_files
from lnl_gui.store.dataset.classes import LabelMap
from lnl_gui.store.detection.scores import (
    Scores,
    for_classes,
    load_array,
    load_scores,
    load_spread,
    nearest,
    no_scores,
    of_present_pictures,
    padded,
    sample_array,
)
from lnl_gui.util.files.array_file import write_array

COUNT, LATER = 6, 2
COLUMNS: dict[str, np.ndarray] = {
    "suspicion": np.linspace(0, 1, COUNT, dtype=np.float32),
    "suggested": np.array([1, 0, -1, 2, 1, 0], np.int32),
    "flagged": np.array([0, 1, 1, 0, 1, 0], bool),
    "loss": np.linspace(3, 1, COUNT, dtype=np.float32),
    "confidence": np.linspace(0.5, 0.9, COUNT, dtype=np.float32),
    "issue-off_topic-flagged": np.array([0, 0, 1, 1, 0, 0], bool),
    "well_labelled": np.array([1, 0, 0, 0, 0, 1], bool),
    "suspicion_spread": np.linspace(0, 0.2, COUNT, dtype=np.float32),
    "agreeing": np.arange(COUNT, dtype=np.int8),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, values in COLUMNS.items():
        write_array(tmp_path / f"{name}.npy", values)
    write_array(tmp_path / "order.npy", np.argsort(-COLUMNS["suspicion"]).astype(np.int32))
    return tmp_path


def same(found: Scores, expected: Scores) -> None:
    for name in ("suspicion", "suggested", "flagged", "loss", "confidence"):
        one, other = getattr(found, name), getattr(expected, name)
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


def test_every_column_is_read_and_is_empty_for_samples_that_came_later(folder: Path) -> None:
    for count in (COUNT, COUNT + LATER):
        found, rest = load_scores(folder, count), count - COUNT
        for name in ("suspicion", "loss", "confidence"):
            expected = [*COLUMNS[name].tolist(), *[np.nan] * rest]
            np.testing.assert_array_equal(getattr(found, name), np.array(expected, np.float32))
        assert found.suggested.tolist() == [*COLUMNS["suggested"].tolist(), *[-1] * rest]
        for name in ("flagged", "well_labelled"):
            assert getattr(found, name).tolist() == [*COLUMNS[name].tolist(), *[False] * rest]
        # An image of none of the classes has no suggestion.
        assert found.off_topic.tolist() == [row == 2 for row in range(count)]
        spread = load_spread(found)
        expected = [*COLUMNS["suspicion_spread"].tolist(), *[np.nan] * rest]
        np.testing.assert_array_equal(spread.deviation, np.array(expected, np.float32))
        assert spread.agreeing.tolist() == [*range(COUNT), *[-1] * rest]
    assert load_scores(folder, COUNT).worst_first is not None
    assert load_scores(folder, COUNT + LATER).worst_first is None
    # Of fewer samples than were scored nothing is said of any.
    same(load_scores(folder, COUNT - 1), no_scores(COUNT - 1))


@pytest.mark.parametrize("name", ["suspicion", "suggested", "flagged", "loss"])
def test_without_a_column_that_is_needed_there_are_no_scores(folder: Path, name: str) -> None:
    (folder / f"{name}.npy").write_bytes(b"cut")
    found = load_scores(folder, COUNT)
    same(found, no_scores(COUNT))
    assert found.folder is None and not found.off_topic.any() and found.off_topic.shape == (COUNT,)
    spread = load_spread(found)
    assert np.isnan(spread.deviation).all() and spread.deviation.dtype == np.float32
    assert spread.agreeing.tolist() == [-1] * COUNT and spread.agreeing.dtype == np.int8


SPOILT: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "of another kind": lambda values: values.astype("S4"),
    "longer": lambda values: np.append(values, values),
    "of two axes": lambda values: values[:, None],
}


@pytest.mark.parametrize("way", SPOILT)
@pytest.mark.parametrize(
    "name",
    [
        "confidence",
        "issue-off_topic-flagged",
        "well_labelled",
        "suspicion_spread",
        "agreeing",
        "order",
    ],
)
def test_another_column_that_is_damaged_is_as_if_it_was_not_made(
    folder: Path, name: str, way: str
) -> None:
    file = folder / f"{name}.npy"
    write_array(file, SPOILT[way](np.load(file)))
    spoilt = load_scores(folder, COUNT), load_spread(load_scores(folder, COUNT))
    file.unlink()
    missing = load_scores(folder, COUNT), load_spread(load_scores(folder, COUNT))
    same(spoilt[0], missing[0])
    for field in ("off_topic", "well_labelled"):
        assert getattr(spoilt[0], field).tolist() == getattr(missing[0], field).tolist()
    assert (spoilt[0].worst_first is None) == (missing[0].worst_first is None)
    for field in ("deviation", "agreeing"):
        np.testing.assert_array_equal(getattr(spoilt[1], field), getattr(missing[1], field))
    assert spoilt[0].flagged.tolist() == COLUMNS["flagged"].tolist()


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 4], [0, 1, 2, 3, 4, 6], [-1, 1, 2, 3, 4, 5]])
def test_an_order_that_leaves_a_sample_out_is_none(folder: Path, order: list[int]) -> None:
    write_array(folder / "order.npy", np.array(order, np.int32))
    assert load_scores(folder, COUNT).worst_first is None


@pytest.mark.parametrize(
    ("length", "later", "warned"),
    [(COUNT, 0, False), (COUNT, LATER, False), (COUNT - 1, 0, True), (COUNT - 1, LATER, True)],
)
def test_an_order_of_before_the_dataset_grew_is_no_damage(
    folder: Path, monkeypatch: pytest.MonkeyPatch, length: int, later: int, *, warned: bool
) -> None:
    said: list[object] = []
    monkeypatch.setattr(derived_files.logger, "warning", lambda *told: said.append(told))
    write_array(folder / "order.npy", np.arange(length, dtype=np.int32))
    found = load_scores(folder, COUNT + later).worst_first
    assert (found is None) == (warned or later > 0)
    assert any("order.npy" in str(told) for told in said) == warned


def test_of_no_samples_the_order_is_empty(tmp_path: Path) -> None:
    for name in ("suspicion", "suggested", "flagged", "loss"):
        write_array(tmp_path / f"{name}.npy", COLUMNS[name][:0])
    write_array(tmp_path / "order.npy", np.zeros(0, np.int32))
    found = load_scores(tmp_path, 0).worst_first
    assert found is not None and found.tolist() == []


def test_scores_follow_their_classes() -> None:
    # Class 1 was merged into 0, and 2 deleted; 3 is as it was.
    meaning = LabelMap(np.array([0, 0, -1, 3, -1], np.int32))
    given = np.array([0, 3, 2, 1, 3, -1, 0], np.int32)
    scores = no_scores(7)
    scores.suggested[:] = [1, 1, 3, 1, 2, 1, 3]
    scores.flagged[:] = True
    found = for_classes(scores, meaning, given)
    assert found.suggested.tolist() == [0, 0, 3, 0, -1, 0, 3]
    # A cat taken for what is a cat now, and what was of the deleted class, are no suspects.
    assert found.flagged.tolist() == [False, True, False, True, True, True, True]
    assert for_classes(scores, LabelMap(None), given) is scores


def test_arrays_of_several_axes_have_the_rows_of_the_detection(folder: Path) -> None:
    assert load_array(folder, "neighbours") is None
    neighbours = np.arange(2 * COUNT).reshape(COUNT, 2)
    write_array(folder / "neighbours.npy", neighbours)
    write_array(folder / "neighbour_similarity.npy", neighbours.astype(np.float16))
    write_array(folder / "detector-a-cluster.npy", np.ones(COUNT, bool))
    write_array(folder / "other.npy", np.ones((3, 4, 5)))
    now = replace(no_scores(COUNT + LATER), folder=folder)
    found = sample_array(now, "neighbours")
    assert found is not None and found.tolist() == [*neighbours.tolist(), *[[-1, -1]] * LATER]
    found = sample_array(now, "neighbour_similarity")
    assert found is not None and found.dtype == np.float16 and np.isnan(found[COUNT:]).all()
    found = sample_array(now, "detector-a-cluster")
    assert found is not None and found.tolist() == [True] * COUNT + [False] * LATER
    found = load_array(folder, "other")
    assert found is not None and found.shape == (3, 4, 5)
    # Nothing is left of what was another picture: neither what it is near to, nor what is near it.
    other = np.arange(COUNT + LATER) == 1
    replaced = of_present_pictures(now, other)
    cluster = sample_array(replaced, "detector-a-cluster")
    assert cluster is not None and cluster.tolist() == [
        n < COUNT and n != 1 for n in range(len(other))
    ]
    near = nearest(replaced)
    assert near is not None and (near[0][1] == -1).all() and np.isnan(near[1][1]).all()
    assert near[0][0].tolist() == [0, -1] and np.isfinite(near[1][0]).all()
    for values in (neighbours[:-1], neighbours[:, 0]):
        write_array(folder / "neighbours.npy", values)
        assert load_array(folder, "neighbours") is None


def test_columns_are_in_memory_and_outlast_their_files(folder: Path) -> None:
    found = load_scores(folder, COUNT)
    spread = load_spread(found)
    for values in (*vars(found).values(), *vars(spread).values()):
        # A mapped file that is cut short would end the program.
        assert not isinstance(values, np.memmap)


def test_nothing_is_added_to_an_array_that_is_long_enough() -> None:
    values = np.arange(3)
    assert padded(values, 3) is values and padded(values, 2) is values
