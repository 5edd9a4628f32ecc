"""The consensus repeated on other folds and averaged, so that a result hangs on the data alone.

Which samples share a fold and in which order they are trained on moves single suspicions by tens of
points on small sets. The mean over repetitions ranks better than any one of them, and what still
differs between them is known and can be said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.consensus.calibration import MOST_ROWS
from lnl_gui.detect.consensus.copies_together import image_posterior, image_probability
from lnl_gui.detect.consensus.ensemble import EnsembleMember, tolerance
from lnl_gui.detect.consensus.fit import Fit, fit_consensus
from lnl_gui.detect.consensus.label_reliability import label_reliability
from lnl_gui.detect.consensus.noise_evidence import (
    NoiseEvidence,
    most_borne,
    plausibility_of_none,
    unsureness,
)
from lnl_gui.detect.consensus.problem import Problem, refolded
from lnl_gui.detect.consensus.transition import choose_pseudo_count, fit_transition
from lnl_gui.detect.probes import nested_folds
from lnl_gui.util.process.side_by_side import side_by_side
from lnl_gui.util.progress import Progress, no_progress

MOST = 5
# The gain falls off as 1 / R, while each repetition costs a third of the first fit or more.
_SHARED_ROWS = 12_000
_MOST_CELLS = 10_000_000
"""(sample, class) cells above which a repetition's scores take too much memory to keep several."""
_FEW_CLASSES = 4
"""With more, only every third repetition is nested. Nested probes learn from three fifths of the
labels, and of many classes with few samples expect too many errors; the others expect too few. On
51 label sets of 8 to 10 classes the mean of both ranks better than either (average precision .920,
nested .918, not .915; F1 .848, .842, .844), and two nested ones of five count better than three
(1.14 times the true number of errors on 20 other label sets, not 1.19); with fewer classes nested
ones alone count right."""
# The first is one of them: settings that a fit chooses which knows its own labels once cost 15
# points of F1 where each class was mistaken for its next.
_NESTED_OF = 3
_MOST_GAINED, _MOST_LEARNT = 2.0, 0.04
"""Standard errors, and share of the samples, by both of which the agreement with the given labels
may rise from the first probes to the last. A repetition that gains more has learnt its own labels
by heart, and is nested instead: where four of ten labels are wrong others gained up to 12 standard
errors, nested ones mostly less than 1. On 96 label sets of 8 to 14 classes, half of 150 and half of
600 samples, F1 rose from .789 to .821 and the number of errors expected from .92 to 1.03 times the
true one; one standard error gives the same. With 2 000 samples all agree, and .03 is gained."""
_OWN_STRENGTHS = 4
"""Classes up to which every repetition searches the L2 strengths of its first probes. The agreement
with few labels hardly tells them apart: on 24 label sets of four classes F1 differed by .057
between seeds and was .915 where all took those of the first, by .016 and .932 where not. Those of
the later probes do not matter there, nor of more classes any, and a search takes as long as a fit.
"""

# Far from every seed that the stages of one fit derive from theirs.
_SEED_STEP = 1_000


@dataclass(frozen=True)
class Repetition:
    """One fit on folds of its own.

    Attributes:
        folds: (n,) int64 in [0, K).
        fit: on them.
    """

    folds: Tensor
    fit: Fit


@dataclass(frozen=True)
class Averaged:
    """Mean over the repetitions of what n samples are believed to be.

    Attributes:
        posterior: (n, c) float32 P(true | x, given).
        probability: (n, c) float32 P(true | x), before the given label is read; of all copies of
            one image together.
        transition: (c, c) P(given | true).
        reliability: exponent at which the given label was read.
        agreement: out-of-fold agreement with the labels.
        weights: pooling weight of each member by name.
        spread: (n,) float32 standard deviation of P(given label wrong) between repetitions; 0
            where there is only one.
        rates: (R,) float64, the noise rate by each repetition.
        each: (R, n) float32, P(given label wrong) by each repetition's probabilities and the common
            transition.
        unaided: (n,) float32, P(given label wrong) as if nobody had decided on the sample
            itself; None where nobody has decided on any.
        perhaps_none: how plausible it is, in [0, 1], that no given label is wrong.
        most_borne: share of wrong labels that the given ones bear, see `noise_evidence`.
        error_limit: share of wrong labels, see `random_error_limit`; 0 where it is not known.
    """

    posterior: Tensor
    probability: Tensor
    transition: np.ndarray
    reliability: float
    agreement: float
    weights: dict[str, float]
    spread: Tensor
    rates: np.ndarray
    each: Tensor
    unaided: Tensor | None = None
    perhaps_none: float = 0.0
    most_borne: float = 1.0
    error_limit: float = 0.0


