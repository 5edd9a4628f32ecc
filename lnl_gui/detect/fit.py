"""The consensus fit: robust probes, transition, refinement and neighbours, in turn.

Every score is out-of-fold, so no sample judges itself. Works on the compact problem (n usable rows,
c present classes).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.calibration import Calibration, calibrate, pooled, responsibilities
from lnl_gui.detect.ensemble import Ingredient, agreement, robust_ingredients, tolerance
from lnl_gui.detect.neighbour_posterior import neighbour_posterior
from lnl_gui.detect.problem import Problem
from lnl_gui.detect.refinement import Refined, refine
from lnl_gui.detect.transition import Evidence
from lnl_gui.util.progress import Progress, no_progress

ROUNDS = 2
_NEIGHBOUR_WEIGHT = 0.3
_SMOOTHING = 0.05
_STAGES = 6


@dataclass(frozen=True)
class Fit:
    """What was learnt.

    Attributes:
        probability: (n, c) float32 P(true | x), out-of-fold, before the given label is read.
        transition: (c, c) P(given | true).
        weights: pooling weight of each ingredient by name.
        agreement: out-of-fold agreement of the scores with the labels.
        scores: (n, c) log-scores before the neighbours spoke.
        calibration: of `scores`.
        refined: the last refinement, to go on from; None when every round was refused.
    """

    probability: Tensor
    transition: np.ndarray
    weights: dict[str, float]
    agreement: float
    scores: Tensor
    calibration: Calibration
    refined: Refined | None


def fit_consensus(
    problem: Problem,
    votes: Sequence[Ingredient],
    *,
    earlier: Fit | None = None,
    seed: int,
    progress: Progress = no_progress,
) -> Fit:
    """Fit from the beginning, or train one more round on an `earlier` fit of the same samples.

    Args:
        votes: further out-of-fold log-scores (n, c), whose weights are learnt.
        earlier: its posterior, with what people have decided since, becomes the target.
    """
    evidence = Evidence(problem.given, problem.truth)
    progress(0, _STAGES)
    if earlier is None:
        fit = _first_fit(problem, evidence, seed=seed)
        progress(2, _STAGES)
        rounds = ROUNDS
    else:
        fit, rounds = earlier, 1
    for turn in range(rounds):
        fit = _refined(problem, evidence, fit, search=earlier is None, seed=seed + 1 + turn)
        progress(3 + turn, _STAGES)
    fit = _with_neighbours(problem, evidence, fit, votes, seed=seed)
    progress(_STAGES, _STAGES)
    return fit


def _first_fit(problem: Problem, evidence: Evidence, *, seed: int) -> Fit:
    ingredients = robust_ingredients(problem, seed=seed, progress=no_progress)
    mean = sum(ingredient.scores for ingredient in ingredients) / len(ingredients)
    assert isinstance(mean, Tensor)
    best = max(ingredient.agreement for ingredient in ingredients)
    calibration = calibrate([mean], evidence, seed=seed)
    return Fit(
        probability=pooled([mean], calibration.weights),
        transition=calibration.transition,
        weights={item.name: float(calibration.weights[0]) for item in ingredients},
        agreement=best,
        scores=mean,
        calibration=calibration,
        refined=None,
    )


def _refined(problem: Problem, evidence: Evidence, fit: Fit, *, search: bool, seed: int) -> Fit:
    """One round of retraining on the posterior; the old fit when agreement falls too far."""
    posterior = responsibilities(fit.probability, fit.transition, evidence)
    last = fit.refined
    refined = refine(
        problem,
        posterior,
        probes=last.probes if last else None,
        penalty=last.penalty if last else None,
        search=search or last is None,
        seed=seed,
    )
    now = agreement(refined.scores, problem.labels)
    if now < fit.agreement - 2.0 * tolerance(fit.agreement, len(problem.given)):
        return fit
    calibration = calibrate(
        [refined.scores], evidence, transition=fit.calibration.transition, seed=seed
    )
    return Fit(
        probability=pooled([refined.scores], calibration.weights),
        transition=calibration.transition,
        weights={**fit.weights, "refined": float(calibration.weights[0])},
        agreement=now,
        scores=refined.scores,
        calibration=calibration,
        refined=refined,
    )


def _with_neighbours(
    problem: Problem,
    evidence: Evidence,
    fit: Fit,
    votes: Sequence[Ingredient],
    *,
    seed: int,
) -> Fit:
    """Blend in what the neighbours are believed to be, and further votes at learnt weights."""
    probability = pooled([fit.scores], fit.calibration.weights)
    around = neighbour_posterior(problem.matrix, probability)
    classes = probability.shape[1]
    blend = torch.log(probability.clamp_min(1e-20))
    blend += _NEIGHBOUR_WEIGHT * torch.log(around + _SMOOTHING / classes)
    scores = [blend, *(vote.scores for vote in votes)]
    calibration = calibrate(
        scores,
        evidence,
        weights=np.array([1.0] + [0.1] * len(votes)),
        transition=fit.calibration.transition,
        seed=seed,
    )
    names = {"neighbours": _NEIGHBOUR_WEIGHT * float(calibration.weights[0])}
    names |= {vote.name: float(w) for vote, w in zip(votes, calibration.weights[1:], strict=True)}
    return Fit(
        probability=pooled(scores, calibration.weights),
        transition=calibration.transition,
        weights={**fit.weights, **names},
        agreement=fit.agreement,
        scores=fit.scores,
        calibration=fit.calibration,
        refined=fit.refined,
    )
