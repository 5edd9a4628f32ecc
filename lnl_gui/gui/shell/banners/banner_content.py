"""Content of the banner: how the last job ended, what keeps from going on, the next step."""

from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.progress_words import adopt_message
from lnl_gui.gui.shell.banners.banner import BannerActions, BannerButton, BannerContent
from lnl_gui.gui.shell.banners.banner_results import result_content
from lnl_gui.jobs.protocol import ErrorMessage
from lnl_gui.session.browsing.derived_columns import OTHER_PICTURE
from lnl_gui.session.figures.stages import NextStep, next_step
from lnl_gui.session.session import Session
from lnl_gui.store.damage import DETECT, EMBED, UPDATE
from lnl_gui.store.dataset.sample_counts import Counts
from lnl_gui.store.jobs.parameters import FILES_CHANGED, FILES_MISSING, FILES_UNREAD
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import localized, tr

MAXIMUM_BANNER = 160
_AS_OPENED = message("What is shown is as it was when it was opened; Refresh the view reads anew.")


def banner_content(
    review: ReviewModel | None, last: Job | None, actions: BannerActions
) -> BannerContent:
    """Content while no job is running."""
    if last is not None and last.state is JobState.FAILED and last.error is not None:
        if last.error.code == FILES_MISSING:
            return _missing_content(localized(last.error.message), actions)
        if last.error.code == FILES_UNREAD:
            return _refused_content(last.error, actions)
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
        # What has just come in; then what a user would do first, as `lnl-gui info` names it.
        result_content(session, last, actions)
        or _step_content(review, session.next_step(), actions)
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


def _refused_content(error: ErrorMessage, actions: BannerActions) -> BannerContent:
    """A job has stopped because the machine did not give images."""
    return BannerContent(
        localized(error.message)[:MAXIMUM_BANNER],
        tr("What has been read is kept. Try again once the images can be read."),
        icon="error",
        tone="danger",
        buttons=(
            (tr("Try again"), actions.retry),
            (tr("Go on without them…"), actions.go_on_without),
        ),
    )


def _unread_content(review: ReviewModel, step: NextStep, actions: BannerActions) -> BannerContent:
    """The embedding lacks images that the machine did not give."""
    return BannerContent(
        localized(step.title),
        localized(step.explanation),
        icon="warning",
        tone="warning",
        buttons=((tr("Read them again"), actions.find_suspects), _going_on(review, actions)),
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


def _of_before_content(
    review: ReviewModel, step: NextStep, actions: BannerActions
) -> BannerContent:
    """The suspects are of what some images were before."""
    mending = (tr("Refresh"), actions.update)
    if step.kind == "embedded_anew":
        mending = (tr("Find suspects"), actions.find_suspects)
    return BannerContent(
        localized(step.title),
        localized(step.explanation),
        icon="warning",
        tone="warning",
        buttons=(mending, _going_on(review, actions)),
    )


def _other_pictures_content(
    review: ReviewModel, step: NextStep, actions: BannerActions
) -> BannerContent:
    """Decisions stand on pictures that are no longer there."""
    # Who looks at them can say that they still fit.
    shown = review.spec.issue == (OTHER_PICTURE,)
    showing = (tr("Show them"), actions.other_pictures)
    text = localized(step.explanation)
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
    return BannerContent(
        localized(step.title), text, icon="warning", tone="warning", buttons=buttons
    )


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


def _waiting_content(review: ReviewModel, step: NextStep, actions: BannerActions) -> BannerContent:
    """A second reviewer has decided where nobody else did, and it changes nothing yet."""
    waiting = review.session.team.waiting_count()
    adopting = (localized(adopt_message(waiting)), actions.adopt)
    going_on = _going_on(review, actions)
    # Who has not reviewed yet may want to decide without the other: that comes first.
    reviewing = going_on[1] is actions.review
    first, second = (going_on, adopting) if reviewing else (adopting, going_on)
    return BannerContent(
        localized(step.title),
        localized(step.explanation),
        icon="review",
        buttons=(first, second),
    )


def _absent_content(step: NextStep, actions: BannerActions) -> BannerContent:
    """The images are not where they were."""
    return BannerContent(
        localized(step.title)[:MAXIMUM_BANNER],
        localized(step.explanation),
        icon="error",
        tone="danger",
        buttons=((tr("Locate the folder…"), actions.locate), (tr("Refresh"), actions.update)),
    )


def _damage_content(session: Session, step: NextStep, actions: BannerActions) -> BannerContent:
    """The project goes on without files that are damaged."""
    found = session.damage()
    of_dataset = any(damage.remedy == UPDATE for damage in found)
    computed = any(damage.remedy in (EMBED, DETECT) for damage in found)
    check = (tr("Check…"), actions.check)
    remedy = (tr("Refresh"), actions.update) if of_dataset else check
    if computed:
        remedy = (tr("Compute it again"), actions.find_suspects)
    return BannerContent(
        localized(step.title)[:MAXIMUM_BANNER],
        localized(step.explanation),
        icon="error",
        tone="warning",
        buttons=(remedy, check),
    )


def _unjudged_content(session: Session, step: NextStep, actions: BannerActions) -> BannerContent:
    """Nothing is known of the labels: no next step may look as if they were right."""
    reason = localized(session.statistics.why_unjudged)
    return BannerContent(
        localized(step.title),
        reason or localized(step.explanation),
        icon="error",
        tone="warning",
        buttons=((tr("Find suspects with options…"), actions.find_options),),
    )


def _step_content(review: ReviewModel, step: NextStep, actions: BannerActions) -> BannerContent:
    session = review.session
    if step.kind == "locate":
        return _absent_content(step, actions)
    if step.kind == "repair":
        return _damage_content(session, step, actions)
    if step.kind == "unread":
        return _unread_content(review, step, actions)
    if step.kind in ("embedded_anew", "changed_images"):
        return _of_before_content(review, step, actions)
    if step.kind == "other_pictures":
        return _other_pictures_content(review, step, actions)
    if review.hides_reasons:
        # How many suspects there are is nothing for who is blind.
        return BannerContent("")
    if step.kind == "labels_changed":
        return BannerContent(
            localized(step.title),
            localized(step.explanation),
            icon="warning",
            tone="warning",
            buttons=((tr("Take them over…"), actions.take_labels), _going_on(review, actions)),
        )
    if step.kind == "adopt":
        return _waiting_content(review, step, actions)
    if step.kind == "cannot_judge":
        return _unjudged_content(session, step, actions)
    return _going_on_content(review, step, actions)


def _going_on_content(review: ReviewModel, step: NextStep, actions: BannerActions) -> BannerContent:
    counts = review.counts()
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
    if step.kind in ("finetune_again", "export_again"):
        return _doubtful_content(counts, step, actions)
    if step.kind == "label":
        return BannerContent(
            localized(step.title),
            localized(step.explanation),
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


def _doubtful_content(counts: Counts, step: NextStep, actions: BannerActions) -> BannerContent:
    """What was trained or exported is there, and is not what it should be."""
    buttons: list[BannerButton] = (
        [(tr("Export again…"), actions.export)]
        if step.kind == "export_again"
        else [(tr("Fine-tune again"), actions.finetune), (tr("Export…"), actions.export)]
    )
    if counts.flagged_left:
        buttons.insert(0, (tr("Next suspect"), actions.review))
    return BannerContent(
        localized(step.title),
        localized(step.explanation),
        icon="warning",
        tone="warning",
        buttons=tuple(buttons[:2]),
    )


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
