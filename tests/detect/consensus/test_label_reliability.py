import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus.label_reliability import label_reliability, similarity_of_errors
from tests.detect.synthetic_data import pair_flip, symmetric

ALIKE = np.array(
    [
        [0.80, 0.18, 0.01, 0.01],
        [0.18, 0.80, 0.01, 0.01],
        [0.01, 0.01, 0.88, 0.10],
        [0.01, 0.01, 0.10, 0.88],
    ]
)


def probabilities() -> torch.Tensor:
    """Classes 0 and 1 look alike, and so do 2 and 3."""
    return torch.from_numpy(np.repeat(ALIKE, 50, axis=0)).float()


def test_errors_between_like_classes_are_peoples() -> None:
    probability = probabilities()
    assert similarity_of_errors(probability, ALIKE) > 0.8
    assert similarity_of_errors(probability, symmetric(4, 0.3)) < 1e-6
    other = np.diag([0.8, 1.0, 0.8, 1.0])
    other[0, 2] = other[2, 0] = 0.2
    assert similarity_of_errors(probability, other) == 0.0
    assert similarity_of_errors(probability, pair_flip(4, 0.3)) < 0.4


def test_trust_is_bayes_rule_for_random_noise_and_less_for_peoples() -> None:
    probability = probabilities()
    given = torch.from_numpy(np.tile(np.arange(4), 50))
    assert label_reliability(probability, symmetric(4, 0.3), given) == pytest.approx(1.0)
    sure = 0.5 * probability + 0.5 * torch.eye(4).repeat_interleave(50, dim=0)
    assert label_reliability(sure, ALIKE, given) < 0.6


def test_a_probe_that_is_unsure_itself_says_nothing_of_people() -> None:
    given = torch.from_numpy(np.tile(np.arange(4), 50))
    unsure = 0.7 * probabilities() + 0.075
    assert similarity_of_errors(unsure, ALIKE) > 0.8
    assert label_reliability(unsure, ALIKE, given) == pytest.approx(1.0)


def test_few_errors_leave_the_trust_high() -> None:
    probability = torch.full((200, 4), 0.002)
    truth = np.arange(200) % 4
    probability[torch.arange(200), torch.from_numpy(truth)] = 0.994
    rare = 0.01 * ALIKE + 0.99 * np.eye(4)
    assert label_reliability(probability, rare, torch.from_numpy(truth)) > 0.85


def test_two_classes_cannot_be_told_apart() -> None:
    probability = torch.tensor([[0.9, 0.1], [0.1, 0.9]])
    reliability = label_reliability(probability, symmetric(2, 0.2), torch.tensor([0, 1]))
    assert reliability == pytest.approx(0.75, abs=0.2)
