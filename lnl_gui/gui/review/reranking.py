"""Re-ranks the undecided samples after every so many verdicts.

A background job does it. When it is over, what is on the screen, above it and selected keeps
its place and its suggestion; only the unreviewed samples below are sorted anew.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.jobs.workflow import Workflow
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.session.changes import Changes
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.jobs.job_kinds import from_dict
from lnl_gui.store.jobs.parameters import DetectParameters
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

SETTLE_MILLISECONDS = 250
"""Delay after a verdict: its own work comes first."""
BUSY_SHARE = 0.2
"""Where detection takes long, it runs no more than this share of the time."""
DONE_TEXT = message("Re-ranked from your verdicts")


class ReadingPlace(Protocol):
    """The grid as far as re-ranking must not disturb it."""

    def last_visible(self) -> int:
        """The last position that can be seen."""
        ...

    def is_dragging(self) -> bool: ...

    def keep_place(self, change: Callable[[], None]) -> None:
        """Change the order without moving what can be seen."""
        ...


class Reranker(QObject):
    """Starts detections from verdicts and takes their scores over."""

    noted = Signal(str)
    """A short status text for the reviewer."""

    def __init__(self, workflow: Workflow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workflow = workflow
        self._review: ReviewModel | None = None
        self._grid: ReadingPlace | None = None
        self._reviewed = 0
        self._learning: int | None = None
        self._not_before = 0.0
        self._suggested = np.zeros(0, np.int32)
        self._own_run = ""
        self._obsolete: list[str] = []
        self._gave_up = False
        self.every = 25
        self._later = QTimer(self, singleShot=True, interval=SETTLE_MILLISECONDS)
        self._later.timeout.connect(self._consider)
        self._taking = QTimer(self, singleShot=True)
        self._taking.timeout.connect(self._take_over)
        workflow.quietly_ended.connect(self._ended)

    def set_project(self, review: ReviewModel | None, grid: ReadingPlace | None = None) -> None:
        """Verdicts on this project count from now on."""
        self._later.stop()
        self._taking.stop()
        self._review, self._grid = review, grid
        self._own_run, self._gave_up, self._not_before = "", False, 0.0
        self._obsolete.clear()
        self._learning = None
        if review is not None:
            self._reviewed = review.counts().reviewed
            review.changed.connect(self._changed)

    def _changed(self, changes: Changes) -> None:
        review = self._review
        if review is None:
            return
        if changes.scores and self._learning is None:
            self._reviewed, self._gave_up = review.counts().reviewed, False
        if changes.labels:
            self._later.start()

    def _consider(self) -> None:
        review = self._review
        if review is None or not self._is_due(review):
            return
        newest = review.session.runs.latest("detect")
        if newest is None:
            return
        parameters = replace(from_dict(DetectParameters, newest.parameters), use_verdicts=True)
        # The scores' arrays are replaced as a whole, so the old ones stay what they are.
        self._suggested = review.session.columns.suggested
        reviewed = review.counts().reviewed
        if self._workflow.start_quietly(parameters):
            self._learning = reviewed

    def _is_due(self, review: ReviewModel) -> bool:
        session = review.session
        if not self.every or self._gave_up or session.read_only or session.blind:
            return False
        if self._learning is not None:
            return False
        if time.monotonic() < self._not_before or review.hides_reasons:
            return False
        # A second verdict on a sample changes no count, an undone one lowers it.
        return abs(review.counts().reviewed - self._reviewed) >= self.every

    # When it is over

    def _ended(self, job: Job) -> None:
        if self._review is None or job.kind != "detect":
            return
        # Four times its duration in pause is a share of one fifth.
        self._not_before = time.monotonic() + job.elapsed() * (1 / BUSY_SHARE - 1)
        learnt, self._learning = self._learning, None
        if job.state is JobState.DONE:
            self._reviewed = self._reviewed if learnt is None else learnt
            self._hold_suggestions(self._review)
            if self._own_run:
                self._obsolete.append(self._own_run)
            self._own_run = job.run_id
            # In turns of their own: keys pressed meanwhile come first.
            QTimer.singleShot(0, self, self._sort_all)
            self._taking.start(0)
        elif job.state is JobState.FAILED:
            self._gave_up = True
            self.noted.emit(tr("Not re-ranked; the jobs list says why"))
        # Verdicts given meanwhile are not learnt from yet.
        self._later.start()

    def _hold_suggestions(self, review: ReviewModel) -> None:
        """Keep the old suggestions of visible samples: a key must accept what has been seen."""
        columns = review.session.columns
        rows = review.order[: self._fixed(review)]
        rows = rows[columns.status[rows] == UNSEEN]
        old = self._suggested
        # Taken of another project, or before its first detection.
        if len(old) != len(columns.suggested):
            return
        rows = rows[columns.suggested[rows] != old[rows]]
        if len(rows):
            held = np.array(columns.suggested)
            held[rows] = old[rows]
            columns.suggested = held

    def _sort_all(self) -> None:
        """Sort all samples ahead for a view of most of them: half the work of its new order."""
        review = self._review
        if review is not None and len(review.order) > len(review.session) // 3:
            review.session.views.prepare_order(review.spec)

    def _take_over(self) -> None:
        review, grid = self._review, self._grid
        if review is None or grid is None:
            return
        # The band selects positions: another order would select other samples.
        if grid.is_dragging():
            self._taking.start(SETTLE_MILLISECONDS)
            return
        if not review.hides_reasons:
            grid.keep_place(lambda: review.sort_rest(self._fixed(review)))
        self.noted.emit(localized(DONE_TEXT))
        QTimer.singleShot(SETTLE_MILLISECONDS, self, self._forget_replaced)

    def _fixed(self, review: ReviewModel) -> int:
        """How many positions must not change: the screen, what is current, what is selected."""
        selection = review.selection
        positions = selection.positions
        last = int(positions[-1]) if len(positions) else -1
        seen = self._grid.last_visible() if self._grid is not None else -1
        return min(len(review.order), max(last, seen, selection.current) + 1)

    def _forget_replaced(self) -> None:
        """Delete runs of this session whose scores newer ones have replaced."""
        review = self._review
        # A job at work may still read them; then they wait for the next time.
        while review is not None and self._obsolete and not self._workflow.busy:
            review.session.runs.forget(self._obsolete.pop())
