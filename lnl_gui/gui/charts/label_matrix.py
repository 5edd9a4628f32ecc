"""Confusion matrix of given and suggested labels, with zoom, keys and clicks."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from lnl_gui.gui.charts.axes import draw_nothing, small_font
from lnl_gui.gui.charts.matrix_geometry import MatrixGeometry
from lnl_gui.gui.charts.matrix_painter import MatrixPainter
from lnl_gui.gui.charts.pair_table import ClassOrder, PairTable, pair_table
from lnl_gui.gui.i18n.numbers import count
from lnl_gui.gui.style.colours import chart_colours
from lnl_gui.gui.widgets.basic import as_plain
from lnl_gui.gui.widgets.own_keys import ZOOM_KEYS, claims
from lnl_gui.util.translation import tr

_SMALLEST, _LARGEST = 2, 72
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

    def cells(self) -> MatrixGeometry:
        """Where the cells lie now."""
        scrolled = QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        room = self.viewport().size()
        return MatrixGeometry(room, self._header(), self._cell, scrolled, self._table.classes)

    def cell_rect(self, row: int, column: int) -> QRect:
        """Where the cell at a pair of positions lies in the viewport."""
        return self.cells().cell_rect(row, column)

    def cell_at(self, place: QPoint) -> tuple[int, int] | None:
        """The positions of the cell under a point of the viewport."""
        return self.cells().cell_at(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        colours = chart_colours(self.palette())
        painter.fillRect(self.viewport().rect(), colours.base)
        painter.setFont(small_font(self.font()))
        if not self._names or not len(self._table.places):
            area = QRectF(self.viewport().rect())
            draw_nothing(painter, area, tr("No suggestions yet."), colours.faint)
            return
        MatrixPainter(
            self.cells(),
            self._table,
            self._largest,
            self.class_name,
            colours,
            self._hover,
            self._current if self.hasFocus() else None,
        ).draw(painter)

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
        origin, before = self.cells().origin, self._cell
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
