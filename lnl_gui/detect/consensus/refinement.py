"""Self-training: cross-fitted probes retrained on sharpened posteriors.

Soft targets are the squared, renormalised posteriors; each sample's own score stays out-of-fold.
"""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from lnl_gui.detect.consensus.ensemble import agreement, search_rows
from lnl_gui.detect.consensus.problem import Problem
from lnl_gui.detect.probes.class_softmax import log_softmax_of_classes
from lnl_gui.detect.probes.cross_fitting import Probes, ProbeSchedule, cross_fit
from lnl_gui.detect.probes.hill_climbing import hill_climb
from lnl_gui.detect.probes.robust_loss import cross_entropy
from lnl_gui.util.progress import Progress, no_progress

PENALTIES = np.geomspace(3e-4, 1e-1, 6)
_FIRST_PENALTY = 2
# Soft targets need fewer steps than given labels, and a continued fit fewer and smaller ones still.
_FRESH = ProbeSchedule(epochs=12, least_steps=36, most_steps=150)
_CONTINUED = ProbeSchedule(epochs=8, least_steps=24, most_steps=80, learning_rate=0.05)


@dataclass(frozen=True)
class Refined:
    """Probes trained on the posterior.

    Attributes:
        scores: (n, c) float32 out-of-fold log-probabilities.
        agreement: share of samples whose best class is their label.
        penalty: index of the chosen L2 strength in `PENALTIES`.
        probes: to start the next round from.
    """

    scores: Tensor
    agreement: float
    penalty: int
    probes: Probes


def sharpened(posterior: Tensor) -> Tensor:
    """Sharpen a posterior (n, C) or (n, K, C) float32: rows squared and renormalised."""
    # Temperature 1/2, as MixMatch and DivideMix sharpen their targets.
    squared = posterior**2
    return squared / squared.sum(-1, keepdim=True).clamp_min(1e-12)


def refine(
    problem: Problem,
    targets: Tensor,
    *,
    probes: Probes | None = None,
    penalty: int | None = None,
    search: bool = True,
    seed: int,
    progress: Progress = no_progress,
) -> Refined:
    """Cross-fit probes on soft targets.

    Args:
        problem: n samples of c classes.
        targets: (n, c) float32, rows sum to 1, or (n, K, c), for each of the K probes its own.
        probes: to start from, at a lower learning rate for fewer steps; None starts from zero.
        penalty: index of the L2 strength to begin the climb at; None takes the middle of the grid.
        search: False keeps `penalty` without a climb.
        seed: of the order of the samples.
        progress: called at every step of every fit.
    """
    begin = _FIRST_PENALTY if penalty is None else penalty

    def fitted(rows: slice, index: int) -> Refined:
        logits, trained = cross_fit(
            problem.matrix_on_device[rows],
            targets[rows],
            cross_entropy,
            problem.folds[rows],
            classes=targets.shape[-1],
            probes=problem.number_of_folds,
            weight_decay=float(PENALTIES[index]),
            schedule=_FRESH if probes is None else _CONTINUED,
            start=probes,
            sample_weights=problem.weight[rows],
            seed=seed,
            progress=progress,
        )
        scores = log_softmax_of_classes(logits)
        return Refined(scores, agreement(scores, problem.labels[rows]), index, trained)

    everything = slice(None)
    if not search:
        return fitted(everything, begin)
    part = search_rows(len(problem.given))

    def evaluate(index: int) -> tuple[float, Refined]:
        trial = fitted(part, index)
        return trial.agreement, trial

    chosen, _, best = hill_climb(evaluate, len(PENALTIES), begin)
    # A climb on a part leaves scores of that part alone.
    return best if part.step == 1 else fitted(everything, chosen)
