"""Bar above the grid for an audit, a duplicate group or a blind review."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from lnl_gui.gui.widgets.basic import ElidedLabel, as_plain, button, label, restyle

SPACING, LEFT, RIGHT = 8, 14, 12
MARGIN, GAP = 7, 4
"""Above and below what the bar holds, and between its lines."""
LOW_MARGIN, LOW_GAP = 2, 2


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
    aside: str = ""
    """a sentence below those, which a low window does without"""


class TaskBar(QFrame):
    """Shows one task, or nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._acts: list[Callable[[], object]] = []
        self._task: ReviewTask | None = None
        self.low = False
        """Whether the window is low."""
        self.title, self.hint = ElidedLabel(role="strong"), ElidedLabel(role="muted")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.hint)
        self.details = label("", wrap=True)
        outer = self._outer = QVBoxLayout(self)
        self._row, self._below = QHBoxLayout(), QGridLayout()
        outer.addLayout(self._row)
        outer.addWidget(self.details)
        outer.addLayout(self._below)
        outer.setAlignment(self._below, Qt.AlignmentFlag.AlignLeft)
        for row in (self._row, self._below):
            row.setSpacing(SPACING)
        self._places: list[tuple[int, int] | None] = []
        self._row.addLayout(words, 1)
        self.buttons: list[QPushButton] = []
        self.set_low(False)
        self.hide()

    def show_task(self, task: ReviewTask | None) -> None:
        """Show a task; None hides the bar."""
        self._task = task
        if task is not None:
            self.title.set_full(task.title)
            self.hint.set_full(task.hint)
            self.hint.setVisible(bool(task.hint))
            self._show_details()
            restyle(self, "tone", task.tone)
            self._show_buttons(task.buttons)
            self._place_buttons()
        self.setVisible(task is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def set_low(self, low: bool) -> None:
        """Whether the window is low: thin margins then, and only what has to be said."""
        self.low = low
        margin = LOW_MARGIN if low else MARGIN
        self._outer.setContentsMargins(LEFT, margin, RIGHT, margin)
        self._outer.setSpacing(LOW_GAP if low else GAP)
        self._show_details()
        self._place_buttons()

    def _show_details(self) -> None:
        task = self._task or ReviewTask("")
        parts = (task.details,) if self.low else (task.details, task.aside)
        self.details.setText("\n".join(filter(None, parts)))
        self.details.setToolTip(as_plain(task.aside if self.low else ""))
        self.details.setVisible(bool(self.details.text()))

    def _place_buttons(self) -> None:
        """Beside the title where they have room, else below: neither words nor buttons are cut.

        In a low window as many of them beside it as have room, else all or none.
        """
        # Before it is first shown it has not yet the style sheet's font.
        self.title.ensurePolished()
        words = self.title.fontMetrics().horizontalAdvance(self.title.full()) + 1
        widths = [made.sizeHint().width() + SPACING for made in self.buttons]
        room = self.contentsRect().width() - LEFT - RIGHT
        counts = range(len(widths), -1, -1) if self.low else (len(widths), 0)
        beside = next((n for n in counts if words + sum(widths[:n]) <= room), 0)
        below = widths[beside:]
        fitting = (n for n in range(len(below), 1, -1) if n * max(below) <= room + SPACING)
        columns = next(fitting, 1)
        places: list[tuple[int, int] | None] = [None] * beside
        places += [divmod(place, columns) for place in range(len(below))]
        if places != self._places:
            self._places = places
            for place, made in enumerate(self.buttons):
                self._put(place, made)

    def _put(self, place: int, made: QPushButton) -> None:
        """A button to its place; into another layout it is taken out of the one it is in."""
        self._row.removeWidget(made)
        self._below.removeWidget(made)
        found = self._places[place] if place < len(self._places) else None
        if found is not None:
            self._below.addWidget(made, *found)
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
