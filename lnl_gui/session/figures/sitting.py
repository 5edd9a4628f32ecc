"""The newest sitting of a reviewer: acts without a long pause between them."""

import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.samples import EXCLUDED, RELABELLED, UNSEEN
from lnl_gui.store.history import journal, journal_queries
from lnl_gui.store.history.looked_at import in_view
from lnl_gui.store.project import Project
from lnl_gui.util.messages import Message, joined, message, message_n

END_SECONDS = 30 * 60
"""A pause that ends a sitting."""
IDLE_SECONDS = 3 * 60
"""A pause that counts as no work: what lies between two acts that are further apart."""


@dataclass(frozen=True)
class Sitting:
    """What a reviewer did in one go. Times in seconds since the epoch."""

    began: float
    ended: float
    minutes: float
    """at work, without pauses"""
    samples: int
    """decided in it, and decided still"""
    fixed: int
    """of these, those that came with a label, had been in view and were relabelled, or excluded
    where the detection had said that the image is of none of the classes"""
    unseen: int = 0
    """relabelled that nobody had in view, as where all suggestions are accepted at once"""
    set_aside: int = 0
    """excluded for whatever other reason: what their labels are nobody has said"""

    def is_over(self, now: float | None = None) -> bool:
        """Whether the next act begins another sitting."""
        # Either way: a sitting that lies ahead was held before the clock was set right.
        return abs((time.time() if now is None else now) - self.ended) > END_SECONDS


def newest_sitting(project: Project, columns: SampleColumns, reviewer: str) -> Sitting | None:
    """The newest sitting of a reviewer; None without a verdict."""
    acts: list[journal.Operation] = []
    for act in journal_queries.newest_acts(project, reviewer):
        if acts and acts[-1].time - act.time > END_SECONDS:
            break
        acts.append(act)
    if not acts:
        return None
    rows = journal_queries.changed_rows(project, [act.id for act in acts])
    status, given = columns.status[rows], columns.given[rows]
    excluded, unfit = status == EXCLUDED, columns.off_topic[rows]
    relabelled = (status == RELABELLED) & (given >= 0)
    # Read for these rows alone where it is not known: the whole journal may be long.
    seen = (
        columns.in_view[rows]
        if columns.knows_verdicts
        else in_view(project, rows, reviewer=columns.own_of)
    )
    pauses = [later.time - earlier.time for later, earlier in pairwise(acts)]
    return Sitting(
        began=acts[-1].time,
        ended=acts[0].time,
        minutes=sum(pause for pause in pauses if pause <= IDLE_SECONDS) / 60,
        samples=int(np.count_nonzero(status != UNSEEN)),
        fixed=int(np.count_nonzero((relabelled | (excluded & unfit & (given >= 0))) & seen)),
        unseen=int(np.count_nonzero(relabelled & ~seen)),
        set_aside=int(np.count_nonzero(excluded & ~(unfit & seen))),
    )


def sitting_message(found: Sitting) -> Message:
    """The sitting in a line: minutes, samples decided, errors fixed, and how fast.

    What was changed without a look is told apart: whether it was an error nobody knows.
    """
    samples = message_n("{count:,} sample decided", "{count:,} samples decided", found.samples)
    fixed = message_n("{count:,} error fixed", "{count:,} errors fixed", found.fixed)
    if found.unseen:
        unseen = message_n(
            "{count:,} label changed without a look",
            "{count:,} labels changed without a look",
            found.unseen,
        )
        fixed = joined((fixed, unseen), ", ")
    if found.set_aside:
        aside = message("{count:,} set aside", count=found.set_aside)
        fixed = joined((fixed, aside), ", ")
    if found.minutes < 1:
        # A rate of some seconds says nothing.
        return message("under a minute, {samples}, {fixed}", samples=samples, fixed=fixed)
    return message(
        "{minutes:.0f} min, {samples}, {fixed} ({rate:.1f} errors a minute)",
        minutes=found.minutes,
        samples=samples,
        fixed=fixed,
        rate=found.fixed / found.minutes,
    )
