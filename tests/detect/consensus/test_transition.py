from dataclasses import replace

import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus.calibration import (
    calibrate,
    fit_weights,
    pooled,
    responsibilities,
)
from lnl_gui.detect.consensus.transition import (
    PSEUDO_COUNTS,
    ObservedLabels,
    _maximise,
    _sorted_by_label,
    choose_pseudo_count,
    fit_transition,
    structured_prior,
)
from tests.detect.synthetic_data import noisy, pair_flip, symmetric

CLASSES = 5


def soft_predictions(samples: int, *, seed: int = 0) -> tuple[torch.Tensor, np.ndarray]:
    """Log-probabilities that are exactly calibrated, and truths drawn from them."""
    generator = np.random.default_rng(seed)
    logits = torch.from_numpy(generator.normal(size=(samples, CLASSES)) * 3.0).float()
    scores = torch.log_softmax(logits, 1)
    cumulative = scores.exp().double().numpy().cumsum(axis=1)
    truth = (generator.random((samples, 1)) * cumulative[:, -1:] > cumulative).sum(axis=1)
    return scores, truth


def evidence_of(given: np.ndarray, truth: np.ndarray | None = None) -> ObservedLabels:
    labels = torch.from_numpy(given.astype(np.int64))
    known = torch.full_like(labels, -1) if truth is None else torch.from_numpy(truth)
    return ObservedLabels(labels, known, torch.ones(len(labels), dtype=torch.bool))


@pytest.mark.parametrize("noise", [symmetric(CLASSES, 0.3), pair_flip(CLASSES, 0.25)])
def test_known_matrices_are_recovered(noise: np.ndarray) -> None:
    scores, truth = soft_predictions(12_000)
    given = noisy(truth, noise, seed=3)
    found = fit_transition(scores.exp(), evidence_of(given), pseudo_count=1.0, iterations=300)
    assert found == pytest.approx(noise, abs=0.035)
    assert found.sum(axis=1) == pytest.approx(1.0)


def test_prior_is_heavy_for_symmetric_and_light_for_lopsided_noise() -> None:
    scores, truth = soft_predictions(3_000)
    even = evidence_of(noisy(truth, symmetric(CLASSES, 0.3), seed=3))
    lopsided = evidence_of(noisy(truth, pair_flip(CLASSES, 0.3), seed=3))
    assert choose_pseudo_count(scores.exp(), even) >= 1e3
    assert choose_pseudo_count(scores.exp(), lopsided) <= 100.0


def test_matrices_fitted_side_by_side_are_those_fitted_alone() -> None:
    scores, truth = soft_predictions(600)
    given = noisy(truth, pair_flip(CLASSES, 0.3), seed=3)
    known = np.where(np.arange(600) < 40, truth, -1)
    observed = replace(evidence_of(given, known), weight=torch.linspace(0.2, 1.0, 600))
    rows = _sorted_by_label(scores.exp(), observed)
    # The weak priors take more steps than the strong ones, which must stay where they ended.
    together = _maximise(rows, PSEUDO_COUNTS[::-1], iterations=30, tolerance=2e-3)
    for found, pseudo_count in zip(together, PSEUDO_COUNTS[::-1], strict=True):
        alone = fit_transition(scores.exp(), observed, pseudo_count=pseudo_count, tolerance=2e-3)
        assert found == pytest.approx(alone, abs=1e-5)
    assert np.abs(np.diff(together, axis=0)).max(axis=(1, 2)).min() > 5e-4


def test_structured_prior_keeps_the_mean_diagonal() -> None:
    prior = structured_prior(pair_flip(CLASSES, 0.4))
    assert np.diagonal(prior) == pytest.approx(0.6)
    assert prior[0, 1:] == pytest.approx(0.1)
    assert structured_prior(np.ones((1, 1))).tolist() == [[1.0]]


def test_temperature_and_matrix_are_found_together() -> None:
    scores, truth = soft_predictions(12_000)
    noise = symmetric(CLASSES, 0.25)
    fitted = calibrate([scores * 2.5], evidence_of(noisy(truth, noise, seed=4)), rounds=20)
    assert fitted.weights[0] == pytest.approx(1 / 2.5, rel=0.1)
    assert fitted.transition == pytest.approx(noise, abs=0.04)


def test_an_ingredient_of_pure_noise_gets_no_weight() -> None:
    scores, truth = soft_predictions(6_000)
    rubbish, _ = soft_predictions(6_000, seed=9)
    given = noisy(truth, symmetric(CLASSES, 0.2), seed=4)
    fitted = calibrate([scores, rubbish], evidence_of(given), rounds=8)
    assert fitted.weights[0] > 0.8
    assert fitted.weights[1] < 0.05


def test_posterior_is_bayes_rule_and_certain_where_known() -> None:
    probability = torch.tensor([[0.7, 0.3], [0.7, 0.3]])
    noise = np.array([[0.9, 0.1], [0.2, 0.8]])
    known = ObservedLabels(torch.tensor([1, 1]), torch.tensor([-1, 0]), torch.tensor([True, True]))
    posterior = responsibilities(probability, noise, known)
    own = np.array([0.7 * 0.1, 0.3 * 0.8])
    assert posterior[0].numpy() == pytest.approx(own / own.sum(), rel=1e-5)
    assert posterior[1].tolist() == [1.0, 0.0]
    ignored = responsibilities(probability, noise, known, reliability=0.0)
    assert ignored[0].numpy() == pytest.approx([0.7, 0.3], rel=1e-5)


def test_verdicts_sharpen_the_matrix() -> None:
    scores, truth = soft_predictions(1_500)
    noise = pair_flip(CLASSES, 0.3)
    given = noisy(truth, noise, seed=5)
    flat = scores * 0.2
    blind = fit_transition(flat.exp(), evidence_of(given), pseudo_count=1.0)
    told = fit_transition(flat.exp(), evidence_of(given, truth), pseudo_count=1.0)
    assert np.abs(told - noise).max() < 0.06 < np.abs(blind - noise).max()


def test_pooling_one_matrix_is_a_tempered_softmax() -> None:
    scores, _ = soft_predictions(10)
    assert torch.allclose(pooled([scores], np.array([0.5])), torch.softmax(scores * 0.5, 1))


def test_labels_that_nothing_explains_do_not_move_the_temperature() -> None:
    # Their likelihood stands at its floor, so that the optimum is that of the other samples.
    scores, truth = soft_predictions(3_000)
    possible = evidence_of(truth)
    impossible = torch.log_softmax(torch.tensor([[0.0, 0.0, 0.5, 0.0, -90.0]]), 1).expand(900, -1)
    everything = torch.cat([scores * 2.0, impossible])
    given = evidence_of(np.append(truth, np.full(900, 4)))
    alone = fit_weights([scores * 2.0], possible, np.eye(CLASSES), np.array([1.0]))
    both = fit_weights([everything], given, np.eye(CLASSES), np.array([1.0]))
    assert alone[0] == pytest.approx(0.5, rel=0.1)
    assert both[0] == pytest.approx(alone[0], rel=2e-3)
