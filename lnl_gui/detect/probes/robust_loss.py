"""Gradients of classification losses with respect to the logits, written out by hand.

The probes are linear and tiny; closed forms let K of them train together without autograd. Every
rule takes probabilities p = softmax(z) of shape (F, K, C, T), of T samples of each of F folds, the
samples' class distributions t, (F, 1, C, T) or (F, K, C, T), one-hot where a label was given, and
the samples' rows (F T,), and returns dL/dz of p's shape, one loss per sample and probe. A step's
time is its passes over memory; with the samples last, those over (F, K, 1, T) are vectorised too.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

GradientRule = Callable[[Tensor, Tensor, Tensor | None, float], Tensor]
"""(p (F, K, C, T), t of that shape or (F, 1, C, T), rows (F T,) of the samples, or None where every
step has the same, share of the training done in [0, 1]) -> dL/dz (F, K, C, T)."""

# Near float32's resolution at 1, so that log and powers of it stay finite.
_SMALLEST = 1e-7


def _at_given(values: Tensor, one_hot: Tensor) -> Tensor:
    """(F, K, 1, T) of values (F, K, C, T) at each sample's given class."""
    return (values * one_hot).sum(2, keepdim=True)


def cross_entropy(probability: Tensor, target: Tensor, rows: Tensor | None, done: float) -> Tensor:
    """Gradient p - t, (F, K, C, T) float32, of -sum t log p by the logits."""
    return probability - target


@dataclass(frozen=True)
class GeneralisedCrossEntropy:
    """(1 - p[y]^q) / q (Zhang and Sabuncu 2018)."""

    q: float = 0.7

    def __call__(
        self, probability: Tensor, target: Tensor, rows: Tensor | None, done: float
    ) -> Tensor:
        """Gradient (F, K, C, T) float32: cross-entropy's, times p[y]^q."""
        weight = _at_given(probability, target).clamp_min(_SMALLEST) ** self.q
        return (probability - target).mul_(weight)


@dataclass(frozen=True)
class ActivePassive:
    """NCE + RCE (Ma et al. 2020) after a first share of the steps on cross-entropy.

    `passive` is -log 0 in the reverse cross-entropy; 4 as in the SCE paper.
    """

    active: float = 1.0
    passive: float = 4.0
    warm_up: float = 0.3

    def __call__(
        self, probability: Tensor, target: Tensor, rows: Tensor | None, done: float
    ) -> Tensor:
        """Gradient (F, K, C, T) float32 of active * NCE + passive * (1 - p[y])."""
        # Active-passive losses are flat at the start: with all classes equal they hardly learn.
        if done < self.warm_up:
            return cross_entropy(probability, target, rows, done)
        logs = probability.clamp_min(_SMALLEST).log_()
        total = logs.sum(2, keepdim=True)
        at_given = _at_given(logs, target)
        inner = self.active / total
        spread = inner * at_given / -total
        slope = spread * probability.shape[2] + inner
        reverse = self.passive * at_given.exp()
        gradient = (probability * (reverse - slope)).add_(spread)
        return gradient.addcmul_(target, inner - reverse)


@dataclass
class EarlyLearning:
    """ELR (Liu et al. 2020): CE + strength * log(1 - <p, m>), m a running mean of p.

    Attributes:
        samples: n.
        strength: of the pull towards the mean.
        inertia: share of the mean that stays at each step.
        memory: the means, zero at the start: (F, K, C, T) where every step has the same samples,
            else (n + 1, K, C), the last for rows n that fill up a fold.
    """

    samples: int
    strength: float = 7.0
    inertia: float = 0.7
    memory: Tensor | None = None

    def __call__(
        self, probability: Tensor, target: Tensor, rows: Tensor | None, done: float
    ) -> Tensor:
        """Update the memory of `rows`, then return the gradient (F, K, C, T), it held fixed."""
        # The authors' clamp: 1 - <p, m> stays away from 0 where both are sure.
        clamped = probability.clamp(1e-4, 1.0 - 1e-4)
        clamped /= clamped.sum(2, keepdim=True)
        mean = self._remembered(clamped, rows)
        agreement = (probability * mean).sum(2, keepdim=True)
        pull = torch.rsub(agreement, 1.0).clamp_min_(1e-4).reciprocal_().mul_(self.strength)
        # probability * (1 - pull * (mean - agreement)) - target, in place.
        gradient = mean.sub_(agreement).mul_(pull).neg_().add_(1.0).mul_(probability)
        return gradient.sub_(target)

    def _remembered(self, probability: Tensor, rows: Tensor | None) -> Tensor:
        """The running mean of probabilities (F, K, C, T), which it overwrites, with them in it."""
        folds, probes, classes, size = probability.shape
        if rows is None:
            if self.memory is None:
                self.memory = torch.zeros_like(probability)
            # memory + (1 - inertia) * (probability - memory)
            self.memory.lerp_(probability, 1.0 - self.inertia)
            return probability.copy_(self.memory)
        if self.memory is None:
            self.memory = probability.new_zeros(self.samples + 1, probes, classes)
        before = self.memory.index_select(0, rows).view(folds, size, probes, classes)
        mean = probability.lerp_(before.permute(0, 2, 3, 1), self.inertia)
        self.memory.index_copy_(0, rows, mean.permute(0, 3, 1, 2).reshape(-1, probes, classes))
        return mean


@dataclass(frozen=True)
class DynamicWeights:
    """CE weighted by the sample's own confidence: max p / `threshold`, at most 1."""

    threshold: float = 0.6

    def __call__(
        self, probability: Tensor, target: Tensor, rows: Tensor | None, done: float
    ) -> Tensor:
        """Gradient (F, K, C, T) float32: cross-entropy's, times the weight, which is held fixed."""
        weight = (probability.amax(2, keepdim=True) / self.threshold).clamp_max(1.0)
        return (probability - target).mul_(weight)
