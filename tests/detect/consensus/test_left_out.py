"""What the consensus says of rows it cannot use."""

import numpy as np

from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.diagnosis import _left_out
from lnl_gui.detect.consensus.problem import Problem, state_problem
from tests.detect.few_repetitions import one_repetition

__all__ = ["one_repetition"]


def problem(embeddings: list[np.ndarray]) -> Problem:
    given = np.arange(60) % 3
    return state_problem(DetectionInput(embeddings, given, number_of_classes=3, seed=0))


def test_files_that_could_not_be_read_are_no_news_here() -> None:
    first = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
    second = first[:, ::-1].copy()
    first[3] = second[3] = np.nan
    assert problem([first, second]).unusable == 0
    assert _left_out(problem([first, second])) == []


def test_spoilt_embeddings_are_counted() -> None:
    first = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
    first[3], first[7, 2], first[9, 0] = np.nan, np.inf, np.nan
    assert problem([first]).unusable == 2
    (said,) = _left_out(problem([first]))
    assert ": 2. " in str(said)


def test_small_classes_are_called_by_their_names() -> None:
    embedding = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
    given = np.repeat([0, 1], [55, 5])
    found = find_suspects(
        DetectionInput([embedding], given, number_of_classes=2, class_names=("cat", "Lynx lynx"))
    )
    (said,) = [warning for warning in found.warnings if "fewer than" in str(warning)]
    assert ": Lynx lynx. " in str(said)
