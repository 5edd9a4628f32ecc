"""Audits in the window: draw one, judge it blind, show its result."""

import secrets

from PySide6.QtCore import QObject

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs.audit import ask_audit
from lnl_gui.gui.review.blind_detour import BlindDetour
from lnl_gui.gui.review.progress_words import audit_summary
from lnl_gui.gui.review.task_bar import ReviewTask, TaskButton
from lnl_gui.gui.widgets.basic import number
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import Changes
from lnl_gui.session.figures.audit import auditable
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message_n
from lnl_gui.util.translation import tr

_AUDIT = "audit"


class AuditController(QObject):
    """Audits of the open project."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        self._detour = BlindDetour(context)

    def draw(self) -> None:
        """Ask for a size, draw, and show the sample."""
        review = self._context.review
        if review is None:
            return
        chosen = ask_audit(
            self._context.parent,
            lambda: len(auditable(review.session.columns)),
            changed=review.changed,
            read_only=review.session.read_only_reason,
        )
        if chosen is not None:
            self.draw_now(chosen.size, stratified=chosen.stratified)

    def draw_now(self, size: int, *, stratified: bool = False) -> None:
        """Draw so many samples, and show them."""
        review = self._context.review
        if review is None:
            return
        try:
            # A fresh seed each time: with a fixed one the sample would be known before.
            drawn = review.session.statistics.draw_audit(
                size, seed=secrets.randbelow(2**31), stratified=stratified
            )
        except UserError as error:
            self._context.refuse(error, of=_AUDIT)
            return
        self._context.notifications.settle(_AUDIT)
        review.announce(
            Changes(
                text=message_n("Drew {count:,} sample", "Drew {count:,} samples", len(drawn.rows))
            )
        )
        self.show(drawn.id)

    def show(self, audit: int) -> None:
        """Show the samples of an audit in the grid, in the order drawn."""
        review = self._context.review
        if review is None:
            return
        spec = ViewSpec(flagged=None, audit=audit)
        self._detour.show(spec, under_way=review.spec.audit is not None)

    def leave(self) -> None:
        """Restore the view that was shown before the audit."""
        self._detour.leave()

    def task(self) -> ReviewTask | None:
        """Content of the task bar while an audit is shown, else None."""
        review = self._context.review
        if review is None or review.spec.audit is None:
            return None
        left = review.undecided_shown()
        leave = TaskButton(tr("End"), self.leave, primary=not left)
        title = tr("Audit {}").format(review.spec.audit)
        if not left:
            return ReviewTask(*self._result(review.spec.audit), (leave,), "good")
        done = tr("{} of {} judged").format(
            number(len(review.order) - left), number(len(review.order))
        )
        return ReviewTask(f"{title}   ·   {done}", self._detour.hint(), (leave,))

    def _result(self, audit: int) -> tuple[str, str]:
        review = self._context.review
        reports = review.session.statistics.audit_reports() if review is not None else []
        found = next((report for report in reports if report.audit == audit), None)
        return audit_summary(found) if found is not None else (tr("Audit {}").format(audit), "")
