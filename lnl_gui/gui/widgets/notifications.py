"""Toast notifications in a corner of the window."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.session.changes import NOT_HERE
from lnl_gui.util.errors import UserError
from lnl_gui.util.translation import localized, tr

Tone = Literal["good", "info", "warning", "danger"]
_ICONS = {"good": "accept", "info": "info", "warning": "warning", "danger": "error"}
_COLOURS = {"good": "good", "info": "accent", "warning": "warning", "danger": "danger"}
_MILLISECONDS = {"good": 4000, "info": 4000, "warning": 8000, "danger": 0}
"""0 stays until it is closed: nobody should miss what went wrong."""
WIDTH, GAP, MOST_AT_ONCE = 380, 10, 4


class Notification(QFrame):
    """One message with an optional button."""

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        tone: Tone,
        text: str,
        hint: str,
        action: tuple[str, Callable[[], object]] | None,
        close: Callable[["Notification"], None],
    ) -> None:
        super().__init__(parent)
        self.text = text
        self.setProperty("role", "toast")
        self.setProperty("tone", tone)
        self.setAccessibleName(f"{text} {hint}".strip())
        self.setFixedWidth(WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 11, 9, 11)
        layout.setSpacing(11)
        mark = QLabel()
        mark.setPixmap(
            icons.pixmap(_ICONS[tone], theme.color(_COLOURS[tone]), 20, self.devicePixelRatioF())
        )
        layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(_words(text, hint), 1)
        if action is not None:
            layout.addWidget(self._button(action, close), 0, Qt.AlignmentFlag.AlignVCenter)
        cross = QToolButton()
        cross.setIcon(icons.icon("close", theme.color("muted"), 14))
        cross.setIconSize(QSize(14, 14))
        cross.setAccessibleName(tr("Close message"))
        cross.clicked.connect(lambda: close(self))
        layout.addWidget(cross, 0, Qt.AlignmentFlag.AlignTop)

    def _button(
        self, action: tuple[str, Callable[[], object]], close: Callable[["Notification"], None]
    ) -> QPushButton:
        title, act = action
        button = QPushButton(title)
        button.setProperty("role", "link")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

        def press() -> None:
            close(self)
            act()

        button.clicked.connect(press)
        return button


def _words(text: str, hint: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2)
    for words, role in ((text, "strong"), (hint, "muted")):
        if words:
            label = QLabel(words)
            label.setProperty("role", role)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            column.addWidget(label)
    return column


class Notifications(QObject):
    """The stack of messages of one window."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self._shown: list[Notification] = []
        self._staying: list[Notification] = []
        self._errors: dict[str, Notification] = {}
        # Messages are in no layout: they follow the window's size by themselves.
        window.installEventFilter(self)

    def show(
        self,
        text: str,
        *,
        tone: Tone = "info",
        hint: str = "",
        action: tuple[str, Callable[[], object]] | None = None,
        stays: bool = False,
    ) -> Notification:
        """Show a message; the same message twice replaces itself.

        One that `stays` has no time: it goes when it is acted on, closed, or another one comes.
        """
        # The marks of names and commands are for terminals.
        text, hint = text.replace("`", ""), hint.replace("`", "")
        # A list of their own, for closing takes them out of the one that is gone through.
        for old in [each for each in self._shown if each.text == text or each in self._staying]:
            self._close(old)
        while len(self._shown) >= MOST_AT_ONCE:
            self._close(self._shown[0])
        shown = Notification(self._window, self._theme, tone, text, hint, action, self._close)
        self._shown.append(shown)
        # No layout gives it a size, and the places of the others depend on it.
        shown.adjustSize()
        shown.show()
        self._place()
        if stays:
            self._staying.append(shown)
        elif _MILLISECONDS[tone]:
            # Its child: a message closed by hand takes the timer with it.
            timer = QTimer(shown, singleShot=True, interval=_MILLISECONDS[tone])
            timer.timeout.connect(lambda: self._close(shown))
            timer.start()
        return shown

    def show_error(
        self,
        error: UserError,
        *,
        action: tuple[str, Callable[[], object]] | None = None,
        of: str = "",
    ) -> Notification:
        """Show a `UserError`: its message and hint, a warning where a key has no effect here.

        One `of` a kind of work takes the place of the one before, and goes with `settle`.
        """
        passing = error.code == NOT_HERE
        self.settle(of)
        shown = self.show(
            localized(error.message),
            tone="warning" if passing else "danger",
            hint=localized(error.hint),
            action=action,
        )
        if of:
            self._errors[of] = shown
        return shown

    def settle(self, kind: str) -> None:
        """A kind of work has succeeded: what its last error said is no longer so."""
        self.withdraw(self._errors.pop(kind, None))

    def withdraw(self, shown: Notification | None) -> None:
        """Take a message away whose cause has gone; one that is away already is left alone."""
        if shown is not None:
            self._close(shown)

    def messages(self) -> list[Notification]:
        """The messages on screen now, the oldest first."""
        return list(self._shown)

    def texts(self) -> list[str]:
        """What is on screen now."""
        return [shown.text for shown in self._shown]

    def clear(self) -> None:
        for shown in list(self._shown):
            self._close(shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _close(self, shown: Notification) -> None:
        if shown in self._shown:
            self._shown.remove(shown)
            if shown in self._staying:
                self._staying.remove(shown)
            shown.hide()
            shown.deleteLater()
            self._place()

    def _place(self) -> None:
        bottom = self._window.height() - 46
        for shown in reversed(self._shown):
            size = QSize(WIDTH, shown.heightForWidth(WIDTH))
            shown.resize(size)
            bottom -= size.height()
            shown.move(self._window.width() - WIDTH - 22, bottom)
            shown.raise_()
            bottom -= GAP
