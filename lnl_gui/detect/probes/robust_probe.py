"""In-sample linear probe with a robust loss, and the training dynamics of each sample."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.probes.class_softmax import log_softmax_of_classes
from lnl_gui.detect.probes.cross_fitting import ProbeSchedule, train_probes
from lnl_gui.detect.probes.robust_loss import (
    ActivePassive,
    DynamicWeights,
    EarlyLearning,
    GeneralisedCrossEntropy,
    GradientRule,
    cross_entropy,
)
from lnl_gui.util.progress import Progress, no_progress

_SCHEDULE = ProbeSchedule(epochs=20, least_steps=60, most_steps=300)
_CHUNK = 8192


@dataclass(frozen=True)
class ProbeLoss:
    """Losses and training dynamics of a probe trained on all samples.

    Attributes:
        loss: (n,) float32 cross-entropy on the given label, in nats, at the end.
        vote: (n,) int64 the probe's best class.
        margin: (n,) float32 mean over epochs of z[y] - max_{k != y} z[k] (AUM).
        confidence: (n,) float32 mean over epochs of p[y].
    """

    loss: np.ndarray
    vote: np.ndarray
    margin: np.ndarray
    confidence: np.ndarray


# L2 strengths are fixed: this probe sees every sample, and none is held out to choose by.
_RULES: dict[str, tuple[Callable[[int], GradientRule], Callable[[int], float]]] = {
    "ce": (lambda n: cross_entropy, lambda c: 0.03 / c),
    "gce": (lambda n: GeneralisedCrossEntropy(), lambda c: 0.03 / c),
    "nce_rce": (lambda n: ActivePassive(), lambda c: 0.1 / c),
    "elr": (lambda n: EarlyLearning(n), lambda c: 0.03 / c**0.5),
    "dynamic": (lambda n: DynamicWeights(), lambda c: 0.03 / c),
}
LOSSES = tuple(_RULES)


def train_probe_loss(
    features: Tensor,
    given: Tensor,
    *,
    classes: int,
    loss: str = "elr",
    sample_weights: Tensor | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> ProbeLoss:
    """Train one probe with a robust loss and record each sample's training dynamics.

    Args:
        features: (n, P) float32, prepared, on the device to train on.
        given: (n,) int64 in [0, C).
        classes: C.
        loss: `ce`, `gce`, `nce_rce`, `elr` or `dynamic`; sources in `robust_loss`.
        sample_weights: (n,) float32, how much each sample counts; None: all alike.
        seed: of the order of the samples.
        progress: called at every step.

    Time O(epochs n P C), memory O(n (P + C)).
    """
    make, penalty = _RULES[loss]
    count = len(given)
    margin, confidence, last = features.new_zeros(3, count)
    vote = torch.zeros(count, dtype=torch.int64, device=features.device)
    labels = given.to(features.device)
    epochs = 0
    for probes in train_probes(
        features,
        given,
        make(count),
        classes=classes,
        probes=1,
        weight_decay=penalty(classes),
        schedule=_SCHEDULE,
        sample_weights=sample_weights,
        seed=seed,
        progress=progress,
    ):
        epochs += 1
        for start in range(0, count, _CHUNK):
            part = slice(start, start + _CHUNK)
            logits = features[part] @ probes.weight[0].T + probes.bias[0]
            own = labels[part].unsqueeze(1)
            logs = log_softmax_of_classes(logits).gather(1, own).squeeze(1)
            last[part], vote[part] = -logs, logits.argmax(1)
            confidence[part] += logs.exp()
            # AUM compares with the largest logit among the other classes.
            rival = logits.scatter(1, own, -torch.inf).amax(1)
            margin[part] += logits.gather(1, own).squeeze(1) - rival
    found = (last, vote, margin / epochs, confidence / epochs)
    return ProbeLoss(*(values.cpu().numpy() for values in found))
