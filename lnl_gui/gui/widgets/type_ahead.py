"""Keys of what is typed at: a list, number field or slider that has the focus keeps them."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QApplication, QComboBox, QWidget

PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
VALUES = (QComboBox, QAbstractSpinBox, QAbstractSlider)
"""Controls that hold a value, which keys change."""


class TypeAhead(QObject):
    """Keeps keys with the value that has the focus, before the shortcuts of the place around it.

    A list of choices keeps all that can be typed, for its letters choose an entry. Of the others
    no key is a command of the place either: whoever has gone to a slider means the slider. The
    lists take the focus from the Tab key only: a click into one leaves the keys where they are, as
    a click on a button does.
    """

    def __init__(self, place: QWidget) -> None:
        super().__init__(place)
        self._place = place
        for each in place.findChildren(QComboBox):
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # Qt offers a key that nobody wants to the parents too, so that this sees what is added
        # later as well.
        place.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Claim what a shortcut would take."""
        claimed = (
            # Qt asks by this event before it looks for a shortcut; accepted, it sends the key
            # press.
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and isinstance(focused := QApplication.focusWidget(), VALUES)
            # It gives up a selection or a dialog that is about to open, and changes no value.
            and event.key() != Qt.Key.Key_Escape
            and (_can_be_typed(event, focused) or self._is_of_place(event))
        )
        if claimed:
            event.accept()
        return claimed

    def _is_of_place(self, event: QKeyEvent) -> bool:
        """Whether the key is a shortcut of the place itself, and not of the window."""
        actions = (key for action in self._place.actions() for key in action.shortcuts())
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        letters = (each.key() for each in self._place.findChildren(QShortcut, options=direct))
        keys = {key.toString() for key in (*actions, *letters)} - {""}
        # The text too: a sign may need Shift, and the digits beside the letters are named apart.
        pressed = {QKeySequence(event.keyCombination()).toString()}
        if not event.modifiers() & ~PLAIN:
            pressed.add(event.text().upper())
        return bool(keys & pressed)


def _can_be_typed(event: QKeyEvent, focused: QWidget) -> bool:
    # Names hold spaces and signs too.
    typed = event.text().isprintable() and not event.modifiers() & ~PLAIN
    return isinstance(focused, QComboBox) and bool(event.text()) and typed
