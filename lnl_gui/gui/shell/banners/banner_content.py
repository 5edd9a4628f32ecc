"""Content of the banner: how the last job ended, what keeps from going on, the next step."""

import numpy as np

from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.progress_words import adopt_message
from lnl_gui.gui.shell.banners.banner import BannerActions, BannerButton, BannerContent
from lnl_gui.gui.shell.banners.banner_results import result_content
from lnl_gui.session.browsing.derived_columns import OTHER_PICTURE
from lnl_gui.session.figures.stages import NextStep, ProjectStage, next_step
from lnl_gui.session.session import Session
from lnl_gui.store.damage import DETECT, EMBED, UPDATE
from lnl_gui.store.dataset.sample_counts import Counts
from lnl_gui.store.jobs.parameters import FILES_CHANGED, FILES_MISSING
from lnl_gui.store.review.second_opinion import waiting_summary
from lnl_gui.util.messages import from_json, message, message_n
from lnl_gui.util.translation import localized, tr

MAXIMUM_BANNER = 160
_AS_OPENED = message("What is shown is as it was when it was opened; Refresh the view reads anew.")
EXPORT_STEP = 5
"""Place of the export among the steps."""


def banner_content(
    review: ReviewModel | None, last: Job | None, actions: BannerActions
) -> BannerContent:
    """Content while no job is running."""
    if last is not None and last.state is JobState.FAILED and last.error is not None:
        if last.error.code == FILES_MISSING:
            return _missing_content(localized(last.error.message), actions)
        if last.error.code == FILES_CHANGED:
            return _changed_content(localized(last.error.message), actions)
        again = last.error.retryable or last.error.code == "bug"
        details = (tr("Details…"), actions.show_error)
        return BannerContent(
            localized(last.error.message)[:MAXIMUM_BANNER],
            localized(last.error.hint),
            icon="error",
            tone="danger",
            buttons=((tr("Try again"), actions.retry), details)
            if again
            else (details, (tr("Dismiss"), actions.dismiss)),
        )
    if last is not None and last.state is JobState.CANCELLED:
        return BannerContent(
            tr("{} was stopped").format(last.title),
            tr("What was finished is kept; it goes on from there."),
            icon="cancel",
            tone="warning",
            buttons=((tr("Go on"), actions.retry), (tr("Dismiss"), actions.dismiss)),
        )
    if review is None:
        return BannerContent("")
    session = review.session
    if session.read_only:
        return BannerContent(
            tr("Open for reading only"),
            f"{localized(session.read_only_reason)} {localized(_AS_OPENED)}",
            icon="lock",
            tone="warning",
            buttons=((tr("Try again"), actions.reopen),),
        )
    return (
        # What has just come in; then what keeps from going on; then the next step.
        result_content(session, last, actions)
        or _absent_content(session, actions)
        or _damage_content(session, actions)
        or _of_before_content(review, actions)
        or _other_pictures_content(review, actions)
        # How many suspects there are is nothing for who is blind.
        or (BannerContent("") if review.hides_reasons else None)
        or _waiting_content(review, actions)
        or _unjudged_content(review, actions)
        or _step_content(review, actions)
    )


def _missing_content(said: str, actions: BannerActions) -> BannerContent:
    """A job has stopped because images are missing."""
    return BannerContent(
        said[:MAXIMUM_BANNER],
        tr("Say where they are now, or go on without them."),
        icon="error",
        tone="danger",
        buttons=(
            (tr("Locate the folder…"), actions.locate),
            (tr("Go on without them…"), actions.go_on_without),
        ),
    )


def _changed_content(said: str, actions: BannerActions) -> BannerContent:
    """A job has stopped because images that were decided on hold other pictures."""
    return BannerContent(
        said[:MAXIMUM_BANNER],
        tr("Refresh the dataset: decisions follow pictures that have other names now."),
        icon="error",
        tone="danger",
        buttons=(
            (tr("Refresh"), actions.update),
            (tr("Find suspects"), actions.find_suspects),
        ),
    )


def _of_before_content(review: ReviewModel, actions: BannerActions) -> BannerContent | None:
    """The suspects are of what some images were before."""
    session = review.session
    count = session.detection.summary.changed_images
    # After an update there is a detection to come in any case.
    if session.stage() < ProjectStage.DETECTED:
        return None
    if session.embedded_since_detection():
        return BannerContent(
            tr("The images were embedded anew"),
            tr("The suspects are still those of the former embeddings: find suspects again."),
            icon="warning",
            tone="warning",
            buttons=((tr("Find suspects"), actions.find_suspects), _going_on(review, actions)),
        )
    if not count:
        return None
    said = message_n(
        "{count:,} image had changed since it was embedded",
        "{count:,} images had changed since they were embedded",
        count,
    )
    return BannerContent(
        localized(said),
        tr("The suspects are of what was there before. Refresh, then find suspects again."),
        icon="warning",
        tone="warning",
        buttons=((tr("Refresh"), actions.update), _going_on(review, actions)),
    )


