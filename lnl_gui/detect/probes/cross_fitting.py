"""Out-of-fold scores of K linear probes that train together in two matrix products a step.

All probes see the same minibatch, each but what is held out from it. A minute of cross-validated
solver time becomes less than a second. Deterministic for a seed; run on one thread, because
spinning threads make problems this small a hundred times slower on a busy machine.

Probes are trained where the features lie, on a GPU or the processor. Labels, folds and weights lie
on the processor, and so does what is returned.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.detect.probes.grouped_folds import by_appearance, grouped_folds
from lnl_gui.detect.probes.minibatches import SamplesByFold, epochs
from lnl_gui.detect.probes.robust_loss import GradientRule
from lnl_gui.util.progress import Progress, no_progress

FOLDS = 5
_BATCH = 2048
_CHUNK = 8192
# Logits of all probes in a minibatch: 32 MB; with many classes it has fewer samples instead.
_LARGEST_LOGITS = 8_000_000
# A run has some hundred steps: with Adam's usual .999 the second moment would never settle.
_BETAS = (0.9, 0.99)
_EPSILON = 1e-8


@dataclass(frozen=True)
class ProbeSchedule:
    """Length and learning rate of a probe's training.

    Attributes:
        epochs: passes over the data, raised until there are `least_steps` and cut at `most_steps`,
            but never below one.
        least_steps: fewest steps of Adam.
        most_steps: most steps of Adam, unless one pass takes more.
        learning_rate: start of the cosine that ends at 1e-4.
    """

    epochs: int = 20
    least_steps: int = 60
    most_steps: int = 200
    learning_rate: float = 0.1


@dataclass(frozen=True)
class Probes:
    """K linear probes on P features.

    Attributes:
        weight: (K, C, P) float32.
        bias: (K, C) float32.
    """

    weight: Tensor
    bias: Tensor

    def to(self, device: torch.device | str) -> "Probes":
        """The same on a device of torch; themselves where they lie there already."""
        return Probes(self.weight.to(device), self.bias.to(device))


def stratified_folds(
    labels: np.ndarray,
    folds: int,
    *,
    seed: int,
    units: np.ndarray | None = None,
    place: np.ndarray | None = None,
) -> np.ndarray:
    """Assign each sample to a fold, each class spread as evenly as it can be.

    Args:
        labels: (n,) int.
        folds: K.
        seed: of the order within each class.
        units: (n,) int, equal for samples that must not part ways; None: each for itself.
        place: (n,) int, a permutation: the places by which samples are drawn; None: their rows.

    Returns:
        (n,) int64 in [0, K).
    """
    generator = np.random.default_rng(seed)
    shuffled = generator.permutation(labels.size)
    if place is not None:
        shuffled = np.argsort(place)[shuffled]
    if units is not None and (np.unique(units, return_counts=True)[1] > 1).any():
        return grouped_folds(labels, units, folds, order=shuffled)
    # Classes that have other numbers have the same folds.
    order = shuffled[np.argsort(by_appearance(labels, shuffled)[shuffled], kind="stable")]
    assigned = np.empty(labels.size, np.int64)
    # One running count over all classes also keeps classes smaller than K apart.
    assigned[order] = np.arange(labels.size) % folds
    return assigned


# Beside steps this small what torch does for gradients to come takes a tenth of the time.
@torch.inference_mode()
def train_probes(
    features: Tensor,
    given: Tensor,
    rule: GradientRule,
    *,
    classes: int,
    folds: Tensor | None = None,
    excluded: Tensor | None = None,
    probes: int = FOLDS,
    weight_decay: float = 0.0,
    schedule: ProbeSchedule | None = None,
    start: Probes | None = None,
    sample_weights: Tensor | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Iterator[Probes]:
    """Train K probes with Adam, and yield them after each pass over the data.

    The yielded probes share memory with those that go on training, lie where the features do, and
    have no gradients.

    Args:
        features: (n, P) float32, on any device.
        given: what is learnt: (n,) int64 labels, (n, C) float32 class distributions, or (n, K, C)
            where each probe has its own.
        rule: gradient of the loss with respect to the logits.
        classes: C.
        folds: (n,) int64 held-out fold of each sample, or None to train on every sample.
        excluded: (folds, K) bool, which probes must not learn from a fold, as many for each; None:
            the probe of its number alone.
        probes: K.
        weight_decay: L2 strength on the weights, not on the biases.
        schedule: length and learning rate.
        start: weights to start from; zero when None.
        sample_weights: (n,) float32, how much each sample counts; None: all alike.
        seed: of the order of the samples.
        progress: steps done of all; may raise `Cancelled`.
    """
    plan = schedule or ProbeSchedule()
    count, width = features.shape
    batch = max(16, min(_BATCH, count, _LARGEST_LOGITS // (probes * classes)))
    per_epoch = math.ceil(count / batch)
    steps = min(max(plan.epochs * per_epoch, plan.least_steps), plan.most_steps)
    # One whole pass at least, so that every sample is learnt from.
    steps = max(steps, per_epoch)
    device = features.device
    learners = _learners(probes, folds, excluded).to(device)
    weighing = None if sample_weights is None else sample_weights.to(device)
    labels = given.contiguous().to(device)
    samples = SamplesByFold(features, labels, folds, learners, weighing, classes)
    value = _start(start, width, probes, classes).to(device)
    adam = _Adam(value)
    generator = torch.Generator().manual_seed(seed)
    step = 0
    # (F L, K) one-hot rows: its product picks the learners' weights, that of its transpose adds up
    # their slopes.
    choice = torch.nn.functional.one_hot(learners.view(-1), probes).float()
    adding = choice.T
    flat, weights = value.flatten(1), value[..., :-1]
    for epoch in epochs(samples, batch, generator):
        for minibatch in epoch:
            probability = minibatch.probability(choice @ flat)
            gradient = rule(probability, minibatch.targets, minibatch.rows, step / steps)
            gradient *= minibatch.share
            slope = (adding @ minibatch.slope(gradient)).view(value.shape)
            # The bias follows the classes' frequencies, which are no sign of overfitting.
            slope[..., :-1].add_(weights, alpha=weight_decay)
            adam.step(slope, _cosine(plan.learning_rate, step, steps))
            step += 1
            progress(step, steps)
            if step == steps:
                break
        yield Probes(weights, value[..., -1])
        if step == steps:
            return


def _learners(probes: int, folds: Tensor | None, excluded: Tensor | None) -> Tensor:
    """(F, L) int64: the probes that learn from each fold."""
    if folds is None:
        return torch.arange(probes).unsqueeze(0)
    barred = torch.eye(probes, dtype=torch.bool) if excluded is None else excluded
    # An error unless as many learn from each fold.
    return torch.nonzero(~barred)[:, 1].view(len(barred), -1)


def _start(start: Probes | None, width: int, probes: int, classes: int) -> Tensor:
    """(K, C, P + 1): the weights and, as last column, the bias."""
    if start is None:
        return torch.zeros(probes, classes, width + 1)
    return torch.cat([start.weight, start.bias.unsqueeze(2)], 2)


def _cosine(rate: float, step: int, steps: int) -> float:
    return 1e-4 + 0.5 * (rate - 1e-4) * (1.0 + math.cos(math.pi * step / steps))


class _Adam:
    """Adam (Kingma and Ba 2015) on one tensor, in one pass over memory."""

    def __init__(self, value: Tensor) -> None:
        self._value = value
        self._first, self._second = torch.zeros_like(value), torch.zeros_like(value)
        self._step = torch.zeros((), device=value.device)

    def step(self, slope: Tensor, rate: float) -> None:
        """Change the value against its slope, of the same shape."""
        self._step += 1.0
        # What `torch.optim.Adam(fused=True)` calls, less .1 ms of its own: of 12 850 values .01
        # instead of the .06 ms of seven calls of public operations.
        torch._fused_adam_(
            [self._value],
            [slope],
            [self._first],
            [self._second],
            [],
            [self._step],
            lr=rate,
            beta1=_BETAS[0],
            beta2=_BETAS[1],
            weight_decay=0.0,
            eps=_EPSILON,
            amsgrad=False,
            maximize=False,
        )


def held_out_logits(features: Tensor, folds: Tensor, probes: Probes) -> Tensor:
    """Out-of-fold logits: each sample under the probe that never saw it.

    Args:
        features: (n, P) float32, on any device.
        folds: (n,) int64 held-out fold of each sample.
        probes: K probes.

    Returns:
        (n, C) float32.
    """
    probes = probes.to(features.device)
    scores = torch.empty(len(features), probes.bias.shape[1], device=features.device)
    for fold in range(probes.bias.shape[0]):
        rows = torch.nonzero(folds == fold).squeeze(1).to(features.device)
        # Of one fold's rows only its own probe is wanted: a K-th of the work of all.
        weight, bias = probes.weight[fold].T, probes.bias[fold]
        for part in rows.split(_CHUNK):
            scores.index_copy_(0, part, torch.addmm(bias, features.index_select(0, part), weight))
    return scores.cpu()


def cross_fit(
    features: Tensor,
    given: Tensor,
    rule: GradientRule,
    folds: Tensor,
    *,
    classes: int,
    weight_decay: float,
    probes: int = FOLDS,
    schedule: ProbeSchedule | None = None,
    start: Probes | None = None,
    sample_weights: Tensor | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> tuple[Tensor, Probes]:
    """Train K probes and return the out-of-fold logits (n, C) float32 with the probes.

    Arguments as in `train_probes`: features (n, P) float32, labels (n,) int64 or class
    distributions (n, C) or (n, K, C) float32, folds (n,) int64, sample weights (n,) float32.
    Time O(epochs n P K C), memory O(n C + P K C).
    """
    *_, trained = train_probes(
        features,
        given,
        rule,
        classes=classes,
        folds=folds,
        probes=probes,
        weight_decay=weight_decay,
        schedule=schedule,
        start=start,
        sample_weights=sample_weights,
        seed=seed,
        progress=progress,
    )
    return held_out_logits(features, folds, trained), trained.to(PROCESSOR)
