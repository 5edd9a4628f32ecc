"""Review budget: expected wrong labels among the next N suspects and in the rest.

Suspicion is a probability, so the number of wrong labels among some samples is a sum of
independent draws; see `lnl_gui.util.statistics.intervals.error_count`. Once people have judged
some labels, these say how the suspicion errs; see `lnl_gui.util.statistics.verdict_calibration`.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN
from lnl_gui.store.detection.doubtful_labels import SEEN
from lnl_gui.store.history import journal_queries
from lnl_gui.store.project import Project
from lnl_gui.util.statistics.intervals import (
    MODEL_ERROR,
    Estimate,
    critical_value,
    error_count,
)
from lnl_gui.util.statistics.verdict_calibration import (
    VerdictCalibration,
    fit_verdicts,
    were_chosen,
)


@dataclass(frozen=True)
class Budget:
    """Expected result of further review. Estimates carry 95 % intervals unless asked otherwise."""

    next_samples: int
    """how many samples it is about: as asked, or as many as there are"""
    expected_errors: Estimate
    """wrong labels among the next `next_samples` most suspect unreviewed samples"""
    unreviewed: int
    """samples nobody has decided that have a suspicion"""
    remaining_errors: Estimate
    """wrong labels among all of them"""
    residual_rate: Estimate
    """the same as a rate"""
    target_rate: float
    enough: bool
    """whether the expected residual rate is at or below the target, and nothing is unjudged"""
    until_enough: int
    """how many of the most suspect would have to be reviewed to get there"""
    unjudged: int = 0
    """labels nobody has decided that have no suspicion; no other figure counts them"""


def calibration_of(
    columns: SampleColumns, audited: np.ndarray, *, relative_error: float
) -> VerdictCalibration | None:
    """What verdicts given since the detection say of its suspicions; None without any.

    One fit for all that nobody has reviewed, so that figures of a part of it, such as what is
    below the line, and of all agree.

    Args:
        columns: of N samples.
        audited: bool (N,), drawn by an audit, so that chance decided what was judged.
        relative_error: of the expected number before these verdicts.
    """
    # Blurred images and copies are set aside too: of a label that tells only where the detection
    # has said that the image is of none of the classes.
    unfit = (columns.status == EXCLUDED) & columns.off_topic
    decided = np.isin(columns.status, (KEPT, RELABELLED)) | unfit
    # At 0 or 1 stands what had been decided before the detection, which has made use of it.
    rows = np.flatnonzero(decided & (columns.suspicion > 0) & (columns.suspicion < 1))
    if len(rows):
        # Whoever accepts all suggestions has not looked at them, and their verdicts prove nothing.
        rows = rows[columns.in_view[rows]]
    if not len(rows):
        return None
    rest = columns.suspicion[(columns.status == UNSEEN) & columns.readable]
    at_random = rows[audited[rows]]
    chosen = were_chosen(columns.suspicion[rows[~audited[rows]]], rest)
    if chosen and len(at_random):
        # An audit tells of the rest, whatever was judged beside it.
        rows, chosen = at_random, False
    wrong = columns.status[rows] != KEPT
    return fit_verdicts(
        columns.suspicion[rows],
        wrong,
        rest,
        relative_error=relative_error,
        chosen=chosen,
    )


def perhaps_right_of(columns: SampleColumns, doubtful: np.ndarray | None) -> np.ndarray | None:
    """Labels that may all be right whatever their suspicion, bool (N,); None for none.

    What a class's images show is told by some of them.

    Args:
        columns: of N samples.
        doubtful: bool (N,), labels of classes of which the detection says that their names are
            doubtful; None for none.
    """
    if doubtful is None or not doubtful.any():
        return None
    looked_at = np.isin(columns.status, (KEPT, RELABELLED)) & (columns.given >= 0)
    seen = np.bincount(columns.given[looked_at], minlength=int(columns.given.max(initial=0)) + 1)
    return doubtful & (columns.given >= 0) & (seen[np.maximum(columns.given, 0)] < SEEN)


def hidden_error(columns: SampleColumns, relative_error: float) -> float:
    """Standard error of the number of wrong labels of which no suspicion tells.

    What is not known of the number in all, beyond the error of the suspicions themselves, may lie
    below the line: a label that people give as the images mislead them looks right.

    Args:
        columns: of the project.
        relative_error: of the number in all, see the detection's summary.
    """
    total = float(columns.suspicion[columns.judged].sum(dtype=np.float64))
    return total * math.sqrt(max(0.0, relative_error**2 - MODEL_ERROR**2))


def review_budget(
    suspicion: np.ndarray,
    *,
    next_samples: int,
    target_rate: float,
    relative_error: float = MODEL_ERROR,
    hidden: float = 0.0,
    perhaps_right: np.ndarray | None = None,
    calibration: VerdictCalibration | None = None,
    confidence: float = 0.95,
) -> Budget:
    """The budget of an open project.

    Args:
        suspicion: (n,) of what nobody has reviewed, the most suspect first, all finite.
        next_samples: how many the reviewer means to look at.
        target_rate: residual noise rate, in [0, 1], that is good enough.
        relative_error: of the expected number, see the detection's summary.
        hidden: standard error of the number of wrong labels among all of them that their suspicion
            does not show, see `hidden_error`.
        perhaps_right: (m,) suspicions of those among them that may all be right, see
            `perhaps_right_of`; every interval holds that they are. None for none.
        calibration: what verdicts given since the detection say of these suspicions.
        confidence: of the intervals.
    """
    count = len(suspicion)
    errors = before = _expected(suspicion)
    if calibration is not None:
        errors = _expected(calibration.corrected(suspicion))
    size = min(max(next_samples, 0), count)
    model = min(relative_error, MODEL_ERROR)

    def estimate(samples: int) -> Estimate:
        found = unaided(samples)
        if calibration is not None:
            aided = calibration.count(suspicion[:samples], confidence=confidence)
            # Verdicts shift the suspicions, and say little of errors that none of these shows.
            unseen = calibration.hidden(hidden, suspicion) * samples / max(count, 1)
            aided = aided.with_error(unseen * critical_value(confidence), most=samples)
            told = calibration.tells_of(suspicion[:samples])
            found = aided if told else aided.reaching(found)
        return found.perhaps_less(doubted(samples))

    def doubted(samples: int) -> float:
        """Expected number of wrong labels among the first that are of doubtful names."""
        if perhaps_right is None or not samples:
            return 0.0
        among = perhaps_right[perhaps_right >= suspicion[samples - 1]]
        return float(_expected(among if calibration is None else calibration.corrected(among))[-1])

    def unaided(samples: int) -> Estimate:
        total = float(before[samples])
        # Hidden ones lie anywhere among those without a verdict.
        not_seen = (hidden * samples / max(count, 1)) ** 2 + (model * total) ** 2
        return error_count(
            total,
            _variance(suspicion[:samples]) + max(0.0, not_seen - (relative_error * total) ** 2),
            samples,
            relative_error=relative_error,
            confidence=confidence,
        )

    remaining = estimate(count)
    if calibration is not None and calibration.chosen and before[-1] > errors[-1]:
        # Nor do such verdicts show that it is enough.
        errors = before
    return Budget(
        next_samples=size,
        expected_errors=estimate(size),
        unreviewed=count,
        remaining_errors=remaining,
        residual_rate=remaining.times(1.0 / max(count, 1)),
        target_rate=target_rate,
        enough=_enough(errors, 0, target_rate),
        # Taking the most suspect away only lowers the mean of the rest, so halving finds it.
        until_enough=bisect_left(
            range(count), True, key=lambda taken: _enough(errors, taken, target_rate)
        ),
    )


def _expected(likely: np.ndarray) -> np.ndarray:
    """Wrong labels expected among the k most suspect for each k, (n + 1,), by likelihoods (n,)."""
    # In double precision: a million float32 terms would lose digits that the rate needs.
    return np.concatenate([np.zeros(1), np.cumsum(likely, dtype=np.float64)])


def _variance(suspicion: np.ndarray) -> float:
    # The sum of s (1 - s) without an array between, in double precision: of a million samples at
    # 0.999 the products in float32 took 4 % off.
    squares = np.einsum("i,i->", suspicion, suspicion, dtype=np.float64)
    return float(suspicion.sum(dtype=np.float64) - squares)


def _enough(errors: np.ndarray, taken: int, target_rate: float) -> bool:
    """Whether the rest is clean enough without the `taken` most suspect."""
    return bool(errors[-1] - errors[taken] <= target_rate * (len(errors) - 1 - taken))


def verdicts_per_minute(
    project: Project, reviewer: str, *, now: float, minutes: int = 10
) -> list[float]:
    """Samples a reviewer decided in each of the last `minutes`, oldest first.

    The list begins with the minute of the first act; it is empty without one. `now` in seconds
    since the epoch.
    """
    since = journal_queries.acts_since(project, now - 60 * minutes)
    # What lies ahead was given before the clock was set right.
    acts = [act for act in since if act.reviewer == reviewer and act.time < now + 60]
    if not acts:
        return []
    age = np.array([now - act.time for act in acts]) / 60
    count = np.array([float(act.params.get("count", 1)) for act in acts])
    place = np.clip(age.astype(np.int64), 0, minutes - 1)
    per_minute = np.bincount(place, count, minlength=minutes)
    return per_minute[: int(place.max()) + 1][::-1].tolist()