def number_of_repetitions(samples: int, classes: int) -> int:
    """How often to repeat: more where the set is small, at least twice unless memory forbids it."""
    if samples * classes > _MOST_CELLS:
        return 1
    return min(MOST, 1 + -(-_SHARED_ROWS // max(samples, 1)))


def fit_repetitions(
    problem: Problem,
    votes: Sequence[EnsembleMember],
    *,
    earlier: Sequence[Repetition] = (),
    wanted: int = 0,
    threads: int = 1,
    seed: int,
    progress: Progress = no_progress,
) -> list[Repetition]:
    """Fit on several foldings; the later ones take the neighbours of the first.

    They take its L2 strengths too, with few classes only those of the refined probes.

    Args:
        problem: n samples of c classes.
        votes: further out-of-fold log-scores, whose weights are learnt in each repetition.
        earlier: repetitions on the same samples, each of which is trained on for one round.
        wanted: how many; 0 chooses by the number of samples.
        threads: how many are fitted at a time; one that waits for another, or on which all others
            wait, has them to itself. The result is the same.
        seed: of every random draw.
        progress: stages done of all; may raise `Cancelled`.
    """
    usual = number_of_repetitions(len(problem.given), len(problem.present))
    wanted = len(earlier) or wanted or usual
    can_nest = nested_folds.can_nest(
        len(problem.given), problem.number_of_folds, len(problem.present)
    )

    def fitted(turn: int, settings: Fit | None, report: Progress) -> Repetition:
        own_seed = seed + turn * _SEED_STEP
        # A fit beside which no other runs has the threads to itself.
        alone = not earlier and (turn == 0 or wanted == 2)
        again = partial(
            fit_consensus,
            votes=votes,
            threads=threads if alone else 1,
            seed=own_seed,
            progress=report,
        )
        if earlier:
            before = earlier[turn]
            now = replace(problem, folds=before.folds, nested=before.fit.nested is not None)
            return Repetition(now.folds, again(now, earlier=before.fit))
        now = refolded(problem, seed=own_seed) if turn else problem
        now = replace(now, nested=turn % _NESTED_OF == 0 or len(problem.present) <= _FEW_CLASSES)
        fit = again(now, settings=settings)
        if can_nest and not now.nested and remembers_labels(fit):
            fit = again(replace(now, nested=True), settings=settings)
        return Repetition(now.folds, fit)

    if earlier:
        # Each goes on from its own fit, so that none waits for the first.
        again_each = [partial(fitted, turn, None) for turn in range(wanted)]
        return side_by_side(again_each, threads, _part(progress, 0, wanted))
    first = fitted(0, None, _part(progress, 0, wanted))
    settings = first.fit
    if len(problem.present) <= _OWN_STRENGTHS:
        settings = replace(settings, penalties={})
    tasks = [partial(fitted, turn, settings) for turn in range(1, wanted)]
    return [first, *side_by_side(tasks, threads, _part(progress, 1, wanted))]


def remembers_labels(fit: Fit) -> bool:
    """Whether a fit of n samples agrees with their labels more than learning alone explains."""
    chance = tolerance(fit.first_agreement, len(fit.probability))
    return fit.agreement - fit.first_agreement > max(_MOST_GAINED * chance, _MOST_LEARNT)


def _part(progress: Progress, turn: int, turns: int) -> Progress:
    """Report of the repetition `turn`, or, from tasks numbered from `turn` on, of all of them."""

    def report(done: int, total: int) -> None:
        progress(turn * total + done, turns * total)

    return report


def average(problem: Problem, repetitions: Sequence[Repetition]) -> Averaged:
    """Average the posteriors of repetitions on n samples."""
    fits = [repetition.fit for repetition in repetitions]
    reliabilities = [_reliability(problem, fit) for fit in fits]
    reliability = float(np.mean(reliabilities))
    probability = torch.zeros_like(fits[0].probability)
    # Added in place: one copy of (n, c), however many repetitions there are.
    for fit in fits:
        probability.add_(fit.probability, alpha=1.0 / len(fits))
    transition = _common_transition(problem, fits, probability)
    probability = image_probability(probability, problem.copies, problem.matrix)
    each = torch.stack(
        [_wrong(problem, _of_images(problem, fit), transition, reliability) for fit in fits]
    )
    return Averaged(
        posterior=_posterior(problem, probability, transition, reliability),
        probability=probability,
        transition=transition,
        reliability=reliability,
        agreement=float(np.mean([fit.first_agreement for fit in fits])),
        weights=_mean_weights(fits),
        spread=each.std(0) if len(fits) > 1 else torch.zeros_like(each[0]),
        rates=_own_rates(problem, fits, reliabilities),
        each=each,
        unaided=_unaided(problem, probability, transition, reliability),
        perhaps_none=_perhaps_none(problem, fits, probability, transition),
        most_borne=most_borne(_evidence(fits)),
        error_limit=float(np.mean([fit.error_limit for fit in fits])),
    )


def _evidence(fits: Sequence[Fit]) -> list[NoiseEvidence]:
    return [fit.evidence for fit in fits if fit.evidence is not None]


def _perhaps_none(
    problem: Problem, fits: Sequence[Fit], probability: Tensor, transition: np.ndarray
) -> float:
    """How plausible it is, in [0, 1], that no given label is wrong."""
    came = problem.came
    if not came.any():
        return 0.0
    return plausibility_of_none(
        _evidence(fits),
        problem.observed,
        unsure=unsureness(probability),
        rate=float(_wrong(problem, probability, transition, 1.0)[came].double().mean()),
    )


def _common_transition(problem: Problem, fits: Sequence[Fit], probability: Tensor) -> np.ndarray:
    """(c, c) P(given | true): half by the repetitions' own, half fitted on their mean probability.

    The mean is nearer the truth than any of them, and what a single one mistakes counts as noise in
    its own matrix; with few samples the mean alone is too sure of itself. Of 1 000 images (76 label
    sets of 16 datasets) 1.07 times the true number of errors are expected, not 1.11, F1 is .858,
    not .855, and the interval covers 75, not 71. Of 150 images (59 label sets) .99, not 1.11, F1
    .745, not .749; fitted on the mean alone .95 and .740.
    """
    own = np.mean([fit.transition for fit in fits], axis=0)
    if len(fits) == 1:
        return own
    observed = problem.observed
    part = slice(None, None, -(-len(probability) // MOST_ROWS))
    pseudo_count = choose_pseudo_count(probability[part], observed.at(part))
    fitted = fit_transition(probability, observed, pseudo_count=pseudo_count, start=own)
    return (own + fitted) / 2.0


def _of_images(problem: Problem, fit: Fit) -> Tensor:
    """(n, c) P(true | x) of a fit, of all copies of one image together."""
    return image_probability(fit.probability, problem.copies, problem.matrix)


def _posterior(
    problem: Problem, probability: Tensor, transition: np.ndarray, reliability: float
) -> Tensor:
    """(n, c) P(true | x, given), of all copies of one image together."""
    observed, copies = problem.observed, problem.copies
    return image_posterior(probability, transition, observed, copies, reliability=reliability)


def _wrong(
    problem: Problem, probability: Tensor, transition: np.ndarray, reliability: float
) -> Tensor:
    """(n,) P(given label wrong)."""
    own = _posterior(problem, probability, transition, reliability)
    return 1.0 - own.gather(1, problem.given.unsqueeze(1)).squeeze(1)


def _own_rates(problem: Problem, fits: Sequence[Fit], reliabilities: Sequence[float]) -> np.ndarray:
    """(R,) noise rate of the labels that came with the dataset, as each repetition reads them."""
    came = problem.came
    if not came.any():
        return np.zeros(len(fits))
    own = [
        _wrong(problem, _of_images(problem, fit), fit.transition, reliability)
        for fit, reliability in zip(fits, reliabilities, strict=True)
    ]
    return np.array([float(wrong[came].double().mean()) for wrong in own])


def _unaided(
    problem: Problem, probability: Tensor, transition: np.ndarray, reliability: float
) -> Tensor | None:
    """(n,) P(given label wrong), read without the verdict on the sample itself or on its copies."""
    if not (problem.truth >= 0).any():
        return None
    blind = replace(problem, truth=torch.full_like(problem.truth, -1))
    return _wrong(blind, probability, transition, reliability)


def _mean_weights(fits: Sequence[Fit]) -> dict[str, float]:
    names = dict.fromkeys(name for fit in fits for name in fit.weights)
    return {name: float(np.mean([fit.weights.get(name, 0.0) for fit in fits])) for name in names}


def _reliability(problem: Problem, fit: Fit) -> float:
    """Of the labels that came with the dataset; what a person gave is certain."""
    if problem.came.all():  # the usual case, spared the copy
        return label_reliability(fit.probability, fit.transition, problem.given)
    came = problem.came
    if not came.any():
        return 1.0
    return label_reliability(fit.probability[came], fit.transition, problem.given[came])