def _other_pictures_content(review: ReviewModel, actions: BannerActions) -> BannerContent | None:
    """Decisions stand on pictures that are no longer there."""
    count = int(np.count_nonzero(review.session.columns.other_picture))
    if not count:
        return None
    # Who looks at them can say that they still fit.
    shown = review.spec.issue == (OTHER_PICTURE,)
    said = message_n(
        "{count:,} decision was made on another picture than the one there now",
        "{count:,} decisions were made on other pictures than the ones there now",
        count,
    )
    showing = (tr("Show them"), actions.other_pictures)
    text = tr("These images count as undecided until somebody looks again.")
    if review.session.blind:
        # Letting all stand at once is no look, and a blind review is nothing but looks.
        text = tr(
            "These images count as undecided: decide them again one by one. Letting all stand at"
            " once is for after the blind review."
        )
        buttons: tuple[BannerButton, ...] = () if shown else (showing,)
    else:
        first = (tr("Let all stand…"), actions.let_stand) if shown else showing
        buttons = (first, _going_on(review, actions))
    return BannerContent(localized(said), text, icon="warning", tone="warning", buttons=buttons)


def _going_on(review: ReviewModel, actions: BannerActions) -> BannerButton:
    """The button of the next step, beside that of something else."""
    step = next_step(review.session.stage(), review.counts())
    going_on = {
        "review": (tr("Next suspect"), actions.review),
        "finetune": (tr("Fine-tune"), actions.finetune),
    }
    exporting = (tr("Export…"), actions.export)
    if step.kind in ("embed", "detect"):
        exporting = (tr("Find suspects"), actions.find_suspects)
    return going_on.get(step.kind, exporting)


def _waiting_content(review: ReviewModel, actions: BannerActions) -> BannerContent | None:
    """A second reviewer has decided where nobody else did, and it changes nothing yet."""
    waiting = review.session.team.waiting_count()
    if not waiting:
        return None
    adopting = (localized(adopt_message(waiting)), actions.adopt)
    going_on = _going_on(review, actions)
    # Who has not reviewed yet may want to decide without the other: that comes first.
    reviewing = going_on[1] is actions.review
    first, second = (going_on, adopting) if reviewing else (adopting, going_on)
    return BannerContent(
        localized(waiting_summary(waiting)),
        tr("Adopting makes verdicts of what nobody opposes; or decide yourself."),
        icon="review",
        buttons=(first, second),
    )


def _absent_content(session: Session, actions: BannerActions) -> BannerContent | None:
    """The images are not where they were."""
    found = session.images.absent_files
    if not found.absent:
        return None
    if found.absent == found.looked_for:
        title = tr("The images are not there: {}").format(found.root)
        text = tr("They can be reviewed by their thumbnails, and not embedded or exported.")
    else:
        title = tr("Images are missing, such as {}").format(found.example)
        text = tr("Refresh marks what is missing and recognises what has moved.")
    return BannerContent(
        title[:MAXIMUM_BANNER],
        text,
        icon="error",
        tone="danger",
        buttons=((tr("Locate the folder…"), actions.locate), (tr("Refresh"), actions.update)),
    )


def _damage_content(session: Session, actions: BannerActions) -> BannerContent | None:
    """The project goes on without files that are damaged."""
    found = session.damage()
    if not found:
        return None
    title = tr("Damaged or gone: {}").format(", ".join(damage.file for damage in found))
    of_dataset = any(damage.remedy == UPDATE for damage in found)
    computed = any(damage.remedy in (EMBED, DETECT) for damage in found)
    check = (tr("Check…"), actions.check)
    remedy = (tr("Refresh"), actions.update) if of_dataset else check
    if computed:
        remedy = (tr("Compute it again"), actions.find_suspects)
    return BannerContent(
        title[:MAXIMUM_BANNER],
        tr("Review goes on without them; no verdict is lost."),
        icon="error",
        tone="warning",
        buttons=(remedy, check),
    )


