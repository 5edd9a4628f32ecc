"""Decides what the banner says: the job at work, how the last one ended, or the next step."""

import numpy as np
from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.error import show_error
from lnl_gui.gui.dialogs.question import ask_yes
from lnl_gui.gui.jobs.job import Job
from lnl_gui.gui.shell.banners.banner import Banner, BannerActions, BannerContent
from lnl_gui.gui.shell.banners.banner_content import banner_content
from lnl_gui.gui.shell.banners.banner_results import export_lines
from lnl_gui.gui.shell.commands import Commands
from lnl_gui.remote.address import remote_url
from lnl_gui.session.browsing.derived_columns import OTHER_PICTURE
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import Changes
from lnl_gui.util.messages import message_n
from lnl_gui.util.translation import localized, tr

SCORES_MILLISECONDS = 60
"""Delay after new scores, for which the grid is sorted anew first."""


class BannerController(QObject):
    """Keeps the banner of a window up to date."""

    updated = Signal()
    """The banner was redrawn: a button that is gone may have had the focus."""
    reopen_requested = Signal()
    """The open project should be opened again: what kept it from being written may have gone."""

    def __init__(self, banner: Banner, context: WindowContext, commands: Commands) -> None:
        super().__init__(banner)
        self._banner, self._context = banner, context
        self._last_job: Job | None = None
        # What of the view the banner goes by: whether reasons are hidden, and the issues shown.
        self._seen: tuple[bool, tuple[str, ...]] = False, ()
        self._later = QTimer(self, singleShot=True, interval=SCORES_MILLISECONDS)
        self._later.timeout.connect(self.refresh)
        self._actions = self._banner_actions(commands)
        project, workflow = context.project, context.workflow
        banner.cancel_requested.connect(workflow.stop_current)
        workflow.job_changed.connect(self._job_changed)
        workflow.ended.connect(self._job_ended)
        project.changed.connect(self._changed)
        project.order_changed.connect(self._order_changed)
        project.opened.connect(self._dismiss)
        project.closed.connect(self._dismiss)
        self.refresh()

    def refresh(self) -> None:
        """Show the running job, else the end of the last one, else the next step."""
        self._later.stop()
        review, job = self._context.review, self._context.workflow.shown_job()
        if job is not None:
            self._watch(job)
        else:
            content = banner_content(review, self._last_job, self._actions)
            # How many suspects there are, and the key that accepts, are nothing for who is blind.
            self._seen = (
                (False, ()) if review is None else (review.hides_reasons, review.spec.issue)
            )
            content = BannerContent("") if self._seen[0] and self._last_job is None else content
            self._banner.setVisible(bool(content.title))
            self._banner.show_content(content)
        self.updated.emit()

    def _banner_actions(self, commands: Commands) -> BannerActions:
        return BannerActions(
            find_suspects=commands.find_suspects,
            find_options=commands.find_suspects_with_options,
            review=commands.review_next,
            label=self._show_unlabelled,
            finetune=commands.finetune,
            finetune_options=commands.finetune_with_options,
            export=commands.export,
            retry=self._context.workflow.retry,
            show_error=self._show_error,
            open_export=self._open_export,
            locate=self._context.actions["locate"].trigger,
            update=self._context.actions["update"].trigger,
            check=self._context.actions["check"].trigger,
            reopen=self.reopen_requested.emit,
            go_on_without=self._go_on_without,
            other_pictures=self._show_other_pictures,
            let_stand=self._let_stand,
            take_labels=self._context.actions["take-source"].trigger,
            adopt=self._context.actions["adopt"].trigger,
            deciding=self._context.actions["deciding"].trigger,
            export_details=self._export_details,
            trials=self._context.actions["trials"].trigger,
            predictions=self._context.actions["predictions"].trigger,
            extend=self._context.actions["extend"].trigger,
            dismiss=self._dismiss,
        )

    # What happens

    def _changed(self, changes: Changes) -> None:
        if changes.labels and self._last_job is not None and self._last_job.is_over:
            self._last_job = None
        if changes.scores:
            # In a turn of its own: it looks at all files of the detection, and others wait as well.
            self._later.start()
        else:
            self.refresh()

    def _order_changed(self) -> None:
        review = self._context.review
        if review is not None and (review.hides_reasons, review.spec.issue) != self._seen:
            self.refresh()

    def _job_changed(self, job: Job) -> None:
        if job is self._context.workflow.shown_job():
            self._banner.show()
            self._watch(job)
            self.updated.emit()

    def _watch(self, job: Job) -> None:
        first_start = not self._context.workflow.controller.was_ready
        self._banner.watch(job, first_start=first_start, known=self._known())

    def _known(self) -> str:
        """The provisional rate of wrong labels, until all are judged; nothing for who is blind."""
        review = self._context.review
        if review is None or review.hides_reasons:
            return ""
        return localized(review.session.statistics.provisional)

    def _job_ended(self, job: Job) -> None:
        self._last_job = job
        self.refresh()

    # What its buttons do

    def _dismiss(self) -> None:
        self._last_job = None
        self.refresh()

    def _go_on_without(self) -> None:
        """Once more what has stopped, without the images that are missing: a person says so."""
        error = self._last_job.error if self._last_job is not None else None
        if error is not None and questions.ask_without_missing(
            self._context.parent, localized(error.message)
        ):
            self._context.workflow.again(partial=True)

    def _show_unlabelled(self) -> None:
        review = self._context.review
        if review is not None:
            review.show_unlabelled()
            review.focus_requested.emit()

    def _show_other_pictures(self) -> None:
        review = self._context.review
        if review is not None:
            review.show_view(ViewSpec(flagged=None, issue=(OTHER_PICTURE,)))
            review.focus_requested.emit()

    def _let_stand(self) -> None:
        """Decisions on other pictures stand for those there now, once a person says so."""
        review = self._context.review
        if review is None:
            return
        rows = np.flatnonzero(review.session.columns.other_picture)
        asked = message_n(
            "Let {count:,} decision stand?", "Let {count:,} decisions stand?", len(rows)
        )
        hint = tr("They were made on the pictures of before. Undo takes it back.")
        if ask_yes(self._context.parent, localized(asked), hint, tr("Let them stand")):
            review.do(lambda: review.session.confirm(rows))

    def _show_error(self) -> None:
        error = self._last_job.error if self._last_job is not None else None
        if error is not None:
            show_error(self._context.parent, error.message, error.hint, report=error.details)

    def _export_details(self) -> None:
        run = self._context.latest_run("export")
        if run is None:
            return
        told = "\n\n".join(export_lines(run))
        wanted = ask_yes(self._context.parent, tr("What was exported"), told, tr("Open folder"))
        # It has been read.
        self._dismiss()
        if wanted:
            self._open_export()

    def _open_export(self) -> None:
        run = self._context.latest_run("export")
        if run is None:
            return
        url = remote_url(run.parameters["destination"])
        if url is not None:
            QGuiApplication.clipboard().setText(url)
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(run.parameters["destination"]))
