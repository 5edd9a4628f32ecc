"""The consensus fit: robust probes, transition, refinement and neighbours, in turn.

Every score is out-of-fold: no sample is scored by a probe that was trained on it, nor, up to
`nested_folds.MOST_SAMPLES` and where repetitions ask for it, by one that learnt from a posterior in
which its label had a part.
Works on the compact problem (n usable rows, c present classes).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.consensus.calibration import (
    Calibration,
    calibrate,
    log_likelihood,
    nested_responsibilities,
    pooled,
    responsibilities,
)
from lnl_gui.detect.consensus.ensemble import EnsembleMember, agreement, robust_members, tolerance
from lnl_gui.detect.consensus.neighbour_posterior import (
    Neighbourhood,
    find_neighbourhood,
    neighbour_posterior,
    nested_neighbour_posterior,
)
from lnl_gui.detect.consensus.noise_evidence import NoiseEvidence, noise_evidence
from lnl_gui.detect.consensus.problem import Problem
from lnl_gui.detect.consensus.random_error_limit import random_error_limit
from lnl_gui.detect.consensus.refinement import Refined, refine, sharpened
from lnl_gui.detect.consensus.transition import ObservedLabels
from lnl_gui.detect.probes.class_softmax import softmax_of_classes
from lnl_gui.detect.probes.discriminant import cross_fitted_discriminant, nested_discriminant
from lnl_gui.detect.probes.nested_folds import every_log_score, own_scores
from lnl_gui.util.process.side_by_side import beside
from lnl_gui.util.progress import Progress, no_progress

# Two rounds of self-training and the neighbours raise the mean F1 over eight label sets of CIFAR-10
# from .890 to .896 and the average precision from .949 to .958.
ROUNDS = 2
# Where the fit of the neighbours' weight begins. It is learnt, because they help most where classes
# are few and labels poor: there the weight grows to several times this. It is fixed where a
# sample's own label comes back by way of its neighbours, which would seem better than they are.
NEIGHBOUR_WEIGHT = 0.3
# A class that no neighbour has is unlikely and not impossible.
_SMOOTHING = 0.05
# Two of the first fit, which takes longest, one of each round, one of the neighbours.
_STAGES = 5


@dataclass(frozen=True)
class Fit:
    """A fitted consensus.

    Attributes:
        probability: (n, c) float32 P(true | x), out-of-fold, before the given label is read.
        transition: (c, c) P(given | true).
        weights: pooling weight of each member by name.
        agreement: out-of-fold agreement of the scores with the labels.
        first_agreement: that of the probes trained on given labels alone.
        scores: (n, c) log-scores each, before the blend with the neighbours.
        calibration: of `scores`.
        refined: the last refinement, to go on from; None when every round was refused.
        near: neighbours of each sample, which verdicts do not change; None before the search.
        penalties: index of the L2 strength of each robust probe that was kept, by name.
        nested: (n, K, c) float32 P(true | x) of `scores`, see `lnl_gui.detect.probes.nested_folds`;
            None where they are too many.
        evidence: of any noise at all, by the probes trained on given labels alone.
        error_limit: share of wrong labels, see `random_error_limit`, by the same probes.
    """

    probability: Tensor
    transition: np.ndarray
    weights: dict[str, float]
    agreement: float
    first_agreement: float
    scores: list[Tensor]
    calibration: Calibration
    refined: Refined | None
    near: Neighbourhood | None = None
    penalties: Mapping[str, int] = field(default_factory=dict)
    nested: Tensor | None = None
    evidence: NoiseEvidence | None = None
    error_limit: float = 0.0


def fit_consensus(
    problem: Problem,
    votes: Sequence[EnsembleMember],
    *,
    earlier: Fit | None = None,
    settings: Fit | None = None,
    threads: int = 1,
    seed: int,
    progress: Progress = no_progress,
) -> Fit:
    """Fit from the beginning, or train one more round on an `earlier` fit of the same samples.

    Args:
        problem: n samples of c classes.
        votes: further out-of-fold log-scores (n, c), whose weights are learnt.
        earlier: its posterior, with what people have decided since, becomes the target.
        settings: of other folds of the same samples, whose L2 strengths and neighbours are taken
            over instead of searched again.
        threads: with more than one, what does not wait for the other is done at the same time; the
            result is the same.
        seed: of every random draw.
        progress: stages done of all; may raise `Cancelled`.
    """
    known = (earlier.near if earlier else None) or (settings.near if settings else None)

    def search(report: Progress) -> Neighbourhood:
        return find_neighbourhood(
            problem.matrix_on_device,
            units=problem.units,
            sample_weights=problem.weight,
            progress=report,
        )

    with nullcontext(lambda: known) if known else beside(search, threads) as near:
        return _fit(
            problem,
            votes,
            near,
            earlier=earlier,
            settings=settings,
            threads=threads,
            seed=seed,
            progress=progress,
        )


def _fit(
    problem: Problem,
    votes: Sequence[EnsembleMember],
    near: Callable[[], Neighbourhood],
    *,
    earlier: Fit | None,
    settings: Fit | None,
    threads: int,
    seed: int,
    progress: Progress,
) -> Fit:
    """As `fit_consensus`; `near` finds the neighbours, or waits for them."""
    observed = problem.observed
    progress(0, _STAGES)
    if earlier is None:
        fit = _first_fit(
            problem,
            observed,
            settings,
            threads=threads,
            seed=seed,
            progress=_share(progress, 0, 2),
        )
        rounds = ROUNDS
    else:
        fit, rounds = earlier, 1
    for turn in range(rounds):
        fit = _refined(
            problem,
            observed,
            fit,
            search=earlier is None and settings is None,
            penalty=settings.refined.penalty if settings and settings.refined else None,
            seed=seed + 1 + turn,
            progress=_share(progress, 2 + turn, 0),
        )
    fit = _with_neighbours(problem, observed, replace(fit, near=near()), votes, seed=seed)
    progress(_STAGES, _STAGES)
    return fit


def _share(progress: Progress, start: int, stages: int) -> Progress:
    """Report within `stages` stages from `start`; with 0, only ask whether to stop."""

    def report(done: int, total: int) -> None:
        progress(start + stages * done // max(total, 1), _STAGES)

    return report


def _first_fit(
    problem: Problem,
    observed: ObservedLabels,
    settings: Fit | None,
    *,
    threads: int = 1,
    seed: int,
    progress: Progress,
) -> Fit:
    known = settings.penalties if settings else {}
    members = robust_members(
        problem, penalties=known, threads=threads, seed=seed, progress=progress
    )
    # A product of experts; its one weight, the temperature, is fitted next.
    mean = torch.stack([member.scores for member in members]).mean(0)
    calibration = calibrate([mean], observed, seed=seed)
    best = max(member.agreement for member in members)
    return Fit(
        probability=pooled([mean], calibration.weights),
        transition=calibration.transition,
        weights={item.name: float(calibration.weights[0]) for item in members},
        agreement=best,
        first_agreement=best,
        scores=[mean],
        calibration=calibration,
        refined=None,
        penalties={item.name: item.penalty for item in members if item.penalty is not None},
        nested=_mean_nested(members, float(calibration.weights[0])),
        evidence=noise_evidence([mean], observed, calibration),
        error_limit=random_error_limit(
            mean[problem.came], problem.given[problem.came], problem.units[problem.came]
        ),
    )


def _mean_nested(members: Sequence[EnsembleMember], weight: float) -> Tensor | None:
    """P(true | x), (n, K, c), of the members' mean; None where one has no nested scores."""
    each = [member.nested for member in members if member.nested is not None]
    if len(each) < len(members):
        return None
    return softmax_of_classes(torch.stack(each).mean(0) * weight)


