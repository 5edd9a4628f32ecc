"""The best model so far is taken up only where its files are whole."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from torch import nn

from lnl_gui.learn.training.best_model import BestModel, ModelSelection, judged

MODEL = BestModel(3, "linear probe", 0.9, 0.1)
HELD_OUT = np.array([[0.25, 0.75], [0.5, 0.5]], np.float32)


def _kept(folder: Path) -> dict[str, object]:
    selection = ModelSelection(folder)
    selection.keep(MODEL, nn.Linear(2, 2), HELD_OUT)
    return selection.state_dict()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda file: file.write_bytes(b""),
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-3]),
    "random": lambda file: file.write_bytes(np.random.default_rng(0).bytes(500)),
    "gone": lambda file: file.unlink(),
    "one row": lambda file: np.save(file.with_suffix(".npy"), HELD_OUT[0]),
    "text": lambda file: np.save(file.with_suffix(".npy"), HELD_OUT.astype(str)),
    "no number": lambda file: np.save(file.with_suffix(".npy"), HELD_OUT * np.nan),
    "pickle": lambda file: np.save(
        file.with_suffix(".npy"), np.array([{}], object), allow_pickle=True
    ),
}


def test_whole_files_are_taken_up(tmp_path: Path) -> None:
    state = _kept(tmp_path)
    again = ModelSelection(tmp_path)
    assert again.load_state_dict(state)
    assert again.best == MODEL
    np.testing.assert_array_equal(again.predictions(), HELD_OUT)


@pytest.mark.parametrize("ending", [".npy", ".safetensors"])
@pytest.mark.parametrize("way", DAMAGE)
def test_damaged_ones_are_not(tmp_path: Path, way: str, ending: str) -> None:
    state = _kept(tmp_path)
    DAMAGE[way](tmp_path / f"best-3{ending}")
    assert not ModelSelection(tmp_path).load_state_dict(state)


@pytest.mark.parametrize(
    ("guard", "right", "replaced"),
    [(1.0, 88, True), (1.0, 82, False), (-1.0, 77, True), (-1.0, 75, False), (0.0, 81, True)],
)
def test_a_guard_asks_for_more_or_forgives(guard: float, right: int, replaced: bool) -> None:
    """Of 100 samples 80 right: the standard error is .04."""
    labels = np.zeros(100, np.int32)
    probe = judged(0, "probe", _right(80), labels, guard=guard)
    assert judged(1, "other", _right(right), labels).better_than(probe) == replaced


def test_of_what_is_within_an_error_the_latest_is_taken() -> None:
    """Of 100 samples 80 right: the standard error is .04, and never more than .05."""
    labels = np.zeros(100, np.int32)
    selection = ModelSelection()
    taken = []
    for number, right in enumerate([70, 80, 77, 74, 80, 76, 90, 88, 84]):
        model = judged(number, f"epoch {number}", _right(right), labels, later=1.0)
        if selection.prefers(model):
            selection.keep(model, nn.Linear(2, 2), HELD_OUT)
            taken.append(right)
    # Measured from the highest of all and not from the one before, or it could sink for ever.
    assert taken == [70, 80, 77, 80, 76, 90, 88]
    assert selection.highest == 0.9


def test_of_two_networks_of_an_epoch_the_better_is_taken() -> None:
    labels = np.zeros(100, np.int32)
    selection = ModelSelection()
    first = judged(0, "epoch 1", _right(80), labels, later=1.0)
    assert selection.prefers(first)
    selection.keep(first, nn.Linear(2, 2), HELD_OUT)
    assert not selection.prefers(judged(1, "epoch 1", _right(79), labels, later=1.0))


def _right(count: int) -> np.ndarray:
    return np.where(np.arange(100)[:, None] < count, [0.9, 0.1], [0.1, 0.9])
