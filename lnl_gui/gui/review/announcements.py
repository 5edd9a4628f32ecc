"""Says what was decided of many samples, with a button that takes just that back."""

from PySide6.QtCore import QObject

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.widgets.notifications import Notification
from lnl_gui.session.changes import Changes
from lnl_gui.util.messages import Message
from lnl_gui.util.translation import localized, tr

ANNOUNCE_FROM = 20
"""From this many samples on, a verdict is announced with a button that takes it back."""


class Announcements(QObject):
    """The message about the newest operation of a window; it goes with the next operation."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        self._said: Notification | None = None
        context.project.changed.connect(self._changed)
        context.project.closed.connect(self._withdraw)

    def announce(self, text: Message) -> None:
        """Say what the newest operation did."""
        self._withdraw()
        review = self._context.review
        newest = review.session.newest_operation() if review is not None else None
        if review is None or newest is None:
            return
        self._said = self._context.notifications.show(
            localized(text),
            tone="good",
            # That one alone: another operation may be the newest by the time it is pressed.
            action=(tr("Undo"), lambda: review.undo(newest)),
        )

    def _changed(self, changes: Changes) -> None:
        if changes.labels or changes.classes or changes.remarks:
            # Its button could only refuse.
            self._withdraw()
        # An undo is announced elsewhere: a button here would undo the operation before it.
        announced = changes.labels and not changes.reversal
        if announced and (changes.left_unseen or len(changes.rows) >= ANNOUNCE_FROM):
            self.announce(changes.text)

    def _withdraw(self) -> None:
        self._context.notifications.withdraw(self._said)
