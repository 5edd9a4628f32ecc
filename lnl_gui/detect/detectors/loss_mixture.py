"""Robust linear probe and a Gaussian mixture on its losses (TURN's first step, DivideMix's split).

A probe is trained on all given labels with a loss that resists the wrong ones; samples whose
cross-entropy on the given label stays high are suspect.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch

from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.devices import PROCESSOR, within_memory
from lnl_gui.detect.groups import copy_weights
from lnl_gui.detect.inputs import check_inputs
from lnl_gui.detect.mixture import Mixture, clean_probability, fit_mixture
from lnl_gui.detect.probes.preparation import prepare
from lnl_gui.detect.probes.robust_probe import ProbeLoss, train_probe_loss
from lnl_gui.detect.threads import at_most
from lnl_gui.util.progress import Progress, no_progress


def detect_loss_mixture(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    loss: str = "elr",
    per_class: bool = True,
    copies: np.ndarray | None = None,
    seed: int = 0,
    device: str = PROCESSOR,
    progress: Progress = no_progress,
) -> DetectorResult:
    """Score by the posterior of the high-loss component; vote for the probe's best class.

    TURN (Ahn et al., 2023) and DivideMix (Li, Socher and Hoi, ICLR 2020). Time O(epochs N P C),
    memory O(N (P + C)).

    Args:
        embeddings: K spaces (N, D_k).
        given_labels: (N,) int in [0, C), -1 for none.
        number_of_classes: C.
        loss: "ce", "gce", "nce_rce", "elr" or "dynamic".
        per_class: one mixture for each given class (TURN) or one for all (DivideMix).
        copies: (N,) int, -1 alone; copies of one image count as one sample.
        seed: of the order of the samples.
        device: of torch; what its memory does not hold is computed on the processor.
        progress: training steps done of all; may raise `Cancelled`.

    Returns:
        score (N,) in [0, 1]; details `loss` (N,) in nats, `margin` (N,) and `confidence` (N,) of
        the training, and the mixtures' `mixture_weight`, `mixture_mean`, `mixture_deviation`, each
        (G, 2).

    Raises:
        UserError: for input `check_inputs` refuses.
    """
    usable = check_inputs(embeddings, given_labels, number_of_classes)
    labels = np.asarray(given_labels, np.int64)
    weights = copy_weights(copies, len(given_labels))

    def trained_on(place: str) -> tuple[np.ndarray, ProbeLoss]:
        features = prepare(embeddings, usable=usable, device=place)
        # In sample: the robust loss, not held-out folds, keeps the probe from learning wrong
        # labels.
        with at_most(1):
            return features.rows, train_probe_loss(
                torch.from_numpy(features.matrix).to(place),
                torch.from_numpy(labels[features.rows]),
                classes=number_of_classes,
                loss=loss,
                sample_weights=torch.from_numpy(weights[features.rows]),
                seed=seed,
                progress=progress,
            )

    rows, probe = within_memory(trained_on, device)
    given = labels[rows]
    # One mixture a class: hard classes have higher losses throughout, noisy or not (TURN).
    groups = given if per_class else None
    mixture = fit_mixture(
        probe.loss, groups, number_of_groups=number_of_classes if per_class else 1
    )
    clean = clean_probability(probe.loss, mixture, groups)
    count = len(given_labels)
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
    """The parameters of G mixtures, each (G, 2) float64, under the names a run's files use."""
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
