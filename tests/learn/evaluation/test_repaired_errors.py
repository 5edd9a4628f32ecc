"""An error that people repaired among what was trained on may be in the held-out labels too."""

import numpy as np
import pytest

from lnl_gui.learn.evaluation.repaired_errors import further_gain

CLASSES, TRAINED, HELD = 10, 800, 400


def _bounds(
    repairs: np.ndarray, truth: np.ndarray, given: np.ndarray, before: np.ndarray, after: np.ndarray
) -> tuple[float, float, float]:
    """Gain by the held-out labels, what it may be in place of that, and the true one."""
    rows = np.flatnonzero(before != after)
    # Labels that share the error of the first model are taken for right.
    right = tuple((given == names)[rows].astype(float) for names in (before, after))
    more = further_gain(
        before[rows],
        after[rows],
        given[rows],
        right,
        repairs=repairs,
        trained=TRAINED // CLASSES + repairs.sum(axis=1) - repairs.sum(axis=0),
        held=np.bincount(given, minlength=CLASSES),
    )
    assert (more >= 0).all()
    stated = float((right[1] - right[0]).sum())
    true = float((after == truth).sum()) - float((before == truth).sum())
    return stated / HELD, (stated + float(more.sum())) / HELD, true / HELD


@pytest.mark.parametrize("seed", range(5))
def test_one_end_of_a_class_that_was_called_another_in_both_parts_is_no_loss(seed: int) -> None:
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, CLASSES, HELD)
    end = (truth == 3) & (generator.random(HELD) < 0.45)
    given = np.where(end, 5, truth)
    repairs = np.zeros((CLASSES, CLASSES), np.int64)
    repairs[5, 3] = generator.binomial(TRAINED // CLASSES, 0.45)
    # The one model has learnt the error, the other one errs elsewhere too.
    after = np.where(~end & (generator.random(HELD) < 0.02), (truth + 1) % CLASSES, truth)
    stated, most, true = _bounds(repairs, truth, given, given, after)
    assert stated < -0.02 and true > 0
    assert most >= true


def test_verdicts_without_a_pattern_explain_no_loss_away() -> None:
    generator = np.random.default_rng(1)
    truth = generator.integers(0, CLASSES, HELD)
    careless = (truth + generator.integers(1, CLASSES, HELD)) % CLASSES
    after = np.where(generator.random(HELD) < 0.2, careless, truth)
    for spoilt in (60, 240):
        g, t = generator.integers(0, CLASSES, (2, spoilt))
        repairs = np.zeros((CLASSES, CLASSES), np.int64)
        np.add.at(repairs, (g, (g + 1 + t % (CLASSES - 1)) % CLASSES), 1)
        stated, most, true = _bounds(repairs, truth, truth, truth, after)
        assert stated == true < -0.1
        assert most < true / 2


def test_what_is_found_already_decided_or_not_repaired_adds_nothing() -> None:
    old, new, label = np.zeros(8, int), np.ones(8, int), np.zeros(8, int)
    repairs, sizes = np.array([[0, 9], [0, 0]]), np.array([20, 20])
    nothing, all_right = np.zeros(8), np.ones(8)

    def more(label: np.ndarray, right: tuple[np.ndarray, np.ndarray], repairs: np.ndarray) -> float:
        found = further_gain(old, new, label, right, repairs=repairs, trained=sizes, held=sizes)
        return float(found.sum())

    assert more(label, (all_right, nothing), repairs) == 16
    # Neither was taken for right: each can be gained, and none is lost no more.
    assert more(label, (nothing, nothing), repairs) == 8
    assert more(label, (nothing, all_right), repairs) == 0
    assert more(np.full(8, -1), (all_right, nothing), repairs) == 0
    assert more(label, (all_right, nothing), repairs.T) == 0
    assert more(label, (all_right, nothing), repairs * 0) == 0