def targets_of(fit: Fit, observed: ObservedLabels) -> Tensor:
    """What a next round learns from: sharpened posteriors (n, K, c), or (n, c) where not nested.

    Args:
        fit: on n samples.
        observed: their labels.
    """
    if fit.nested is None:
        return sharpened(responsibilities(fit.probability, fit.transition, observed))
    return sharpened(nested_responsibilities(fit.nested, fit.calibration.transition, observed))


def discriminant_scores(problem: Problem, targets: Tensor) -> tuple[Tensor, Tensor | None]:
    """Log-probabilities of a discriminant on soft labels: out-of-fold (n, c), and nested (n, K, c).

    Args:
        problem: n samples of c classes.
        targets: (n, K, c) or (n, c) float32; the latter give no nested scores.
    """
    if targets.ndim == 3:
        nested = nested_discriminant(
            problem.matrix_on_device, targets, problem.folds, sample_weights=problem.weight
        )
        return own_scores(nested, problem.folds), nested
    scores = cross_fitted_discriminant(
        problem.matrix_on_device,
        targets,
        problem.folds,
        number_of_folds=problem.number_of_folds,
        sample_weights=problem.weight,
    )
    return scores, None


def _refined(
    problem: Problem,
    observed: ObservedLabels,
    fit: Fit,
    *,
    search: bool,
    penalty: int | None,
    seed: int,
    progress: Progress,
) -> Fit:
    """One round of retraining on the posterior; the old fit when agreement falls too far."""
    targets = targets_of(fit, observed)
    last = fit.refined
    refined = refine(
        problem,
        targets,
        probes=last.probes if last else None,
        penalty=last.penalty if last else penalty,
        search=search or (last is None and penalty is None),
        seed=seed,
        progress=progress,
    )
    # Agreement with the given labels is the only check without truth; a round that loses two
    # standard errors of it has started to believe itself.
    now = agreement(refined.scores, problem.labels)
    if now < fit.agreement - 2.0 * tolerance(fit.agreement, len(problem.given)):
        return fit
    # Errs differently from the probes, which pays most where noise is asymmetric or samples few.
    generative, nested = discriminant_scores(problem, targets)
    scores = [refined.scores, generative]
    calibration = calibrate(scores, observed, transition=fit.calibration.transition, seed=seed)
    names = ("refined probe", "discriminant")
    return replace(
        fit,
        probability=pooled(scores, calibration.weights),
        transition=calibration.transition,
        weights=fit.weights | dict(zip(names, map(float, calibration.weights), strict=True)),
        agreement=now,
        scores=scores,
        calibration=calibration,
        refined=refined,
        nested=None
        if nested is None
        else joined(
            every_log_score(problem.matrix_on_device, refined.probes), nested, calibration.weights
        ),
    )


