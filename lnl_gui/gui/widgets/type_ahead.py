"""Type-ahead in combo boxes: letters choose an entry there and trigger no shortcut."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox

PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class TypeAhead(QObject):
    """Keeps what can be typed with the choice that has the focus, before any shortcut.

    The choices take the focus from the Tab key only: a click into one leaves the keys where they
    are, as a click on a button does.
    """

    def __init__(self, choices: Iterable[QComboBox], parent: QObject) -> None:
        super().__init__(parent)
        for each in choices:
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            each.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim what a shortcut would take."""
        claimed = (
            # Qt asks by this event before it looks for a shortcut; accepted, it sends the key
            # press.
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            # Names hold spaces and signs too.
            and bool(event.text())
            and event.text().isprintable()
            and not event.modifiers() & ~PLAIN
        )
        if claimed:
            event.accept()
        return claimed
