"""Every hand-written gradient against central differences of the loss it claims to be of."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from lnl_gui.detect.probes.robust_loss import (
    ActivePassive,
    DynamicWeights,
    EarlyLearning,
    GeneralisedCrossEntropy,
    GradientRule,
    cross_entropy,
)

# Two folds of three samples, two probes, five classes.
GIVEN = torch.tensor([[0, 2, 4], [1, 2, 2]])
ONE_HOT = torch.nn.functional.one_hot(GIVEN, 5).double().mT.unsqueeze(1)
ROWS = torch.arange(6)
TARGETS = torch.softmax(torch.from_numpy(np.random.default_rng(5).normal(size=(2, 2, 5, 3))), 2)


def logits() -> Tensor:
    generator = np.random.default_rng(1)
    return torch.from_numpy(generator.normal(size=(2, 2, 5, 3)) * 1.5)


def at_given(probability: Tensor) -> Tensor:
    return torch.stack([probability[f, :, GIVEN[f, t], t] for f in range(2) for t in range(3)])


def ce(z: Tensor) -> Tensor:
    return -at_given(torch.log_softmax(z, 2)).sum()


def gce(z: Tensor) -> Tensor:
    return ((1 - at_given(torch.softmax(z, 2)) ** 0.7) / 0.7).sum()


def nce_rce(z: Tensor) -> Tensor:
    logs = torch.log_softmax(z, 2)
    normalised = (logs * ONE_HOT).sum(2) / logs.sum(2)
    log_target = torch.where(ONE_HOT == 1, 0.0, -4.0).double()
    reverse = -(logs.exp() * log_target).sum(2)
    return (normalised + reverse).sum()


def soft(z: Tensor) -> Tensor:
    return -(TARGETS * torch.log_softmax(z, 2)).sum()


def central_difference(loss: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
    gradient, step = torch.zeros_like(z), 1e-6
    for place in np.ndindex(*z.shape):
        up, down = z.clone(), z.clone()
        up[place] += step
        down[place] -= step
        gradient[place] = (loss(up) - loss(down)) / (2 * step)
    return gradient


@pytest.mark.parametrize(
    ("rule", "target", "loss"),
    [
        (cross_entropy, ONE_HOT, ce),
        (GeneralisedCrossEntropy(), ONE_HOT, gce),
        (ActivePassive(), ONE_HOT, nce_rce),
        (cross_entropy, TARGETS, soft),
    ],
    ids=["ce", "gce", "nce_rce", "soft"],
)
def test_gradient_is_the_central_difference(
    rule: GradientRule, target: Tensor, loss: Callable[[Tensor], Tensor]
) -> None:
    z = logits()
    ours = rule(torch.softmax(z, 2), target, ROWS, 1.0)
    assert torch.allclose(ours, central_difference(loss, z), atol=1e-6)


def by_row(values: Tensor) -> Tensor:
    """(7, K, C), the last a row that fills up folds, of (F, K, C, T)."""
    return torch.cat([values.permute(0, 3, 1, 2).flatten(0, 1), torch.zeros(1, 2, 5).double()])


@pytest.mark.parametrize("whole", [False, True])
def test_early_learning_pulls_towards_its_memory(whole: bool) -> None:
    z = logits()
    rule = EarlyLearning(6, strength=3.0, inertia=0.7)
    before = torch.softmax(logits().flip(2), 2)
    expected_memory = 0.7 * before + 0.3 * torch.softmax(z, 2)
    rule.memory = before if whole else by_row(before)

    def loss(value: Tensor) -> Tensor:
        agreement = (torch.softmax(value, 2) * expected_memory).sum(2)
        return ce(value) + 3.0 * torch.log(1 - agreement).sum()

    ours = rule(torch.softmax(z, 2), ONE_HOT, None if whole else ROWS, 1.0)
    expected = expected_memory if whole else by_row(expected_memory)
    assert torch.allclose(rule.memory[: len(expected)], expected, atol=1e-12)
    assert torch.allclose(ours, central_difference(loss, z), atol=1e-5)


def test_dynamic_weight_is_full_at_the_threshold_and_falls_in_proportion() -> None:
    z = 3 * logits()
    probability = torch.softmax(z, 2)
    weight = (probability.amax(2, keepdim=True) / 0.6).clamp(max=1.0)
    plain = cross_entropy(probability, ONE_HOT, ROWS, 1.0)
    ours = DynamicWeights(0.6)(probability, ONE_HOT, ROWS, 1.0)
    assert torch.allclose(ours, plain * weight)
    assert (weight < 1).any() and (weight == 1).any()


def test_generalised_cross_entropy_tends_to_its_limits() -> None:
    probability = torch.softmax(logits(), 2)
    plain = cross_entropy(probability, ONE_HOT, ROWS, 1.0)
    near_zero = GeneralisedCrossEntropy(1e-9)(probability, ONE_HOT, ROWS, 1.0)
    absolute = GeneralisedCrossEntropy(1.0)(probability, ONE_HOT, ROWS, 1.0)
    assert torch.allclose(near_zero, plain, atol=1e-6)
    # Mean absolute error is the reverse cross-entropy with a passive weight of one.
    assert torch.allclose(absolute, ActivePassive(0.0, 1.0, 0.0)(probability, ONE_HOT, ROWS, 1.0))


def test_active_passive_warms_up_on_cross_entropy() -> None:
    probability = torch.softmax(logits(), 2)
    plain = cross_entropy(probability, ONE_HOT, ROWS, 0.0)
    assert torch.equal(ActivePassive()(probability, ONE_HOT, ROWS, 0.29), plain)
    assert not torch.allclose(ActivePassive()(probability, ONE_HOT, ROWS, 0.31), plain)
