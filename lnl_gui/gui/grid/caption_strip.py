"""The two lines under a picture: given -> suggested label, and how suspicious it is.

A strip is painted once for each caption and shown again from a pixmap: texts and rounded bars take
two thirds of the time of a cell, and on a page that scrolls most cells are those of before.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from lnl_gui.gui.grid.captions import MeasuredFont
from lnl_gui.gui.i18n.numbers import likelihood

SMALL_SIDE = 104
"""Pictures below this side have neither number nor given label in their caption."""
_MOST_STRIPS = 600
"""A screen of the smallest pictures twice over; at usual sizes 17 MB."""
_DOT = 12.0
"""Width of a class's dot and the space behind it."""


@dataclass(frozen=True)
class Caption:
    """What stands under a picture; no class is -1."""

    given: int
    given_name: str
    suggested: int
    suggested_name: str
    value: float | None
    """Suspicion, or how sure the suggestion is where there is no label; None: not known."""
    unlabelled: bool

    @property
    def changes(self) -> bool:
        """Whether another class than the given one is suggested."""
        return self.suggested >= 0 and self.suggested != self.given


@dataclass(frozen=True)
class CaptionStyle:
    """Fonts and colours of captions."""

    plain: MeasuredFont
    bold: MeasuredFont
    colour: Callable[[str], QColor]
    class_colour: Callable[[int], QColor]
    line_height: int


class CaptionStrips:
    """Paints captions, those it has painted before from a pixmap.

    Args:
        style: of this theme and font; another theme needs new strips.
    """

    def __init__(self, style: CaptionStyle) -> None:
        self._style = style
        self._painted: OrderedDict[tuple[Caption, float, float, float, str], QPixmap] = (
            OrderedDict()
        )

    def paint(
        self,
        painter: QPainter,
        corner: QPointF,
        width: float,
        caption: Caption,
        side: int,
        ground: str,
    ) -> None:
        """Paint a caption of two lines.

        Args:
            painter: to paint with.
            corner: upper left, on whole logical pixels.
            width: of the picture above it.
            caption: to paint.
            side: of the pictures.
            ground: role of the colour under it.
        """
        scale = painter.device().devicePixelRatio()
        if scale != int(scale):
            # A pixmap would be resampled, and the text blurred.
            self._paint_lines(painter, QRectF(corner.x(), corner.y(), width, 0), caption, side)
            return
        key = (caption, width, side, scale, ground)
        strip = self._painted.get(key)
        if strip is None:
            strip = self._painted[key] = self._paint_strip(caption, width, side, scale, ground)
            if len(self._painted) > _MOST_STRIPS:
                self._painted.popitem(last=False)
        else:
            self._painted.move_to_end(key)
        painter.drawPixmap(corner, strip)

    def _paint_strip(
        self, caption: Caption, width: float, side: int, scale: float, ground: str
    ) -> QPixmap:
        height = 2 * self._style.line_height
        strip = QPixmap(round(width * scale), round(height * scale))
        strip.setDevicePixelRatio(scale)
        # Not see-through: on some systems text has coloured edges, which need a ground.
        strip.fill(self._style.colour(ground))
        painter = QPainter(strip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_lines(painter, QRectF(0, 0, width, height), caption, side)
        painter.end()
        return strip

    def _paint_lines(self, painter: QPainter, area: QRectF, caption: Caption, side: int) -> None:
        height = float(self._style.line_height)
        first = QRectF(area.x(), area.y(), area.width(), height)
        self._paint_labels(painter, first, caption, side)
        if caption.value is not None:
            self._paint_value(painter, first.translated(0, height), caption, side)

    def _paint_labels(self, painter: QPainter, line: QRectF, caption: Caption, side: int) -> None:
        plain, bold = self._style.plain, self._style.bold
        given, suggested = caption.given_name, caption.suggested_name
        if not caption.changes:
            self._paint_class(painter, line, caption.given, given, bold, "text")
            return
        if side < SMALL_SIDE:
            # No room for both: the suggestion is what has to be judged.
            self._paint_class(painter, line, caption.suggested, suggested, bold, "text")
            return
        arrow = plain.width(" → ")
        room = line.width() - arrow
        need_given, need_suggested = plain.width(given) + _DOT, bold.width(suggested) + _DOT
        first = need_given
        if need_given + need_suggested > room:
            # Each may take half, and what the other one leaves.
            first = max(min(need_given, room / 2), room - need_suggested)
        part = _part(line, 0, first)
        used = self._paint_class(painter, part, caption.given, given, plain, "muted")
        painter.setPen(self._style.colour("muted"))
        painter.drawText(_part(line, used, arrow), Qt.AlignmentFlag.AlignVCenter, " → ")
        rest = _part(line, used + arrow, line.width() - used - arrow)
        self._paint_class(painter, rest, caption.suggested, suggested, bold, "text")

    def _paint_class(
        self,
        painter: QPainter,
        area: QRectF,
        class_id: int,
        name: str,
        font: MeasuredFont,
        role: str,
    ) -> float:
        """Dot and name of a class; returns the width used."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.class_colour(class_id))
        painter.drawEllipse(QRectF(area.x(), area.center().y() - 3.5, 7, 7))
        shown = font.cut(name, area.width() - _DOT)
        painter.setFont(font.font)
        painter.setPen(self._style.colour(role))
        painter.drawText(area.adjusted(_DOT, 0, 4, 0), Qt.AlignmentFlag.AlignVCenter, shown)
        return min(area.width(), font.width(shown) + _DOT)

    def _paint_value(self, painter: QPainter, line: QRectF, caption: Caption, side: int) -> None:
        value, plain, colour = caption.value or 0.0, self._style.plain, self._style.colour
        text = "" if side < SMALL_SIDE else likelihood(value)
        # Room for the longest number, so that all bars are of one length and can be compared.
        room = plain.width(likelihood(1.0)) + 8 if text else 0.0
        bar = QRectF(line.x(), line.center().y() - 2.5, line.width() - room, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("hover"))
        painter.drawRoundedRect(bar, 2.5, 2.5)
        # No narrower than its round ends.
        filled = QRectF(bar.x(), bar.y(), max(5.0, bar.width() * value), 5)
        painter.setBrush(colour("accent" if caption.unlabelled else _suspicion_role(value)))
        painter.drawRoundedRect(filled, 2.5, 2.5)
        painter.setFont(plain.font)
        painter.setPen(colour("muted"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


def _suspicion_role(suspicion: float) -> str:
    if suspicion >= 0.8:
        return "high"
    return "middle" if suspicion >= 0.5 else "low"


def _part(line: QRectF, left: float, width: float) -> QRectF:
    return QRectF(line.x() + left, line.y(), max(width, 0.0), line.height())
