"""Every detector gives a sane answer or a clear message, whatever it is fed."""

import numpy as np
import pytest

from lnl_gui.detect.detectors.registry import run_detector
from lnl_gui.util.errors import UserError
from tests.detect.few_repetitions import short_turtle

__all__ = ["short_turtle"]

NAMES = (
    "neighbours",
    "confident_learning",
    "turtle",
    "simifeat_v",
    "simifeat_r",
    "kmeans",
    "hdbscan",
)


def points(samples: int, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(samples, 6)).astype(np.float32)


def holed() -> np.ndarray:
    found = points(40)
    found[3], found[7, 2] = np.nan, np.inf
    return found


CASES = {
    "one sample": (points(1), np.zeros(1, np.int32), 3),
    "two samples": (points(2), np.arange(2, dtype=np.int32), 2),
    "fewer samples than classes": (points(12), np.arange(12, dtype=np.int32), 50),
    "a class of one sample": (points(40), np.eye(40, dtype=np.int32)[5], 2),
    "all of one class": (points(40), np.zeros(40, np.int32), 1),
    "an empty class": (points(40), np.arange(40, dtype=np.int32) % 2 * 2, 3),
    "constant embeddings": (np.ones((40, 6), np.float32), np.arange(40, dtype=np.int32) % 3, 3),
    "constant and wide": (np.ones((6, 64), np.float32), np.arange(6, dtype=np.int32) % 3, 3),
    "not a number": (holed(), np.arange(40, dtype=np.int32) % 3, 3),
    "no label for some": (points(40), np.arange(40, dtype=np.int32) % 4 - 1, 3),
    "half precision": (points(40).astype(np.float16), np.arange(40, dtype=np.int32) % 3, 3),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", NAMES)
def test_gives_a_sane_answer(name: str, case: str) -> None:
    embedding, given, classes = CASES[case]
    before = embedding.copy()
    result = run_detector(name, [embedding], given, number_of_classes=classes)
    judged = np.isfinite(result.score)
    usable = np.isfinite(embedding).all(axis=1) & (given >= 0)
    assert result.score.shape == result.vote.shape == given.shape
    assert not judged[~usable].any()
    assert ((result.score[judged] >= 0) & (result.score[judged] <= 1)).all()
    assert ((result.vote >= -1) & (result.vote < classes)).all()
    np.testing.assert_array_equal(embedding, before)


@pytest.mark.parametrize("name", NAMES)
def test_says_what_is_wrong(name: str) -> None:
    labels = np.zeros(5, np.int32)
    with pytest.raises(UserError):
        run_detector(name, [], labels, number_of_classes=1)
    with pytest.raises(UserError):
        run_detector(name, [points(4)], labels, number_of_classes=1)
    with pytest.raises(UserError):
        run_detector(name, [points(5) * np.nan], labels, number_of_classes=1)
    with pytest.raises(UserError):
        run_detector(name, [points(0)], labels[:0], number_of_classes=1)
    with pytest.raises(UserError):
        run_detector(name, [points(5)], labels + 3, number_of_classes=2)


@pytest.mark.parametrize("name", NAMES)
def test_ten_thousand_classes(name: str) -> None:
    given = np.random.default_rng(0).permutation(10_000)[:2000].astype(np.int32)
    try:
        result = run_detector(name, [points(2000)], given, number_of_classes=10_000)
    except UserError as error:
        assert error.code == "too_many_classes" and str(error.hint)
    else:
        assert result.score.shape == (2000,)
