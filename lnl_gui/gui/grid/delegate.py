"""Paints one sample: picture, status, given -> suggested label, suspicion."""

from dataclasses import dataclass
from math import isfinite

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QStyledItemDelegate, QStyleOptionViewItem

from lnl_gui.gui.grid.caption_strip import SMALL_SIDE, Caption, CaptionStrips, CaptionStyle
from lnl_gui.gui.grid.captions import MeasuredFont
from lnl_gui.gui.grid.geometry import MARGIN, PADDING, Geometry
from lnl_gui.gui.grid.thumbnails import Thumbnails
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.model.sample_words import STATUS_TITLES
from lnl_gui.gui.settings.settings import DEFAULT_SIDE
from lnl_gui.gui.style.theme import Theme
from lnl_gui.session.changes import Changes
from lnl_gui.store.dataset.samples import ASKED, EXCLUDED, KEPT, RELABELLED, UNSEEN, UNSURE
from lnl_gui.util.translation import localized, tr

Index = QModelIndex | QPersistentModelIndex
RADIUS = 9.0
PIXELATED_BELOW = 48
"""Pictures smaller than this are enlarged in whole pixels: blur would hide what is there."""
_MOST_GROUNDS = 8
_TONES = {
    KEPT: "good",
    RELABELLED: "accent",
    EXCLUDED: "danger",
    UNSURE: "warning",
    ASKED: "warning",
}
_SOFT = {"good": "good_soft", "accent": "accent_soft", "danger": "danger_soft"}


@dataclass(frozen=True)
class SampleCell:
    """What is known of the sample being painted."""

    position: int
    row: int
    given: int
    suggested: int
    current: int
    suspicion: float
    confidence: float
    status: int
    selected: bool
    is_current: bool


