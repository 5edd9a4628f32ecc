"""How far the project has come, as a line of steps."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.basic import as_plain
from lnl_gui.session.figures.stages import Steps
from lnl_gui.util.messages import NOTHING, message
from lnl_gui.util.translation import localized, tr

STEPS = (
    message("Open"),
    message("Embed"),
    message("Detect"),
    message("Review"),
    message("Fine-tune"),
    message("Export"),
)
_NODE = 20


class StepBar(QWidget):
    """The six steps as a line of nodes: done, under way, to come."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown = Steps((False,) * len(STEPS), (NOTHING,) * len(STEPS))
        theme.changed.connect(self.update)

    def show_steps(self, steps: Steps | None) -> None:
        """Mark what is done, and what is done in part or out of date; None where nothing is."""
        if steps is None:
            steps = Steps((False,) * len(STEPS), (NOTHING,) * len(STEPS))
        # Most verdicts change none of them.
        if steps == self._shown and self.accessibleName():
            return
        self._shown = steps
        now = localized(STEPS[steps.now]) if steps.now < len(STEPS) else tr("finished")
        doubts = [
            f"{localized(step)}: {localized(doubt)}"
            for step, doubt in zip(STEPS, steps.doubts, strict=True)
            if doubt
        ]
        said = tr("Step {} of {}: {}").format(min(steps.now + 1, len(STEPS)), len(STEPS), now)
        self.setAccessibleName(". ".join((said, *doubts)))
        self.setToolTip(as_plain("\n".join(doubts)))
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
        return [_NODE + 8 + metrics.horizontalAdvance(localized(step)) + 36 for step in STEPS]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        widths = self._widths()
        # Behind the last one there is no gap.
        full = sum(widths) <= self.width() + 36
        x, middle = 1.0, self.height() / 2
        for index, step in enumerate(STEPS):
            current = index == self._shown.now
            text = localized(step) if full or current else ""
            metrics = QFontMetrics(self._fonts(current))
            end = x + _NODE + (8 + metrics.horizontalAdvance(text) if text else 0)
            self._paint_node(painter, QRectF(x, middle - _NODE / 2, _NODE, _NODE), index)
            if text:
                self._paint_name(painter, x + _NODE + 8, text, index)
            if index + 1 < len(STEPS):
                role = "accent" if self._shown.done[index] else "border"
                painter.setPen(QPen(self._theme.color(role), 1.6))
                gap = 26 if full else 12
                painter.drawLine(QPointF(end + 6, middle), QPointF(end + gap - 6, middle))
                x = end + gap
        painter.end()

    def _paint_name(self, painter: QPainter, x: float, text: str, index: int) -> None:
        current = index == self._shown.now
        painter.setFont(self._fonts(current))
        painter.setPen(self._theme.color("text" if current else "muted"))
        area = QRectF(x, 0, self.width(), self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_node(self, painter: QPainter, box: QRectF, index: int) -> None:
        color = self._theme.color
        done, current = self._shown.done[index], index == self._shown.now
        doubt = bool(self._shown.doubts[index])
        ring = "warning" if doubt else "accent" if done or current else "strong_border"
        painter.setPen(QPen(color(ring), 1.6))
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
        painter.setPen(color("warning" if doubt else "accent" if current else "muted"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "!" if doubt else str(index + 1))
