"""Labels, buttons, lines and texts that several views share."""

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from lnl_gui.gui.i18n.numbers import count
from lnl_gui.util.messages import Message, message_n
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import harmless, visible


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Plain text in one of the roles of the style sheet."""
    result = QLabel(harmless(text))
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setWordWrap(wrap)
    if role:
        result.setProperty("role", role)
    return result


def as_plain(text: str) -> str:
    """Text for a tool tip, where a name such as <b> is not to be taken for markup."""
    return f"<p style='white-space:pre'>{escape(harmless(text))}</p>" if text else ""


def menu_text(name: str) -> str:
    """A name for a menu, where Qt takes a single & and what follows a tab for shortcut keys."""
    return visible(name).replace("&", "&&")


def button_text(name: str) -> str:
    """A name for a button or box, where Qt takes a single & for the mark of a shortcut key."""
    return name.replace("&", "&&")


class ElidedLabel(QLabel):
    """A line of text that is cut with an ellipsis instead of widening its window.

    `middle` cuts in the middle: long names differ at their ends.
    """

    def __init__(self, text: str = "", role: str = "", *, middle: bool = False) -> None:
        super().__init__()
        modes = Qt.TextElideMode
        self._mode = modes.ElideMiddle if middle else modes.ElideRight
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        # The size hint follows the text that is shown: a label once cut would never widen again.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._full, self._shorter = "", tuple[str, ...]()
        self.set_full(text)

    def set_full(self, text: str, *shorter: str) -> None:
        """Show a text, or the first of the shorter ones that has room; the last is never cut."""
        if self._shorter and not shorter:
            self.setMinimumWidth(0)
        self._full = harmless(text)
        self._shorter = tuple(map(harmless, shorter))
        self.setToolTip(as_plain(text))
        self.setAccessibleName(self._full)
        self._elide()

    def full(self) -> str:
        return self._full

    def resizeEvent(self, event: object) -> None:
        self._elide()

    def _elide(self) -> None:
        if self._shorter:
            # Before it is first shown a label has not yet the style sheet's font.
            self.ensurePolished()
            # A pixel more: an advance is rounded down.
            least = self.fontMetrics().horizontalAdvance(self._shorter[-1]) + 1
            if least != self.minimumWidth():
                self.setMinimumWidth(least)
        metrics, texts = self.fontMetrics(), (self._full, *self._shorter)
        room = self.width()
        fitting = (text for text in texts if metrics.horizontalAdvance(text) <= room)
        self.setText(next(fitting, None) or metrics.elidedText(texts[-1], self._mode, room))


def cut_middle(name: str, most: int) -> str:
    """A name of at most `most` characters, without its middle: long names differ at their ends."""
    if len(name) <= most:
        return name
    head = (most - 1) // 2
    return f"{name[:head]}…{name[len(name) - (most - 1 - head) :]}"


def button(text: str, role: str = "", *, name: str = "") -> QPushButton:
    result = QPushButton(text)
    # Return presses it once it has the focus; others would take Return from a dialog's default.
    result.setAutoDefault(role == "primary")
    result.setAccessibleName(name or text)
    if role:
        result.setProperty("role", role)
    return result


def tool_button(
    action: QAction, *, text: bool = False, role: str = "", side: int = 18
) -> QToolButton:
    """A button for an action. It leaves the focus where it is: keys stay with the grid."""
    result = QToolButton()
    result.setDefaultAction(action)
    result.setIconSize(QSize(side, side))
    result.setAccessibleName(action.text())
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    style = Qt.ToolButtonStyle
    result.setToolButtonStyle(style.ToolButtonTextBesideIcon if text else style.ToolButtonIconOnly)
    if role:
        result.setProperty("role", role)
    return result


def word_button(text: str, explanation: str) -> QToolButton:
    """A small button that shows a word or sign and explains itself when asked."""
    result = QToolButton()
    result.setText(text)
    result.setToolTip(explanation)
    result.setAccessibleName(explanation)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return result


def frame(role: str, parent: QWidget | None = None) -> QFrame:
    result = QFrame(parent)
    result.setProperty("role", role)
    return result


def line(*, vertical: bool = False) -> QFrame:
    """A hairline."""
    result = frame("line")
    if vertical:
        result.setFixedWidth(1)
    else:
        result.setFixedHeight(1)
    return result


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property that the style sheet selects by, and apply the sheet again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        # Qt reads the properties of selectors when it polishes a widget, not when they change.
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def number(value: int) -> str:
    """A count with its thousands apart."""
    return count(value)


THINGS: dict[str, Callable[[int], Message]] = {
    "sample": lambda count: message_n("{count:,} sample", "{count:,} samples", count),
    "other": lambda count: message_n("{count:,} other sample", "{count:,} other samples", count),
    "suspect": lambda count: message_n("{count:,} suspect", "{count:,} suspects", count),
    "image": lambda count: message_n("{count:,} image", "{count:,} images", count),
    "class": lambda count: message_n("{count:,} class", "{count:,} classes", count),
}
"""One and several of each thing that is counted."""


def plural(amount: int, thing: str) -> str:
    """So many of a thing, as a text of its own: a sentence about them needs all its words to agree,
    and is a `message_n`."""
    return localized(THINGS[thing](amount))


def duration(seconds: float) -> str:
    """A time as people say it: 8 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return (
            tr("{} min {} s").format(whole // 60, whole % 60)
            if whole < 600
            else tr("{} min").format(whole // 60)
        )
    return tr("{} h {} min").format(whole // 3600, whole % 3600 // 60)
