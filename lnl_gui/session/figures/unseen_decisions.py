"""What counts as decided although nobody vouches for it: it was done for many samples at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lnl_gui.session.figures.accepting import Outlook
from lnl_gui.session.figures.budget import review_budget
from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.samples import ASKED, KEPT, RELABELLED, UNSURE
from lnl_gui.util.messages import NOTHING, Message, message_n
from lnl_gui.util.statistics.intervals import Estimate
from lnl_gui.util.statistics.verdict_calibration import VerdictCalibration


@dataclass(frozen=True)
class UnseenDecisions:
    """Labels that count as reviewed, and may be wrong as often as the detection says."""

    samples: int
    """whose given label was kept, or the suggestion accepted, without a look at each"""
    errors: Estimate | None
    """wrong labels among them, with the 95 % interval; None before detection"""
    at_random: bool = False
    """whether the interval holds for errors at random alone, see `rate_doubts`"""
    undecided: int = 0
    """marked unsure or left to a colleague, so that the label is as it was"""

    def messages(self) -> list[Message]:
        """What there is to say of them, in sentences."""
        return [said for said in (unseen_message(self), undecided_message(self.undecided)) if said]


def unseen_decisions(
    columns: SampleColumns,
    *,
    accepting: Callable[[np.ndarray], Outlook],
    relative_error: float,
    perhaps_right: np.ndarray | None,
    calibration: Callable[[], VerdictCalibration | None],
) -> UnseenDecisions:
    """What was decided at once with others and not looked at, by the detection's probabilities.

    Other labels that were given to many at once are a person's own idea, of which the detection
    knows nothing.

    Args:
        columns: of the project's N samples.
        accepting: what accepting the suggestions of rows int64 (n,) brings.
        relative_error: of the number of wrong labels, see the detection's summary.
        perhaps_right: bool (N,), see `lnl_gui.session.figures.budget.perhaps_right_of`.
        calibration: what verdicts given since the detection say of its suspicions.
    """
    undecided = np.isin(columns.status, (UNSURE, ASKED)) & columns.readable
    found = UnseenDecisions(0, Estimate(0.0, 0.0, 0.0), undecided=int(undecided.sum()))
    unseen = np.isin(columns.status, (KEPT, RELABELLED)) & columns.readable
    if not unseen.any():
        return found
    unseen &= ~columns.in_view
    kept = unseen & (columns.current == columns.given) & (columns.given >= 0)
    accepted = np.flatnonzero(unseen & ~kept & (columns.current == columns.suggested))
    samples = len(accepted) + int(kept.sum())
    if not samples:
        return found
    judged = kept & columns.judged
    doubtful = None if perhaps_right is None else columns.suspicion[judged & perhaps_right]
    standing = review_budget(
        np.sort(columns.suspicion[judged])[::-1],
        next_samples=0,
        target_rate=0.0,
        relative_error=relative_error,
        perhaps_right=doubtful,
        calibration=calibration(),
    ).remaining_errors
    changed = accepting(accepted).wrong
    not_judged = int((kept & ~judged).sum())
    errors = Estimate(
        standing.value + changed.value,
        standing.low + changed.low,
        min(standing.high + changed.high + not_judged, float(samples)),
    )
    return replace(found, samples=samples, errors=errors)


def unseen_message(found: UnseenDecisions) -> Message:
    """How many labels nobody looked at one by one, and how many of them are wrong."""
    if not found.samples or found.errors is None:
        return NOTHING
    ends = {"low": found.errors.low, "high": found.errors.high}
    if found.at_random:
        # The most probable number would pass for known.
        return message_n(
            "{count:,} label was kept or accepted at once with others, with no look on record:"
            " {low:.0f} to {high:.0f} wrong if errors are at random (95 %).",
            "{count:,} labels were kept or accepted many at once, with no look at each on record:"
            " {low:.0f} to {high:.0f} of them wrong if errors are at random (95 %).",
            found.samples,
            **ends,
        )
    return message_n(
        "{count:,} label was kept or accepted at once with others, with no look on record: about"
        " {errors:.0f} wrong (95 % interval {low:.0f} to {high:.0f}).",
        "{count:,} labels were kept or accepted many at once, with no look at each on record: about"
        " {errors:.0f} of them wrong (95 % interval {low:.0f} to {high:.0f}).",
        found.samples,
        errors=found.errors.value,
        **ends,
    )


def undecided_message(count: int) -> Message:
    """That so many labels are as they were, since somebody could not tell; nothing for none."""
    if not count:
        return NOTHING
    return message_n(
        "{count:,} sample is marked unsure or left to a colleague: its label is as it was.",
        "{count:,} samples are marked unsure or left to a colleague: their labels are as they"
        " were.",
        count,
    )
