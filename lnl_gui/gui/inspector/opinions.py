"""Scores of the detectors on one sample, each with a bar and a sentence."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lnl_gui.gui.charts.axes import small_font
from lnl_gui.gui.i18n.numbers import decimal
from lnl_gui.gui.inspector.explanation_text import breakable, opinion_sentence
from lnl_gui.gui.inspector.sample_view import DetectorOpinion
from lnl_gui.gui.style.colours import ChartColours, chart_colours
from lnl_gui.util.translation import tr

_BAR_WIDTH, _LEAST_BAR = 96, 36
_NUMBER = 56
"""What the number and the gaps beside it take."""
_BAR_HEIGHT = 6
_GAP = 10


class OpinionList(QWidget):
    """One block for each detector."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opinions: tuple[DetectorOpinion, ...] = ()
        self._given = ""
        self.setAccessibleName(tr("What the detectors think"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_opinions(self, opinions: Sequence[DetectorOpinion], given: str) -> None:
        self._opinions, self._given = tuple(opinions), given
        texts = [
            f"{o.title}, {decimal(o.score, 2)}. {opinion_sentence(o, given)}" for o in opinions
        ]
        self.setAccessibleDescription(" ".join(texts))
        self.setFixedHeight(self.heightForWidth(self.width()))
        self.update()

    def _sentence(self, opinion: DetectorOpinion) -> str:
        return breakable(opinion_sentence(opinion, self._given))

    def _sentence_height(self, opinion: DetectorOpinion, width: int) -> int:
        metrics = QFontMetrics(small_font(self.font()))
        text = self._sentence(opinion)
        flags = int(Qt.TextFlag.TextWordWrap)
        return metrics.boundingRect(0, 0, max(60, width), 1000, flags, text).height()

    def heightForWidth(self, width: int) -> int:
        line = self.fontMetrics().height()
        return sum(
            line + 2 + self._sentence_height(opinion, width) + _GAP for opinion in self._opinions
        )

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        wanted = self.heightForWidth(event.size().width())
        if wanted != self.height():
            self.setFixedHeight(wanted)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = chart_colours(self.palette())
        top = 0.0
        for opinion in self._opinions:
            top += self._draw(painter, opinion, top, colours) + _GAP

    def _draw(
        self, painter: QPainter, opinion: DetectorOpinion, top: float, colours: ChartColours
    ) -> float:
        line = self.fontMetrics().height()
        bold = self._bold()
        painter.setFont(bold)
        painter.setPen(colours.text)
        room = self.width() - self._bar_width() - _NUMBER
        text = QFontMetrics(bold).elidedText(opinion.title, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRectF(0, top, room, line), Qt.AlignmentFlag.AlignVCenter, text)
        self._draw_score(painter, opinion.score, top, line, colours)
        painter.setFont(small_font(self.font()))
        painter.setPen(colours.faint)
        height = self._sentence_height(opinion, self.width())
        box = QRectF(0, top + line + 2, self.width(), height)
        flags = int(Qt.TextFlag.TextWordWrap)
        painter.drawText(box, flags, self._sentence(opinion))
        return line + 2 + height

    def _bold(self) -> QFont:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        return bold

    def _bar_width(self) -> int:
        """Of all bars: as long as usual, or as the longest title leaves room for."""
        metrics = QFontMetrics(self._bold())
        longest = max((metrics.horizontalAdvance(each.title) for each in self._opinions), default=0)
        return max(_LEAST_BAR, min(_BAR_WIDTH, self.width() - _NUMBER - longest - 2))

    def _draw_score(
        self, painter: QPainter, score: float, top: float, line: int, colours: ChartColours
    ) -> None:
        right, width = self.width() - 42, self._bar_width()
        bar = QRectF(right - width, top + (line - _BAR_HEIGHT) / 2, width, _BAR_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.line)
        painter.drawRoundedRect(bar, 3, 3)
        filled = QRectF(bar)
        # No narrower than its round ends.
        filled.setWidth(max(_BAR_HEIGHT, width * min(max(score, 0.0), 1.0)))
        painter.setBrush(colours.suspect if score >= 0.5 else colours.clean)
        painter.drawRoundedRect(filled, 3, 3)
        painter.setFont(small_font(self.font()))
        painter.setPen(colours.text)
        number = QRectF(right + 4, top, 38, line)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(number, flags, decimal(score, 2))
