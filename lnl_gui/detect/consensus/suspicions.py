"""Suspicions of the usable rows from their posteriors, how far off they are, and which to flag."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from lnl_gui.detect.consensus.none_wrong import by_noise_alone
from lnl_gui.detect.consensus.problem import Problem, units_of_class
from lnl_gui.detect.consensus.sample_posteriors import SamplePosteriors
from lnl_gui.detect.consensus.threshold import expected_f_threshold
from lnl_gui.detect.consensus.uncertainty import (
    down_to_none,
    group_size,
    grouped_error,
    reaches_none,
    reaching,
    total_relative_error,
    with_none_possible,
)
from lnl_gui.util.statistics.intervals import MODEL_ERROR, critical_value
from lnl_gui.util.statistics.verdict_calibration import fit_verdicts


@dataclass(frozen=True)
class Suspicions:
    """How probably each given label is wrong.

    Attributes:
        judged: (n,) float64 P(given label wrong), NaN where only a person gave a label.
        by_noise: (n,) float64 likewise, as if some labels had to be wrong, see `none_wrong`.
        none_share: (n,) float32, by how much they were held right for that.
        free: (n,) bool, whether it may be flagged.
        rate_spread: standard deviation of the noise rate over repetitions; NaN of one.
        relative_error: standard error of the noise rate, relative to it.
        error_above: that of how much larger it may be, relative to the rate by the noise alone.
        error_of_model: the same without what the noise model cannot read.
        together: labels for each that was given on its own.
    """

    judged: np.ndarray
    by_noise: np.ndarray
    none_share: np.ndarray
    free: np.ndarray
    rate_spread: float
    relative_error: float
    error_above: float
    error_of_model: float
    together: float


@dataclass(frozen=True)
class Flags:
    """Which of all N samples a person is to look at.

    Attributes:
        suspicion: (N,) float32, NaN where nothing was judged.
        threshold: from which a label is flagged.
        flagged: (N,) bool.
        held_back: (N,) bool, see `Consensus.held_back`.
    """

    suspicion: np.ndarray
    threshold: float
    flagged: np.ndarray
    held_back: np.ndarray


def suspicions_of(problem: Problem, posteriors: SamplePosteriors) -> Suspicions:
    """Suspicion of the n usable rows, with what verdicts say of the model's."""
    judged, free = _suspicion(problem, posteriors.given_probability)
    came = problem.came.numpy()
    together = _labelled_together(problem)
    several = posteriors.rates.size > 1
    rate_spread = float(np.std(posteriors.rates, ddof=1)) if several else float("nan")
    shares = posteriors.none_share
    shares = np.zeros(len(judged), np.float32) if shares is None else shares
    by_noise = by_noise_alone(judged, shares)
    rate = float(judged[came].mean()) if came.any() else 0.0
    noise_rate = float(by_noise[came].mean()) if came.any() else 0.0
    kept = float(1.0 - shares.max())
    above = total_relative_error(
        noise_rate,
        posteriors.model_error,
        rate_spread / kept,
        _hidden_rate(posteriors, came) / kept,
        grouped_error(by_noise[came], together[came]),
    )
    relative_error = above
    if rate > 0.0:
        # That perhaps no label is wrong makes none of them likelier to be: the 95 % interval ends
        # about where that by the noise alone does. Where nothing speaks against it, it begins at 0.
        distance = (noise_rate - rate) / critical_value(0.95)
        relative_error = (above * noise_rate + distance) / rate
    # By no likelihood of the given labels are so many wrong, nor what the model is off by fewer:
    # what read them has learnt from its own reading, and how few are wrong is open.
    if noise_rate * (1.0 - critical_value(0.95) * MODEL_ERROR) > posteriors.most_borne:
        relative_error = down_to_none(relative_error)
    limit, error_of_model = posteriors.error_limit, above
    if reaches_none(with_none_possible(relative_error)):
        relative_error = reaching(relative_error, rate=rate, limit=limit)
    if reaches_none(above):
        above = reaching(above, rate=noise_rate, limit=limit)
    judged, relative_error = _by_verdicts(problem, posteriors, judged, free, relative_error)
    return Suspicions(
        judged,
        by_noise_alone(judged, shares),
        shares,
        free,
        rate_spread,
        relative_error,
        min(above, relative_error),
        min(error_of_model, relative_error),
        group_size(together[came]),
    )


def flags_of(
    problem: Problem, posteriors: SamplePosteriors, found: Suspicions, *, emphasis: float
) -> Flags:
    """Cut the suspicions where the expected F is largest.

    Args:
        problem: n usable rows of N samples.
        posteriors: of these rows.
        found: their suspicions.
        emphasis: in [-1, 1], precision to recall.
    """
    suspicion = over_all(problem, found.judged.astype(np.float32), np.nan)
    by_noise = over_all(problem, found.by_noise.astype(np.float32), np.nan)
    undecided = over_all(problem, found.free, False)
    # Over what is still open: decided samples leave no error to find. Where labels are wrong the
    # noise tells which, and the others lose nothing by a look.
    threshold = expected_f_threshold(
        by_noise[undecided], emphasis=emphasis, relative_error=found.error_of_model
    )
    worth_a_look = suspicion[undecided & (by_noise >= threshold)]
    threshold = min(threshold, float(worth_a_look.min(initial=1.0)))
    flagged = undecided & (suspicion >= threshold)
    held_back = _held_back(problem, posteriors, undecided & ~flagged, threshold)
    return Flags(suspicion, threshold, flagged, held_back)


def over_all(problem: Problem, values: np.ndarray, missing: float | bool | int) -> np.ndarray:
    """Values (n, ...) of the usable rows as (N, ...) over all samples, `missing` elsewhere."""
    spread = np.full((problem.samples, *values.shape[1:]), missing, values.dtype)
    spread[problem.features.rows] = values
    return spread


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


def _by_verdicts(
    problem: Problem,
    posteriors: SamplePosteriors,
    judged: np.ndarray,
    free: np.ndarray,
    relative_error: float,
) -> tuple[np.ndarray, float]:
    """Suspicion (n,) and its relative error, corrected by what verdicts say of the model's."""
    decided = problem.telling.numpy() & problem.came.numpy()
    if posteriors.unaided is None or not decided.any() or not free.any():
        return judged, with_none_possible(relative_error)
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
    own = over_all(problem, 1.0 - posteriors.own_probability.numpy(), 0.0)
    return unflagged & (own >= threshold)
