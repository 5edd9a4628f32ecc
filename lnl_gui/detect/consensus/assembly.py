"""From posteriors of the usable rows to the consensus on all samples."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from lnl_gui.detect.consensus.class_separation import labels_follow_images
from lnl_gui.detect.consensus.consensus_result import Consensus, WarmStart
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.diagnosis import diagnose
from lnl_gui.detect.consensus.doubtful_names import DoubtfulNames, doubtful_names
from lnl_gui.detect.consensus.many_classes import MOST_CLASSES
from lnl_gui.detect.consensus.noise_rate import NoiseRate, even_pairs
from lnl_gui.detect.consensus.problem import Problem
from lnl_gui.detect.consensus.sample_posteriors import SamplePosteriors, UnlabelledPosteriors
from lnl_gui.detect.consensus.suspicions import Suspicions, flags_of, over_all, suspicions_of
from lnl_gui.detect.consensus.uncertainty import class_rates, rate_interval, reaches_none
from lnl_gui.detect.detectors.result import NO_VOTE
from lnl_gui.detect.mixture import Mixture, fit_mixture
from lnl_gui.util.statistics.intervals import critical_value


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
    found = suspicions_of(problem, posteriors)
    flags = flags_of(problem, posteriors, found, emphasis=wanted.emphasis)
    judged, relative_error, shares = found.judged, found.relative_error, found.none_share
    came = problem.came.numpy()
    majority = _majority_rate(problem)
    chosen = _suggestion(problem, posteriors, flags.flagged)
    suggested = present[chosen].astype(np.int32)
    told = _tells_of_noise(problem, posteriors)
    doubtful = _doubtful(problem, found.by_noise, chosen) if told else DoubtfulNames()
    # What a person decided is known.
    undecided = (problem.truth < 0).numpy()
    perhaps_right = undecided & np.isin(problem.given.numpy(), doubtful.perhaps_right)
    rate, interval = class_rates(
        judged[came],
        given[came],
        number_of_classes=problem.classes,
        relative_error=relative_error,
        perhaps_right=perhaps_right[came],
    )
    interval_of_rate = rate_interval(
        judged[came], relative_error=relative_error, perhaps_right=perhaps_right[came]
    )
    estimated = None
    if told:
        estimated = _estimated(problem, posteriors, interval_of_rate, found, perhaps_right)
    shown = present[posteriors.classes.numpy()].astype(np.int32)
    loss = np.where(came, posteriors.loss, np.nan).astype(np.float32)
    consensus = Consensus(
        suspicion=flags.suspicion,
        suggested_label=over_all(problem, suggested, NO_VOTE),
        confidence=np.full(problem.samples, np.nan, np.float32),
        flagged=flags.flagged,
        threshold=flags.threshold,
        posterior=over_all(problem, posteriors.posterior.numpy(), np.nan),
        posterior_classes=over_all(problem, shown, NO_VOTE),
        noise_rate=float(judged[came].mean()) if came.any() else 0.0,
        noise_rate_interval=interval_of_rate,
        class_noise_rate=rate,
        class_noise_rate_interval=interval,
        transition_matrix=_transition(problem, posteriors.transition),
        loss=over_all(problem, loss, np.nan),
        mixture=_mixture(problem, posteriors.loss, given),
        probe_accuracy=posteriors.agreement,
        majority_rate=majority,
        label_reliability=posteriors.reliability,
        weights=posteriors.weights,
        repetitions=max(posteriors.rates.size, 1),
        suspicion_spread=over_all(problem, _spread_of(posteriors, judged), np.nan),
        agreeing=over_all(problem, _agreeing(posteriors, judged, flags.threshold), NO_VOTE),
        noise_rate_spread=found.rate_spread,
        relative_error=relative_error,
        error_above=found.error_above,
        none_share=over_all(problem, shares, 0.0) if shares.any() else None,
        perhaps_right=over_all(problem, perhaps_right, False) if perhaps_right.any() else None,
        together=found.together,
        separation=posteriors.separation,
        held_back=flags.held_back,
        undecidable=_undecidable(problem, estimated, doubtful),
        warnings=diagnose(
            problem,
            posteriors.agreement,
            majority,
            wanted.class_names,
            separation=posteriors.separation,
            held_back=int(flags.held_back.sum()),
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


def _doubtful(problem: Problem, by_noise: np.ndarray, chosen: np.ndarray) -> DoubtfulNames:
    """Classes whose names are doubtful, by suspicion and most probable class (n,) each.

    What images look like is the same, whether or not their labels are right for all that.
    """
    return doubtful_names(
        problem.given.numpy(),
        by_noise,
        chosen,
        (problem.truth >= 0).numpy(),
        number_of_classes=len(problem.present),
    )


def _tells_of_noise(problem: Problem, posteriors: SamplePosteriors) -> bool:
    """Whether the images tell anything of the labels, so that something of the noise is known."""
    told = labels_follow_images(
        posteriors.separation, posteriors.agreement, _majority_rate(problem)
    )
    return problem.solvable and told and bool(problem.came.any())


def _estimated(
    problem: Problem,
    posteriors: SamplePosteriors,
    interval: tuple[float, float],
    found: Suspicions,
    perhaps_right: np.ndarray,
) -> NoiseRate:
    """What was estimated of the noise; `perhaps_right` (n,) are labels of doubtful names."""
    perhaps_none = bool(found.none_share.any()) or reaches_none(found.error_above)
    pairs = even_pairs(problem, posteriors.transition)
    judged = np.where(problem.came.numpy(), found.judged, 0.0)
    doubted = float(judged[perhaps_right].sum()) / max(float(judged.sum()), 1e-9)
    # Labels that may all be right take the interval as far down as so large an error would.
    error = found.relative_error + doubted / critical_value(0.95)
    return NoiseRate(interval, error, pairs, perhaps_none)


def _undecidable(problem: Problem, rate: NoiseRate | None, doubtful: DoubtfulNames) -> np.ndarray:
    """(N,) bool: labels of two classes of which the data do not tell whose name is the mistake."""
    pairs = [(each.given, each.other) for each in doubtful.exchanged]
    pairs += rate.even_pairs if rate is not None else []
    classes = np.array(sorted({label for pair in pairs for label in pair}), np.int64)
    return over_all(problem, np.isin(problem.given.numpy(), classes), False)


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
