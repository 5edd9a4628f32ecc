"""The noise rate's error for not knowing the model of the noise, and what is said of it."""

import numpy as np
import pytest
import torch
from torch import Tensor

from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.diagnosis import diagnose
from lnl_gui.detect.consensus.noise_models import noise_model_error
from lnl_gui.detect.consensus.noise_rate import NoiseRate, even_pairs
from lnl_gui.detect.consensus.problem import Problem, state_problem
from lnl_gui.detect.consensus.transition import ObservedLabels
from tests.detect.synthetic_data import make_dataset, pair_flip, symmetric


def drawn(transition: np.ndarray, count: int = 1500) -> tuple[torch.Tensor, ObservedLabels]:
    """Calibrated probabilities of the true class, and labels drawn by a transition matrix."""
    random = np.random.default_rng(3)
    classes = len(transition)
    scores = 6.0 * np.eye(classes)[random.integers(0, classes, count)]
    scores += random.normal(size=scores.shape)
    probability = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    truth = np.array([random.choice(classes, p=row) for row in probability])
    given = np.array([random.choice(classes, p=transition[label]) for label in truth])
    known = torch.full((count,), -1)
    observed = ObservedLabels(torch.from_numpy(given), known, torch.ones(count, dtype=torch.bool))
    return torch.from_numpy(probability).float(), observed


def test_a_matrix_that_both_models_agree_on_leaves_no_error() -> None:
    probability, observed = drawn(symmetric(4, 0.2))
    assert noise_model_error(probability, symmetric(4, 0.2), observed) < 0.01


def test_where_the_labels_do_not_speak_against_symmetric_noise_its_rate_counts() -> None:
    probability, observed = drawn(symmetric(4, 0.1))
    uneven = 0.6 * np.eye(4) + 0.4 * np.roll(np.eye(4), 1, axis=1)
    joint = probability.double().numpy() * uneven.T[observed.given.numpy()]
    own = joint[np.arange(1500), observed.given.numpy()] / joint.sum(axis=1)
    wrong = 1.0 - float(own.mean())
    # The symmetric model finds the true rate of a tenth; half of the distance is the error.
    error = noise_model_error(probability, uneven, observed)
    assert error == pytest.approx(0.5 * abs(wrong - 0.1), abs=0.012)


def test_asymmetric_labels_rule_the_symmetric_model_out() -> None:
    transition = pair_flip(4, 0.35)
    probability, observed = drawn(transition)
    assert noise_model_error(probability, transition, observed) == pytest.approx(
        unsure(probability), rel=1e-4
    )


def unsure(probability: Tensor) -> float:
    """What the probes' own uncertainty leaves open of the rate: three twentieths of it."""
    return 0.15 * float((1.0 - probability.double().numpy().max(axis=1)).mean())


def test_unsure_probes_leave_the_rate_open() -> None:
    probability, observed = drawn(pair_flip(4, 0.35))
    doubtful = 0.5 * probability + 0.125
    error = noise_model_error(doubtful, pair_flip(4, 0.35), observed)
    # A probability of 1 has become 5 / 8: at least three eighths are left open.
    assert error >= 0.15 * 0.375


def test_two_classes_leave_open_how_a_label_is_to_be_read() -> None:
    probability, observed = drawn(symmetric(2, 0.3))
    read_by_bayes = noise_model_error(probability, symmetric(2, 0.3), observed)
    assert read_by_bayes == pytest.approx(unsure(probability), rel=1e-4)
    found = noise_model_error(probability, symmetric(2, 0.3), observed, reliability=0.5)
    given = observed.given.numpy()
    own = probability.double().numpy()[np.arange(1500), given]
    wrong = [1.0 - own * r / (own * r + (1.0 - own) * (1.0 - r)) for r in (0.7, 0.6043561)]
    # .7 to the power of a half against .3 to it are as .604 to .396.
    assert found == pytest.approx(
        float(np.hypot(wrong[1].mean() - wrong[0].mean(), unsure(probability))), abs=1e-4
    )


@pytest.fixture(scope="module")
def problem() -> Problem:
    data = make_dataset(samples=160, classes=3)
    return state_problem(DetectionInput([data.embedding], data.given, 3))


def said(problem: Problem, rate: NoiseRate) -> list[str]:
    found = diagnose(problem, 0.9, 0.4, ("ant", "bee", "cat"), rate=rate)
    return [str(warning) for warning in found if "identified" in str(warning)]


def test_a_rate_that_the_data_leave_open_is_said_with_its_interval(problem: Problem) -> None:
    (text,) = said(problem, NoiseRate((0.08, 0.37), 0.3, even_pairs(problem, np.eye(3))))
    assert "between 8 % and 37 %" in text
    assert not said(problem, NoiseRate((0.08, 0.37), 0.2, even_pairs(problem, np.eye(3))))


def test_a_pair_with_even_shares_is_said_by_name(problem: Problem) -> None:
    transition = np.array([[0.9, 0.05, 0.05], [0.02, 0.5, 0.48], [0.1, 0.2, 0.7]])
    (text,) = said(problem, NoiseRate((0.2, 0.3), 0.12, even_pairs(problem, transition)))
    assert "images of bee seem to be labelled cat" in text
    transition[1] = [0.0, 0.6, 0.4]
    assert not said(problem, NoiseRate((0.2, 0.3), 0.12, even_pairs(problem, transition)))
