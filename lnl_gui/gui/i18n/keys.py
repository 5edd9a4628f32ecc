"""Keys in the words of the system and the language: Ctrl+Z, Strg+Z, and ⌘Z on macOS.

Qt's "Ctrl" is the Command key there, so that one table of keys serves all systems; only what is
written of them differs.
"""

from PySide6.QtGui import QKeySequence

NATIVE = QKeySequence.SequenceFormat.NativeText
UNDO = "Ctrl+Z"
"""The key of undo unless a person has chosen another one."""
_WITH = "A"


def shown(keys: QKeySequence | str) -> str:
    """Keys as they stand in menus.

    Args:
        keys: a sequence, or one in Qt's portable text.
    """
    return QKeySequence(keys).toString(NATIVE)


def modifier(name: str) -> str:
    """What a key that is held with others is called: "Ctrl", "Strg" or "⌘".

    Args:
        name: Ctrl, Alt or Shift.
    """
    # Qt names it only together with another key; macOS writes no plus between.
    return shown(f"{name}+{_WITH}").removesuffix(_WITH).rstrip("+ ")
