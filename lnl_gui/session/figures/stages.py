"""How far an open project has come, and what to do next."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.sample_counts import Counts, count_samples
from lnl_gui.store.history.journal import Change
from lnl_gui.util.messages import NOTHING, Message, message, message_n

LEFT = "left.json"
"""File among the arrays that says how much was left when the project was closed."""


class ProjectStage(IntEnum):
    """How far a project has come; each stage includes those before it."""

    IMPORTED = 0
    EMBEDDED = 1
    DETECTED = 2
    REVIEWED = 3
    FINETUNED = 4
    EXPORTED = 5


@dataclass(frozen=True)
class NextStep:
    """The step a user would take now."""

    kind: str
    """embed, detect, review, finetune, export or done"""
    title: Message
    explanation: Message


def count(columns: SampleColumns) -> Counts:
    """Count samples by what happened to them."""
    return count_samples(columns.status, columns.readable, columns.flagged, columns.unlabelled)


def count_after(before: Counts, columns: SampleColumns, change: Change) -> Counts:
    """What `count` will give once `change` has been made to `columns`, without counting all."""
    rows = change.rows
    # Of these rows alone: a mask of a million samples is not made anew for each verdict.
    told = columns.readable[rows], columns.flagged[rows], columns.given[rows] < 0
    old, new = count_samples(columns.status[rows], *told), count_samples(change.new_status, *told)
    return before.after(old, new)


def stage_of(done: Collection[str], counts: Counts) -> ProjectStage:
    """The stage of a project, from the kinds of run that are done.

    Suspects nobody has begun to look at keep a project at the review, also where a command has
    trained and exported already.
    """
    if "detect" not in done:
        return ProjectStage.EMBEDDED if "embed" in done else ProjectStage.IMPORTED
    if counts.flagged_left and not counts.reviewed:
        return ProjectStage.DETECTED
    if "export" in done:
        return ProjectStage.EXPORTED
    if "finetune" in done:
        return ProjectStage.FINETUNED
    return ProjectStage.DETECTED if counts.flagged_left else ProjectStage.REVIEWED


@dataclass(frozen=True)
class Steps:
    """The steps of a project that are done, in their order; and what is done but not as it seems.

    A step counts as done by what is true now, whatever has run after it.
    """

    done: tuple[bool, ...]
    """open, embed, detect, review, fine-tune, export"""
    doubts: tuple[Message, ...]
    """of each step, why it is not simply done; empty where it is, or has not begun"""

    @property
    def now(self) -> int:
        """The first that is not done; their number when all are."""
        return self.done.index(False) if False in self.done else len(self.done)


def steps_of(
    done: Collection[str],
    counts: Counts,
    *,
    model_outdated: bool,
    export_outdated: bool,
    export_partial: bool,
    unread: bool = False,
) -> Steps:
    """The steps of a project, from the kinds of run that are done and what they are worth now."""
    detected = "detect" in done
    # Suspects left are no doubt while they are being reviewed, only where it went on without them.
    passed_over = (
        detected and bool(counts.flagged_left) and not {"finetune", "export"}.isdisjoint(done)
    )
    older = message("out of date: verdicts came after it")
    doubts = [NOTHING] * 6
    if "embed" in done and unread:
        doubts[1] = message("in part: images could not be read")
    if passed_over:
        doubts[3] = message_n(
            "{count:,} suspect left", "{count:,} suspects left", counts.flagged_left
        )
    if "finetune" in done and model_outdated:
        doubts[4] = older
    if "export" in done and (export_partial or export_outdated):
        doubts[5] = message("in part: images were missing") if export_partial else older
    finished = (
        True,
        "embed" in done,
        detected,
        detected and not counts.flagged_left,
        "finetune" in done,
        "export" in done,
    )
    sound = (is_done and not doubt for is_done, doubt in zip(finished, doubts, strict=True))
    return Steps(tuple(sound), tuple(doubts))


def next_step(stage: ProjectStage, counts: Counts) -> NextStep:
    """What comes after `stage`."""
    if stage < ProjectStage.DETECTED:
        return NextStep(
            "detect" if stage == ProjectStage.EMBEDDED else "embed",
            message("Find suspects"),
            message(
                "Look at all {samples:,} images and find the labels that do not fit.",
                samples=counts.samples,
            ),
        )
    if stage == ProjectStage.DETECTED:
        return NextStep(
            "review",
            message_n("Review {count:,} suspect", "Review {count:,} suspects", counts.flagged_left),
            message("W accepts the suggestion, Q keeps the label, E excludes, N is unsure."),
        )
    if stage == ProjectStage.REVIEWED:
        return NextStep(
            "finetune",
            message("Fine-tune"),
            message("Train on the curated labels and see what the cleaning gained."),
        )
    if stage == ProjectStage.FINETUNED:
        return NextStep(
            "export",
            message("Export"),
            message("Write the curated dataset, the tables and the journal."),
        )
    if counts.flagged_left:
        return NextStep(
            "done",
            message_n(
                "Exported, with {count:,} suspect not reviewed",
                "Exported, with {count:,} suspects not reviewed",
                counts.flagged_left,
            ),
            message("Go on reviewing and export again, whenever you like."),
        )
    return NextStep("done", message("Done"), message("The curated dataset has been exported."))
