"""The banner: the next step and its buttons, or the job at work with its progress."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.jobs.job_text import job_title, progress_text
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.basic import ElidedLabel, button, restyle
from lnl_gui.gui.widgets.low_window import fit_margins
from lnl_gui.util.translation import tr

Act = Callable[[], object]
BannerButton = tuple[str, Act]
"""Its text and what it does."""
MARGIN, BAR_WIDTH = 10, 160


@dataclass(frozen=True)
class BannerContent:
    """Text of the banner, and up to two buttons, the primary one first."""

    title: str
    text: str = ""
    icon: str = "info"
    tone: str = ""
    buttons: tuple[BannerButton, ...] = ()


@dataclass(frozen=True)
class BannerActions:
    """What the banner's buttons do."""

    find_suspects: Act
    find_options: Act
    review: Act
    label: Act
    finetune: Act
    finetune_options: Act
    export: Act
    retry: Act
    show_error: Act
    open_export: Act
    locate: Act
    update: Act
    check: Act
    reopen: Act
    go_on_without: Act
    other_pictures: Act
    let_stand: Act
    take_labels: Act
    adopt: Act
    deciding: Act
    export_details: Act
    trials: Act
    predictions: Act
    extend: Act
    dismiss: Act


class Banner(QFrame):
    """The next step, or the job at work with its progress and a way to stop it."""

    cancel_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._content = BannerContent("")
        self._job: Job | None = None
        self._low = False
        self.setProperty("role", "banner")
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(18, MARGIN, 14, MARGIN)
        row.setSpacing(14)
        self._icon = QLabel()
        self._icon.setFixedWidth(24)
        words = self._words = QVBoxLayout()
        words.setSpacing(2)
        self.title = ElidedLabel(role="strong")
        self.text = ElidedLabel(role="muted")
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress of the job"))
        self.bar.setTextVisible(False)
        for widget in (self.title, self.bar, self.text):
            words.addWidget(widget)
        self.second = button("")
        self.second.clicked.connect(lambda: self._press(1))
        self.primary = button("", "primary")
        self.primary.clicked.connect(lambda: self._press(0))
        self.stop = button(tr("Cancel"), name=tr("Cancel the job"))
        self.stop.clicked.connect(self.cancel_requested)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        for each in (self.second, self.primary, self.stop):
            # A click leaves the keys where they are.
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(each)
        theme.changed.connect(self._draw)

    def set_low(self, low: bool) -> None:
        """Whether the window is low: what is said is on one line then."""
        self._low = low
        fit_margins(self._row, MARGIN, low=low)
        ways = QBoxLayout.Direction
        self._words.setDirection(ways.LeftToRight if low else ways.TopToBottom)
        self._words.setSpacing(14 if low else 2)
        self._share_line()

    def _share_line(self) -> None:
        """On one line each has the width that its words need, as far as there is room."""
        widths: dict[QWidget, int] = {
            each: each.fontMetrics().horizontalAdvance(each.full()) + 1
            for each in (self.title, self.text)
        }
        for place, each in enumerate((self.title, self.bar, self.text)):
            self._words.setStretch(place, widths.get(each, BAR_WIDTH) if self._low else 0)

    def show_content(self, content: BannerContent) -> None:
        """Show a title, a text and up to two buttons instead of a job."""
        self._content, self._job = content, None
        self.title.set_full(content.title)
        self.text.set_full(content.text)
        self.text.setVisible(bool(content.text))
        self.bar.hide()
        self._share_line()
        self._hide(self.stop)
        texts = [*(text for text, _ in content.buttons), "", ""]
        for widget, text in zip((self.primary, self.second), texts, strict=False):
            widget.setText(text)
            widget.setAccessibleName(text)
            widget.show() if text else self._hide(widget)
        self._draw()

    def watch(self, job: Job, *, first_start: bool = False, known: str = "") -> None:
        """Show a job's progress, and what is known of its result before it is over."""
        self._job = job
        self._hide(self.primary)
        self._hide(self.second)
        self.stop.show()
        self.stop.setEnabled(job.state is not JobState.CANCELLING)
        self.title.set_full(job_title(job))
        progress = progress_text(job, first_start=first_start)
        self.text.set_full("  ·  ".join(filter(None, (known, progress))))
        self.text.show()
        self.bar.show()
        self._share_line()
        # A range of 0 is Qt's way of saying "busy, no idea how long".
        self.bar.setRange(0, 1000 if job.total else 0)
        self.bar.setValue(round(1000 * job.done / job.total) if job.total else 0)
        self._draw()

    @staticmethod
    def _hide(widget: QPushButton) -> None:
        """Qt would give its focus to the next button, where Space does something else."""
        widget.clearFocus()
        widget.hide()

    def _press(self, place: int) -> None:
        if place < len(self._content.buttons):
            self._content.buttons[place][1]()

    def _draw(self) -> None:
        tone = "" if self._job is not None else self._content.tone
        name = "jobs" if self._job is not None else self._content.icon
        restyle(self, "tone", tone)
        colour = self._theme.color(tone or "accent")
        self._icon.setPixmap(icons.pixmap(name, colour, 22, self.devicePixelRatioF()))
