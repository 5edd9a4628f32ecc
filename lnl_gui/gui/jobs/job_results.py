"""Shows what a job found when it is over."""

from dataclasses import replace

from PySide6.QtCore import QObject

from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.jobs.controller import Job, JobState
from lnl_gui.gui.jobs.workflow import Workflow
from lnl_gui.gui.model.current_project import CurrentProject
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.widgets.notifications import Notifications
from lnl_gui.util.messages import from_json
from lnl_gui.util.translation import localized, tr


class JobResults(QObject):
    """Notifies of embeddings, brings the suspects of a detection to the front."""

    def __init__(
        self, workflow: Workflow, project: CurrentProject, notifications: Notifications
    ) -> None:
        super().__init__(workflow)
        self._project, self._notifications = project, notifications
        workflow.ended.connect(self._ended)
        workflow.refused.connect(notifications.show_error)

    def _ended(self, job: Job) -> None:
        review = self._project.review
        if review is None or job.state is not JobState.DONE:
            return
        if job.kind == "detect":
            self._show_suspects(review)
        elif job.kind == "embed":
            self._notifications.show(tr("The images are embedded"), tone="good")

    def _show_suspects(self, review: ReviewModel) -> None:
        # Over the filters in force: whoever looks at one class goes on with its suspects.
        review.show_view(replace(review.spec, flagged=True, sort="suspicion", descending=True))
        if len(review.order):
            review.move_to(0)
        count = review.counts().flagged
        if review.session.statistics.cannot_judge:
            self._notifications.show(tr("The labels cannot be judged"), tone="warning")
        else:
            self._notifications.show(fill(tr("{:,} suspects found"), count), tone="good")
        for warning in review.session.detection.summary.warnings:
            self._notifications.show(localized(from_json(warning)), tone="warning")
