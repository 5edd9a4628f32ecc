"""Merging another copy of a project, for a thread beside the one that shows it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.store.dataset import column_cache
from lnl_gui.store.dataset.other_pictures import ASK
from lnl_gui.store.history import journal_queries, merge
from lnl_gui.store.history.merge import MergeReport
from lnl_gui.store.project import Project
from lnl_gui.store.review import decisions, second_opinion
from lnl_gui.store.review.second_opinion import ReviewerComparisons
from lnl_gui.store.review.standing_samples import load_current
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress

READING = message("Reading the other copy")
WRITING = message("Taking in what is new")
SETTLING = message("Bringing samples up to date")


@dataclass(frozen=True)
class Merged:
    """Report of a merge, and the verdicts of all N samples after it."""

    report: MergeReport
    name: str
    """what the other copy is called"""
    label: np.ndarray
    """current labels, int32 (N,)"""
    status: np.ndarray
    """uint8 (N,)"""
    verdict_time: np.ndarray
    """float64 (N,)"""
    comparisons: ReviewerComparisons
    reviewers: list[str]
    """everybody with a verdict or an opinion in force"""


def merge_copy(project: Project, folder: Path, context: JobContext, *, others: str = ASK) -> Merged:
    """Merge another copy and read anew what that may have changed.

    Args:
        project: open for writing; only its connection is used.
        folder: the other copy.
        context: progress and cancel; a cancelled merge has changed nothing.
        others: what becomes of decisions on other pictures, see `store.dataset.other_pictures`.

    Raises:
        UserError: when the other is no project, one of another dataset, or decides on other
            pictures and nothing says what becomes of that.
    """
    report = merge.merge(
        project,
        folder,
        others=others,
        reading=stage_progress(context, READING),
        writing=stage_progress(context, WRITING),
        settling=stage_progress(context, SETTLING),
    )
    given = column_cache.load_fixed(project).given
    label, status = load_current(project, given)
    times = journal_queries.verdict_times(project, len(given))
    comparisons, reviewers = second_opinion.compare(project), decisions.reviewers(project)
    return Merged(report, folder.name, label, status, times, comparisons, reviewers)
