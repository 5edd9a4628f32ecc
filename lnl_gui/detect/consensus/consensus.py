"""The consensus: one calibrated suspicion and one suggestion for every sample.

Out-of-fold scores of robust probes are read through a noise transition matrix fitted together with
their temperature, refined on their own posterior, and joined by the neighbours and by further
detectors at learnt weights. What is learnt from posteriors learns from such as know no label of the
fold that it is to judge (`lnl_gui.detect.probes.nested_folds`). Only given labels are used, and
verdicts where a person has given them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.consensus.anchors import anchored_transition
from lnl_gui.detect.consensus.assembly import assembled, unjudged
from lnl_gui.detect.consensus.calibration import fit_weights, pooled
from lnl_gui.detect.consensus.class_separation import ClassSeparation, class_separation
from lnl_gui.detect.consensus.consensus_result import Consensus, WarmStart
from lnl_gui.detect.consensus.copies_together import (
    best_class,
    image_posterior,
    image_probability,
)
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.ensemble import EnsembleMember
from lnl_gui.detect.consensus.label_reliability import label_reliability
from lnl_gui.detect.consensus.many_classes import (
    fit_many_classes,
    predict_many_classes,
    too_many,
)
from lnl_gui.detect.consensus.noise_evidence import (
    most_borne,
    noise_evidence,
    plausibility_of_none,
    unsureness,
)
from lnl_gui.detect.consensus.noise_models import noise_model_error
from lnl_gui.detect.consensus.none_wrong import none_shares, with_none_wrong
from lnl_gui.detect.consensus.problem import Problem, state_problem
from lnl_gui.detect.consensus.random_error_limit import random_error_limit
from lnl_gui.detect.consensus.repetitions import Averaged, average, fit_repetitions
from lnl_gui.detect.consensus.sample_posteriors import SamplePosteriors
from lnl_gui.detect.consensus.unlabelled import told_by_copies, unlabelled_posteriors
from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.devices import within_memory
from lnl_gui.detect.probes.class_softmax import log_softmax_of_classes
from lnl_gui.detect.probes.robust_probe import train_probe_loss
from lnl_gui.detect.threads import at_most
from lnl_gui.util.process.side_by_side import beside
from lnl_gui.util.progress import Progress, no_progress

# Enough to show and to weigh annotators by; N x C of thousands of classes would not fit on disk.
SHOWN_CLASSES = 20
"""Posterior classes kept for each sample."""
# A probability of exactly 0 would rule its class out at every temperature.
_LEAST_PROBABILITY = 1e-6


def find_suspects(
    wanted: DetectionInput,
    *,
    warm_start: WarmStart | None = None,
    progress: Progress = no_progress,
) -> Consensus:
    """Estimate for every sample the probability that its given label is wrong.

    Samples without a label get a suggestion from the model fitted on the others, on which they
    have no influence. Once a person has labelled them they take part in the fit, not in the rates.

    Args:
        wanted: N samples of C classes.
        warm_start: of an earlier consensus on the same embeddings and given labels.
        progress: stages done of all; may raise `Cancelled`.

    Raises:
        UserError: for lengths that differ, labels out of range, or no usable sample.

    Time O(N P C) times some hundred passes, with P at most 256; memory O(N (P + C)).
    """

    def found_on(device: str) -> Consensus:
        there = wanted if device == wanted.device else replace(wanted, device=device)
        return _find_suspects(there, warm_start, progress)

    return within_memory(found_on, wanted.device)


def _find_suspects(
    wanted: DetectionInput, warm_start: WarmStart | None, progress: Progress
) -> Consensus:
    problem = state_problem(wanted, features=warm_start.features if warm_start else None)
    embeddings, seed = wanted.embeddings, wanted.seed
    if not problem.solvable:
        return unjudged(problem, wanted.class_names)
    if warm_start is not None and not _holds(warm_start, problem):
        warm_start = None
    # Spinning threads make problems this small a hundred times slower on a busy machine.
    found = None
    threads = torch.get_num_threads()
    with at_most(1):
        # Scores (n, c) of thousands of classes do not fit in memory; a plainer model does.
        if too_many(len(problem.given), len(problem.present)):
            posteriors, warm = fit_many_classes(problem, _shown(problem), progress=progress), None
            if len(problem.open_rows):
                found = predict_many_classes(problem, posteriors, embeddings, _shown(problem))
        else:
            votes = [_as_member(vote, problem) for vote in wanted.extra_votes]
            earlier = warm_start.repetitions if warm_start else ()

            def probe_loss(report: Progress) -> np.ndarray:
                # It rests on the given labels alone, which verdicts do not change.
                return warm_start.loss if warm_start else _probe_loss(problem, seed, report)

            with beside(probe_loss, threads) as probed:
                repetitions = fit_repetitions(
                    problem,
                    votes,
                    earlier=earlier,
                    wanted=wanted.repetitions,
                    threads=threads,
                    seed=seed,
                    progress=progress,
                )
                loss = probed()
            with beside(lambda _: class_separation(problem), threads) as separation:
                averaged = average(problem, repetitions)
                posteriors = _sample_posteriors(problem, averaged, loss, separation, seed=seed)
            warm = WarmStart(problem.features, repetitions, loss, problem.units)
            if len(problem.open_rows):
                found = unlabelled_posteriors(
                    problem, repetitions, embeddings, shown=_shown(problem), seed=seed
                )
        if found is not None:
            found = told_by_copies(found, posteriors, problem, wanted.copies)
        return assembled(problem, posteriors, found, warm, wanted)


def judge_probabilities(
    probabilities: np.ndarray,
    given_labels: np.ndarray,
    *,
    seed: int = 0,
    class_names: Sequence[str] = (),
    groups: np.ndarray | None = None,
    copies: np.ndarray | None = None,
) -> Consensus:
    """Read a classifier's out-of-sample probabilities through the same noise model.

    Nothing is trained: the transition matrix is read off the most confident predictions, and their
    temperature fitted to it.

    Args:
        probabilities: (N, C) float, rows sum to 1.
        given_labels: (N,) int in [0, C); -1 where a sample has none.
        seed: of the folds.
        class_names: the C names, for the warnings.
        groups: (N,) int, -1 alone; see `find_suspects`.
        copies: (N,) int, -1 alone; see `find_suspects`.

    Raises:
        UserError: for lengths that differ, labels out of range, or no labelled sample.

    Time O(N C) times some ten passes, memory O(N C).
    """
    logs = np.log(np.maximum(probabilities, _LEAST_PROBABILITY)).astype(np.float32)
    wanted = DetectionInput(
        [logs],
        given_labels,
        probabilities.shape[1],
        class_names=class_names,
        groups=groups,
        copies=copies,
        seed=seed,
    )
    problem = state_problem(wanted)
    if not problem.solvable:
        return unjudged(problem, wanted.class_names)
    with at_most(1):
        scores = torch.from_numpy(logs[np.ix_(problem.features.rows, problem.present)])
        scores = log_softmax_of_classes(scores)
        transition = anchored_transition(scores, problem.given)
        weights = fit_weights([scores], problem.observed, transition, np.ones(1))
        probability = pooled([scores], weights)
        reliability = label_reliability(probability, transition, problem.given)
        evidence = noise_evidence([scores], problem.observed, seed=seed)
        images = problem.copies
        probability = image_probability(probability, images, problem.matrix)
        posterior = image_posterior(
            probability, transition, problem.observed, images, reliability=reliability
        )
        wrong = 1.0 - posterior.gather(1, problem.given.unsqueeze(1))
        averaged = Averaged(
            posterior=posterior,
            probability=probability,
            transition=transition,
            reliability=reliability,
            agreement=float((scores.argmax(1) == problem.given).double().mean()),
            weights={"probabilities": float(weights[0])},
            spread=torch.zeros(len(scores)),
            rates=np.empty(0),
            each=torch.zeros(0, len(scores)),
            perhaps_none=plausibility_of_none(
                [evidence],
                problem.observed,
                unsure=unsureness(probability),
                rate=float(wrong.double().mean()),
            ),
            most_borne=most_borne([evidence]),
            error_limit=random_error_limit(
                scores[problem.came], problem.given[problem.came], problem.units[problem.came]
            ),
        )
        loss = -scores.gather(1, problem.given.unsqueeze(1)).squeeze(1).numpy()
        posteriors = _sample_posteriors(
            problem, averaged, loss, partial(class_separation, problem), seed=seed
        )
        consensus = assembled(problem, posteriors, None, None, wanted)
    rows = problem.open_rows
    if rows.size:
        consensus.suggested_label[rows] = probabilities[rows].argmax(1)
        consensus.confidence[rows] = probabilities[rows].max(1)
    return consensus


def _holds(warm_start: WarmStart, problem: Problem) -> bool:
    """Whether rows and groups are as they were: a person may have labelled further samples."""
    return warm_start.features is problem.features and torch.equal(warm_start.units, problem.units)


def _as_member(vote: DetectorResult, problem: Problem) -> EnsembleMember:
    """One at the class voted for, zero elsewhere: the learnt weight is the vote's log-odds."""
    chosen = np.asarray(vote.vote, np.int64)[problem.features.rows]
    place = np.searchsorted(problem.present, chosen).clip(0, len(problem.present) - 1)
    counts = (chosen != NO_VOTE) & (problem.present[place] == chosen)
    scores = torch.zeros(len(chosen), len(problem.present))
    rows = torch.from_numpy(np.flatnonzero(counts))
    # Where it names no class it says nothing: zeros shift no class against another.
    scores[rows, torch.from_numpy(place[counts])] = 1.0
    return EnsembleMember(vote.name, scores, float("nan"))


