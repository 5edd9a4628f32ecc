"""The consensus: one calibrated suspicion and one suggestion for every sample.

Out-of-fold scores of robust probes are read through a noise transition matrix fitted together with
their temperature, refined on their own posterior, and joined by the neighbours and by further
detectors at learnt weights. Only given labels are used, and verdicts where a person has given them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.consensus.anchors import anchored_transition
from lnl_gui.detect.consensus.calibration import fit_weights, pooled, responsibilities
from lnl_gui.detect.consensus.class_separation import ClassSeparation, class_separation
from lnl_gui.detect.consensus.diagnosis import diagnose
from lnl_gui.detect.consensus.ensemble import EnsembleMember
from lnl_gui.detect.consensus.label_reliability import label_reliability
from lnl_gui.detect.consensus.many_classes import (
    MOST_CLASSES,
    fit_many_classes,
    predict_many_classes,
    too_many,
)
from lnl_gui.detect.consensus.problem import Problem, state_problem
from lnl_gui.detect.consensus.repetitions import (
    Averaged,
    Repetition,
    average,
    fit_repetitions,
)
from lnl_gui.detect.consensus.sample_posteriors import SamplePosteriors, UnlabelledPosteriors
from lnl_gui.detect.consensus.threshold import expected_f_threshold
from lnl_gui.detect.consensus.uncertainty import (
    class_rates,
    rate_interval,
    total_relative_error,
)
from lnl_gui.detect.consensus.unlabelled import unlabelled_posteriors
from lnl_gui.detect.detectors.result import NO_VOTE, DetectorResult
from lnl_gui.detect.mixture import Mixture, fit_mixture
from lnl_gui.detect.probes.cross_fitting import one_thread
from lnl_gui.detect.probes.preparation import Features
from lnl_gui.detect.probes.robust_probe import train_probe_loss
from lnl_gui.util.messages import Message
from lnl_gui.util.progress import Progress, no_progress

# Enough to show and to weigh annotators by; N x C of thousands of classes would not fit on disk.
SHOWN_CLASSES = 20
"""Posterior classes kept for each sample."""
_LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True)
class WarmStart:
    """State from which a later call on the same embeddings and given labels resumes.

    Kept in memory only.

    Attributes:
        features: the prepared rows.
        repetitions: the fitted consensus on each folding.
        loss: (n,) float32 cross-entropy in nats of the robust probe on the given labels.
        units: (n,) int64, what was kept together.
    """

    features: Features
    repetitions: list[Repetition]
    loss: np.ndarray
    units: Tensor


@dataclass(frozen=True)
class Consensus:
    """Result of `find_suspects`: suspicion and suggestion for N samples, noise estimates.

    Attributes:
        suspicion: (N,) float32 P(given label wrong); NaN where it could not be judged, as
            without a given label. Where a person has decided it is 0 or 1.
        suggested_label: (N,) int32 most probable class, never the given one where flagged, also
            for samples without a label; -1 where nothing can be said.
        confidence: (N,) float32 P(suggested label right) of samples without any label; NaN for all
            others.
        flagged: (N,) bool, suspicion at or above the threshold and the label not yet decided.
        threshold: the cut with the best expected F at the chosen emphasis.
        posterior: (N, k) float32 probabilities of the k most probable classes, falling.
        posterior_classes: (N, k) int32 their ids; -1 where nothing can be said.
        noise_rate: share of wrong given labels; samples without one count in no rate.
        noise_rate_interval: 95 % interval.
        class_noise_rate: (C,) share of wrong labels by given class; NaN without samples.
        class_noise_rate_interval: (C, 2).
        transition_matrix: (C, C), row k holds P(given = j | true = k); identity for classes that
            do not occur. (0, 0) with thousands of classes, where it is not estimated.
        loss: (N,) float32 cross-entropy in nats of a robust probe on the given label; NaN where
            it could not be judged.
        mixture: two Gaussians on the losses of each given class.
        probe_accuracy: out-of-fold agreement of the probe with the labels.
        majority_rate: what voting for the largest class would agree to.
        label_reliability: exponent at which a sample's own given label was read; 1 is Bayes' rule,
            less where errors follow the likeness of classes, as people's do.
        weights: learnt pooling weight of each member of the ensemble.
        repetitions: how many fits on folds of their own were averaged.
        suspicion_spread: (N,) float32 standard deviation of the suspicion between them; NaN where
            it could not be judged or there was one fit only.
        noise_rate_spread: that of the noise rate; NaN with one fit.
        relative_error: standard error of the noise rate and of every expected number of errors,
            relative to it.
        separation: how well the images tell the classes apart; None where that was not measured.
            Classes that they do not tell apart are judged as one: the suspicion is then the
            probability that the label should be none of them.
        held_back: (N,) bool, labels that would be suspect if such classes were not judged as one.
        warnings: what to distrust in this result, in sentences.
        warm_start: to rank again within seconds once verdicts have come in.
    """

    suspicion: np.ndarray
    suggested_label: np.ndarray
    confidence: np.ndarray
    flagged: np.ndarray
    threshold: float
    posterior: np.ndarray
    posterior_classes: np.ndarray
    noise_rate: float
    noise_rate_interval: tuple[float, float]
    class_noise_rate: np.ndarray
    class_noise_rate_interval: np.ndarray
    transition_matrix: np.ndarray
    loss: np.ndarray
    mixture: Mixture
    probe_accuracy: float
    majority_rate: float
    label_reliability: float
    weights: dict[str, float]
    repetitions: int
    suspicion_spread: np.ndarray
    noise_rate_spread: float
    relative_error: float
    separation: ClassSeparation | None
    held_back: np.ndarray
    warnings: list[Message]
    warm_start: WarmStart | None = field(default=None, repr=False)


def find_suspects(
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    verdict_labels: np.ndarray | None = None,
    seed: int = 0,
    emphasis: float = 0.0,
    warm_start: WarmStart | None = None,
    extra_votes: Sequence[DetectorResult] = (),
    class_names: Sequence[str] = (),
    groups: np.ndarray | None = None,
    copies: np.ndarray | None = None,
    progress: Progress = no_progress,
) -> Consensus:
    """Estimate for every sample the probability that its given label is wrong.

    Samples without a label get a suggestion from the model fitted on the others, on which they
    have no influence. Once a person has labelled them they take part in the fit, not in the rates.

    Args:
        embeddings: K spaces (N, D_k), any float type. Rows with NaN are left out and said so.
        given_labels: (N,) int in [0, C); -1 where a sample has none.
        number_of_classes: C.
        verdict_labels: (N,) int the class a person decided on, -1 where nobody has.
        seed: the same seed gives the same result on the CPU.
        emphasis: in [-1, 1]; above 0 flags more (recall), below 0 fewer (precision).
        warm_start: of an earlier consensus on the same embeddings and given labels.
        extra_votes: results of further detectors whose votes do not rest on a sample's own given
            label; their weight is learnt.
        class_names: the C names, for the warnings.
        groups: (N,) int, -1 alone: samples that are no independent witnesses, such as one patient's
            images. Members stay in one fold and have no vote on each other.
        copies: (N,) int, -1 alone: copies of one image. They are a group, and count together as one
            sample.
        progress: stages done of all; may raise `Cancelled`.

    Raises:
        UserError: for lengths that differ, labels out of range, or no usable sample.

    Time O(N P C) times some hundred passes, with P at most 256; memory O(N (P + C)).
    """
    problem = state_problem(
        embeddings,
        given_labels,
        number_of_classes=number_of_classes,
        verdict_labels=verdict_labels,
        features=warm_start.features if warm_start else None,
        seed=seed,
        groups=groups,
        copies=copies,
    )
    if not problem.solvable:
        return _unjudged(problem, class_names)
    if warm_start is not None and not _holds(warm_start, problem):
        warm_start = None
    # Spinning threads make problems this small a hundred times slower on a busy machine.
    found = None
    with one_thread():
        # Scores (n, c) of thousands of classes do not fit in memory; a plainer model does.
        if too_many(len(problem.given), len(problem.present)):
            posteriors, warm = fit_many_classes(problem, _shown(problem), progress=progress), None
            if len(problem.open_rows):
                found = predict_many_classes(problem, posteriors, embeddings, _shown(problem))
        else:
            votes = [_as_member(vote, problem) for vote in extra_votes]
            earlier = warm_start.repetitions if warm_start else ()
            repetitions = fit_repetitions(
                problem, votes, earlier=earlier, seed=seed, progress=progress
            )
            # It rests on the given labels alone, which verdicts do not change.
            loss = warm_start.loss if warm_start else _probe_loss(problem, seed=seed)
            posteriors, warm = (
                _sample_posteriors(
                    problem, average(problem, repetitions), loss, class_separation(problem)
                ),
                WarmStart(problem.features, repetitions, loss, problem.units),
            )
            if len(problem.open_rows):
                found = unlabelled_posteriors(
                    problem, repetitions, embeddings, shown=_shown(problem), seed=seed
                )
        return _assembled(problem, posteriors, found, warm, emphasis, class_names)


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
    problem = state_problem(
        [logs],
        given_labels,
        number_of_classes=probabilities.shape[1],
        verdict_labels=None,
        features=None,
        seed=seed,
        groups=groups,
        copies=copies,
    )
    if not problem.solvable:
        return _unjudged(problem, class_names)
    with one_thread():
        scores = torch.from_numpy(logs[np.ix_(problem.features.rows, problem.present)])
        scores = torch.log_softmax(scores, 1)
        transition = anchored_transition(scores, problem.given)
        weights = fit_weights([scores], problem.observed, transition, np.ones(1))
        probability = pooled([scores], weights)
        reliability = label_reliability(probability, transition, problem.given)
        averaged = Averaged(
            posterior=responsibilities(
                probability, transition, problem.observed, reliability=reliability
            ),
            probability=probability,
            transition=transition,
            reliability=reliability,
            agreement=float((scores.argmax(1) == problem.given).double().mean()),
            weights={"probabilities": float(weights[0])},
            spread=torch.zeros(len(scores)),
            rates=np.empty(0),
        )
        loss = -scores.gather(1, problem.given.unsqueeze(1)).squeeze(1).numpy()
        posteriors = _sample_posteriors(problem, averaged, loss, class_separation(problem))
        consensus = _assembled(problem, posteriors, None, None, 0.0, class_names)
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


def _probe_loss(problem: Problem, *, seed: int) -> np.ndarray:
    """(n,) losses of a probe trained on the given labels with early-learning regularisation."""
    classes = len(problem.present)
    return train_probe_loss(
        problem.matrix, problem.given, classes=classes, sample_weights=problem.weight, seed=seed
    ).loss


def _sample_posteriors(
    problem: Problem, averaged: Averaged, loss: np.ndarray, separation: ClassSeparation
) -> SamplePosteriors:
    given = problem.given.unsqueeze(1)
    own = averaged.posterior.gather(1, given).squeeze(1)
    value, classes = averaged.posterior.topk(_shown(problem))
    return SamplePosteriors(
        given_probability=_judged_as_one(problem, averaged.posterior, own, separation),
        own_probability=own,
        separation=separation,
        # Of P, before the given label is read: the posterior mostly repeats that label.
        best_class=torch.where(problem.truth >= 0, problem.truth, averaged.probability.argmax(1)),
        posterior=value,
        classes=classes,
        transition=averaged.transition,
        agreement=averaged.agreement,
        reliability=averaged.reliability,
        weights=averaged.weights,
        loss=loss,
        spread=averaged.spread.numpy(),
        rates=averaged.rates,
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


def _suspicion(problem: Problem, own: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """(n,) float64 P(given label wrong), and (n,) bool whether it may be flagged.

    The only sample of its class, or one whose class occurs in its own group alone, was never seen
    by the probe that judges it; it is given the mean suspicion of the others. NaN where only a
    person gave a label.
    """
    judged = (1.0 - own.double()).clamp(0.0, 1.0).numpy()
    decided = (problem.truth >= 0).numpy()
    alone = (_units_of_class(problem)[problem.given] < 2).numpy() & ~decided
    # The probe scores a class it has never seen by chance.
    others = problem.came.numpy() & ~alone
    if others.any():
        judged[alone] = judged[others].mean()
    judged[~problem.came.numpy()] = np.nan
    return judged, ~alone & ~decided


def _units_of_class(problem: Problem) -> Tensor:
    """(c,) int64: samples or groups of samples that bear each label."""
    pairs = torch.unique(torch.stack([problem.labels, problem.units]), dim=1)
    return torch.bincount(pairs[0], minlength=len(problem.present))


def _assembled(
    problem: Problem,
    posteriors: SamplePosteriors,
    unlabelled: UnlabelledPosteriors | None,
    warm: WarmStart | None,
    emphasis: float,
    class_names: Sequence[str],
) -> Consensus:
    """Spread the compact result over all N samples and C classes."""
    present, given = problem.present, problem.present[problem.given.numpy()]
    judged, free = _suspicion(problem, posteriors.given_probability)
    suspicion = _spread(problem, judged.astype(np.float32), np.nan)
    undecided = _spread(problem, free, False)
    # Over what is still open: decided samples leave no error to find.
    threshold = expected_f_threshold(suspicion[undecided], emphasis=emphasis)
    flagged = undecided & (suspicion >= threshold)
    held_back = _held_back(problem, posteriors, undecided & ~flagged, threshold)
    came = problem.came.numpy()
    noise_rate = float(judged[came].mean()) if came.any() else 0.0
    several = posteriors.rates.size > 1
    rate_spread = float(np.std(posteriors.rates, ddof=1)) if several else float("nan")
    relative_error = total_relative_error(noise_rate, rate_spread)
    rate, interval = class_rates(
        judged[came],
        given[came],
        number_of_classes=problem.classes,
        relative_error=relative_error,
    )
    majority = _majority_rate(problem)
    suggested = present[_suggestion(problem, posteriors, flagged)].astype(np.int32)
    shown = present[posteriors.classes].astype(np.int32)
    loss = np.where(came, posteriors.loss, np.nan).astype(np.float32)
    consensus = Consensus(
        suspicion=suspicion,
        suggested_label=_spread(problem, suggested, NO_VOTE),
        confidence=np.full(problem.samples, np.nan, np.float32),
        flagged=flagged,
        threshold=threshold,
        posterior=_spread(problem, posteriors.posterior.numpy(), np.nan),
        posterior_classes=_spread(problem, shown, NO_VOTE),
        noise_rate=noise_rate,
        noise_rate_interval=rate_interval(judged[came], relative_error=relative_error),
        class_noise_rate=rate,
        class_noise_rate_interval=interval,
        transition_matrix=_transition(problem, posteriors.transition),
        loss=_spread(problem, loss, np.nan),
        mixture=_mixture(problem, posteriors.loss, given),
        probe_accuracy=posteriors.agreement,
        majority_rate=majority,
        label_reliability=posteriors.reliability,
        weights=posteriors.weights,
        repetitions=max(posteriors.rates.size, 1),
        suspicion_spread=_spread(problem, _spread_of(posteriors, judged), np.nan),
        noise_rate_spread=rate_spread,
        relative_error=relative_error,
        separation=posteriors.separation,
        held_back=held_back,
        warnings=diagnose(
            problem,
            posteriors.agreement,
            majority,
            class_names,
            separation=posteriors.separation,
            held_back=int(held_back.sum()),
        ),
        warm_start=warm,
    )
    if unlabelled is not None:
        _suggest(consensus, unlabelled, present)
    if posteriors.separation is not None and not posteriors.separation.informative:
        return _unbounded(consensus)
    return consensus


def _held_back(
    problem: Problem, posteriors: SamplePosteriors, unflagged: np.ndarray, threshold: float
) -> np.ndarray:
    """(N,) bool: labels that are suspect only against a class that images do not tell apart."""
    if posteriors.separation is None or not posteriors.separation.pairs:
        return np.zeros(problem.samples, bool)
    assert posteriors.own_probability is not None
    own = _spread(problem, 1.0 - posteriors.own_probability.numpy(), 0.0)
    return unflagged & (own >= threshold)


def _spread_of(posteriors: SamplePosteriors, judged: np.ndarray) -> np.ndarray:
    """(n,) float32, NaN where there is no suspicion."""
    if posteriors.spread is None or posteriors.rates.size < 2:
        return np.full(len(judged), np.nan, np.float32)
    return np.where(np.isnan(judged), np.nan, posteriors.spread).astype(np.float32)


def _mixture(problem: Problem, loss: np.ndarray, given: np.ndarray) -> Mixture:
    """Of the labels that came with the dataset; where none did, of those that people gave."""
    rows = problem.came.numpy()
    rows = rows if rows.any() else ~rows
    return fit_mixture(loss[rows], given[rows], number_of_groups=problem.classes)


def _suggest(consensus: Consensus, found: UnlabelledPosteriors, present: np.ndarray) -> None:
    """Write the suggestions for samples without a label into their places."""
    classes = present[found.classes.numpy()].astype(np.int32)
    consensus.posterior[found.rows] = found.posterior.numpy()
    consensus.posterior_classes[found.rows] = classes
    consensus.suggested_label[found.rows] = classes[:, 0]
    consensus.confidence[found.rows] = found.posterior[:, 0].numpy()


def _suggestion(problem: Problem, posteriors: SamplePosteriors, flagged: np.ndarray) -> np.ndarray:
    """(n,) most probable class; for a flagged sample the most probable other than the given one."""
    best, given = posteriors.best_class.numpy(), problem.given.numpy()
    if posteriors.classes.shape[1] < 2:
        return best
    # A flag without another class to choose would leave a person nothing to accept.
    ranked = posteriors.classes[:, :2].numpy()
    other = np.where(ranked[:, 0] == given, ranked[:, 1], ranked[:, 0])
    return np.where(flagged[problem.features.rows] & (best == given), other, best)


def _spread(problem: Problem, values: np.ndarray, missing: float | bool | int) -> np.ndarray:
    """Values of the n usable rows over all N, `missing` elsewhere."""
    spread = np.full((problem.samples, *values.shape[1:]), missing, values.dtype)
    spread[problem.features.rows] = values
    return spread


def _transition(problem: Problem, compact: np.ndarray | None) -> np.ndarray:
    if compact is None or problem.classes > MOST_CLASSES:
        return np.empty((0, 0))
    whole = np.eye(problem.classes)
    whole[np.ix_(problem.present, problem.present)] = compact
    return whole


def _majority_rate(problem: Problem) -> float:
    return float(torch.bincount(problem.given).max() / len(problem.given))


def _unjudged(problem: Problem, class_names: Sequence[str]) -> Consensus:
    """No two classes, too few samples or constant embeddings: nothing is suspect."""
    count = len(problem.given)
    majority = _majority_rate(problem)
    posteriors = SamplePosteriors(
        given_probability=torch.ones(count),
        best_class=problem.given,
        posterior=torch.ones(count, 1),
        classes=problem.given.unsqueeze(1),
        transition=np.eye(len(problem.present)),
        agreement=majority,
        reliability=1.0,
        weights={},
        loss=np.zeros(count, np.float32),
    )
    consensus = _assembled(problem, posteriors, None, None, 0.0, class_names)
    return _unbounded(consensus)


def _unbounded(consensus: Consensus) -> Consensus:
    """Nothing was told by the images, so that no rate is ruled out."""
    unknown = np.where(np.isnan(consensus.class_noise_rate), np.nan, 1.0)
    interval = np.stack([unknown * 0.0, unknown], axis=1)
    return replace(consensus, noise_rate_interval=(0.0, 1.0), class_noise_rate_interval=interval)
