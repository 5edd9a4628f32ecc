"""Bar above the grid for an audit, a duplicate group or a blind review."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from lnl_gui.gui.widgets.basic import ElidedLabel, button, label, restyle

SPACING, LEFT, RIGHT = 8, 14, 12


@dataclass(frozen=True)
class TaskButton:
    """Text and handler of a button; `primary` is the main one."""

    text: str
    act: Callable[[], object]
    primary: bool = False
    enabled: bool = True


@dataclass(frozen=True)
class ReviewTask:
    """Content of the bar. `tone` colours it: "", "good" or "warning"."""

    title: str
    hint: str = ""
    """a line beside the buttons, cut where it is too long"""
    buttons: tuple[TaskButton, ...] = ()
    tone: str = ""
    details: str = ""
    """sentences below, in as many lines as they need"""


class TaskBar(QFrame):
    """Shows one task, or nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._acts: list[Callable[[], object]] = []
        self.title, self.hint = ElidedLabel(role="strong"), ElidedLabel(role="muted")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.hint)
        self.details = label("", wrap=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(LEFT, 7, RIGHT, 7)
        outer.setSpacing(4)
        self._row, self._below = QHBoxLayout(), QGridLayout()
        outer.addLayout(self._row)
        outer.addWidget(self.details)
        outer.addLayout(self._below)
        outer.setAlignment(self._below, Qt.AlignmentFlag.AlignLeft)
        for row in (self._row, self._below):
            row.setSpacing(SPACING)
        self._columns = 0
        self._row.addLayout(words, 1)
        self.buttons: list[QPushButton] = []
        self.hide()

    def show_task(self, task: ReviewTask | None) -> None:
        """Show a task; None hides the bar."""
        if task is not None:
            self.title.set_full(task.title)
            self.hint.set_full(task.hint)
            self.hint.setVisible(bool(task.hint))
            self.details.setText(task.details)
            self.details.setVisible(bool(task.details))
            restyle(self, "tone", task.tone)
            self._show_buttons(task.buttons)
            self._place_buttons()
        self.setVisible(task is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def _place_buttons(self) -> None:
        """Beside the title where both have room, else below: neither words nor buttons are cut."""
        # Before it is first shown it has not yet the style sheet's font.
        self.title.ensurePolished()
        words = self.title.fontMetrics().horizontalAdvance(self.title.full()) + 1
        widths = [made.sizeHint().width() + SPACING for made in self.buttons]
        room = self.contentsRect().width() - LEFT - RIGHT
        fitting = (n for n in range(len(widths), 1, -1) if n * max(widths) <= room + SPACING)
        columns = 0 if words + sum(widths) <= room else next(fitting, 1)
        if columns != self._columns:
            self._columns = columns
            for place, made in enumerate(self.buttons):
                self._put(place, made)

    def _put(self, place: int, made: QPushButton) -> None:
        """A button to its place; into another layout it is taken out of the one it is in."""
        self._row.removeWidget(made)
        self._below.removeWidget(made)
        if self._columns:
            self._below.addWidget(made, *divmod(place, self._columns))
        else:
            self._row.addWidget(made)

    def _show_buttons(self, wanted: tuple[TaskButton, ...]) -> None:
        self._acts = [each.act for each in wanted]
        # The same buttons keep the focus they may have.
        if [each.text() for each in self.buttons] != [each.text for each in wanted]:
            for old in self.buttons:
                # Taken out at once: what is deleted later would keep its place until then.
                self._row.removeWidget(old)
                self._below.removeWidget(old)
                old.deleteLater()
            self.buttons = [self._button(place, each) for place, each in enumerate(wanted)]
        for made, each in zip(self.buttons, wanted, strict=True):
            made.setEnabled(each.enabled)

    def _button(self, place: int, wanted: TaskButton) -> QPushButton:
        made = button(wanted.text, "primary" if wanted.primary else "")
        # A click must not take the keys from the grid.
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # Looked up when it is pressed: the same buttons stay for a task with other acts.
        made.clicked.connect(lambda: self._acts[place]())
        self._put(place, made)
        return made
