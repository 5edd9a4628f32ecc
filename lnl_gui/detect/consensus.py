"""The consensus: one calibrated suspicion and one suggestion for every sample.

Out-of-fold scores of robust probes are read through a noise transition matrix fitted together with
their temperature, refined on their own posterior, and joined by the neighbours and by further
detectors at learnt weights. Only given labels are used, and verdicts where a person has given them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.budget import Estimate, expected_errors
from lnl_gui.detect.calibration import responsibilities
from lnl_gui.detect.cross_fitting import one_thread
from lnl_gui.detect.diagnosis import diagnose
from lnl_gui.detect.ensemble import Ingredient
from lnl_gui.detect.fit import Fit, fit_consensus
from lnl_gui.detect.loss_mixture import train_probe_loss
from lnl_gui.detect.mixture import Mixture, fit_mixture
from lnl_gui.detect.preparation import Features
from lnl_gui.detect.problem import Problem, state_problem
from lnl_gui.detect.result import NO_VOTE, DetectorResult
from lnl_gui.detect.threshold import expected_f_threshold
from lnl_gui.detect.transition import Evidence
from lnl_gui.detect.trust import label_trust
from lnl_gui.detect.uncertainty import MODEL_ERROR, class_rates, rate_interval
from lnl_gui.util.progress import Progress, no_progress

SHOWN_CLASSES = 20
"""Posterior classes kept for each sample."""


@dataclass(frozen=True)
class WarmStart:
    """What a later call on the same embeddings and given labels can go on from. In memory only."""

    features: Features
    fit: Fit
    loss: np.ndarray
    mixture: Mixture


@dataclass(frozen=True)
class Consensus:
    """Everything known about N given labels.

    Attributes:
        suspicion: (N,) float32 P(given label wrong); NaN where it could not be judged. Where a
            person has decided it is 0 or 1.
        suggested_label: (N,) int32 most probable class; -1 where it could not be judged.
        flagged: (N,) bool, suspicion at or above the threshold and the label not yet decided.
        threshold: the cut with the best expected F at the chosen emphasis.
        posterior: (N, k) float32 probabilities of the k most probable classes, falling.
        posterior_classes: (N, k) int32 their ids; -1 where it could not be judged.
        noise_rate: share of wrong given labels.
        noise_rate_interval: 95 % interval.
        class_noise_rate: (C,) share of wrong labels by given class; NaN without samples.
        class_noise_rate_interval: (C, 2).
        transition_matrix: (C, C), row k holds P(given = j | true = k); identity for classes that
            do not occur.
        loss: (N,) float32 cross-entropy in nats of a robust probe on the given label; NaN where
            it could not be judged.
        mixture: two Gaussians on the losses of each given class.
        probe_accuracy: out-of-fold agreement of the probe with the labels.
        majority_rate: what voting for the largest class would agree to.
        label_trust: exponent at which a sample's own given label was read; 1 is Bayes' rule,
            less where errors follow the likeness of classes, as people's do.
        weights: how much each ingredient counts, learnt.
        warnings: plain sentences on what to distrust here.
        warm_start: to rank again within seconds once verdicts have come in.
    """

    suspicion: np.ndarray
    suggested_label: np.ndarray
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
    label_trust: float
    weights: dict[str, float]
    warnings: list[str]
    warm_start: WarmStart | None = field(default=None, repr=False)

    def expected_errors(self, top: int | None = None) -> Estimate:
        """Expected wrong labels among the `top` most suspect samples (all when None)."""
        return expected_errors(self.suspicion, top, relative_error=MODEL_ERROR)


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
    progress: Progress = no_progress,
) -> Consensus:
    """Judge every given label.

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
    )
    if not problem.solvable:
        return _nothing_to_say(problem, given_labels)
    votes = [_as_ingredient(vote, problem) for vote in extra_votes]
    with one_thread():
        fit = fit_consensus(
            problem,
            votes,
            earlier=warm_start.fit if warm_start else None,
            seed=seed,
            progress=progress,
        )
        warm = _followed(problem, fit, warm_start, number_of_classes, seed=seed)
        return _assembled(problem, fit, warm, np.asarray(given_labels), emphasis)


def _as_ingredient(vote: DetectorResult, problem: Problem) -> Ingredient:
    """One at the class voted for, zero elsewhere: the learnt weight is the vote's log-odds."""
    chosen = np.asarray(vote.vote, np.int64)[problem.features.rows]
    place = np.searchsorted(problem.present, chosen).clip(0, len(problem.present) - 1)
    counts = (chosen != NO_VOTE) & (problem.present[place] == chosen)
    scores = torch.zeros(len(chosen), len(problem.present))
    rows = torch.from_numpy(np.flatnonzero(counts))
    scores[rows, torch.from_numpy(place[counts])] = 1.0
    return Ingredient(vote.name, scores, float("nan"))


