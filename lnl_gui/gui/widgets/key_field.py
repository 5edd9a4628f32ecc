"""A field that takes the key of an action."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QWidget

_MOVING = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_WITH_OTHERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_MODIFIERS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
)


class KeyField(QKeySequenceEdit):
    """Takes any key but Tab, which moves the focus on, and with Shift back, as everywhere."""

    entered = Signal()
    """It has got the focus."""

    def __init__(self, keys: QKeySequence, parent: QWidget | None = None) -> None:
        super().__init__(keys, parent)
        self.setClearButtonEnabled(True)
        # A sequence of several keys would make every shorter one wait for the next key.
        self.setMaximumSequenceLength(1)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and _moves(event.key(), event.modifiers()):
            if event.type() == QEvent.Type.KeyPress:
                back = event.key() == Qt.Key.Key_Backtab
                back |= bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.focusNextPrevChild(not back)
            return True
        # Qt clears the field at once: who went back with Shift and Tab would leave it empty.
        if isinstance(event, QKeyEvent) and event.key() in _MODIFIERS:
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()


def moves_focus(keys: QKeySequence) -> bool:
    """Whether a key is one that moves the focus, so that no action can have it."""
    # The stubs of PySide do not know the operator.
    pressed = [keys[place] for place in range(keys.count())]  # type: ignore[index]
    return any(_moves(each.key(), each.keyboardModifiers()) for each in pressed)


def _moves(key: int, modifiers: Qt.KeyboardModifier) -> bool:
    return key in _MOVING and not modifiers & _WITH_OTHERS
