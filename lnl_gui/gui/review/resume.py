"""Where a review was left off, kept in the project and taken up again when it is opened."""

from PySide6.QtCore import QObject, QTimer

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.widgets.notifications import Notification
from lnl_gui.session.changes import Changes
from lnl_gui.session.figures.sitting import sitting_message
from lnl_gui.util.errors import UserError
from lnl_gui.util.log import logger
from lnl_gui.util.messages import message_n
from lnl_gui.util.translation import localized, tr

SAVE_MILLISECONDS = 3000
"""After a change of the view: what is only passed through need not be written."""


class Resume(QObject):
    """Keeps the filters and the sample of the open project, and goes back to them."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        self._said: Notification | None = None
        self._later = QTimer(self, singleShot=True, interval=SAVE_MILLISECONDS)
        self._later.timeout.connect(self._save)
        context.project.opened.connect(self._take_up)
        context.project.order_changed.connect(self._later.start)
        context.project.closing.connect(self._save)
        context.project.closed.connect(self._withdraw)
        context.project.changed.connect(self._changed)

    def _take_up(self, review: ReviewModel) -> None:
        usual = review.spec
        self._restore(review)
        self._later.stop()
        if not review.counts().reviewed or review.session.blind:
            return
        left = review.counts().flagged_left
        sitting = review.session.statistics.sitting()
        before = (
            tr("Last sitting: {}").format(localized(sitting_message(sitting))) if sitting else ""
        )
        action = (tr("Show all suspects"), review.clear_filters) if review.spec != usual else None
        self._said = self._context.notifications.show(
            localized(
                message_n(
                    "Where you left off: {count:,} suspect left",
                    "Where you left off: {count:,} suspects left",
                    left,
                )
            ),
            hint=before,
            action=action,
            stays=True,
        )

    def _changed(self, changes: Changes) -> None:
        # It says how many were left: from the first verdict on that is not true any more.
        if changes.labels:
            self._withdraw()

    def _withdraw(self) -> None:
        # Its button acts on the project that was open.
        self._context.notifications.withdraw(self._said)

    def _restore(self, review: ReviewModel) -> None:
        """The filters and sample kept, unless nothing is left to decide there."""
        kept = review.session.views.left_off()
        if kept is None or kept[0] == review.spec:
            if kept is not None:
                self._stand(review, kept[1])
            return
        before = review.view()
        review.show_view(kept[0])
        if review.spec != kept[0] or not review.undecided_shown():
            review.show_again(before)
        else:
            self._stand(review, kept[1])

    @staticmethod
    def _stand(review: ReviewModel, row: int) -> None:
        """At a sample where it is shown, and on from what is decided."""
        if review.go_to_row(row):
            review.begin_at(review.selection.current)

    def _save(self) -> None:
        self._later.stop()
        review = self._context.review
        if review is None or review.session.read_only or review.session.blind:
            return
        row = review.current_row
        if row is None:
            return
        # A choice in a chart or a group of duplicates is a mask, and not kept.
        spec = review.spec if review.within is None else review.usual_spec()
        try:
            with review.session.project.short_wait():
                review.session.views.leave_off(spec, row)
        except UserError as error:
            # The way back to a sample is no reason to keep anybody from closing.
            logger.warning("%s", error)
