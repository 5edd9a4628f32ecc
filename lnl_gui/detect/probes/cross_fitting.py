"""Out-of-fold scores of K linear probes that train together in one matrix product.

All probes see the same minibatch; the gradient of the probe whose held-out fold holds a sample is
masked to zero for it. Logits have shape (B, K, C), weights (P, K C), so a minute of cross-validated
solver time becomes about a second. Deterministic for a seed; run on one thread, because spinning
threads make problems this small a hundred times slower on a busy machine.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.probes.class_softmax import softmax_of_classes
from lnl_gui.detect.probes.grouped_folds import grouped_folds
from lnl_gui.detect.probes.robust_loss import GradientRule, Rows
from lnl_gui.util.progress import Progress, no_progress

FOLDS = 5
_BATCH = 2048
_CHUNK = 8192
# Cells of the (B, K, C) logits: 32 MB; with many classes the batch is smaller instead.
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
    """K linear probes on (B, P) features: logits (B, K, C).

    Attributes:
        weight: (P, K, C) float32.
        bias: (K, C) float32.
    """

    weight: Tensor
    bias: Tensor


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one torch thread inside, and restore the number afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def stratified_folds(
    labels: np.ndarray, folds: int, *, seed: int, units: np.ndarray | None = None
) -> np.ndarray:
    """Assign each sample to a fold, each class spread as evenly as it can be.

    Args:
        labels: (n,) int.
        folds: K.
        seed: of the order within each class.
        units: (n,) int, equal for samples that must not part ways; None: each for itself.

    Returns:
        (n,) int64 in [0, K).
    """
    generator = np.random.default_rng(seed)
    shuffled = generator.permutation(labels.size)
    if units is not None and (np.unique(units, return_counts=True)[1] > 1).any():
        return grouped_folds(labels, units, folds, order=shuffled)
    order = shuffled[np.argsort(labels[shuffled], kind="stable")]
    assigned = np.empty(labels.size, np.int64)
    # One running count over all classes also keeps classes smaller than K apart.
    assigned[order] = np.arange(labels.size) % folds
    return assigned


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

    The yielded probes share memory with those that go on training.

    Args:
        features: (n, P) float32.
        given: (n,) int64 labels handed to the rule.
        rule: gradient of the loss with respect to the logits.
        classes: C.
        folds: (n,) int64 held-out fold of each sample, or None to train on every sample.
        excluded: (folds, K) bool, which probes must not learn from a fold; None: the probe of its
            number alone.
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
    flat = _flat_start(start, width, probes, classes)
    first, second = torch.zeros_like(flat), torch.zeros_like(flat)
    decay = torch.full_like(flat, weight_decay)
    # The bias follows the classes' frequencies, which are no sign of overfitting.
    decay[-1] = 0.0
    generator = torch.Generator().manual_seed(seed)
    learning = None
    if folds is not None:
        barred = torch.eye(probes, dtype=torch.bool) if excluded is None else excluded
        learning = (~barred).float()[folds].unsqueeze(2)
    step = 0
    while step < steps:
        for rows in _minibatches(count, batch, generator):
            inputs, here = features[rows], given[rows]
            logits = torch.addmm(flat[-1], inputs, flat[:-1]).view(-1, probes, classes)
            gradient = rule(softmax_of_classes(logits), here, rows, step / steps)
            if learning is not None:
                # The probe of a sample's own fold must not learn from it.
                gradient *= learning[rows]
            gradient = gradient.view(len(here), -1)
            if sample_weights is None:
                gradient /= len(here)
            else:
                share = sample_weights[rows]
                gradient *= (share / share.sum()).unsqueeze(1)
            slope = torch.cat([inputs.T @ gradient, gradient.sum(0, keepdim=True)])
            slope.addcmul_(decay, flat)
            _adam_step(
                flat, slope, first, second, step + 1, _cosine(plan.learning_rate, step, steps)
            )
            step += 1
            progress(step, steps)
            if step == steps:
                break
        yield Probes(flat[:-1].view(width, probes, classes), flat[-1].view(probes, classes))


def _minibatches(count: int, batch: int, generator: torch.Generator) -> Iterator[Rows]:
    """Rows of each step of one pass over `count` samples."""
    if batch >= count:
        # The order within a step changes nothing, and copies of the features would take a fifth
        # of its time.
        yield slice(None)
    else:
        yield from torch.randperm(count, generator=generator).split(batch)


def _flat_start(start: Probes | None, width: int, probes: int, classes: int) -> Tensor:
    """(P + 1, K C): the weights with the bias as last row."""
    if start is None:
        return torch.zeros(width + 1, probes * classes)
    return torch.cat([start.weight.reshape(width, -1), start.bias.reshape(1, -1)]).clone()


def _cosine(rate: float, step: int, steps: int) -> float:
    return 1e-4 + 0.5 * (rate - 1e-4) * (1.0 + math.cos(math.pi * step / steps))


def _adam_step(
    value: Tensor, slope: Tensor, first: Tensor, second: Tensor, step: int, rate: float
) -> None:
    # Adam (Kingma and Ba 2015), its bias corrections folded into the rate and epsilon.
    first.mul_(_BETAS[0]).add_(slope, alpha=1.0 - _BETAS[0])
    second.mul_(_BETAS[1]).addcmul_(slope, slope, value=1.0 - _BETAS[1])
    scale = math.sqrt(1.0 - _BETAS[1] ** step)
    value.addcdiv_(
        first, second.sqrt().add_(_EPSILON * scale), value=-rate * scale / (1.0 - _BETAS[0] ** step)
    )


def held_out_logits(features: Tensor, folds: Tensor, probes: Probes) -> Tensor:
    """Out-of-fold logits: each sample under the probe that never saw it.

    Args:
        features: (n, P) float32.
        folds: (n,) int64 held-out fold of each sample.
        probes: K probes.

    Returns:
        (n, C) float32.
    """
    scores = torch.empty(len(features), probes.bias.shape[1])
    for fold in range(probes.bias.shape[0]):
        rows = torch.nonzero(folds == fold).squeeze(1)
        # Of one fold's rows only its own probe is wanted: a K-th of the work of all.
        weight = probes.weight[:, fold].contiguous()
        for part in rows.split(_CHUNK):
            scores[part] = torch.addmm(probes.bias[fold], features[part], weight)
    return scores


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

    Arguments as in `train_probes`: features (n, P) float32, labels (n,) int64, folds (n,) int64,
    sample weights (n,) float32.
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
    return held_out_logits(features, folds, trained), trained