def _unjudged_content(review: ReviewModel, actions: BannerActions) -> BannerContent | None:
    """Nothing is known of the labels: no next step may look as if they were right."""
    session = review.session
    if not session.statistics.cannot_judge or review.counts().reviewed:
        return None
    warnings = session.detection.summary.warnings
    reason = localized(from_json(warnings[0])) if warnings else ""
    return BannerContent(
        tr("The labels cannot be judged"),
        reason or tr("Look at some images, and try another encoder."),
        icon="error",
        tone="warning",
        buttons=((tr("Find suspects with options…"), actions.find_options),),
    )


def _step_content(review: ReviewModel, actions: BannerActions) -> BannerContent:
    counts = review.counts()
    step = next_step(review.session.stage(), counts)
    if step.kind in ("embed", "detect"):
        # What a first look found stands for the whole only until that is looked at.
        provisional = review.session.statistics.provisional
        return BannerContent(
            localized(step.title),
            localized(provisional or step.explanation),
            icon="search",
            buttons=(
                (tr("Find suspects"), actions.find_suspects),
                (tr("Options…"), actions.find_options),
            ),
        )
    if step.kind == "review":
        return _review_content(counts, step, actions)
    doubtful = _doubtful_content(review, step, actions)
    if doubtful is not None:
        return doubtful
    if step.kind == "finetune" and counts.unlabelled_left:
        return BannerContent(
            localized(
                message_n(
                    "All suspects are reviewed; {count:,} image without a label left",
                    "All suspects are reviewed; {count:,} images without a label left",
                    counts.unlabelled_left,
                )
            ),
            tr("Each has a suggestion: accept those of one class together under Groups."),
            icon="review",
            buttons=((tr("Label them"), actions.label), (tr("Fine-tune"), actions.finetune)),
        )
    if step.kind == "finetune":
        return BannerContent(
            tr("All suspects are reviewed. Fine-tune"),
            localized(step.explanation),
            icon="train",
            buttons=(
                (tr("Fine-tune"), actions.finetune),
                (tr("Options…"), actions.finetune_options),
            ),
        )
    if step.kind == "export":
        return BannerContent(
            localized(step.title),
            localized(step.explanation),
            icon="export",
            buttons=(
                (tr("Export…"), actions.export),
                (tr("Go on reviewing"), actions.review)
                if counts.flagged_left
                else (tr("Fine-tune again"), actions.finetune),
            ),
        )
    if counts.flagged_left:
        return BannerContent(
            localized(step.title),
            localized(step.explanation),
            icon="review",
            buttons=((tr("Next suspect"), actions.review), (tr("Export again…"), actions.export)),
        )
    return BannerContent(
        localized(step.title),
        tr("{} Go on reviewing, or export again, whenever you like.").format(
            localized(step.explanation)
        ),
        icon="accept",
        tone="good",
        buttons=((tr("Export…"), actions.export), (tr("Fine-tune again"), actions.finetune)),
    )


def _doubtful_content(
    review: ReviewModel, step: NextStep, actions: BannerActions
) -> BannerContent | None:
    """What was trained or exported is there, and is not what it should be."""
    session = review.session
    if step.kind in ("export", "done") and session.is_outdated("finetune"):
        title = tr("The trained model is out of date")
        text = tr("Verdicts came after it. Fine-tune again before you export it.")
    elif step.kind == "done" and session.steps().doubts[EXPORT_STEP]:
        title = tr("The export is not up to date")
        text = localized(session.steps().doubts[EXPORT_STEP])
    else:
        return None
    again = step.kind == "done" and not session.is_outdated("finetune")
    buttons: list[BannerButton] = (
        [(tr("Export again…"), actions.export)]
        if again
        else [(tr("Fine-tune again"), actions.finetune), (tr("Export…"), actions.export)]
    )
    if review.counts().flagged_left:
        buttons.insert(0, (tr("Next suspect"), actions.review))
    return BannerContent(title, text, icon="warning", tone="warning", buttons=tuple(buttons[:2]))


def _review_content(counts: Counts, step: NextStep, actions: BannerActions) -> BannerContent:
    if not counts.reviewed:
        return BannerContent(
            localized(step.title),
            localized(step.explanation),
            icon="review",
            buttons=((tr("Start review"), actions.review),),
        )
    # Not "of so many": audits decide what is no suspect, and a detection that has learnt from
    # verdicts no longer flags what was decided.
    return BannerContent(
        localized(
            message_n(
                "{count:,} suspect left, {reviewed:,} reviewed",
                "{count:,} suspects left, {reviewed:,} reviewed",
                counts.flagged_left,
                reviewed=counts.reviewed,
            )
        ),
        localized(step.explanation),
        icon="review",
        buttons=((tr("Next suspect"), actions.review), (tr("Fine-tune"), actions.finetune)),
    )
