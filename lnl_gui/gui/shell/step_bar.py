"""Where the project is on the main road, and the one step to take now."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.i18n.language import tr, translated
from lnl_gui.gui.i18n.numbers import fill, percent
from lnl_gui.gui.jobs.controller import Job, JobState
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.basic import Elided, button, duration, number, restyle
from lnl_gui.session.merged import READING, SETTLING, WRITING
from lnl_gui.session.stages import Stage

STEPS = (
    tr("Open"),
    tr("Embed"),
    tr("Detect"),
    tr("Review"),
    tr("Fine-tune"),
    tr("Export"),
)
STAGES_TEXT = {
    "listing": tr("Reading the dataset"),
    "embedding": tr("Looking at the images"),
    "consensus": tr("Comparing labels"),
    "exporting": tr("Writing files"),
    READING: tr("Reading the other copy"),
    WRITING: tr("Taking in what is new"),
    SETTLING: tr("Bringing samples up to date"),
    "model": tr("Writing the model"),
    "noise test": tr("Testing the detectors"),
}
_NODE = 20


class StepBar(QWidget):
    """The six steps as a line of nodes: done, under way, to come."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._done = 0
        theme.changed.connect(self.update)
        self.set_done(1)

    def set_done(self, done: int) -> None:
        """The first `done` steps lie behind."""
        self._done = done
        now = STEPS[done] if done < len(STEPS) else tr("finished")
        self.setAccessibleName(
            tr("Step {} of {}: {}").format(min(done + 1, len(STEPS)), len(STEPS), now)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()), 40)

    def minimumSizeHint(self) -> QSize:
        return QSize(len(STEPS) * (_NODE + 14), 40)

    def _fonts(self, current: bool) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if current else QFont.Weight.Normal)
        return font

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(self._fonts(True))
        return [_NODE + 8 + metrics.horizontalAdvance(step) + 36 for step in STEPS]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        widths = self._widths()
        full = sum(widths) <= self.width() + 36
        x, middle = 1.0, self.height() / 2
        for index, step in enumerate(STEPS):
            current = index == self._done
            text = step if full or current else ""
            metrics = QFontMetrics(self._fonts(current))
            end = x + _NODE + (8 + metrics.horizontalAdvance(text) if text else 0)
            self._paint_node(painter, QRectF(x, middle - _NODE / 2, _NODE, _NODE), index)
            if text:
                self._paint_name(painter, x + _NODE + 8, text, index)
            if index + 1 < len(STEPS):
                role = "accent" if index < self._done else "border"
                painter.setPen(QPen(self._theme.color(role), 1.6))
                gap = 26 if full else 12
                painter.drawLine(QPointF(end + 6, middle), QPointF(end + gap - 6, middle))
                x = end + gap
        painter.end()

    def _paint_name(self, painter: QPainter, x: float, text: str, index: int) -> None:
        painter.setFont(self._fonts(index == self._done))
        painter.setPen(self._theme.color("text" if index == self._done else "muted"))
        area = QRectF(x, 0, self.width(), self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_node(self, painter: QPainter, box: QRectF, index: int) -> None:
        color = self._theme.color
        done, current = index < self._done, index == self._done
        painter.setPen(QPen(color("accent" if done or current else "strong_border"), 1.6))
        painter.setBrush(color("accent" if done else "surface"))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        if done:
            scale = self.devicePixelRatioF()
            tick = icons.pixmap("accept", color("on_accent"), 13, scale)
            painter.drawPixmap(QPointF(box.x() + 3.5, box.y() + 3.5), tick)
            return
        font = self._fonts(current)
        font.setPointSizeF(font.pointSizeF() * 0.8)
        painter.setFont(font)
        painter.setPen(color("accent" if current else "muted"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(index + 1))


def steps_done(stage: Stage) -> int:
    """How many of the steps lie behind at a stage."""
    return int(stage) + 1


@dataclass(frozen=True)
class BannerContent:
    """What the banner says and what its button does."""

    title: str
    text: str = ""
    icon: str = "info"
    tone: str = ""
    action: str = ""
    act: Callable[[], object] | None = None
    second: str = ""
    act_second: Callable[[], object] | None = None


class Banner(QFrame):
    """The next step, or the job at work with its progress and a way to stop it."""

    cancel_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._content = BannerContent("")
        self._job: Job | None = None
        self.setProperty("role", "banner")
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 10, 14, 10)
        row.setSpacing(14)
        self._icon = QLabel()
        self._icon.setFixedWidth(24)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = Elided(role="strong")
        self.text = Elided(role="muted")
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress of the job"))
        self.bar.setTextVisible(False)
        for widget in (self.title, self.bar, self.text):
            words.addWidget(widget)
        self.second = button("")
        self.second.clicked.connect(self._press_second)
        self.primary = button("", "primary")
        self.primary.clicked.connect(self._press)
        self.stop = button(tr("Cancel"), name=tr("Cancel the job"))
        self.stop.clicked.connect(self.cancel_requested)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        for each in (self.second, self.primary, self.stop):
            # A click leaves the keys where they are.
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(each)
        theme.changed.connect(self._draw)

    def show_content(self, content: BannerContent) -> None:
        """Say what to do next."""
        self._content, self._job = content, None
        self.title.set_full(content.title)
        self.text.set_full(content.text)
        self.text.setVisible(bool(content.text))
        self.bar.hide()
        self._hide(self.stop)
        for widget, text in ((self.primary, content.action), (self.second, content.second)):
            widget.setText(text)
            widget.setAccessibleName(text)
            widget.show() if text else self._hide(widget)
        self._draw()

    def watch(self, job: Job) -> None:
        """Show a job's progress."""
        self._job = job
        self._hide(self.primary)
        self._hide(self.second)
        self.stop.show()
        self.stop.setEnabled(job.state is not JobState.CANCELLING)
        self.title.set_full(job_title(job))
        self.text.set_full(progress_text(job))
        self.text.show()
        self.bar.show()
        # A range of 0 is Qt's way of saying "busy, no idea how long".
        self.bar.setRange(0, 1000 if job.total else 0)
        self.bar.setValue(round(1000 * job.done / job.total) if job.total else 0)
        self._draw()

    @staticmethod
    def _hide(widget: QPushButton) -> None:
        """Qt would give its focus to the next button, where Space does something else."""
        widget.clearFocus()
        widget.hide()

    def _press(self) -> None:
        if self._content.act is not None:
            self._content.act()

    def _press_second(self) -> None:
        if self._content.act_second is not None:
            self._content.act_second()

    def _draw(self) -> None:
        tone = "" if self._job is not None else self._content.tone
        name = "jobs" if self._job is not None else self._content.icon
        restyle(self, "tone", tone)
        colour = self._theme.color(tone or "accent")
        self._icon.setPixmap(icons.pixmap(name, colour, 22, self.devicePixelRatioF()))


def job_title(job: Job) -> str:
    """What the job is doing, with the percentage once that is known."""
    if job.state is JobState.CANCELLING:
        return tr("{}: stopping…").format(job.title)
    if job.state is JobState.STARTING or not job.stage:
        return tr("{}: starting…").format(job.title)
    stage = STAGES_TEXT.get(job.stage) or translated(job.stage.replace("_", " "))
    share = f" · {percent(job.done / job.total)}" if job.total else ""
    return f"{job.title}: {_within(stage)}{share}"


def _within(text: str) -> str:
    """A text as it stands within a sentence; abbreviations keep their capitals."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def progress_text(job: Job) -> str:
    """Done, rate and time left in words."""
    if not job.total:
        return tr("The first start loads the libraries; this takes some seconds.")
    parts = [tr("{} of {}").format(number(job.done), number(job.total))]
    if job.rate > 0:
        parts.append(
            fill(tr("{:,.0f} a second"), job.rate)
            if job.rate >= 10
            else fill(tr("{:.1f} a second"), job.rate)
        )
    if job.eta_s is not None and job.done < job.total:
        parts.append(tr("{} left").format(duration(job.eta_s)))
    return "  ·  ".join(parts)
