"""Damage of a project, and verdicts whose project is gone."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.project_faults import show_faults
from lnl_gui.gui.jobs.job import Job
from lnl_gui.gui.widgets.notifications import Notification
from lnl_gui.session.acts.operation_text import written_operations
from lnl_gui.session.changes import Changes
from lnl_gui.session.checking import ProjectFault, check_project
from lnl_gui.store.database.connection import DAMAGED, GONE
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress
from lnl_gui.util.translation import localized, tr


class CareController(QObject):
    """Checks and mends projects, and saves verdicts elsewhere.

    Args:
        context: of the window.
        reopen: opens a project folder.
    """

    def __init__(self, context: WindowContext, reopen: Callable[[Path], None]) -> None:
        super().__init__(context.parent)
        self._context, self._reopen = context, reopen
        self._refusal: Notification | None = None
        self._not_opened: Notification | None = None
        context.project.refused.connect(self.refused)
        context.project.changed.connect(self._changed)
        context.project.opened.connect(self._opened)
        context.project.closed.connect(self._changed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By id of the action."""
        return {"check": self.check}

    def refused(self, error: UserError) -> None:
        """Show an error that an operation on the open project met."""
        review = self._context.review
        self._changed()
        if error.code != GONE or review is None:
            self._refusal = self._context.notifications.show_error(error)
            return
        self._refusal = self._context.notifications.show(
            localized(error.message),
            tone="danger",
            hint=localized(error.hint),
            action=(tr("Save the verdicts…"), self.save_elsewhere),
        )

    def _changed(self, changes: Changes | None = None) -> None:
        """What was refused works again, or does not matter any more: the message goes."""
        if changes is None or changes.labels or changes.remarks or changes.classes:
            self._context.notifications.withdraw(self._refusal)

    def _opened(self, _review: object) -> None:
        self._context.notifications.withdraw(self._not_opened)

    def save_elsewhere(self) -> None:
        """Write the verdicts of the open project into a file that a person chooses."""
        review = self._context.review
        if review is None:
            return
        session = review.session
        target = questions.ask_journal_file(self._context.parent, f"{session.name}-verdicts.jsonl")
        if target is None:
            return
        try:
            count = session.rescue.save(target)
        except UserError as error:
            self._context.refuse(error)
            return
        said = written_operations(count, target)
        self._context.notifications.show(localized(said), tone="good")

    def could_not_open(self, folder: Path, error: UserError) -> None:
        """A project was not opened; where it is damaged, offer to mend it."""
        if error.code == DAMAGED and questions.ask_repair(
            self._context.parent, localized(error.message)
        ):
            self.repair(folder)
        else:
            # The message of the attempt before makes room for this one.
            self._opened(None)
            again = (tr("Try again"), lambda: self._reopen(folder))
            self._not_opened = self._context.notifications.show_error(error, action=again)

    def check(self) -> None:
        """Look for damage in the open project, and show what there is."""
        review = self._context.review
        if review is None:
            return
        folder, found = review.session.folder, list[ProjectFault]()

        def look(context: JobContext) -> RunResult:
            progress = stage_progress(context, message("Looking at the thumbnails"))
            found.extend(check_project(folder, progress=progress))
            return RunResult()

        self._context.workflow.start_here(
            "check", look, title=tr("Check"), ended=lambda job: self._checked(job, folder, found)
        )

    def _checked(self, job: Job, folder: Path, found: list[ProjectFault]) -> None:
        if job.error is not None:
            self._context.refuse(UserError(job.error.message, job.error.hint))
        elif not found:
            self._context.notifications.show(tr("Nothing is damaged"), tone="good")
        elif show_faults(self._context.parent, found, may_repair=True):
            self.repair(folder)

    def repair(self, folder: Path) -> None:
        """Mend what can be mended, and open the project again."""
        # First: the database is replaced as a file, which nobody may have open.
        self._context.project.close()
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            found = check_project(folder, repair=True)
        except UserError as error:
            self._context.refuse(error)
            return
        finally:
            QGuiApplication.restoreOverrideCursor()
        self._reopen(folder)
        if found:
            show_faults(self._context.parent, found, may_repair=False)
