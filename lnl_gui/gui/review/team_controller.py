"""Work with colleagues: notes and tags, samples sent for review, and what comes back."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.remarks import RemarkChoice, ask_remarks
from lnl_gui.gui.dialogs.send_pack import ask_pack
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.progress_words import elsewhere_message, to_settle_message
from lnl_gui.session.acts.operation_text import by_name_message
from lnl_gui.session.changes import Changes
from lnl_gui.session.projects import free_name
from lnl_gui.store.dataset.other_pictures import ASK, OTHER_PICTURES, what_became_of
from lnl_gui.store.history.pack_format import SUFFIX
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import localized

_TAKE_IN = "take-in"


class TeamController(QObject):
    """Handlers of what several people do to one project."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        context.workflow.ended.connect(self._job_ended)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By id of the action."""
        return {
            "remark": self._with_review(self.remark),
            "send": self._with_review(self.send),
            "send-back": self._with_review(self.send_back),
            _TAKE_IN: self._with_review(self.take_in),
        }

    def _with_review(self, act: Callable[[ReviewModel], object]) -> Callable[[], None]:
        def run() -> None:
            if self._context.review is not None:
                act(self._context.review)

        return run

    # Notes and tags

    def remark(self, review: ReviewModel) -> None:
        """Ask for a note, tags and second labels of the selection."""
        rows = review.selected_rows()
        if not len(rows):
            return
        session = review.session
        before = self._before(review, rows)
        chosen = ask_remarks(
            self._context.parent,
            before,
            known_tags=session.remarks.tag_names(),
            classes=[entry.name for entry in session.shown_classes],
            samples=len(rows),
            read_only=session.read_only_reason,
        )
        if chosen is not None:
            review.do(lambda: self._say(review, rows, before, chosen))
        review.focus_requested.emit()

    def _before(self, review: ReviewModel, rows: np.ndarray) -> RemarkChoice:
        """What all of them share."""
        said = review.session.remarks
        notes = {said.notes_of(row).get(review.session.reviewer, "") for row in rows.tolist()}
        tags = set.intersection(*(set(said.tags_of(row)) for row in rows.tolist()))
        also = set.intersection(*(set(said.also_of(row)) for row in rows.tolist()))
        names = sorted(review.words.class_name(label) for label in also)
        note = notes.pop() if len(notes) == 1 else ""
        return RemarkChoice(note, tuple(sorted(tags)), tuple(names))

    def _say(
        self, review: ReviewModel, rows: np.ndarray, before: RemarkChoice, chosen: RemarkChoice
    ) -> Changes:
        """All that differs, in one step of undo."""

        def classes(names: Iterable[str]) -> list[int]:
            return [review.session.class_named(name).id for name in names]

        return review.session.remarks.say(
            rows,
            note=chosen.note if chosen.note != before.note else None,
            tags=_without(chosen.tags, before.tags),
            untags=_without(before.tags, chosen.tags),
            also=classes(_without(chosen.also, before.also)),
            not_also=classes(_without(before.also, chosen.also)),
        )

    # Packs

    def send(self, review: ReviewModel) -> None:
        """Write what is shown into a file for somebody else."""
        if not len(review.order):
            text = message("There is nothing to pack.")
            self._context.refuse(UserError(text, message("Loosen a filter.")))
            return
        folder = review.session.folder
        destination = free_name(folder.with_name(f"{folder.stem}{SUFFIX}"))
        rows = tuple(review.order.tolist())
        chosen = ask_pack(self._context.parent, rows, destination)
        if chosen is not None:
            self._context.workflow.start(chosen)

    def _job_ended(self, job: Job) -> None:
        if job.kind != "pack" or job.state is not JobState.DONE or job.result is None:
            return
        found = job.result.metrics
        missing = int(found.get("missing", 0))
        hint = message_n(
            "{count:,} image could not be read and is missing.",
            "{count:,} images could not be read and are missing.",
            missing,
        )
        said = message_n(
            "{count:,} sample is in {place}",
            "{count:,} samples are in {place}",
            int(found["samples"]),
            place=found["destination"],
        )
        self._context.notifications.show(
            localized(said),
            tone="warning" if missing else "good",
            hint=localized(hint) if missing else "",
        )

    def send_back(self, review: ReviewModel) -> None:
        """Write the verdicts into a file that the other copy takes in."""
        session = review.session
        target = questions.ask_journal_file(self._context.parent, f"{session.name}-review.jsonl")
        if target is None:
            return
        try:
            count = session.team.write_journal(target)
        except UserError as error:
            self._context.refuse(error)
            return
        by_name = session.team.known_by_name()
        self._context.notifications.show(
            localized(
                message_n(
                    "{count:,} operation is in {place}",
                    "{count:,} operations are in {place}",
                    count,
                    place=target.name,
                )
            ),
            tone="warning" if by_name else "good",
            hint=localized(by_name_message(by_name)) if by_name else "",
        )

    def take_in(self, review: ReviewModel) -> None:
        """Take in a review that came back."""
        file = questions.ask_review_file(self._context.parent)
        if file is not None:
            self.take(review, file)

    def take(self, review: ReviewModel, file: Path, *, others: str = ASK) -> None:
        """Take in a journal file; what is not of this project is said."""
        try:
            report, changes = review.session.team.take_in(file, others=others)
        except UserError as error:
            if error.code == OTHER_PICTURES:
                asked = localized(error.message)
                chosen = questions.ask_other_pictures(self._context.parent, asked)
                if chosen is not None:
                    self.take(review, file, others=chosen)
                return
            self._context.refuse(error, of=_TAKE_IN)
            return
        self._context.notifications.settle(_TAKE_IN)
        review.announce(changes)
        review.refresh()
        said = []
        if report.missing:
            said.append(localized(elsewhere_message(len(report.missing))))
        if report.others:
            said.append(f"{localized(what_became_of(len(report.others), others))}.")
        conflicts = len(report.imported.conflicts)
        if conflicts:
            said.append(localized(to_settle_message(conflicts)))
        self._context.notifications.show(
            localized(changes.text), tone="warning" if said else "good", hint=" ".join(said)
        )


def _without(names: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    return [name for name in names if name not in others]
