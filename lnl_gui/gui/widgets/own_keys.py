"""Keys that a widget makes use of, where a shortcut of the window would take them."""

from collections.abc import Collection

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from lnl_gui.gui.widgets.type_ahead import PLAIN

ZOOM_KEYS = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus)
"""+ is = with Shift on many keyboards."""


def claims(
    event: QEvent, keys: Collection[Qt.Key], *, with_control: Collection[Qt.Key] = ()
) -> bool:
    """Claim a key for a widget whose `event` this is; whether it was one of `keys`."""
    # Qt asks by this event before it looks for a shortcut; accepted, it sends the key press.
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    modifiers = event.modifiers() & ~PLAIN
    wanted: Collection[Qt.Key] = () if modifiers else keys
    if modifiers == Qt.KeyboardModifier.ControlModifier:
        wanted = with_control
    found = event.key() in wanted
    if found:
        event.accept()
    return found
