"""Which verdicts say something of the labels that nobody has judged.

Where labels were judged along the order of suspicion, or drawn by an audit, their verdicts tell how
far suspicions are off. Whoever keeps what is plainly right and leaves the rest for later tells
nothing of the rest. A detection puts decided labels at 0 or 1, so that how suspect each was when it
was decided is carried from one detection to the next.
"""

from dataclasses import dataclass

import numpy as np

from lnl_gui.pipeline.detection.verdict_labels import verdict_labels
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.detection.scores import WHEN_DECIDED, sample_array
from lnl_gui.util.messages import Message, message_n
from lnl_gui.util.statistics.verdict_calibration import were_chosen


@dataclass(frozen=True)
class TellingVerdicts:
    """What verdicts on N samples were given on.

    Attributes:
        when_decided: (N,) float32, suspicion of a label when it was decided; NaN where nobody has,
            or before any detection.
        telling: (N,) bool, verdicts that say something of labels nobody has judged.
        passed_over: how many verdicts do not.
    """

    when_decided: np.ndarray
    telling: np.ndarray
    passed_over: int

    def notes(self) -> list[Message]:
        """That verdicts were passed over; empty where none was."""
        if not self.passed_over:
            return []
        return [
            message_n(
                "{count:,} verdict says nothing of the other labels, of which many are as suspect"
                " as that one was: suspicions and counts of the others go without it. Decide the"
                " most suspect in their order, or draw an audit.",
                "{count:,} verdicts say nothing of the other labels, of which many are as suspect"
                " as these were: suspicions and counts of the others go without them. Decide the"
                " most suspect in their order, or draw an audit.",
                self.passed_over,
            )
        ]


def telling_verdicts(snapshot: Snapshot) -> TellingVerdicts:
    """The verdicts of a project, by the suspicions of its newest detection."""
    samples, suspicion = snapshot.samples, snapshot.scores.suspicion
    decided = verdict_labels(snapshot) >= 0
    before = sample_array(snapshot.scores, WHEN_DECIDED)
    if before is None:
        before = np.full(len(snapshot), np.nan, np.float32)
    # At 0 or 1 stands what had been decided before that detection.
    since = (suspicion > 0) & (suspicion < 1)
    when = np.where(decided, np.where(since, suspicion, before), np.nan).astype(np.float32)
    known = decided & np.isfinite(when)
    rest = suspicion[(samples.status == UNSEEN) & samples.readable]
    audited = snapshot.audited
    chosen = were_chosen(when[known & ~audited], rest)
    telling = decided & audited if chosen else decided
    return TellingVerdicts(when, telling, int((decided & ~telling).sum()))