def _followed(
    problem: Problem, fit: Fit, earlier: WarmStart | None, classes: int, *, seed: int
) -> WarmStart:
    """The losses of a probe trained on given labels, and their mixture; kept when warm."""
    if earlier is not None:
        return WarmStart(earlier.features, fit, earlier.loss, earlier.mixture)
    followed = train_probe_loss(
        problem.matrix, problem.given, classes=len(problem.present), seed=seed
    )
    given = problem.present[problem.given.numpy()]
    mixture = fit_mixture(followed.loss, given, number_of_groups=classes)
    return WarmStart(problem.features, fit, followed.loss, mixture)


def _suspicion(problem: Problem, posterior: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """(n,) float64 P(given label wrong), and (n,) bool whether it may be flagged.

    The only sample of its class was never seen by the probe that judges it; it is given the mean
    suspicion of the others.
    """
    own = posterior.gather(1, problem.given.unsqueeze(1)).squeeze(1).double()
    judged = (1.0 - own).clamp(0.0, 1.0).numpy()
    decided = (problem.truth >= 0).numpy()
    counts = torch.bincount(problem.labels, minlength=len(problem.present))
    alone = (counts[problem.given] < 2).numpy() & ~decided
    if not alone.all():
        judged[alone] = judged[~alone].mean()
    return judged, ~alone & ~decided


def _assembled(
    problem: Problem, fit: Fit, warm: WarmStart, given: np.ndarray, emphasis: float
) -> Consensus:
    """Spread the compact result over all N samples and C classes."""
    evidence = Evidence(problem.given, problem.truth)
    trust = label_trust(fit.probability, fit.transition, problem.given)
    posterior = responsibilities(fit.probability, fit.transition, evidence, trust=trust)
    rows = problem.features.rows
    judged, free = _suspicion(problem, posterior)
    suspicion = np.full(problem.samples, np.nan, np.float32)
    suspicion[rows] = judged
    best = torch.where(problem.truth >= 0, problem.truth, fit.probability.argmax(1)).numpy()
    suggested = np.full(problem.samples, NO_VOTE, np.int32)
    suggested[rows] = problem.present[best]
    undecided = np.zeros(problem.samples, bool)
    undecided[rows] = free
    threshold = expected_f_threshold(suspicion[undecided], emphasis=emphasis)
    loss = np.full(problem.samples, np.nan, np.float32)
    loss[rows] = warm.loss
    shown = min(SHOWN_CLASSES, len(problem.present))
    value, index = posterior.topk(shown)
    probabilities = np.full((problem.samples, shown), np.nan, np.float32)
    classes = np.full((problem.samples, shown), NO_VOTE, np.int32)
    probabilities[rows], classes[rows] = value.numpy(), problem.present[index.numpy()]
    transition = np.eye(problem.classes)
    transition[np.ix_(problem.present, problem.present)] = fit.transition
    rate, interval = class_rates(judged, given[rows], number_of_classes=problem.classes)
    return Consensus(
        suspicion=suspicion,
        suggested_label=suggested,
        flagged=undecided & (suspicion >= threshold),
        threshold=threshold,
        posterior=probabilities,
        posterior_classes=classes,
        noise_rate=float(judged.mean()),
        noise_rate_interval=rate_interval(judged),
        class_noise_rate=rate,
        class_noise_rate_interval=interval,
        transition_matrix=transition,
        loss=loss,
        mixture=warm.mixture,
        probe_accuracy=fit.first_agreement,
        majority_rate=_majority_rate(problem),
        label_trust=trust,
        weights=fit.weights,
        warnings=diagnose(problem, fit.first_agreement, _majority_rate(problem)),
        warm_start=warm,
    )


def _majority_rate(problem: Problem) -> float:
    return float(torch.bincount(problem.given).max() / len(problem.given))


def _nothing_to_say(problem: Problem, given: np.ndarray) -> Consensus:
    """No two classes, too few samples or constant embeddings: nothing is suspect."""
    count, classes, rows = problem.samples, problem.classes, problem.features.rows
    suspicion = np.full(count, np.nan, np.float32)
    suspicion[rows] = 0.0
    suggested = np.full(count, NO_VOTE, np.int32)
    suggested[rows] = given[rows]
    loss = np.where(np.isnan(suspicion), np.nan, 0.0).astype(np.float32)
    zeros = np.zeros((classes, 2))
    rate, interval = class_rates(np.zeros(rows.size), given[rows], number_of_classes=classes)
    interval[:, 1] = np.where(np.isnan(rate), np.nan, 1.0)
    majority = _majority_rate(problem)
    return Consensus(
        suspicion=suspicion,
        suggested_label=suggested,
        flagged=np.zeros(count, bool),
        threshold=1.0,
        posterior=np.where(suggested >= 0, 1.0, np.nan).astype(np.float32)[:, None],
        posterior_classes=suggested[:, None],
        noise_rate=0.0,
        noise_rate_interval=(0.0, 1.0),
        class_noise_rate=rate,
        class_noise_rate_interval=interval,
        transition_matrix=np.eye(classes),
        loss=loss,
        mixture=Mixture(zeros, zeros, zeros, np.ones(classes, bool)),
        probe_accuracy=majority,
        majority_rate=majority,
        label_trust=1.0,
        weights={},
        warnings=diagnose(problem, majority, majority),
    )
