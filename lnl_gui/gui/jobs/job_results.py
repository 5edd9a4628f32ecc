"""Shows what a job found when it is over."""

from dataclasses import replace

from PySide6.QtCore import QObject

from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.jobs.workflow import Workflow
from lnl_gui.gui.model.current_project import CurrentProject
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.widgets.notifications import Notifications
from lnl_gui.store.jobs.runs import FIRST_LOOK
from lnl_gui.util.messages import from_json, message_n
from lnl_gui.util.translation import localized, tr


class JobResults(QObject):
    """Notifies of embeddings, brings the suspects of a detection to the front."""

    def __init__(
        self, workflow: Workflow, project: CurrentProject, notifications: Notifications
    ) -> None:
        super().__init__(workflow)
        self._project, self._notifications = project, notifications
        self._first_look: ReviewModel | None = None
        workflow.ended.connect(self._ended)
        workflow.refused.connect(notifications.show_error)

    def _ended(self, job: Job) -> None:
        review = self._project.review
        if review is None or job.state is not JobState.DONE:
            return
        if job.kind in ("detect", FIRST_LOOK):
            self._show_suspects(review, provisional=job.kind == FIRST_LOOK)
        elif job.kind == "embed":
            self._notifications.show(tr("The images are embedded"), tone="good")

    def _show_suspects(self, review: ReviewModel, *, provisional: bool) -> None:
        # Who has begun with the suspects of a first look keeps in sight what they look at.
        under_way = _is_under_way(review) or self._first_look is review
        self._first_look = review if provisional else None
        if not under_way:
            _suspects_first(review)
        # Each of them is a message that would take the place of one that stays.
        warnings = review.session.detection.summary.warnings
        if review.session.statistics.cannot_judge:
            self._notifications.show(tr("The labels cannot be judged"), tone="warning")
        else:
            # What somebody looks at stays; what was found waits until it is asked for.
            action = (tr("Show them"), lambda: _suspects_first(review)) if under_way else None
            flagged = review.counts().flagged
            found = message_n("{count:,} suspect found", "{count:,} suspects found", flagged)
            if provisional:
                found = message_n("{count:,} suspect so far", "{count:,} suspects so far", flagged)
            self._notifications.show(
                localized(found), tone="good", action=action, stays=under_way and not warnings
            )
        for warning in warnings:
            self._notifications.show(localized(from_json(warning)), tone="warning")


def _is_under_way(review: ReviewModel) -> bool:
    """Whether somebody reviews: verdicts have been given, a sample or view has been chosen."""
    # Who is about to decide the sample chosen would decide another one.
    chosen = review.on_purpose or bool(review.selection.count)
    decided = bool(review.counts().reviewed)
    return decided or chosen or review.hides_reasons or review.within is not None


def _suspects_first(review: ReviewModel) -> None:
    # Over the filters in force: whoever looks at one class goes on with its suspects.
    review.show_view(replace(review.spec, flagged=True, sort="suspicion", descending=True))
    review.begin_at(0)
    review.focus_requested.emit()
