"""Whether the given labels need any noise at all to be explained, and what that leaves open."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.optimize import brentq
from torch import Tensor

from lnl_gui.detect.consensus.calibration import calibrate
from lnl_gui.detect.consensus.consensus import judge_probabilities
from lnl_gui.detect.consensus.noise_evidence import (
    NoiseEvidence,
    most_borne,
    noise_evidence,
    plausibility_of_none,
)
from lnl_gui.detect.consensus.transition import ObservedLabels
from lnl_gui.store.detection.rate_doubts import PERHAPS_NONE, RATE_UNKNOWN
from tests.detect.synthetic_data import pair_flip, symmetric

CLASSES = 5
NONE = np.eye(CLASSES)


def drawn(transition: np.ndarray, *, sharpness: float, seed: int) -> tuple[Tensor, ObservedLabels]:
    """Log-scores of 500 images that are right of the true classes, and labels by a matrix."""
    random = np.random.default_rng(seed)
    scores = random.normal(size=(500, CLASSES))
    scores += sharpness * np.eye(CLASSES)[random.integers(0, CLASSES, 500)]
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    truth = np.array([random.choice(CLASSES, p=row) for row in shares])
    given = np.array([random.choice(CLASSES, p=transition[label]) for label in truth])
    came = torch.ones(500, dtype=torch.bool)
    observed = ObservedLabels(torch.from_numpy(given), torch.full((500,), -1), came)
    return torch.from_numpy(np.log(shares)).float(), observed


def perhaps_none(scores: Tensor, observed: ObservedLabels) -> float:
    fitted = calibrate([scores], observed)
    return plausibility_of_none(
        [noise_evidence([scores], observed, fitted)], observed, unsure=0.2, rate=0.2
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sharpness", [1.0, 2.5])
def test_right_labels_of_hard_images_need_no_noise(sharpness: float, seed: int) -> None:
    scores, observed = drawn(NONE, sharpness=sharpness, seed=seed)
    assert perhaps_none(scores, observed) > 0.5


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "transition", [symmetric(CLASSES, 0.15), pair_flip(CLASSES, 0.3)], ids=["spread", "pairs"]
)
def test_wrong_labels_of_easy_images_do(transition: np.ndarray, seed: int) -> None:
    scores, observed = drawn(transition, sharpness=6.0, seed=seed)
    assert perhaps_none(scores, observed) == 0.0


def test_a_label_that_a_person_found_wrong_rules_none_out() -> None:
    scores, observed = drawn(NONE, sharpness=2.5, seed=0)
    truth = observed.truth.clone()
    truth[3] = observed.given[3]
    assert perhaps_none(scores, replace(observed, truth=truth)) > 0.5
    truth[3] = (observed.given[3] + 1) % CLASSES
    assert perhaps_none(scores, replace(observed, truth=truth)) == 0.0
    # A label that a person gave where there was none tells nothing of the others.
    came = observed.came.clone()
    came[3] = False
    assert perhaps_none(scores, replace(observed, truth=truth, came=came)) > 0.5


@pytest.mark.parametrize(
    ("found", "plausible"),
    [
        ([], 0.0),
        ([NoiseEvidence(0.0, 0.0)], 1.0),
        ([NoiseEvidence(1.0, 0.4)], 1.0),
        ([NoiseEvidence(1.5, 0.1)], 0.5),
        ([NoiseEvidence(2.0, 0.1)], 0.0),
        ([NoiseEvidence(0.2, 0.45)], 0.5),
        ([NoiseEvidence(0.2, 0.6)], 0.0),
        ([NoiseEvidence(0.5, 0.3), NoiseEvidence(2.5, 0.6)], 0.25),
    ],
)
def test_the_plausibility_by_the_mean_of_the_fits(
    found: list[NoiseEvidence], plausible: float
) -> None:
    nobody = torch.full((2,), -1)
    observed = ObservedLabels(torch.zeros(2).long(), nobody, torch.ones(2, dtype=torch.bool))
    assert plausibility_of_none(found, observed, unsure=0.1, rate=0.1) == pytest.approx(plausible)


@pytest.mark.parametrize("seed", range(2))
def test_of_hard_images_it_is_said_that_perhaps_no_label_is_wrong(seed: int) -> None:
    def said(transition: np.ndarray, sharpness: float) -> tuple[float, set[str]]:
        scores, observed = drawn(transition, sharpness=sharpness, seed=seed)
        # Too sure of itself, as a classifier is: half of what it doubts.
        predicted = (1.4 * scores).softmax(1).numpy()
        found = judge_probabilities(predicted, observed.given.numpy(), seed=seed)
        return found.noise_rate_interval[0], {w.template for w in found.warnings}

    low, texts = said(NONE, 1.5)
    assert low == 0.0 and PERHAPS_NONE.template in texts and RATE_UNKNOWN.template not in texts
    low, texts = said(symmetric(CLASSES, 0.2), 6.0)
    assert low > 0.1 and PERHAPS_NONE.template not in texts


@pytest.mark.parametrize(
    ("unsure", "rate", "plausible"),
    [(0.05, 0.05, 1.0), (0.06, 0.1, 1.0), (0.045, 0.1, 0.5), (0.03, 0.1, 0.0), (0.0, 0.0, 1.0)],
)
def test_sure_probes_do_not_explain_what_disagrees(
    unsure: float, rate: float, plausible: float
) -> None:
    nobody = torch.full((2,), -1)
    observed = ObservedLabels(torch.zeros(2).long(), nobody, torch.ones(2, dtype=torch.bool))
    found = [NoiseEvidence(0.0, 0.0)]
    share = plausibility_of_none(found, observed, unsure=unsure, rate=rate)
    assert share == pytest.approx(plausible)


def by_hand(observed: ObservedLabels, right: Tensor, classes: int) -> float:
    """Upper end of the likelihood ratio's 95 % interval where the classes are certain.

    Of n labels k are wrong: L(r) = (n - k) log(1 - r) + k log(r / (classes - 1)).
    """
    wrong = int((observed.given != right).sum())
    count = len(observed.given)

    def nats(rate: float) -> float:
        return float((count - wrong) * np.log(1 - rate) + wrong * np.log(rate))

    best = wrong / count
    return float(brentq(lambda rate: nats(rate) - nats(best) + 2.0, best, 0.9))


@pytest.mark.parametrize("rate", [0.04, 0.13, 0.3])
def test_of_certain_classes_the_most_noise_is_that_of_a_binomial_share(rate: float) -> None:
    random = np.random.default_rng(5)
    right = torch.from_numpy(random.integers(0, CLASSES, 500))
    moved = torch.from_numpy(np.where(random.random(500) < rate, random.integers(1, 5, 500), 0))
    came = torch.ones(500, dtype=torch.bool)
    observed = ObservedLabels((right + moved) % CLASSES, torch.full((500,), -1), came)
    scores = torch.full((500, CLASSES), -30.0)
    scores[torch.arange(500), right] = 0.0
    found = noise_evidence([scores], observed, calibrate([scores], observed))
    assert found.most == pytest.approx(by_hand(observed, right, CLASSES), rel=0.04)


def test_a_matrix_that_gains_more_than_by_chance_bears_any_rate() -> None:
    assert most_borne([]) == 1.0
    assert most_borne([NoiseEvidence(5.0, 0.6, 0.1)]) == 1.0
    assert most_borne([NoiseEvidence(5.0, 0.2, 0.1), NoiseEvidence(1.0, 0.3, 0.2)]) == (
        pytest.approx(0.15)
    )
    scores, observed = drawn(pair_flip(CLASSES, 0.3), sharpness=6.0, seed=0)
    assert most_borne([noise_evidence([scores], observed, calibrate([scores], observed))]) == 1.0
