"""Second opinions: blind review, disagreements, merging another copy of the project."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.model.view import View
from lnl_gui.gui.review.progress_words import (
    adopt_message,
    elsewhere_message,
    to_settle_message,
)
from lnl_gui.gui.review.task_bar import ReviewTask, TaskButton
from lnl_gui.session.acts.merged import Merged, merge_copy
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import Changes
from lnl_gui.store.dataset.other_pictures import ASK, OTHER_PICTURES, what_became_of
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.review.second_opinion import EXCLUSION, code, waiting_summary
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.progress import JobContext
from lnl_gui.util.translation import localized, tr

Operation = Callable[[], Changes]


_MERGE = "merge"


class SecondOpinionController(QObject):
    """Switches the reviewer of the open project, shows disagreements, merges copies."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        self._first = ""
        self._before: View | None = None
        context.project.opened.connect(self._opened)
        context.settings.preferences_changed.connect(self._name_changed)

    def _opened(self, review: ReviewModel) -> None:
        self._first, self._before = review.session.reviewer, None
        self._name_changed()

    # Blind

    def toggle(self) -> None:
        """Begin a blind review, or end it."""
        review = self._context.review
        if review is None:
            return
        if review.session.blind:
            self.end()
            return
        if self._is_read_only(review):
            return
        name = questions.ask_reviewer(self._context.parent, self._first).strip()
        if not name:
            return
        if name.casefold() == review.session.reviewer.casefold():
            hint = message(
                "A second opinion comes from somebody else. Your name is in the preferences.",
            )
            self._context.refuse(
                UserError(message("{name} is the first reviewer.", name=name), hint)
            )
            return
        self._first, self._before = review.session.reviewer, review.view()
        # The same samples, in an order that tells nothing.
        shown = np.zeros(len(review.session), bool)
        shown[review.order] = True
        spec = ViewSpec(flagged=None).without_reasons()
        view = View(spec, None if shown.all() else shown, tr("the same samples"))
        self._hand_over(review, lambda: review.session.team.work_as(name, blind=True), view)

    def _is_read_only(self, review: ReviewModel) -> bool:
        """Whether nothing can be recorded here; then that has been said."""
        if review.session.read_only:
            self._context.refuse(UserError(message("This project is open for reading only.")))
        return review.session.read_only

    def end(self) -> None:
        """End the blind review and offer the disagreements."""
        review = self._context.review
        if review is None or not review.session.blind:
            return
        before, self._before = self._before or View(ViewSpec()), None
        self._hand_over(review, lambda: review.session.team.work_as(self._first), before)
        count, waiting = (
            review.session.team.disagreement_count(),
            review.session.team.waiting_count(),
        )
        action = None
        if count:
            action = (tr("Show them"), self.show_disagreements)
        elif waiting:
            action = (localized(adopt_message(waiting)), self.adopt)
        said = message_n(
            "{count:,} disagreement between the reviewers",
            "{count:,} disagreements between the reviewers",
            count,
        )
        self._context.notifications.show(
            localized(said),
            tone="info" if count or waiting else "good",
            hint=f"{localized(waiting_summary(waiting))}." if waiting else "",
            action=action,
        )

    def _hand_over(self, review: ReviewModel, operation: Operation, view: View) -> None:
        if self._take_in(review, operation) is not None:
            review.show_again(view)
            if review.session.blind:
                review.begin_at(0)
        review.focus_requested.emit()

    def _take_in(self, review: ReviewModel, operation: Operation) -> Changes | None:
        """Run an operation that cannot be undone and announce it without rows."""
        try:
            changes = operation()
        except UserError as error:
            self._context.refuse(error)
            return None
        # Many rows are announced with a button that undoes, which would undo something else here.
        review.announce(replace(changes, rows=np.zeros(0, np.int64)))
        return changes

    def _name_changed(self) -> None:
        """Another name in the preferences."""
        review = self._context.review
        name = self._context.settings.review.reviewer
        if review is None or not name:
            return
        self._first = name
        if not review.session.blind:
            review.session.team.rename(name)

    # Disagreements

    def show_disagreements(self) -> None:
        """The queue of samples on which reviewers differ."""
        review = self._context.review
        if review is None:
            return
        if review.session.blind:
            hint = message("End the blind review first.")
            self._context.refuse(
                UserError(message("You review blind to the others' verdicts."), hint)
            )
            return
        if not review.session.team.disagreement_count():
            self._context.notifications.show(tr("Nobody disagrees"), tone="good")
            return
        review.show_view(ViewSpec(flagged=None, disagreement=True))
        review.stand_at(0)
        review.focus_requested.emit()

    def adopt(self) -> None:
        """Opinions nobody opposes become the verdicts."""
        review = self._context.review
        if review is None:
            return
        changes = review.do(review.session.adopt_opinions)
        if changes is not None and not len(changes.rows):
            self._context.notifications.show(tr("Every opinion has been adopted or is opposed"))

    # Another copy

    def merge(self) -> None:
        """Merge the verdicts of another copy of this project."""
        review = self._context.review
        if review is None or self._is_read_only(review):
            return
        folder = questions.ask_project_folder(self._context.parent)
        if folder is not None:
            self._merge(review, folder, ASK)

    def _merge(self, review: ReviewModel, folder: Path, others: str) -> None:
        found: list[Merged] = []

        def take(context: JobContext) -> RunResult:
            # The thread has the project alone: SQLite connections belong to one thread.
            with review.session.team.lend() as project:
                found.append(merge_copy(project, folder, context, others=others))
            return RunResult()

        def ended(job: Job) -> None:
            if self._merged(job, review, found, others) == OTHER_PICTURES and job.error is not None:
                said = localized(job.error.message)
                chosen = questions.ask_other_pictures(self._context.parent, said)
                if chosen is not None:
                    self._merge(review, folder, chosen)

        self._context.workflow.start_here(_MERGE, take, title=tr("Merge"), ended=ended)

    def _merged(self, job: Job, review: ReviewModel, found: list[Merged], others: str) -> str:
        """Show what has come; returns the code of the error, "" for none."""
        if found and job.state is JobState.DONE:
            self._context.notifications.settle(_MERGE)
            self._show_merged(review, found[0], others)
            return ""
        review.announce(Changes())
        code = "" if job.error is None else job.error.code
        if job.error is not None and code != OTHER_PICTURES:
            self._context.refuse(UserError(job.error.message, job.error.hint), of=_MERGE)
        return code

    def _show_merged(self, review: ReviewModel, merged: Merged, others: str) -> None:
        changes = self._take_in(review, lambda: review.session.team.show_merged(merged))
        if changes is None:
            return
        review.refresh()
        conflicts = len(merged.report.conflicts)
        action = (tr("Show them"), self.show_disagreements) if conflicts else None
        said = [localized(to_settle_message(conflicts))] if conflicts else []
        missing, foreign = len(merged.report.missing), len(merged.report.others)
        if missing:
            said.append(localized(elsewhere_message(missing)))
        if foreign:
            said.append(f"{localized(what_became_of(foreign, others))}.")
        self._context.notifications.show(
            localized(changes.text),
            tone="warning" if foreign or missing else "good",
            hint=" ".join(said),
            action=action,
        )

    # Above the grid

    def task(self) -> ReviewTask | None:
        """Content of the task bar in a blind review or while disagreements are shown, else None."""
        review = self._context.review
        if review is None:
            return None
        if review.session.blind:
            hint = tr(
                "Others' verdicts and what the detectors think are hidden; yours are kept beside.",
            )
            title = tr("{} reviews blind").format(review.session.reviewer)
            return ReviewTask(title, hint, (TaskButton(tr("End the blind review"), self.end),))
        if not review.spec.disagreement:
            return None
        left = review.session.team.disagreement_count()
        leave = TaskButton(tr("Show all suspects"), self._leave, primary=not left)
        if not left:
            title = tr("Disagreements   ·   all settled")
            return ReviewTask(title, "", (leave,), "good")
        to_settle = message_n(
            "Disagreements   ·   {count:,} sample to settle",
            "Disagreements   ·   {count:,} samples to settle",
            left,
        )
        return ReviewTask(localized(to_settle), self._positions(review), (leave,))

    def _leave(self) -> None:
        review = self._context.review
        if review is not None:
            review.show_view(ViewSpec())
            review.focus_requested.emit()

    def _positions(self, review: ReviewModel) -> str:
        """The reviewers' decisions on the current sample."""
        row = review.current_row
        found = None if row is None else review.session.team.disagreement_on(row)
        if found is None:
            return tr("Any verdict settles it.")
        said = []
        for reviewer, decision in found.decisions.items():
            chosen = code(decision)
            name = tr("exclude") if chosen == EXCLUSION else review.words.class_name(chosen)
            said.append(f"{reviewer}: {name}")
        return "   ·   ".join((*said, tr("any verdict settles it")))
