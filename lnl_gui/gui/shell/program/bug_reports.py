"""Notifications of unexpected exceptions, with a report to copy."""

from PySide6.QtWidgets import QWidget

from lnl_gui.gui.dialogs.error import show_error
from lnl_gui.gui.widgets.notifications import Notifications
from lnl_gui.util.messages import Message, message
from lnl_gui.util.translation import tr


class BugReports:
    """Notifications of one window that lead to a report."""

    def __init__(self, parent: QWidget, notifications: Notifications) -> None:
        self._parent, self._notifications = parent, notifications

    def show_bug(self, summary: str, report: str) -> None:
        """Notify of an unexpected exception, with its report."""
        hint = tr("Your verdicts are safe. {}").format(summary[:200])

        def open_report() -> None:
            show_error(self._parent, Message(summary), _BUG_HINT, report=report)

        self._notifications.show(
            tr("An error in LNL itself"),
            tone="danger",
            hint=hint,
            action=(tr("Report…"), open_report),
        )


_BUG_HINT = message("Please report it: copy the report below. Your verdicts are safe on disk.")
