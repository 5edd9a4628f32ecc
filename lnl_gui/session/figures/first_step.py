"""What a user would do first: one order of precedence for the window and the command line."""

from collections.abc import Sequence
from dataclasses import dataclass

from lnl_gui.session.figures.stages import NextStep, ProjectStage, next_step
from lnl_gui.session.samples.absent_files import AbsentFiles
from lnl_gui.store.damage import Damage
from lnl_gui.store.dataset.sample_counts import Counts
from lnl_gui.store.review.second_opinion import waiting_summary
from lnl_gui.util.messages import NOTHING, Message, joined, message, message_n


@dataclass(frozen=True)
class Standing:
    """What is true of a project beside how far it has come."""

    absent: AbsentFiles
    damage: Sequence[Damage]
    embedded_anew: bool
    """since the newest detection"""
    changed_images: int
    """that held something else than when they were embedded, as the newest detection found"""
    other_pictures: int
    """decisions that were made on other pictures than those there now"""
    labels_changed: int
    """labels that nobody has decided on and the dataset has changed since they were read"""
    labels_standing: int
    """the same of those that somebody has decided on"""
    waiting: int
    """opinions of second reviewers that nobody has adopted"""
    cannot_judge: bool
    """whether the newest detection knows nothing of the labels"""
    model_outdated: bool
    export_doubt: Message
    """why an export is not simply done; nothing where it is"""
    unread: Message = NOTHING
    """that images could not be read for what the machine said; nothing where all could"""


def first_step(stage: ProjectStage, counts: Counts, found: Standing) -> NextStep:
    """What keeps a project from going on, else what comes after its stage.

    The kind is that of `next_step`, or locate, repair, unread, embedded_anew, changed_images,
    other_pictures, labels_changed, adopt, cannot_judge, label, finetune_again or export_again.
    """
    return _kept_from_going_on(stage, counts, found) or _going_on(stage, counts, found)


def _kept_from_going_on(stage: ProjectStage, counts: Counts, found: Standing) -> NextStep | None:
    if found.absent.absent:
        return _locating(found.absent)
    if found.damage:
        files = ", ".join(damage.file for damage in found.damage)
        return NextStep(
            "repair",
            message("Damaged or gone: {files}", files=files),
            message("Review goes on without them; no verdict is lost."),
        )
    if found.unread:
        return NextStep(
            "unread",
            message("Some images could not be read"),
            found.unread,
        )
    # Before, a detection is to come in any case.
    if stage >= ProjectStage.DETECTED and (found.embedded_anew or found.changed_images):
        return _of_before(found)
    if found.other_pictures:
        return NextStep(
            "other_pictures",
            message_n(
                "{count:,} decision was made on another picture than the one there now",
                "{count:,} decisions were made on other pictures than the ones there now",
                found.other_pictures,
            ),
            message("These images count as undecided until somebody looks again."),
        )
    if found.labels_changed:
        said = message("Take them over, or decide one by one.")
        if found.labels_standing:
            said = joined((said, labels_standing_message(found.labels_standing)), " ")
        return NextStep("labels_changed", labels_changed_message(found.labels_changed), said)
    if found.waiting:
        return NextStep(
            "adopt",
            waiting_summary(found.waiting),
            message("Adopting makes verdicts of what nobody opposes; or decide yourself."),
        )
    if found.cannot_judge and not counts.reviewed:
        return NextStep(
            "cannot_judge",
            message("The labels cannot be judged"),
            message("Look at some images, and try another encoder."),
        )
    return None


def labels_changed_message(count: int) -> Message:
    """Of labels that nobody has decided on."""
    return message_n(
        "{count:,} label changed in the dataset; nobody has decided on it here",
        "{count:,} labels changed in the dataset; nobody has decided on them here",
        count,
    )


def labels_standing_message(count: int) -> Message:
    """Of labels that somebody has decided on."""
    return message_n(
        "{count:,} label that was decided on is another in the dataset now: the decision stands.",
        "{count:,} labels that were decided on are others in the dataset now: the decisions stand.",
        count,
    )


def _locating(found: AbsentFiles) -> NextStep:
    if found.absent == found.looked_for:
        return NextStep(
            "locate",
            message("The images are not there: {root}", root=found.root),
            message("They can be reviewed by their thumbnails, and not embedded or exported."),
        )
    return NextStep(
        "locate",
        message("Images are missing, such as {example}", example=found.example),
        message("Refresh marks what is missing and recognises what has moved."),
    )


def _of_before(found: Standing) -> NextStep:
    """The suspects are of what some images were before."""
    if found.embedded_anew:
        return NextStep(
            "embedded_anew",
            message("The images were embedded anew"),
            message("The suspects are still those of the former embeddings: find suspects again."),
        )
    return NextStep(
        "changed_images",
        message_n(
            "{count:,} image had changed since it was embedded",
            "{count:,} images had changed since they were embedded",
            found.changed_images,
        ),
        message("The suspects are of what was there before. Refresh, then find suspects again."),
    )


def _going_on(stage: ProjectStage, counts: Counts, found: Standing) -> NextStep:
    step = next_step(stage, counts)
    if step.kind in ("export", "done") and found.model_outdated:
        return NextStep(
            "finetune_again",
            message("The trained model is out of date"),
            message("Verdicts came after it. Fine-tune again before you export it."),
        )
    if step.kind == "done" and found.export_doubt != NOTHING:
        return NextStep("export_again", message("The export is not up to date"), found.export_doubt)
    if step.kind == "finetune" and counts.unlabelled_left:
        return NextStep(
            "label",
            message_n(
                "All suspects are reviewed; {count:,} image without a label left",
                "All suspects are reviewed; {count:,} images without a label left",
                counts.unlabelled_left,
            ),
            message("Each has a suggestion: accept those of one class together under Groups."),
        )
    return step
