"""Combo box that tells a choice that is made from one that the keys still look for."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QWidget

from lnl_gui.gui.widgets.type_ahead import PLAIN

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class Choice(QComboBox):
    """A list of choices that keeps the keyboard focus while entries are looked for by key.

    Qt emits `activated` for each letter and arrow key too: whoever gave the focus away at that
    signal would take the rest of a typed name for commands.
    """

    left = Signal()
    """The choice is made, from the open list or by Return, or given up: the focus may go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by_key = False
        # A click leaves the keys where they are, as a click on a button does.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.activated.connect(self._activated)

    def _activated(self, _place: int) -> None:
        if not self._by_key:
            self.left.emit()

    def event(self, event: QEvent) -> bool:
        """Claim what can be typed, and the keys that end a choice, before any shortcut."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            typed = event.key() in _ENDS or event.text().isprintable()
            if typed and event.text() and not event.modifiers() & ~PLAIN:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters and arrows choose and stay; Return and Escape leave."""
        if event.key() in _ENDS:
            self.left.emit()
            return
        self._by_key = True
        try:
            super().keyPressEvent(event)
        finally:
            self._by_key = False