class SampleDelegate(QStyledItemDelegate):
    """Paints the cells of a `GridView`."""

    def __init__(
        self, review: ReviewModel, thumbnails: Thumbnails, theme: Theme, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._review = review
        self._thumbnails = thumbnails
        self._theme = theme
        self.geometry = Geometry(0, 1)
        self.side = DEFAULT_SIDE
        self.focused = False
        self._take_theme()
        theme.changed.connect(self._take_theme)
        review.changed.connect(self._changed)

    def _changed(self, changes: Changes) -> None:
        if changes.classes:
            # Colours of classes are in strips that were painted before.
            self._take_theme()

    def _take_theme(self) -> None:
        bold = QFont(self._review_font())
        bold.setWeight(QFont.Weight.DemiBold)
        self._plain, self._bold = MeasuredFont(self._review_font()), MeasuredFont(bold)
        self._colours: dict[str, QColor] = {}
        self._class_colours: dict[int, QColor] = {}
        self._grounds: dict[tuple[int, int, float, bool], QPixmap] = {}
        style = CaptionStyle(
            self._plain, self._bold, self._color, self._class_color, self.line_height
        )
        self._strips = CaptionStrips(style)

    def _color(self, role: str) -> QColor:
        # Not to be changed: made once, as each cell is painted in a dozen of them.
        found = self._colours.get(role)
        if found is None:
            found = self._colours[role] = self._theme.color(role)
        return found

    def _class_color(self, class_id: int) -> QColor:
        found = self._class_colours.get(class_id)
        if found is None:
            found = QColor(self._review.words.class_colour(class_id, dark=self._theme.dark))
            self._class_colours[class_id] = found
        return found

    @staticmethod
    def _review_font() -> QFont:
        font = QApplication.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        return font

    @property
    def line_height(self) -> int:
        return round(self._plain.height) + 2

    def cell_width(self) -> int:
        """The least width of a cell."""
        return self.side + 2 * (MARGIN + PADDING)

    def cell_height(self) -> int:
        return self.side + 2 * MARGIN + 2 * PADDING + 2 * self.line_height + 6

    # Painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        position = self.geometry.position(index.row(), index.column())
        if position is None or position >= len(self._review.order):
            return
        cell = self._cell(position)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rect: QRect = option.rect
        painter.drawPixmap(rect.topLeft(), self._ground(painter, rect, cell.selected))
        card = QRectF(rect).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        if cell.is_current:
            self._paint_ring(painter, card)
        picture = self._picture_of(card)
        self._paint_picture(painter, picture, cell)
        self._paint_badge(painter, picture, cell)
        if cell.selected:
            self._paint_tick(painter, picture)
        corner = QPointF(picture.x(), picture.bottom() + 5)
        ground = "accent_soft" if cell.selected else "surface"
        self._strips.paint(painter, corner, picture.width(), self._caption(cell), self.side, ground)
        painter.restore()

    def _cell(self, position: int) -> SampleCell:
        columns, selection = self._review.session.columns, self._review.selection
        row = int(self._review.order[position])
        hidden = self._review.hides_reasons
        return SampleCell(
            position=position,
            row=row,
            given=int(columns.given[row]),
            suggested=-1 if hidden else int(columns.suggested[row]),
            current=int(columns.current[row]),
            suspicion=float("nan") if hidden else float(columns.suspicion[row]),
            confidence=float("nan") if hidden else float(columns.confidence[row]),
            status=int(columns.status[row]),
            selected=bool(selection.mask[position]),
            is_current=position == selection.current,
        )

    def _picture_of(self, card: QRectF) -> QRectF:
        return QRectF(card.x() + PADDING, card.y() + PADDING, card.width() - 2 * PADDING, self.side)

    def _ground(self, painter: QPainter, rect: QRect, selected: bool) -> QPixmap:
        """What is the same under all cells, painted once: rounded corners take half of the time."""
        scale = painter.device().devicePixelRatio()
        key = (rect.width(), rect.height(), scale, selected)
        found = self._grounds.get(key)
        if found is None:
            # Of other sizes there were after the window was made wider.
            if len(self._grounds) > _MOST_GROUNDS:
                self._grounds.clear()
            found = self._grounds[key] = self._paint_ground(rect, scale, selected)
        return found

    def _paint_ground(self, rect: QRect, scale: float, selected: bool) -> QPixmap:
        ground = QPixmap(rect.size() * scale)
        ground.setDevicePixelRatio(scale)
        ground.fill(Qt.GlobalColor.transparent)
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(QRect(QPoint(), rect.size())).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        painter.setPen(QPen(self._color("accent" if selected else "border"), 1))
        painter.setBrush(self._color("accent_soft" if selected else "surface"))
        painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color("photo"))
        painter.drawRoundedRect(self._picture_of(card), 5, 5)
        painter.end()
        return ground

    def _paint_ring(self, painter: QPainter, card: QRectF) -> None:
        ring = self._color("accent" if self.focused else "strong_border")
        painter.setPen(QPen(ring, 2.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(card.adjusted(-2, -2, 2, 2), RADIUS + 2, RADIUS + 2)

    def _paint_picture(self, painter: QPainter, area: QRectF, cell: SampleCell) -> None:
        # Of what is painted on: a window may be moved to a screen of another density.
        scale = painter.device().devicePixelRatio()
        pixmap = self._thumbnails.pixmap(cell.row, round(self.side * scale))
        if pixmap is None:
            if self._thumbnails.failed(cell.row):
                gone = self._thumbnails.gone(cell.row)
                words = tr("The file is gone") if gone else tr("Not readable")
                self._paint_words(painter, area, words, "muted")
            return
        if cell.status == EXCLUDED:
            painter.setOpacity(0.3)
        self._paint_pixmap(painter, area, pixmap)
        if cell.status == EXCLUDED:
            painter.setOpacity(1.0)

    def _paint_pixmap(self, painter: QPainter, area: QRectF, pixmap: QPixmap) -> None:
        width, height = pixmap.width(), pixmap.height()
        fit = min(area.width() / width, self.side / height)
        target = QRectF(0, 0, width * fit, height * fit)
        target.moveCenter(area.center())
        coarse = max(width, height) < PIXELATED_BELOW
        if coarse:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawPixmap(_snapped(target), pixmap, QRectF(pixmap.rect()))
        if coarse:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)

    def _paint_words(self, painter: QPainter, area: QRectF, text: str, role: str) -> None:
        painter.setFont(self._plain.font)
        painter.setPen(self._color(role))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    # Status: a shape and a word, never colour alone

    def _paint_badge(self, painter: QPainter, picture: QRectF, cell: SampleCell) -> None:
        if cell.status == UNSEEN:
            return
        tone = _TONES[cell.status]
        height = self._bold.height + 4
        text = "" if self.side < SMALL_SIDE else self._badge_text(cell)
        text = self._bold.cut(text, picture.width() - height - 34)
        width = height + (self._bold.width(text) + 11 if text else 0)
        pill = QRectF(picture.x() + 5, picture.y() + 5, width, height)
        colour = self._color(tone)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(self._color(_SOFT.get(tone, "warning_soft")))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        mark = QRectF(pill.x(), pill.y(), height, height)
        _paint_mark(painter, mark.adjusted(5, 5, -5, -5), cell.status, colour)
        painter.setPen(colour)
        painter.setFont(self._bold.font)
        painter.drawText(pill.adjusted(height + 1, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _badge_text(self, cell: SampleCell) -> str:
        if cell.status == RELABELLED:
            return self._review.words.class_name(cell.current)
        return localized(STATUS_TITLES[cell.status])

    def _paint_tick(self, painter: QPainter, picture: QRectF) -> None:
        side = 20.0
        circle = QRectF(picture.right() - side - 5, picture.y() + 5, side, side)
        painter.setPen(QPen(self._color("on_accent"), 1.5))
        painter.setBrush(self._color("accent"))
        painter.drawEllipse(circle)
        _paint_mark(painter, circle.adjusted(5, 5, -5, -5), KEPT, self._color("on_accent"))

    # Caption

    def _caption(self, cell: SampleCell) -> Caption:
        # What has no label has no suspicion: the bar says how sure its suggestion is.
        unlabelled = not isfinite(cell.suspicion)
        value = cell.confidence if unlabelled else cell.suspicion
        return Caption(
            given=cell.given,
            given_name=self._review.words.label_name(cell.given),
            suggested=cell.suggested,
            suggested_name=self._review.words.class_name(cell.suggested),
            value=value if isfinite(value) else None,
            unlabelled=unlabelled,
        )


def _snapped(rect: QRectF) -> QRectF:
    """On whole pixels, so that an unscaled picture is not resampled by half a pixel."""
    return QRectF(round(rect.x()), round(rect.y()), round(rect.width()), round(rect.height()))


def _paint_mark(painter: QPainter, box: QRectF, status: int, colour: QColor) -> None:
    """The shape of a status: tick, arrow, cross or question mark."""
    pen = QPen(colour, 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_mark_path(box, status))


def _mark_path(box: QRectF, status: int) -> QPainterPath:
    strokes = _MARKS[status]
    path = QPainterPath()
    for stroke in strokes:
        points = [QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y in stroke]
        path.moveTo(points[0])
        for point in points[1:]:
            path.lineTo(point)
    return path


_Stroke = tuple[tuple[float, float], ...]
_MARKS: dict[int, tuple[_Stroke, ...]] = {
    KEPT: (((0.0, 0.55), (0.36, 0.9), (1.0, 0.12)),),
    RELABELLED: (((0.0, 0.5), (1.0, 0.5)), ((0.6, 0.1), (1.0, 0.5), (0.6, 0.9))),
    EXCLUDED: (((0.05, 0.05), (0.95, 0.95)), ((0.95, 0.05), (0.05, 0.95))),
    UNSURE: (
        (
            (0.15, 0.25),
            (0.3, 0.02),
            (0.7, 0.02),
            (0.85, 0.25),
            (0.75, 0.42),
            (0.5, 0.6),
            (0.5, 0.7),
        ),
        ((0.5, 1.0), (0.5, 1.0)),
    ),
    # A speech bubble.
    ASKED: (
        (
            (0.05, 0.1),
            (0.95, 0.1),
            (0.95, 0.7),
            (0.45, 0.7),
            (0.2, 0.98),
            (0.2, 0.7),
            (0.05, 0.7),
            (0.05, 0.1),
        ),
    ),
}
