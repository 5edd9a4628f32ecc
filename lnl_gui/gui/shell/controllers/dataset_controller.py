"""The dataset of the open project: read again, found elsewhere, its changed labels taken over."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.attach import ask_attach
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.session.acts.class_words import new_images_message
from lnl_gui.session.browsing.derived_columns import MISSING, OTHER_PICTURE, SOURCE_LABEL
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.figures.first_step import labels_standing_message
from lnl_gui.session.update_words import (
    class_messages,
    decided_messages,
    other_copy_message,
    replaced_message,
)
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.jobs.parameters import (
    CHANGED_LABELS,
    CHANGED_READING,
    DOUBTFUL_LAYOUT,
    FOLDERS_UNLISTED,
    MOST_MISSING,
    WRONG_ORDER,
    ImportParameters,
    RelocateParameters,
    UpdateParameters,
)
from lnl_gui.util.messages import from_json, message_n
from lnl_gui.util.translation import localized, tr

KINDS = ("update", "relocate")
"""Jobs after which the project has other samples, or has them elsewhere."""


class DatasetController(QObject):
    """Brings the open project up to date with its dataset.

    Args:
        context: of the window.
        reopen: opens a project folder anew.
    """

    def __init__(self, context: WindowContext, reopen: Callable[[Path], None]) -> None:
        super().__init__(context.parent)
        self._context, self._reopen = context, reopen
        self._update = UpdateParameters()
        context.workflow.ended.connect(self._ended)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By id of the action."""
        return {
            "update": self.update,
            "locate": self.locate,
            "take-source": self.take_labels,
            "attach": self.attach,
        }

    def update(self) -> None:
        """Read the dataset again."""
        self._start_update(UpdateParameters())

    def locate(self) -> None:
        """Ask where the images lie now."""
        review = self._context.review
        if review is None:
            return
        folder = questions.ask_image_folder(self._context.parent, str(review.session.dataset_root))
        if folder is not None:
            self._context.workflow.start(RelocateParameters(str(folder)))

    def attach(self) -> None:
        """Ask for predictions or embeddings that were made elsewhere."""
        review = self._context.review
        if review is None:
            return
        names = tuple(entry.name for entry in review.session.shown_classes)
        chosen = ask_attach(self._context.parent, names)
        if chosen is not None:
            self._context.workflow.start(chosen)

    def take_labels(self) -> None:
        """Give samples nobody has decided on the labels that the dataset gives them now."""
        review = self._context.review
        if review is None:
            return
        columns = review.session.columns
        changed = columns.source_differs
        undecided = int((changed & (columns.status == UNSEEN)).sum())
        if not undecided:
            self._context.notifications.show(tr("No undecided label has changed in the dataset"))
            return
        decided = int(changed.sum()) - undecided
        if questions.ask_take_labels(self._context.parent, undecided, decided):
            review.do(review.session.take_source_labels)

    def _start_update(self, parameters: UpdateParameters) -> None:
        self._update = parameters
        self._context.workflow.start(parameters)

    def _ended(self, job: Job) -> None:
        if job.kind == "attach":
            self._attached(job)
        if job.kind not in KINDS:
            return
        if job.state is JobState.DONE and job.result is not None:
            self._open_again(job.project)
            self._tell(job.kind, job.result.metrics)
        elif job.error is not None:
            self._ask_about(job.error.code, localized(job.error.message))

    def _open_again(self, folder: Path) -> None:
        """Other samples need other columns; filters and order stay."""
        review = self._context.review
        spec = review.spec if review is not None else None
        self._reopen(folder)
        if spec is not None and self._context.review is not None:
            self._context.review.show_view(spec)

    def _ask_about(self, code: str, said: str) -> None:
        """What only a person may say: that it is right all the same."""
        parent = self._context.parent
        if (code == MOST_MISSING and questions.ask_few_found(parent, said)) or (
            code == FOLDERS_UNLISTED and questions.ask_without_missing(parent, said)
        ):
            self._context.workflow.again(accept_missing=True)
        elif (code == DOUBTFUL_LAYOUT and questions.ask_doubtful(parent, said)) or (
            code == CHANGED_LABELS and questions.ask_changed_labels(parent, said)
        ):
            self._accept_layout()
        elif code == CHANGED_READING:
            as_before = questions.ask_changed_reading(parent, said)
            if as_before:
                self._start_update(replace(self._update, keep_reading=True))
            elif as_before is not None:
                self._accept_layout()

    def _accept_layout(self) -> None:
        # An empty source stands for the one on record.
        dataset = self._update.dataset or ImportParameters("", "")
        self._start_update(replace(self._update, dataset=replace(dataset, accept_layout=True)))

    def _attached(self, job: Job) -> None:
        if job.error is not None and job.error.code == WRONG_ORDER:
            said = localized(job.error.message)
            if questions.ask_accept_order(self._context.parent, said):
                self._context.workflow.again(accept_order=True)
        if job.state is not JobState.DONE or job.result is None:
            return
        metrics = job.result.metrics
        self._context.notifications.show(
            localized(
                message_n(
                    "{count:,} row attached as {name}",
                    "{count:,} rows attached as {name}",
                    metrics["rows"],
                    name=metrics["name"],
                )
            ),
            tone="good",
            hint=tr("The next detection uses them."),
        )
        for warning in metrics["warnings"]:
            self._context.notifications.show(localized(from_json(warning)), tone="warning")

    # What has come of it

    def _tell(self, kind: str, metrics: dict[str, Any]) -> None:
        if kind == "relocate":
            text = fill(tr("{:,} images found, {:,} missing"), metrics["found"], metrics["missing"])
            self._context.notifications.show(text, tone="warning" if metrics["missing"] else "good")
            return
        text = fill(
            tr("{:,} new, {:,} moved, {:,} missing, {:,} changed"),
            metrics["added"],
            metrics["moved"],
            metrics["missing"] + metrics["unlisted"] + metrics.get("refused", 0),
            metrics["content_changed"],
        )
        gone = metrics["newly_gone"]
        shows_gone = (tr("Show missing"), lambda: self._show(MISSING)) if gone else None
        self._context.notifications.show(
            text, tone="warning" if gone else "good", action=shows_gone
        )
        others = replaced_message(metrics) if metrics.get("content_changed_decided") else None
        shows = (tr("Show them"), lambda: self._show(OTHER_PICTURE))
        for line in decided_messages(metrics):
            action = shows if line == others else None
            self._context.notifications.show(localized(line), tone="warning", action=action)
        for line in class_messages(metrics):
            self._context.notifications.show(localized(line), tone="warning")
        for name, now, number in metrics.get("edited_classes", ()):
            said = localized(new_images_message(name, now, number))
            self._context.notifications.show(said, tone="warning")
        if metrics.get("other_copy"):
            said = localized(other_copy_message(metrics["root"], metrics["other_copy"]))
            locate = (tr("Locate the folder…"), self.locate)
            self._context.notifications.show(said, tone="warning", action=locate)
        standing = metrics["labels_changed"] - metrics["labels_undecided"]
        if standing and metrics["labels_newly_changed"]:
            self._context.notifications.show(
                localized(labels_standing_message(standing)),
                tone="warning",
                action=(tr("Show them"), lambda: self._show(SOURCE_LABEL)),
            )
        if metrics["labels_undecided"]:
            differ = message_n(
                "{count:,} label changed in the dataset",
                "{count:,} labels changed in the dataset",
                int(metrics["labels_undecided"]),
            )
            self._context.notifications.show(
                localized(differ),
                hint=tr("“Take over changed labels…” in the menu, or decide one by one."),
                action=(tr("Show them"), lambda: self._show(SOURCE_LABEL)),
            )

    def _show(self, issue: str) -> None:
        review = self._context.review
        if review is not None:
            review.show_view(ViewSpec(flagged=None, issue=(issue,)))
            review.focus_requested.emit()
