"""Robust linear probe and a Gaussian mixture on its losses (TURN's first step, DivideMix's split).

A probe is trained on all given labels with a loss that resists the wrong ones; samples whose
cross-entropy on the given label stays high are suspect.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.detectors.mixture import Mixture, clean_probability, fit_mixture
from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.probes.cross_fitting import Schedule, one_thread, train_probes
from lnl_gui.detect.probes.inputs import check_inputs
from lnl_gui.detect.probes.preparation import prepare
from lnl_gui.detect.probes.robust_loss import (
    ActivePassive,
    DynamicWeights,
    EarlyLearning,
    GeneralisedCrossEntropy,
    GradientRule,
    cross_entropy,
)
from lnl_gui.util.progress import Progress, no_progress

_SCHEDULE = Schedule(epochs=20, least_steps=60, most_steps=300)
_CHUNK = 8192


@dataclass(frozen=True)
class ProbeLoss:
    """A probe trained on all samples and what it says of them.

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


_RULES: dict[str, tuple[Callable[[int, int], GradientRule], Callable[[int], float]]] = {
    "ce": (lambda n, c: cross_entropy, lambda c: 0.03 / c),
    "gce": (lambda n, c: GeneralisedCrossEntropy(), lambda c: 0.03 / c),
    "nce_rce": (lambda n, c: ActivePassive(), lambda c: 0.1 / c),
    "elr": (lambda n, c: EarlyLearning(n, 1, c), lambda c: 0.03 / c**0.5),
    "dynamic": (lambda n, c: DynamicWeights(), lambda c: 0.03 / c),
}
LOSSES = tuple(_RULES)


def train_probe_loss(
    features: Tensor,
    given: Tensor,
    *,
    classes: int,
    loss: str = "elr",
    seed: int = 0,
    progress: Progress = no_progress,
) -> ProbeLoss:
    """Train one probe with the robust `loss` (one of `LOSSES`) and follow every sample.

    Args:
        features: (n, P) float32, prepared.
        given: (n,) int64.
    """
    make, penalty = _RULES[loss]
    count = len(given)
    margin, confidence = torch.zeros(count), torch.zeros(count)
    last, vote = torch.zeros(count), torch.zeros(count, dtype=torch.int64)
    epochs = 0
    for probes in train_probes(
        features,
        given,
        make(count, classes),
        classes=classes,
        probes=1,
        weight_decay=penalty(classes),
        schedule=_SCHEDULE,
        seed=seed,
        progress=progress,
    ):
        epochs += 1
        for start in range(0, count, _CHUNK):
            part = slice(start, start + _CHUNK)
            logits = features[part] @ probes.weight[:, 0] + probes.bias[0]
            own = given[part].unsqueeze(1)
            logs = torch.log_softmax(logits, 1).gather(1, own).squeeze(1)
            last[part], vote[part] = -logs, logits.argmax(1)
            confidence[part] += logs.exp()
            rival = logits.scatter(1, own, -torch.inf).amax(1)
            margin[part] += logits.gather(1, own).squeeze(1) - rival
    return ProbeLoss(
        last.numpy(), vote.numpy(), (margin / epochs).numpy(), (confidence / epochs).numpy()
    )


def detect_loss_mixture(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    loss: str = "elr",
    per_class: bool = True,
    seed: int = 0,
    progress: Progress = no_progress,
) -> DetectorResult:
    """Score by the posterior of the high-loss component; vote for the probe's best class.

    Args:
        embeddings: K spaces (N, D_k).
        given_labels: (N,) int, -1 for none.
        loss: "ce", "gce", "nce_rce", "elr" or "dynamic".
        per_class: one mixture for each given class (TURN) or one for all (DivideMix).

    Returns:
        score in [0, 1]; details `loss` (N,), `margin` (N,) and `confidence` (N,) of the training,
        and the mixtures' `mixture_weight`, `mixture_mean`, `mixture_deviation`, each (G, 2).
        Time O(epochs N P C), memory O(N (P + C)).
    """
    usable = check_inputs(embeddings, given_labels, number_of_classes)
    features = prepare(embeddings, usable=usable)
    given = np.asarray(given_labels, np.int64)[features.rows]
    with one_thread():
        probe = train_probe_loss(
            torch.from_numpy(features.matrix),
            torch.from_numpy(given),
            classes=number_of_classes,
            loss=loss,
            seed=seed,
            progress=progress,
        )
    groups = given if per_class else None
    mixture = fit_mixture(
        probe.loss, groups, number_of_groups=number_of_classes if per_class else 1
    )
    clean = clean_probability(probe.loss, mixture, groups)
    count, rows = len(given_labels), features.rows
    vote = np.full(count, NO_VOTE, np.int32)
    vote[rows] = probe.vote
    details = {
        name: _spread(count, rows, values)
        for name, values in (
            ("loss", probe.loss),
            ("margin", probe.margin),
            ("confidence", probe.confidence),
        )
    }
    return DetectorResult(
        f"loss_mixture_{loss}",
        _spread(count, rows, 1.0 - clean),
        vote,
        details | mixture_details(mixture),
    )


def mixture_details(mixture: Mixture) -> dict[str, np.ndarray]:
    """The mixture's parameters under the names a run's files use."""
    return {
        "mixture_weight": mixture.weight,
        "mixture_mean": mixture.mean,
        "mixture_deviation": mixture.deviation,
    }


def _spread(count: int, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(N,) float32 with NaN where there was nothing to judge."""
    spread = np.full(count, np.nan, np.float32)
    spread[rows] = values
    return spread


detect_ce = partial(detect_loss_mixture, loss="ce")
detect_gce = partial(detect_loss_mixture, loss="gce")
detect_nce_rce = partial(detect_loss_mixture, loss="nce_rce")
detect_elr = partial(detect_loss_mixture, loss="elr")
detect_dynamic = partial(detect_loss_mixture, loss="dynamic")
detect_elr_global = partial(detect_loss_mixture, loss="elr", per_class=False)
