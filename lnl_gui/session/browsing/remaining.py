"""What remains likely wrong among the samples below the line, once the suspects are decided."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from lnl_gui.session.browsing.orders import Orders
from lnl_gui.session.figures.budget import hidden_error, review_budget
from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.detection.unjudged import not_judged, with_not_judged
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.statistics.intervals import Estimate
from lnl_gui.util.statistics.verdict_calibration import VerdictCalibration


@dataclass(frozen=True)
class Remaining:
    """Labelled samples that are not flagged and nobody has decided about."""

    samples: int
    """those that the detection has judged; all other figures are of these alone"""
    errors: Estimate
    """wrong labels among them, with its 95 % interval"""
    target_rate: float
    """share of wrong labels that is good enough"""
    enough: bool
    """whether the expected share is at or below it, and nothing was left unjudged"""
    next_samples: int
    """how many of the most suspect of them to look at next"""
    least_suspicion: float
    """suspicion of the last of those; 1 where there are none"""
    unjudged: int = 0
    """those of which the detection knows nothing"""
    at_random: bool = False
    """whether the interval holds for errors at random alone, see `rate_doubts`"""


def remaining_samples(
    columns: SampleColumns,
    orders: Orders,
    *,
    most_next: int,
    target_rate: float,
    relative_error: float,
    calibration: VerdictCalibration | None,
    perhaps_right: np.ndarray | None = None,
) -> Remaining:
    """What remains, and how many to look at next: as many as bring it under the target.

    Args:
        columns: of N samples.
        orders: of these columns.
        most_next: the upper limit of `next_samples`, and their number where it is enough already.
        target_rate: share of wrong labels that is good enough, in [0, 1].
        relative_error: of expected numbers, see the detection's summary.
        calibration: what verdicts given since the detection say of its suspicions.
        perhaps_right: bool (N,), see `budget.perhaps_right_of`.
    """
    waiting = (columns.status == UNSEEN) & columns.readable & ~columns.flagged & ~columns.unlabelled
    suspicion = orders.suspicion_sorted(waiting)
    left = int(np.count_nonzero(waiting & columns.unjudged))

    budget = partial(
        review_budget,
        suspicion,
        target_rate=target_rate,
        relative_error=relative_error,
        hidden=hidden_error(columns, relative_error),
        perhaps_right=None if perhaps_right is None else columns.suspicion[waiting & perhaps_right],
        calibration=calibration,
    )
    now = budget(next_samples=0)
    following = budget(next_samples=min(now.until_enough or most_next, most_next))
    size = following.next_samples
    return Remaining(
        samples=int(np.count_nonzero(waiting)) - left,
        errors=now.remaining_errors,
        target_rate=target_rate,
        enough=now.enough and not left,
        next_samples=size,
        least_suspicion=float(suspicion[size - 1]) if size else 1.0,
        unjudged=left,
    )


def remaining_message(found: Remaining) -> Message:
    """How many are below the line, and how many of them are wrong; how many were not judged."""
    if not found.samples and found.unjudged:
        return not_judged(found.unjudged)
    if not found.samples:
        return message("Every label has been decided.")
    if found.at_random:
        # The most probable number would pass for known.
        said = message_n(
            "Below the line {count:,} sample nobody looked at: {low:.0f} to {high:.0f} wrong if"
            " errors are at random (95 %).",
            "Below the line {count:,} samples nobody looked at: {low:.0f} to {high:.0f} wrong if"
            " errors are at random (95 %).",
            found.samples,
            low=found.errors.low,
            high=found.errors.high,
        )
        return with_not_judged(said, found.unjudged)
    said = message_n(
        "Below the line {count:,} sample nobody looked at: about {errors:.0f} wrong"
        " (95 % interval {low:.0f} to {high:.0f}).",
        "Below the line {count:,} samples nobody looked at: about {errors:.0f} wrong"
        " (95 % interval {low:.0f} to {high:.0f}).",
        found.samples,
        errors=found.errors.value,
        low=found.errors.low,
        high=found.errors.high,
    )
    return with_not_judged(said, found.unjudged)
