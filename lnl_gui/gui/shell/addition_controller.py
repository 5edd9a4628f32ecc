"""Reviewed images join the dataset: asked first, then copied, then the project is updated."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs.extend import ask_extend
from lnl_gui.gui.dialogs.question import ask_yes
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.jobs.controller import Job, JobState
from lnl_gui.gui.widgets.basic import plural
from lnl_gui.session.added_images import (
    addition_words,
    keep_added,
    origin_of_predictions,
    reviewed_predictions,
)
from lnl_gui.store.job_kinds import from_dict
from lnl_gui.store.parameters import ExtendParameters
from lnl_gui.store.runs import Run
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

KIND = "extend"


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
        context.workflow.ended.connect(self._ended)
        context.project.closing.connect(self._forget)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By id of the action."""
        return {"extend": self.extend}

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
            "Nothing that is there is written over; a table only gets rows. What takes it back is"
            " kept beside the dataset, in a folder that ends in .undo (`lnl-gui apply --undo`)."
        )
        action = (
            tr("Add {}").format(plural(count, "image")) if count else tr("Take the decisions over")
        )
        title = tr("Add the reviewed images to the dataset?")
        if ask_yes(self._context.parent, title, f"{told}\n\n{way_back}", action):
            wanted = from_dict(ExtendParameters, run.parameters)
            self._context.workflow.start(replace(wanted, preview=False))

    def _newest(self) -> Run | None:
        review = self._context.review
        return review.session.runs.latest(KIND) if review is not None else None

    def _ended(self, job: Job) -> None:
        if job.kind != KIND or job.state is not JobState.DONE:
            return
        if job.parameters.get("preview"):
            # The banner says so: a question would come up under the fingers of who reviews.
            self._found = self._newest()
            return
        # Other samples need other columns.
        review = self._context.review
        spec = review.spec if review is not None else None
        self._open_project(job.project)
        review, run = self._context.review, self._newest()
        if review is None or run is None or run.id != job.run_id:
            return
        if spec is not None:
            review.show_view(spec)
        review.do(lambda: keep_added(review.session, run))
        self._tell(run)

    def _tell(self, run: Run) -> None:
        count = int(run.metrics["copied"])
        text = fill(tr("{:,} new images are in the dataset"), count)
        hint = tr("What was decided about them came along. Find suspects again to judge them too.")
        if run.metrics["undo"]:
            hint += " " + tr("Kept to take it back: {}").format(run.metrics["undo"])
        refused = run.metrics["refused"]
        self._context.notifications.show(text, tone="warning" if refused else "good", hint=hint)