def joined(left: Tensor, right: Tensor, weights: np.ndarray) -> Tensor:
    """P(true | x), (n, K, c), of two nested log-scores (n, K, c) at pooling weights (2,)."""
    return softmax_of_classes(left * float(weights[0]) + right * float(weights[1]))


def _with_neighbours(
    problem: Problem,
    observed: ObservedLabels,
    fit: Fit,
    votes: Sequence[EnsembleMember],
    *,
    seed: int,
) -> Fit:
    """Blend in what the neighbours are believed to be, and further votes at learnt weights."""
    # From the scores, not from `fit.probability`, in which an earlier call has blended already.
    probability = pooled(fit.scores, fit.calibration.weights)
    near = fit.near
    assert near is not None
    around = around_each(problem, fit.nested, probability, near)
    first = log_scores(probability, around, tied=fit.nested is None)
    scores, kept, calibration = _with_votes(first, votes, observed, fit, seed=seed)
    learnt = [float(weight) for weight in calibration.weights]
    beside = learnt[1] if len(first) > 1 else NEIGHBOUR_WEIGHT * learnt[0]
    names = {"neighbours": beside} | {vote.name: 0.0 for vote in votes}
    names |= {vote.name: weight for vote, weight in zip(kept, learnt[len(first) :], strict=True)}
    return replace(
        fit,
        probability=pooled(scores, calibration.weights),
        transition=calibration.transition,
        weights=fit.weights | names,
    )


def around_each(
    problem: Problem, nested: Tensor | None, probability: Tensor, near: Neighbourhood
) -> Tensor:
    """(n, c) float32 mean of what is believed of each sample's neighbours.

    Args:
        problem: n samples of c classes.
        nested: (n, K, c) P(true | x), of which a sample's neighbours are read without the labels
            of its own fold; None where there are only probabilities.
        probability: (n, c) P(true | x).
        near: neighbours of the n samples.
    """
    if nested is None:
        return neighbour_posterior(probability, near)
    return nested_neighbour_posterior(nested, problem.folds, near)


def log_scores(probability: Tensor, around: Tensor, *, tied: bool) -> list[Tensor]:
    """Log-scores (n, C) float32 of probabilities and of the neighbours' mean of them.

    Args:
        probability: (n, C) float32.
        around: (n, C) float32, see `around_each`.
        tied: one score with the neighbours at their fixed weight, instead of two.
    """
    own = torch.log(probability.clamp_min(1e-20))
    beside = torch.log(around + _SMOOTHING / probability.shape[1])
    return [own.add_(beside, alpha=NEIGHBOUR_WEIGHT)] if tied else [own, beside]


def first_weights(scores: Sequence[Tensor]) -> np.ndarray:
    """Where the fit of the weights of `log_scores`, one or two (n, C), begins; (M,)."""
    return np.array([1.0, NEIGHBOUR_WEIGHT])[: len(scores)]


def _with_votes(
    first: list[Tensor],
    votes: Sequence[EnsembleMember],
    observed: ObservedLabels,
    fit: Fit,
    *,
    seed: int,
) -> tuple[list[Tensor], list[EnsembleMember], Calibration]:
    """Take in each vote whose likelihood gain pays for its weight (Schwarz's criterion)."""

    def fitted(scores: list[Tensor], weights: np.ndarray) -> tuple[Calibration, float]:
        found = calibrate(
            scores, observed, weights=weights, transition=fit.calibration.transition, seed=seed
        )
        reading = pooled(scores, found.weights)
        return found, log_likelihood(reading, found.transition, observed)

    scores, kept = first, list[EnsembleMember]()
    best, likelihood = fitted(scores, first_weights(first))
    # Half of Schwarz's log n for one more parameter: a vote of chance is left out.
    price = 0.5 * float(np.log(len(observed.given)))
    for vote in votes:
        trial, reached = fitted([*scores, vote.scores], np.append(best.weights, 0.1))
        if reached > likelihood + price:
            scores, kept = [*scores, vote.scores], [*kept, vote]
            best, likelihood = trial, reached
    return scores, kept, best
