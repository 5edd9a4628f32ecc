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
    SoftTargets,
    cross_entropy,
)

GIVEN = torch.tensor([0, 2, 4])
ROWS = torch.tensor([0, 1, 2])
TARGETS = torch.softmax(torch.from_numpy(np.random.default_rng(5).normal(size=(3, 5))), 1)


def logits() -> Tensor:
    generator = np.random.default_rng(1)
    return torch.from_numpy(generator.normal(size=(3, 2, 5)) * 1.5)


def at_given(probability: Tensor) -> Tensor:
    return probability[torch.arange(3), :, GIVEN]


def ce(z: Tensor) -> Tensor:
    return -at_given(torch.log_softmax(z, 2)).sum()


def gce(z: Tensor) -> Tensor:
    return ((1 - at_given(torch.softmax(z, 2)) ** 0.7) / 0.7).sum()


def nce_rce(z: Tensor) -> Tensor:
    logs = torch.log_softmax(z, 2)
    normalised = at_given(logs) / logs.sum(2)
    one_hot = torch.nn.functional.one_hot(GIVEN, 5).unsqueeze(1)
    log_target = torch.where(one_hot == 1, 0.0, -4.0).double()
    reverse = -(logs.exp() * log_target).sum(2)
    return (normalised + reverse).sum()


def soft(z: Tensor) -> Tensor:
    return -(TARGETS.unsqueeze(1) * torch.log_softmax(z, 2)).sum()


def central_difference(loss: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
    gradient, step = torch.zeros_like(z), 1e-6
    for place in np.ndindex(*z.shape):
        up, down = z.clone(), z.clone()
        up[place] += step
        down[place] -= step
        gradient[place] = (loss(up) - loss(down)) / (2 * step)
    return gradient


@pytest.mark.parametrize(
    ("rule", "loss"),
    [
        (cross_entropy, ce),
        (GeneralisedCrossEntropy(), gce),
        (ActivePassive(), nce_rce),
        (SoftTargets(TARGETS), soft),
    ],
    ids=["ce", "gce", "nce_rce", "soft"],
)
def test_gradient_is_the_central_difference(
    rule: GradientRule, loss: Callable[[Tensor], Tensor]
) -> None:
    z = logits()
    ours = rule(torch.softmax(z, 2), GIVEN, ROWS, 1.0)
    assert torch.allclose(ours, central_difference(loss, z), atol=1e-6)


def test_early_learning_pulls_towards_its_memory() -> None:
    z = logits()
    rule = EarlyLearning(3, 2, 5, strength=3.0, inertia=0.7)
    rule.memory = torch.softmax(logits().flip(2), 2)
    expected_memory = 0.7 * rule.memory + 0.3 * torch.softmax(z, 2)

    def loss(value: Tensor) -> Tensor:
        agreement = (torch.softmax(value, 2) * expected_memory).sum(2)
        return ce(value) + 3.0 * torch.log(1 - agreement).sum()

    ours = rule(torch.softmax(z, 2), GIVEN, ROWS, 1.0)
    assert torch.allclose(rule.memory, expected_memory, atol=1e-12)
    assert torch.allclose(ours, central_difference(loss, z), atol=1e-5)


def test_dynamic_weight_is_full_at_the_threshold_and_falls_in_proportion() -> None:
    z = 3 * logits()
    probability = torch.softmax(z, 2)
    weight = (probability.amax(2, keepdim=True) / 0.6).clamp(max=1.0)
    plain = cross_entropy(probability, GIVEN, ROWS, 1.0)
    ours = DynamicWeights(0.6)(probability, GIVEN, ROWS, 1.0)
    assert torch.allclose(ours, plain * weight)
    assert (weight < 1).any() and (weight == 1).any()


def test_generalised_cross_entropy_tends_to_its_limits() -> None:
    probability = torch.softmax(logits(), 2)
    plain = cross_entropy(probability, GIVEN, ROWS, 1.0)
    near_zero = GeneralisedCrossEntropy(1e-9)(probability, GIVEN, ROWS, 1.0)
    absolute = GeneralisedCrossEntropy(1.0)(probability, GIVEN, ROWS, 1.0)
    assert torch.allclose(near_zero, plain, atol=1e-6)
    # Mean absolute error is the reverse cross-entropy with a passive weight of one.
    assert torch.allclose(absolute, ActivePassive(0.0, 1.0, 0.0)(probability, GIVEN, ROWS, 1.0))


def test_active_passive_warms_up_on_cross_entropy() -> None:
    probability = torch.softmax(logits(), 2)
    plain = cross_entropy(probability, GIVEN, ROWS, 0.0)
    assert torch.equal(ActivePassive()(probability, GIVEN, ROWS, 0.29), plain)
    assert not torch.allclose(ActivePassive()(probability, GIVEN, ROWS, 0.31), plain)
