"""Says what an undo or redo did, and leads there where the view does not show it."""

from PySide6.QtCore import QObject

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.widgets.notifications import Notification
from lnl_gui.session.changes import Changes
from lnl_gui.util.translation import localized, tr


class Reversals(QObject):
    """One message about the newest undo or redo of a window."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        self._said: Notification | None = None
        context.project.reversed.connect(self._say)
        context.project.closed.connect(self._withdraw)

    def _say(self, changes: Changes, shown: bool) -> None:
        review = self._context.review
        if review is None:
            return
        # Ctrl+Z held down is one message that changes, not a heap of them.
        self._withdraw()
        rows, action, hint = changes.rows, None, ""
        if not shown:
            hint = tr("Not among what is shown now.")
            # Out of an exam there is a button of its own: what is hidden there stays hidden.
            if not review.spec.blind:
                action = (tr("Show it"), lambda: review.show_rows(rows))
        self._said = self._context.notifications.show(
            localized(changes.text), hint=hint, action=action
        )

    def _withdraw(self) -> None:
        self._context.notifications.withdraw(self._said)
