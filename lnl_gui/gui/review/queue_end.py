"""The end of what is shown: what is left elsewhere, and where to go on."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.group_panel import current_pair
from lnl_gui.gui.review.task_bar import ReviewTask, TaskButton
from lnl_gui.gui.widgets.basic import number
from lnl_gui.session.browsing.derived_columns import WELL_LABELLED
from lnl_gui.session.browsing.remaining import Remaining, remaining_message
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.figures.sitting import sitting_message
from lnl_gui.util.messages import message_n
from lnl_gui.util.statistics.well_labelled import need_no_look
from lnl_gui.util.translation import localized, tr

AUDIT_SIZE = 60
"""Without a wrong one among them at most 5 % of the rest are wrong (95 % one-sided: 3/60)."""


class QueueEnd:
    """Content of the task bar once everything that is shown has been decided.

    Args:
        context: of the window.
        audit: draws an audit of so many samples and shows it.
    """

    def __init__(self, context: WindowContext, audit: Callable[[int], object]) -> None:
        self._context, self._audit = context, audit

    def task(self) -> ReviewTask | None:
        """Where to go on, or None while something shown is undecided."""
        review = self._context.review
        # What is likely wrong is the detectors' word, which a blind reviewer must not hear.
        if review is None or review.hides_reasons:
            return None
        if review.spec.issue == (WELL_LABELLED,):
            return self._need_no_look(review)
        if not _is_queue(review.spec):
            return None
        if not len(review.order) or review.undecided_shown():
            return None
        counts = review.counts()
        if counts.flagged_left:
            return self._go_elsewhere(review)
        if not counts.flagged:
            return None
        return self._all_decided(review)

    def _need_no_look(self, review: ReviewModel) -> ReviewTask | None:
        """The opposite of the suspects: what nobody has to look at, and how sure that is."""
        found = review.session.detection.summary
        if found.well_labelled_bound is None:
            return None
        said = localized(need_no_look(found.well_labelled, found.well_labelled_bound))
        back = TaskButton(tr("Show all suspects"), review.clear_filters)
        hint = tr("The opposite of the suspects.")
        return ReviewTask(said, hint, buttons=(back,), tone="good")

    def _go_elsewhere(self, review: ReviewModel) -> ReviewTask:
        """A group or a choice is done, and other suspects are left."""
        key, actions = self._context.actions.key("next-pair"), self._context.actions
        left = message_n(
            "{count:,} suspect left elsewhere.",
            "{count:,} suspects left elsewhere.",
            review.counts().flagged_left,
        )
        if current_pair(review.spec) is not None:
            title = tr("Group done: {} for the next").format(key or tr("Next group"))
            go_on = TaskButton(tr("Next group"), actions["next-pair"].trigger, primary=True)
        else:
            title = localized(
                message_n(
                    "The one that is shown is decided",
                    "All {count:,} shown are decided",
                    len(review.order),
                )
            )
            go_on = TaskButton(tr("Next suspect"), review.move_to_suspects, primary=True)
        return ReviewTask(title, localized(left), buttons=(go_on,))

    def _all_decided(self, review: ReviewModel) -> ReviewTask:
        """No suspect is left: what remains below the line, and what to do about it."""
        settings = self._context.settings.review
        found = review.session.statistics.remaining(
            most_next=settings.next_samples, target_rate=settings.target_percent / 100
        )
        sitting = review.session.statistics.sitting()
        details = [localized(remaining_message(found))]
        if review.session.statistics.cannot_judge:
            # An expected number would pass for a finding.
            details = [tr("Nothing is known of how many are wrong.")]
        details += map(localized, review.session.statistics.unseen_decisions().messages())
        aside = ""
        if sitting is not None and not sitting.is_over():
            aside = tr("This sitting: {}").format(localized(sitting_message(sitting)))
        buttons = self._buttons(review, found)
        unlabelled = review.counts().unlabelled_left
        if unlabelled and not review.spec.unlabelled:
            said = message_n("Label {count:,} image", "Label {count:,} images", unlabelled)
            label = TaskButton(localized(said), partial(_label, review))
            buttons = (*buttons, label)
        title = tr("All suspects are decided")
        return ReviewTask(title, details="\n".join(details), aside=aside, buttons=buttons)

    def _buttons(self, review: ReviewModel, found: Remaining) -> tuple[TaskButton, ...]:
        # A random sample tells of what was not judged as well.
        open_samples = found.samples + found.unjudged
        if not open_samples:
            return ()
        size = min(AUDIT_SIZE, open_samples)
        writable = not review.session.read_only
        audit = TaskButton(
            tr("Audit {} now").format(number(size)),
            lambda: self._audit(size),
            # Where it is enough an audit shows whether that is true; else the next samples come
            # first.
            primary=found.enough,
            enabled=writable,
        )
        judge = self._find_suspects(found)
        if not found.next_samples:
            return (audit, *judge)
        go_on = TaskButton(
            tr("Go on with the next {}").format(number(found.next_samples)),
            lambda: self._go_on(review, found.least_suspicion),
            primary=not found.enough and not judge,
        )
        return (audit, go_on, *judge)

    def _find_suspects(self, found: Remaining) -> tuple[TaskButton, ...]:
        """Comes first where some have not been judged: suspects among them are not even known."""
        if not found.unjudged:
            return ()
        act = self._context.actions["find-suspects"]
        return (
            TaskButton(tr("Find suspects"), act.trigger, primary=True, enabled=act.isEnabled()),
        )

    def _go_on(self, review: ReviewModel, least: float) -> None:
        """The most suspect samples below the line, from the worst on."""
        review.show_view(ViewSpec(flagged=False, suspicion=(least, 1.0)))
        review.begin_at(0)
        review.focus_requested.emit()


def _label(review: ReviewModel) -> None:
    """To the images without a label, the surest suggestions first."""
    review.show_unlabelled()
    review.focus_requested.emit()


def _is_queue(spec: ViewSpec) -> bool:
    """Whether a view is there to be worked off, and not to look at what was decided."""
    without = replace(spec, status=(), reviewed=None, reviewer=(), current=(), disagreement=None)
    return spec == without
