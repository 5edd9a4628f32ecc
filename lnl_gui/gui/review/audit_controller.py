"""Audits in the window: draw one, judge it blind, hear what it says."""

import secrets
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from lnl_gui.gui.dialogs.audit import ask_audit
from lnl_gui.gui.i18n.language import tr
from lnl_gui.gui.model.review_model import View
from lnl_gui.gui.review.progress_panel import audit_words
from lnl_gui.gui.review.task_bar import Task, TaskButton
from lnl_gui.gui.widgets.basic import number
from lnl_gui.session.audit import auditable
from lnl_gui.session.changes import Changes
from lnl_gui.session.views import ViewSpec
from lnl_gui.store.samples import UNSEEN
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

if TYPE_CHECKING:
    from lnl_gui.gui.shell.main_window import MainWindow


class AuditController(QObject):
    """Audits of the open project."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._before: View | None = None

    def draw(self) -> None:
        """Ask for a size, draw, and show the sample."""
        review = self._window.review
        if review is None:
            return
        chosen = ask_audit(self._window, len(auditable(review.session.columns)))
        if chosen is None:
            return
        try:
            drawn = review.session.draw_audit(
                chosen.size, seed=secrets.randbelow(2**31), stratified=chosen.stratified
            )
        except UserError as error:
            self._window.refuse(error)
            return
        review.announce(Changes(text=message("Drew {count:,} samples", count=len(drawn.rows))))
        self.show(drawn.id)

    def show(self, audit: int) -> None:
        """The samples of an audit in the grid, in the order drawn."""
        review, page = self._window.review, self._window.page
        if review is None or page is None:
            return
        if review.spec.audit is None:
            self._before = review.view()
        review.show_view(ViewSpec(flagged=None, audit=audit))
        review.move_to(0)
        review.move_to_undecided()
        page.focus_grid()

    def leave(self) -> None:
        """Back to what was shown before."""
        review, page = self._window.review, self._window.page
        if review is None or page is None:
            return
        review.show_again(self._before or View(ViewSpec()))
        self._before = None
        page.focus_grid()

    def forget(self) -> None:
        """Another project."""
        self._before = None

    def task(self) -> Task | None:
        """What to say above the grid while an audit is shown."""
        review = self._window.review
        if review is None or review.spec.audit is None:
            return None
        left = int(np.count_nonzero(review.session.columns.status[review.order] == UNSEEN))
        leave = TaskButton(tr("End"), self.leave, primary=not left)
        title = tr("Audit {}").format(review.spec.audit)
        if not left:
            return Task(*self._result(review.spec.audit), (leave,), "good")
        done = tr("{} of {} judged").format(
            number(len(review.order) - left), number(len(review.order))
        )
        key = self._window.action_table.key
        hint = tr(
            "Judge by the picture alone: {} keeps the label, {} gives another, "
            "{} excludes, {} is unsure.",
        ).format(key("keep"), key("relabel"), key("exclude"), key("unsure"))
        return Task(f"{title}   ·   {done}", hint, (leave,))

    def _result(self, audit: int) -> tuple[str, str]:
        reports = self._window.review.session.audit_reports() if self._window.review else []
        found = next((report for report in reports if report.audit == audit), None)
        return audit_words(found) if found is not None else (tr("Audit {}").format(audit), "")
