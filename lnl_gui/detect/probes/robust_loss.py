"""Gradients of classification losses with respect to the logits, written out by hand.

The probes are linear and tiny; closed forms let K of them train in one matrix product without
autograd. Every rule takes probabilities p = softmax(z) of shape (B, K, C), the given labels (B,)
and the samples' rows (B,), and returns dL/dz of the same shape, one loss per sample and probe.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

Rows = Tensor | slice
"""Indices (B,) int64 of a minibatch, or a slice where it holds every sample in its place."""
GradientRule = Callable[[Tensor, Tensor, Rows, float], Tensor]
"""(p (B, K, C), given (B,) int64, rows of them, share of the training done in [0, 1]) -> dL/dz
(B, K, C)."""

# Near float32's resolution at 1, so that log and powers of it stay finite.
_SMALLEST = 1e-7


def _minus_one_hot(scaled: Tensor, amount: Tensor | float, given: Tensor) -> Tensor:
    """`scaled` (B, K, C) less `amount` at each sample's given class."""
    index = given.view(-1, 1, 1).expand(-1, scaled.shape[1], 1)
    source = (
        amount if isinstance(amount, Tensor) else torch.full_like(index, amount, dtype=scaled.dtype)
    )
    return scaled.scatter_add_(2, index, -source)


def _at_given(probability: Tensor, given: Tensor) -> Tensor:
    index = given.view(-1, 1, 1).expand(-1, probability.shape[1], 1)
    return probability.gather(2, index)


def cross_entropy(probability: Tensor, given: Tensor, rows: Rows, done: float) -> Tensor:
    """Gradient (B, K, C) float32 of -log p[y] by the logits: p (B, K, C) less one-hot (B,)."""
    return _minus_one_hot(probability.clone(), 1.0, given)


@dataclass(frozen=True)
class GeneralisedCrossEntropy:
    """(1 - p[y]^q) / q (Zhang and Sabuncu 2018)."""

    q: float = 0.7

    def __call__(self, probability: Tensor, given: Tensor, rows: Rows, done: float) -> Tensor:
        """Gradient (B, K, C) float32: cross-entropy's, times p[y]^q."""
        weight = _at_given(probability, given).clamp_min(_SMALLEST) ** self.q
        return _minus_one_hot(probability * weight, weight, given)


@dataclass(frozen=True)
class ActivePassive:
    """NCE + RCE (Ma et al. 2020) after a first share of the steps on cross-entropy.

    `passive` is -log 0 in the reverse cross-entropy; 4 as in the SCE paper.
    """

    active: float = 1.0
    passive: float = 4.0
    warm_up: float = 0.3

    def __call__(self, probability: Tensor, given: Tensor, rows: Rows, done: float) -> Tensor:
        """Gradient (B, K, C) float32 of active * NCE + passive * (1 - p[y])."""
        # Active-passive losses are flat at the start: with all classes equal they hardly learn.
        if done < self.warm_up:
            return cross_entropy(probability, given, rows, done)
        logs = probability.clamp_min(_SMALLEST).log()
        total = logs.sum(2, keepdim=True)
        at_given = _at_given(logs, given)
        spread = -self.active * at_given / total**2
        inner = self.active / total
        slope = spread * probability.shape[2] + inner
        reverse = self.passive * _at_given(probability, given)
        gradient = torch.addcmul(spread, probability, reverse - slope)
        return _minus_one_hot(gradient, reverse - inner, given)


@dataclass
class EarlyLearning:
    """ELR (Liu et al. 2020): CE + strength * log(1 - <p, t>), t a running mean of p.

    The memory t has shape (N, K, C), zero at the start; beta is its inertia.
    """

    samples: int
    probes: int
    classes: int
    strength: float = 7.0
    inertia: float = 0.7
    memory: Tensor = field(init=False)

    def __post_init__(self) -> None:
        self.memory = torch.zeros(self.samples, self.probes, self.classes)

    def __call__(self, probability: Tensor, given: Tensor, rows: Rows, done: float) -> Tensor:
        """Update the memory of `rows`, then return the gradient (B, K, C) with it held fixed."""
        # The authors' clamp: 1 - <p, t> stays away from 0 where both are sure.
        clamped = probability.clamp(1e-4, 1.0 - 1e-4)
        clamped /= clamped.sum(2, keepdim=True)
        # clamped + inertia * (memory - clamped): the running mean.
        target = clamped.lerp_(self.memory[rows], self.inertia)
        self.memory[rows] = target
        agreement = (probability * target).sum(2, keepdim=True)
        pull = self.strength / (1.0 - agreement).clamp_min(1e-4)
        # probability * (1 - pull * (target - agreement)), in place: a step's time is its passes
        # over memory.
        gradient = target.sub_(agreement).mul_(pull).neg_().add_(1.0).mul_(probability)
        return _minus_one_hot(gradient, 1.0, given)


@dataclass(frozen=True)
class DynamicWeights:
    """CE weighted by the sample's own confidence: max p / `threshold`, at most 1."""

    threshold: float = 0.6

    def __call__(self, probability: Tensor, given: Tensor, rows: Rows, done: float) -> Tensor:
        """Gradient (B, K, C) float32: cross-entropy's, times the weight, which is held fixed."""
        weight = (probability.amax(2, keepdim=True) / self.threshold).clamp_max(1.0)
        return _minus_one_hot(probability * weight, weight, given)


@dataclass(frozen=True)
class SoftTargets:
    """Cross-entropy against a class distribution of each sample.

    `targets` is (N, C), or (N, K, C) where each of K probes has targets of its own.
    """

    targets: Tensor

    def __call__(self, probability: Tensor, given: Tensor, rows: Rows, done: float) -> Tensor:
        """Gradient p - t, (B, K, C) float32; `given` (B,) plays no part."""
        wanted = self.targets[rows]
        return probability - (wanted.unsqueeze(1) if wanted.ndim == 2 else wanted)
