"""From posteriors of the usable rows to the consensus on all samples."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.consensus.class_separation import labels_follow_images
from lnl_gui.detect.consensus.consensus_result import Consensus, WarmStart
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.diagnosis import diagnose
from lnl_gui.detect.consensus.doubtful_names import DoubtfulNames, doubtful_names
from lnl_gui.detect.consensus.many_classes import MOST_CLASSES
from lnl_gui.detect.consensus.noise_rate import NoiseRate, even_pairs
from lnl_gui.detect.consensus.problem import Problem, units_of_class
from lnl_gui.detect.consensus.sample_posteriors import SamplePosteriors, UnlabelledPosteriors
from lnl_gui.detect.consensus.threshold import expected_f_threshold
from lnl_gui.detect.consensus.uncertainty import (
    class_rates,
    group_size,
    grouped_error,
    rate_interval,
    total_relative_error,
)
from lnl_gui.detect.detectors.result import NO_VOTE
from lnl_gui.detect.mixture import Mixture, fit_mixture
from lnl_gui.util.verdict_calibration import fit_verdicts


def _suspicion(problem: Problem, own: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """(n,) float64 P(given label wrong), and (n,) bool whether it may be flagged.

    The only sample of its class, or one whose class occurs in its own group alone, was never seen
    by the probe that judges it; it is given the mean suspicion of the others. NaN where only a
    person gave a label.
    """
    judged = (1.0 - own.double()).clamp(0.0, 1.0).numpy()
    decided = (problem.truth >= 0).numpy()
    alone = (units_of_class(problem, problem.labels)[problem.given] < 2).numpy() & ~decided
    # The probe scores a class it has never seen by chance.
    others = problem.came.numpy() & ~alone
    if others.any():
        judged[alone] = judged[others].mean()
    judged[~problem.came.numpy()] = np.nan
    return judged, ~alone & ~decided


def _labelled_together(problem: Problem) -> np.ndarray:
    """(n,) int64, equal for samples of one unit that bear the same label, often given once."""
    pairs = problem.units.numpy() * len(problem.present) + problem.given.numpy()
    return np.unique(pairs, return_inverse=True)[1].reshape(-1)


def assembled(
    problem: Problem,
    posteriors: SamplePosteriors,
    unlabelled: UnlabelledPosteriors | None,
    warm: WarmStart | None,
    wanted: DetectionInput,
) -> Consensus:
    """Spread the compact result over all N samples and C classes.

    Args:
        problem: n usable rows of c present classes.
        posteriors: of these rows.
        unlabelled: of the samples without a label; None without any.
        warm: what a later call goes on from.
        wanted: emphasis and class names.
    """
    present, given = problem.present, problem.present[problem.given.numpy()]
    judged, free = _suspicion(problem, posteriors.given_probability)
    came = problem.came.numpy()
    together = _labelled_together(problem)
    several = posteriors.rates.size > 1
    rate_spread = float(np.std(posteriors.rates, ddof=1)) if several else float("nan")
    relative_error = total_relative_error(
        float(judged[came].mean()) if came.any() else 0.0,
        rate_spread,
        posteriors.model_error,
        _hidden_rate(posteriors, came),
        grouped_error(judged[came], together[came]),
    )
    judged, relative_error = _by_verdicts(problem, posteriors, judged, free, relative_error)
    suspicion = _spread(problem, judged.astype(np.float32), np.nan)
    undecided = _spread(problem, free, False)
    # Over what is still open: decided samples leave no error to find.
    threshold = expected_f_threshold(
        suspicion[undecided], emphasis=wanted.emphasis, relative_error=relative_error
    )
    flagged = undecided & (suspicion >= threshold)
    held_back = _held_back(problem, posteriors, undecided & ~flagged, threshold)
    noise_rate = float(judged[came].mean()) if came.any() else 0.0
    rate, interval = class_rates(
        judged[came],
        given[came],
        number_of_classes=problem.classes,
        relative_error=relative_error,
    )
    interval_of_rate = rate_interval(judged[came], relative_error=relative_error)
    majority = _majority_rate(problem)
    chosen = _suggestion(problem, posteriors, flagged)
    suggested = present[chosen].astype(np.int32)
    estimated = _estimated(problem, posteriors, interval_of_rate, relative_error)
    doubtful = DoubtfulNames()
    if estimated is not None:
        doubtful = doubtful_names(
            problem.given.numpy(),
            judged,
            chosen,
            (problem.truth >= 0).numpy(),
            number_of_classes=len(present),
        )
    shown = present[posteriors.classes.numpy()].astype(np.int32)
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
        noise_rate_interval=interval_of_rate,
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
        agreeing=_spread(problem, _agreeing(posteriors, judged, threshold), NO_VOTE),
        noise_rate_spread=rate_spread,
        relative_error=relative_error,
        together=group_size(together[came]),
        separation=posteriors.separation,
        held_back=held_back,
        undecidable=_undecidable(problem, estimated, doubtful),
        warnings=diagnose(
            problem,
            posteriors.agreement,
            majority,
            wanted.class_names,
            separation=posteriors.separation,
            held_back=int(held_back.sum()),
            rate=estimated,
            doubtful=doubtful,
        ),
        warm_start=warm,
    )
    if unlabelled is not None:
        _suggest(consensus, unlabelled, present)
    if not consensus.informative:
        return unbounded(consensus)
    return consensus


def _estimated(
    problem: Problem,
    posteriors: SamplePosteriors,
    interval: tuple[float, float],
    relative_error: float,
) -> NoiseRate | None:
    """What was estimated of the noise; None where the images tell nothing of it."""
    told = labels_follow_images(
        posteriors.separation, posteriors.agreement, _majority_rate(problem)
    )
    if not problem.solvable or not told or not problem.came.any():
        return None
    return NoiseRate(interval, relative_error, even_pairs(problem, posteriors.transition))


def _undecidable(problem: Problem, rate: NoiseRate | None, doubtful: DoubtfulNames) -> np.ndarray:
    """(N,) bool: labels of two classes of which the data do not tell whose name is the mistake."""
    pairs = [(each.given, each.other) for each in doubtful.exchanged]
    pairs += rate.even_pairs if rate is not None else []
    classes = np.array(sorted({label for pair in pairs for label in pair}), np.int64)
    return _spread(problem, np.isin(problem.given.numpy(), classes), False)


def _by_verdicts(
    problem: Problem,
    posteriors: SamplePosteriors,
    judged: np.ndarray,
    free: np.ndarray,
    relative_error: float,
) -> tuple[np.ndarray, float]:
    """Suspicion (n,) and its relative error, corrected by what verdicts say of the model's."""
    decided = (problem.truth >= 0).numpy() & problem.came.numpy()
    if posteriors.unaided is None or not decided.any() or not free.any():
        return judged, relative_error
    # Their own verdict plays no part in it, and neither do those of their fold.
    before = posteriors.unaided.double().numpy()[decided]
    wrong = (problem.truth != problem.given).numpy()[decided]
    found = fit_verdicts(before, wrong, judged[free], relative_error=relative_error)
    corrected = np.where(free, found.corrected(judged), judged)
    return corrected, found.relative_error(judged[free])


