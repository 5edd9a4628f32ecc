"""Reviewed images join the dataset: asked first, then copied, then the project is updated."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs.extend import ask_extend
from lnl_gui.gui.dialogs.question import ask_yes
from lnl_gui.gui.i18n.numbers import moment
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.widgets.notifications import Tone
from lnl_gui.session.added_images import (
    addition_words,
    keep_added,
    origin_of_predictions,
    reviewed_predictions,
)
from lnl_gui.session.undo_addition import last_addition
from lnl_gui.store.jobs.job_kinds import from_dict
from lnl_gui.store.jobs.parameters import ExtendParameters, UpdateParameters
from lnl_gui.store.jobs.runs import Run
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import localized, tr

KIND, UPDATE = "extend", "update"


class AdditionController(QObject):
    """Adds images that were reviewed as a project of their own to the dataset.

    Args:
        context: of the window.
        open_project: opens a project folder instead of what is open.
    """

    def __init__(self, context: WindowContext, open_project: Callable[[Path], None]) -> None:
        super().__init__(context.parent)
        self._context, self._open_project = context, open_project
        self._found: Run | None = None
        self._undoing = 0
        context.workflow.ended.connect(self._ended)
        context.project.closing.connect(self._forget)
        for signal in (context.project.opened, context.project.closed, context.workflow.ended):
            signal.connect(self._show_whether_undoable)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By id of the action."""
        return {"extend": self.extend, "undo-extend": self.undo}

    def undo(self) -> None:
        """Ask, then take the images of the last addition out of the dataset again."""
        review = self._context.review
        if review is None:
            return
        try:
            if review.session.read_only:
                raise UserError(message("This project is open for reading only."))
            if review.session.blind:
                hint = message("End the blind review first.")
                raise UserError(message("Images stay while somebody works blind."), hint)
            found = last_addition(review.session)
        except UserError as error:
            self._context.refuse(error)
            return
        text = tr(
            "They were added on {when}. They are removed from the dataset, and a table gets its"
            " former rows; images that have changed since stay. In this project they count as"
            " missing files from then on, and what was decided about them stays on record."
        ).format(when=moment(found.ended))
        title = tr("Take the added images out of the dataset again?")
        action = message_n("Remove {count:,} image", "Remove {count:,} images", found.images)
        if ask_yes(self._context.parent, title, text, localized(action)):
            self._undoing = found.images
            # The project sees at once which files are gone, as after any change of the dataset.
            self._context.workflow.start(UpdateParameters(undo=str(found.undo)))

    def _undone(self, job: Job) -> None:
        run = self._context.latest_run(job.kind)
        if run is None or run.id != job.run_id:
            return
        removed = int(run.metrics["taken_back"])
        stayed = self._undoing - removed
        hint = message_n(
            "{count:,} was changed or removed by somebody since and is left as it is.",
            "{count:,} were changed or removed by somebody since and are left as they are.",
            stayed,
        )
        text = message_n(
            "{count:,} image taken out of the dataset again",
            "{count:,} images taken out of the dataset again",
            removed,
        )
        self._context.notifications.show(
            localized(text),
            tone="warning" if stayed else "good",
            hint=localized(hint) if stayed else "",
        )

    def _show_whether_undoable(self, _cause: object = None) -> None:
        """Offer to undo where that can be done; elsewhere the tool tip says why not."""
        action, review = self._context.actions["undo-extend"], self._context.review
        try:
            if review is None:
                raise UserError(message("No project is open."))
            last_addition(review.session)
        except UserError as error:
            action.setEnabled(False)
            action.setToolTip(localized(error.message))
        else:
            action.setEnabled(True)
            action.setToolTip(tr("Take the images added last out of the dataset again"))

    def extend(self) -> None:
        """Say what has been found out, or ask what to find out."""
        found, self._found = self._found, None
        if found is None:
            self._ask()
        else:
            self._confirm(found)

    def _forget(self) -> None:
        self._found = None

    def _ask(self) -> None:
        """Ask which images join which part; from the images' own project, open the dataset's."""
        review = self._context.review
        if review is None:
            return
        if review.session.blind:
            hint = message("End the blind review first.")
            self._context.refuse(
                UserError(message("Images are not added while somebody works blind."), hint)
            )
            return
        reviewed = reviewed_predictions(review.session, map(Path, self._recent()))
        origin = origin_of_predictions(review.session)
        if origin is not None:
            reviewed = review.session.folder
            if not self._change_to(origin):
                return
            review = self._context.review
        if review is None:
            return
        parts = [name for name in review.session.split_names if name]
        chosen = ask_extend(self._context.parent, parts, reviewed)
        if chosen is not None:
            self._context.workflow.start(chosen)

    def _recent(self) -> tuple[str, ...]:
        return tuple(self._context.settings.value.recent)

    def _change_to(self, origin: Path) -> bool:
        """Open the project whose model named the classes; whether it is open now."""
        text = tr(
            "They join the dataset of {}. Its project opens now, and you are told what would be"
            " done; nothing is changed before you agree."
        )
        title = tr("Add the reviewed images to the dataset?")
        action = tr("Open {}").format(origin.stem)
        if not ask_yes(self._context.parent, title, text.format(origin.stem), action):
            return False
        self._open_project(origin)
        review = self._context.review
        return review is not None and review.session.folder.resolve() == origin.resolve()

    def _confirm(self, run: Run) -> None:
        """Say what a preview has found, and do it if that is wanted."""
        told = "\n".join(localized(line) for line in addition_words(run.metrics))
        count = int(run.metrics["copied"])
        if not count and not run.metrics["known"]:
            if ask_yes(
                self._context.parent, tr("Nothing can be added"), told, tr("Choose others…")
            ):
                self._ask()
            return
        way_back = tr(
            "Nothing that is there is written over; a table only gets rows. “Undo the addition of"
            " images…” takes it back; what that needs is kept beside the dataset, in a folder that"
            " ends in .undo."
        )
        action = (
            localized(message_n("Add {count:,} image", "Add {count:,} images", count))
            if count
            else tr("Take the decisions over")
        )
        title = tr("Add the reviewed images to the dataset?")
        if ask_yes(self._context.parent, title, f"{told}\n\n{way_back}", action):
            wanted = from_dict(ExtendParameters, run.parameters)
            self._context.workflow.start(replace(wanted, preview=False))

    def _ended(self, job: Job) -> None:
        if job.kind == UPDATE and job.state is JobState.DONE and job.parameters.get("undo"):
            self._undone(job)
        if job.kind != KIND or job.state is not JobState.DONE:
            return
        if job.parameters.get("preview"):
            # The banner says so: a question would come up under the fingers of who reviews.
            self._found = self._context.latest_run(KIND)
            return
        # Other samples need other columns.
        review = self._context.review
        spec = review.spec if review is not None else None
        self._open_project(job.project)
        review, run = self._context.review, self._context.latest_run(KIND)
        if review is None or run is None or run.id != job.run_id:
            return
        if spec is not None:
            review.show_view(spec)
        review.do(lambda: keep_added(review.session, run))
        self._tell(run)

    def _tell(self, run: Run) -> None:
        text = localized(
            message_n(
                "{count:,} new image is in the dataset",
                "{count:,} new images are in the dataset",
                int(run.metrics["copied"]),
            )
        )
        hint = tr("What was decided about them came along. Find suspects again to judge them too.")
        way_back = (tr("Undo the addition…"), self.undo) if run.metrics["undo"] else None
        refused = run.metrics["refused"]
        tone: Tone = "warning" if refused else "good"
        self._context.notifications.show(text, tone=tone, hint=hint, action=way_back)
