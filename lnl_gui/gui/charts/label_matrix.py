"""Confusion matrix of given and suggested labels, with zoom, keys and clicks."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from lnl_gui.gui.charts.axes import draw_nothing, small_font
from lnl_gui.gui.charts.pair_table import ClassOrder, PairTable, pair_table
from lnl_gui.gui.i18n.numbers import count, decimal
from lnl_gui.gui.style.colours import (
    ChartColours,
    blend,
    chart_colours,
    heat_table,
    pack,
    readable_on,
)
from lnl_gui.gui.widgets.basic import as_plain
from lnl_gui.gui.widgets.own_keys import ZOOM_KEYS, claims
from lnl_gui.util.translation import tr

_SMALLEST, _LARGEST, _NUMBERS_FROM = 2, 72, 18
_READABLE = 16
"""Least side of a cell at first: a line of small type beside each row."""
_LABEL_MOST = 130
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class LabelMatrix(QAbstractScrollArea):
    """Rows are given labels, columns suggested ones; the colour is the logarithm of the count.

    Arrows walk, Ctrl with an arrow jumps to the next filled cell, Return or a click activates,
    Ctrl with the wheel or plus and minus zoom.
    """

    cell_activated = Signal(int, int)
    """Class ids: given, suggested."""
    named = Signal(int)
    """Other classes than before, so many of them."""
    left_out = Signal(int)
    """So many classes are not shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._triples = (np.zeros(0, np.int64),) * 3
        self._order = ClassOrder.BY_ID
        self._table = pair_table(*self._triples, classes=0)
        self._largest = 1
        self._cell = 0
        self._zoomed = False
        self._current = (0, 0)
        self._hover: tuple[int, int] | None = None
        self._measure()
        self.setAccessibleName(tr("Matrix of given and suggested labels"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            # A scroll area of this kind moves nothing by itself.
            bar.valueChanged.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        return QSize(560, 480)

    def set_pairs(
        self,
        given: np.ndarray,
        suggested: np.ndarray,
        counts: np.ndarray,
        class_names: Sequence[str],
    ) -> None:
        """Show counts (P,) of pairs of class ids; pairs not named are zero."""
        same = tuple(class_names) == self._names
        self._names = tuple(class_names)
        self._measure()
        self._triples = (np.asarray(given), np.asarray(suggested), np.asarray(counts))
        self._rebuild()
        if not same:
            self._current = (0, 0)
            self._zoomed = False
            self.named.emit(len(self._names))
            self._begin()
        self._say_current()

    def set_order(self, order: ClassOrder) -> None:
        """Show other classes, or in another order."""
        self._order = order
        self._rebuild()
        if not self._zoomed:
            self._begin()
        self._say_current()

    def table(self) -> PairTable:
        return self._table

    def _rebuild(self) -> None:
        self._table = pair_table(*self._triples, classes=len(self._names), order=self._order)
        last = max(0, self._table.classes - 1)
        self._current = (min(self._current[0], last), min(self._current[1], last))
        self._hover = None
        self._largest = self._table.largest_confusion()
        self._bars()
        self.viewport().update()
        self.left_out.emit(len(self._names) - self._table.classes)

    def cell_side(self) -> int:
        return self._cell

    def _begin(self) -> None:
        """The whole matrix where names beside it can be read, else its first classes."""
        self._set_side(max(self._fitting_side(), _READABLE))

    def fit(self) -> None:
        """Cells as large as lets the whole matrix be seen, within bounds."""
        self.set_cell_side(self._fitting_side())

    def _fitting_side(self) -> int:
        header = self._header()
        room = min(
            self.viewport().width() - header.width(), self.viewport().height() - header.height()
        )
        classes = max(1, self._table.classes)
        return min(room // classes, 56) if room > 0 else _SMALLEST

    def set_cell_side(self, side: int) -> None:
        """A side that a person chose: it stays when the panel is resized."""
        self._zoomed = True
        self._set_side(side)

    def _set_side(self, side: int) -> None:
        self._cell = min(max(side, _SMALLEST), _LARGEST)
        self._bars()
        self.viewport().update()

    def _header(self) -> QSize:
        """Width of the row labels and height of the column labels."""
        metrics, longest = self._metrics, self._longest
        axis = metrics.horizontalAdvance(tr("given ↓"))
        side = max(min(longest, _LABEL_MOST), axis) + 12
        # Level where every name fits above its column, else all are turned.
        flat = self._cell > 0 and longest <= self._cell - 6
        height = metrics.height() + 8 if flat else side
        return QSize(side, height + metrics.height() + 6)

    def _measure(self) -> None:
        """Cache text widths: the geometry of every cell depends on them."""
        self._metrics = QFontMetrics(small_font(self.font()))
        # The first few hundred names stand for all: measuring ten thousand would be felt.
        widths = (self._metrics.horizontalAdvance(name) for name in self._names[:400])
        self._longest = max(widths, default=0)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._measure()
            self._bars()
        super().changeEvent(event)

    def _bars(self) -> None:
        header, extent = self._header(), self._cell * self._table.classes
        for bar, room in (
            (self.horizontalScrollBar(), self.viewport().width() - header.width()),
            (self.verticalScrollBar(), self.viewport().height() - header.height()),
        ):
            bar.setRange(0, max(0, extent - room))
            bar.setPageStep(max(1, room))
            bar.setSingleStep(max(1, self._cell))

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Until somebody zooms it uses the room there is.
        if not self._zoomed:
            self._begin()
        self._bars()

    def _origin(self) -> QPoint:
        header = self._header()
        return QPoint(
            header.width() - self.horizontalScrollBar().value(),
            header.height() - self.verticalScrollBar().value(),
        )

    def cell_rect(self, row: int, column: int) -> QRect:
        """Where the cell at a pair of positions lies in the viewport."""
        origin, side = self._origin(), self._cell
        return QRect(origin.x() + column * side, origin.y() + row * side, side, side)

    def cell_at(self, place: QPoint) -> tuple[int, int] | None:
        """The positions of the cell under a point of the viewport."""
        header, origin = self._header(), self._origin()
        if place.x() < header.width() or place.y() < header.height() or not self._cell:
            return None
        row = (place.y() - origin.y()) // self._cell
        column = (place.x() - origin.x()) // self._cell
        classes = self._table.classes
        inside = 0 <= row < classes and 0 <= column < classes
        return (row, column) if inside else None

    def _visible(self) -> tuple[int, int, int, int]:
        """First and last (exclusive) visible row and column."""
        origin, header = self._origin(), self._header()
        classes, side = self._table.classes, max(1, self._cell)
        top = max(0, (header.height() - origin.y()) // side)
        left = max(0, (header.width() - origin.x()) // side)
        bottom = min(classes, (self.viewport().height() - origin.y()) // side + 1)
        right = min(classes, (self.viewport().width() - origin.x()) // side + 1)
        return top, bottom, left, right

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        colours = chart_colours(self.palette())
        painter.fillRect(self.viewport().rect(), colours.base)
        painter.setFont(small_font(self.font()))
        if not self._names or not len(self._table.places):
            area = QRectF(self.viewport().rect())
            draw_nothing(painter, area, tr("No suggestions yet."), colours.faint)
            return
        header = self._header()
        cells = self.viewport().rect().adjusted(header.width(), header.height(), 0, 0)
        painter.save()
        painter.setClipRect(cells)
        self._draw_cells(painter, colours)
        painter.restore()
        self._draw_labels(painter, header, colours)

    def _draw_cells(self, painter: QPainter, colours: ChartColours) -> None:
        top, bottom, left, right = self._visible()
        block = self._table.block(top, bottom, left, right)
        if not block.size:
            return
        pixels = self._colour(block, top, left, colours)
        # One pixel a cell, enlarged by Qt: only what is visible is coloured, for any number of
        # classes.
        image = QImage(
            pixels.data,
            block.shape[1],
            block.shape[0],
            4 * block.shape[1],
            QImage.Format.Format_RGB32,
        )
        first, last = self.cell_rect(top, left), self.cell_rect(bottom - 1, right - 1)
        painter.drawImage(first.united(last), image)
        # Lines of a pixel would hide smaller cells.
        if self._cell >= 9:
            self._draw_grid(painter, first.united(last), colours)
        if self._cell >= _NUMBERS_FROM:
            self._draw_numbers(painter, block, pixels, top, left)
        if self._hover is not None:
            painter.setPen(QPen(colours.faint, 1.5))
            painter.drawRect(self.cell_rect(*self._hover).adjusted(1, 1, -2, -2))
        if self.hasFocus():
            painter.setPen(QPen(colours.accent, 2.5))
            painter.drawRect(self.cell_rect(*self._current).adjusted(0, 0, -1, -1))

    def _colour(self, block: np.ndarray, top: int, left: int, colours: ChartColours) -> np.ndarray:
        """Packed colours (rows, columns) of a block of counts."""
        empty = blend(colours.base, colours.text, 0.045)
        heat = heat_table(dark=colours.dark, levels=256)
        # Logarithmic: beside pairs with thousands of samples one with three stays visible.
        level = np.log1p(block) / np.log1p(self._largest)
        # From level 28: fainter ones can hardly be told from an empty cell.
        pixels = heat[np.clip(28 + level * 227, 0, 255).astype(np.int64)]
        pixels[block == 0] = pack([empty])[0]
        rows = np.arange(top, top + block.shape[0])[:, None]
        diagonal = rows == np.arange(left, left + block.shape[1])[None, :]
        # The agreeing samples are many and no news: one quiet colour keeps them apart.
        pixels[diagonal & (block > 0)] = pack([blend(colours.base, colours.clean, 0.34)])[0]
        return np.ascontiguousarray(pixels)

    def _draw_grid(self, painter: QPainter, area: QRect, colours: ChartColours) -> None:
        painter.setPen(QPen(colours.base, 1))
        for x in range(area.left(), area.right() + 2, self._cell):
            painter.drawLine(x, area.top(), x, area.bottom())
        for y in range(area.top(), area.bottom() + 2, self._cell):
            painter.drawLine(area.left(), y, area.right(), y)

    def _draw_numbers(
        self, painter: QPainter, block: np.ndarray, pixels: np.ndarray, top: int, left: int
    ) -> None:
        for row, column in zip(*(axis.tolist() for axis in np.nonzero(block)), strict=True):
            text = _short(int(block[row, column]))
            if self._metrics.horizontalAdvance(text) > self._cell - 3:
                continue
            painter.setPen(readable_on(QColor.fromRgb(int(pixels[row, column]))))
            box = self.cell_rect(top + row, left + column)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_labels(self, painter: QPainter, header: QSize, colours: ChartColours) -> None:
        line = painter.fontMetrics().height()
        top, bottom, left, right = self._visible()
        # Labels no closer than a line is high.
        step = max(1, -(-line // max(1, self._cell)))
        painter.setPen(colours.faint)
        painter.drawText(QRect(2, 0, header.width() - 8, line), 0, tr("given ↓"))
        box = QRect(header.width(), 0, self.viewport().width() - header.width(), line)
        painter.drawText(box, 0, tr("suggested →"))
        painter.save()
        painter.setClipRect(0, header.height(), header.width(), self.viewport().height())
        # From a multiple of the step on: labels stay with their classes while it is scrolled.
        for row in range(top - top % step, bottom, step):
            self._draw_row_label(painter, row, step, header, colours)
        painter.restore()
        painter.setClipRect(header.width(), line + 2, self.viewport().width(), header.height())
        for column in range(left - left % step, right, step):
            self._draw_column_label(painter, column, step, header, colours)

    def _label_pen(self, painter: QPainter, place: int, axis: int, colours: ChartColours) -> None:
        marked = self._hover or (self._current if self.hasFocus() else None)
        on = marked is not None and marked[axis] == place
        painter.setPen(colours.accent if on else colours.text)

    def _draw_row_label(
        self, painter: QPainter, row: int, step: int, header: QSize, colours: ChartColours
    ) -> None:
        rect = self.cell_rect(row, 0)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(
            self.class_name(row), Qt.TextElideMode.ElideMiddle, header.width() - 10
        )
        middle = rect.top() + step * self._cell / 2
        box = QRectF(0, middle - metrics.height() / 2, header.width() - 7, metrics.height())
        self._label_pen(painter, row, 0, colours)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_column_label(
        self, painter: QPainter, column: int, step: int, header: QSize, colours: ChartColours
    ) -> None:
        metrics = painter.fontMetrics()
        middle = self.cell_rect(0, column).left() + step * self._cell / 2
        room = header.height() - metrics.height() - 10
        self._label_pen(painter, column, 1, colours)
        if room <= metrics.height() + 4:
            box = QRectF(
                middle - self._cell / 2,
                header.height() - metrics.height() - 4,
                self._cell,
                metrics.height(),
            )
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.class_name(column))
            return
        text = metrics.elidedText(self.class_name(column), Qt.TextElideMode.ElideMiddle, room)
        painter.save()
        painter.translate(
            QPointF(middle + metrics.height() / 2 - metrics.descent(), header.height() - 5)
        )
        painter.rotate(-90)
        painter.drawText(QPointF(0, 0), text)
        painter.restore()

    def class_name(self, position: int) -> str:
        """The name of the class at a position."""
        return self._names[int(self._table.order[position])]

    def _caption(self, row: int, column: int) -> str:
        amount = count(self._table.count(row, column))
        return f"{self.class_name(row)} → {self.class_name(column)}: {amount}"

    def current(self) -> tuple[int, int]:
        """Class ids of the cell the keyboard is on."""
        row, column = self._current
        return int(self._table.order[row]), int(self._table.order[column])

    def _say_current(self) -> None:
        if self._names:
            self.setAccessibleDescription(self._caption(*self._current))

    def _go(self, row: int, column: int) -> None:
        last = self._table.classes - 1
        self._current = (min(max(row, 0), last), min(max(column, 0), last))
        self._say_current()
        self._scroll_to(*self._current)
        self.viewport().update()

    def _scroll_to(self, row: int, column: int) -> None:
        header = self._header()
        for bar, place, room in (
            (self.verticalScrollBar(), row, self.viewport().height() - header.height()),
            (self.horizontalScrollBar(), column, self.viewport().width() - header.width()),
        ):
            start = place * self._cell
            if start < bar.value():
                bar.setValue(start)
            elif start + self._cell > bar.value() + room:
                bar.setValue(start + self._cell - room)

    def _activate(self, row: int, column: int) -> None:
        self._go(row, column)
        self.cell_activated.emit(*self.current())

    def event(self, event: QEvent) -> bool:
        return claims(event, ZOOM_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if not self._names:
            super().keyPressEvent(event)
        elif key in _ARROWS:
            down, right = _ARROWS[Qt.Key(key)]
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._go(*self._table.next_filled(*self._current, down, right))
            else:
                self._go(self._current[0] + down, self._current[1] + right)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(*self._current)
        # The same key without Shift on many keyboards.
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom(0.8)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._activate(*cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell != self._hover:
            self._hover = cell
            shape = Qt.CursorShape.PointingHandCursor if cell else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            # Qt counts 120 for a notch of a wheel; touch pads send fractions of one.
            notches = event.angleDelta().y() / 120
            self.zoom(1.25**notches, event.position().toPoint())
        else:
            super().wheelEvent(event)

    def zoom(self, factor: float, anchor: QPoint | None = None) -> None:
        """Change the cells' size and keep what is under `anchor`, or the middle, there."""
        anchor = anchor or self.viewport().rect().center()
        origin, before = self._origin(), self._cell
        wanted = round(before * factor)
        # At 2 pixels a quarter more rounds to 2 again, and the key would do nothing.
        if wanted == before:
            wanted += 1 if factor > 1 else -1
        along = QPointF(anchor - origin) / max(1, before)
        self.set_cell_side(wanted)
        header = self._header()
        self.horizontalScrollBar().setValue(
            round(along.x() * self._cell - anchor.x() + header.width())
        )
        self.verticalScrollBar().setValue(
            round(along.y() * self._cell - anchor.y() + header.height())
        )

    def viewportEvent(self, event: QEvent) -> bool:
        # What happens to the viewport comes here and not to `event`.
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self.cell_at(event.pos())
            text = "" if cell is None else self._caption(*cell)
            QToolTip.showText(event.globalPos(), as_plain(text), self)
            return True
        return super().viewportEvent(event)


def _short(count: int) -> str:
    if count < 1000:
        return str(count)
    if count < 10_000:
        return f"{decimal(count / 1000, 1)}k"
    return f"{count // 1000}k" if count < 1_000_000 else f"{decimal(count / 1e6, 1)}M"