def _hidden_rate(posteriors: SamplePosteriors, came: np.ndarray) -> float:
    """Share of labels (n,) that are wrong only between classes that are judged as one."""
    if posteriors.own_probability is None or not came.any():
        return 0.0
    hidden = posteriors.given_probability - posteriors.own_probability
    return float(hidden.double().numpy()[came].mean())


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


def _agreeing(posteriors: SamplePosteriors, judged: np.ndarray, threshold: float) -> np.ndarray:
    """(n,) int8 repetitions on the side of the threshold that their mean is on, -1 for none."""
    each = posteriors.each
    if each is None or len(each) < 2:
        return np.full(len(judged), NO_VOTE, np.int8)
    same = (each >= threshold) == (each.mean(0) >= threshold)
    return np.where(np.isnan(judged), NO_VOTE, same.sum(0).numpy()).astype(np.int8)


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


def unjudged(problem: Problem, class_names: Sequence[str]) -> Consensus:
    """No two classes, too few samples or constant embeddings: nothing is suspect.

    Args:
        problem: that cannot be solved.
        class_names: the C names, for the warnings.
    """
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
    wanted = DetectionInput((), problem.given.numpy(), problem.classes, class_names=class_names)
    consensus = assembled(problem, posteriors, None, None, wanted)
    return unbounded(consensus)


def unbounded(consensus: Consensus) -> Consensus:
    """The consensus where the images tell of no rate, so that none is ruled out."""
    unknown = np.where(np.isnan(consensus.class_noise_rate), np.nan, 1.0)
    interval = np.stack([unknown * 0.0, unknown], axis=1)
    return replace(consensus, noise_rate_interval=(0.0, 1.0), class_noise_rate_interval=interval)
