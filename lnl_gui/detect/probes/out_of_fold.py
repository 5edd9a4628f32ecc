"""Class probabilities of every sample from probes that never saw it."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.devices import PROCESSOR, within_memory
from lnl_gui.detect.groups import copy_weights, units
from lnl_gui.detect.inputs import check_inputs
from lnl_gui.detect.probes.class_softmax import softmax_of_classes
from lnl_gui.detect.probes.cross_fitting import FOLDS, cross_fit, stratified_folds
from lnl_gui.detect.probes.hill_climbing import hill_climb
from lnl_gui.detect.probes.preparation import prepare
from lnl_gui.detect.probes.robust_loss import cross_entropy
from lnl_gui.detect.threads import at_most
from lnl_gui.util.progress import Progress, no_progress

# Half decades around 10^-2.5; the criterion is proper, so that probabilities stay calibrated.
_PENALTIES = tuple(10.0**e for e in (-4.0, -3.5, -3.0, -2.5, -2.0, -1.5, -1.0))


def out_of_fold_probabilities(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    folds: int = FOLDS,
    groups: np.ndarray | None = None,
    copies: np.ndarray | None = None,
    seed: int = 0,
    device: str = PROCESSOR,
    progress: Progress = no_progress,
) -> np.ndarray:
    """Out-of-fold class probabilities of cross-fitted linear probes with cross-entropy.

    The L2 strength is found by hill climbing on the out-of-fold likelihood of the given labels.

    Args:
        embeddings: K spaces (N, D_k), any float type.
        given_labels: (N,) int in [0, C), -1 for none.
        number_of_classes: C.
        folds: parts of the cross-fitting.
        groups: (N,) int, -1 alone; members stay in one fold.
        copies: (N,) int, -1 alone; so do copies of one image, which count as one sample.
        seed: of folds and order of the samples.
        device: of torch; what its memory does not hold is computed on the processor.
        progress: fits done of the most there may be; may raise `Cancelled`.

    Returns:
        (N, C) float32, NaN where a sample cannot be judged.

    Raises:
        UserError: for input `check_inputs` refuses.
    """
    usable = check_inputs(embeddings, given_labels, number_of_classes)
    count = len(given_labels)
    unit = units(count, groups, copies)
    weights = copy_weights(copies, count)

    def computed_on(place: str) -> np.ndarray:
        features = prepare(embeddings, usable=usable, device=place)
        rows = features.rows
        given = given_labels[rows].astype(np.int64)
        logits = _climbed(
            torch.from_numpy(features.matrix).to(place),
            torch.from_numpy(given),
            torch.from_numpy(stratified_folds(given, folds, seed=seed, units=unit[rows])),
            torch.from_numpy(weights[rows]),
            classes=number_of_classes,
            folds=folds,
            seed=seed,
            progress=progress,
        )
        probabilities = np.full((count, number_of_classes), np.nan, dtype=np.float32)
        probabilities[rows] = softmax_of_classes(logits).numpy()
        return probabilities

    return within_memory(computed_on, device)


def _climbed(
    matrix: Tensor,
    given: Tensor,
    fold: Tensor,
    weights: Tensor,
    *,
    classes: int,
    folds: int,
    seed: int,
    progress: Progress,
) -> Tensor:
    """Logits (n, C) at the best L2 strength, of features (n, P) that lie on any device."""
    tried = 0

    def fit(index: int) -> tuple[float, Tensor]:
        nonlocal tried
        # At most one fit for each strength; the climb mostly ends before.
        progress(tried, len(_PENALTIES))
        tried += 1
        logits, _ = cross_fit(
            matrix,
            given,
            cross_entropy,
            fold,
            classes=classes,
            weight_decay=_PENALTIES[index],
            probes=folds,
            sample_weights=weights,
            seed=seed,
        )
        # Likelihood, not accuracy: confident learning compares the probabilities with thresholds.
        loss = torch.nn.functional.cross_entropy(logits, given, reduction="none")
        return -float((loss * weights).sum() / weights.sum()), logits

    with at_most(1):
        return hill_climb(fit, len(_PENALTIES), len(_PENALTIES) // 2)[2]