def _shown(problem: Problem) -> int:
    return min(SHOWN_CLASSES, len(problem.present))


def _probe_loss(problem: Problem, seed: int, progress: Progress) -> np.ndarray:
    """(n,) losses of a probe trained on the given labels with early-learning regularisation."""
    classes = len(problem.present)
    return train_probe_loss(
        problem.matrix_on_device,
        problem.given,
        classes=classes,
        sample_weights=problem.weight,
        seed=seed,
        progress=progress,
    ).loss


def _sample_posteriors(
    problem: Problem,
    averaged: Averaged,
    loss: np.ndarray,
    separated: Callable[[], ClassSeparation],
    *,
    seed: int,
) -> SamplePosteriors:
    best = best_class(averaged.probability, averaged.posterior, problem.given, problem.copies)
    error = noise_model_error(
        averaged.probability,
        averaged.transition,
        problem.observed,
        reliability=averaged.reliability,
        seed=seed,
    )
    shares = none_shares(problem, averaged.perhaps_none)
    averaged = with_none_wrong(averaged, problem.given, shares)
    own = averaged.posterior.gather(1, problem.given.unsqueeze(1)).squeeze(1)
    value, classes = averaged.posterior.topk(_shown(problem))
    # It is found beside all that is above.
    separation = separated()
    return SamplePosteriors(
        given_probability=_judged_as_one(problem, averaged.posterior, own, separation),
        own_probability=own,
        separation=separation,
        best_class=torch.where(problem.truth >= 0, problem.truth, best),
        posterior=value,
        classes=classes,
        transition=averaged.transition,
        agreement=averaged.agreement,
        reliability=averaged.reliability,
        weights=averaged.weights,
        loss=loss,
        spread=averaged.spread.numpy(),
        rates=averaged.rates,
        each=averaged.each,
        unaided=averaged.unaided,
        model_error=error,
        error_limit=averaged.error_limit,
        most_borne=averaged.most_borne,
        none_share=shares.numpy(),
    )


def _judged_as_one(
    problem: Problem, posterior: Tensor, own: Tensor, separation: ClassSeparation
) -> Tensor:
    """(n,) probability of the given label or of a class that images do not tell from it."""
    if not separation.pairs:
        return own
    component = torch.from_numpy(separation.component.astype(np.int64))
    same = torch.zeros(len(component), int(component.max()) + 1)
    same[torch.arange(len(component)), component] = 1.0
    joint = (posterior @ same).gather(1, component[problem.given].unsqueeze(1)).squeeze(1)
    # What a person decided between the two is decided.
    return torch.where(problem.truth >= 0, own, joint)
