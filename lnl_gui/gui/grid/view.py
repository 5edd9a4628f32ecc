"""The grid of samples: a table view whose cells are pictures, linear in reading order."""

import weakref
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QRubberBand,
    QTableView,
    QWidget,
)

from lnl_gui.gui.grid.delegate import SampleDelegate
from lnl_gui.gui.grid.geometry import (
    MAXIMUM_SIDE,
    MINIMUM_SIDE,
    SIDE_STEP,
    Geometry,
    columns_for,
)
from lnl_gui.gui.grid.model import GridModel
from lnl_gui.gui.grid.thumbnails import Thumbnails
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.style.theme import Theme
from lnl_gui.session.changes import Changes
from lnl_gui.session.samples.selection import Selection
from lnl_gui.util.translation import tr

_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_SCROLL_EDGE, _SCROLL_STEP, _SCROLL_MILLISECONDS = 28, 32, 30
_FEW_ROWS = 1_000
"""Up to so many changed samples, those in sight are looked up and painted one by one."""
_GOOD_PART = 4
"""Of a picture at least the fourth part is on the screen where it counts as seen."""


# A table, not `QListView` in icon mode: with 1 M rows the list needed 2.7 s of CPU before the
# first paint and 1.4 s at each resize, the table 11 ms and 6-11 ms; a screen reader reads it too.
class GridView(QTableView):
    """Samples in reading order; arrows wrap at line ends, Shift and Ctrl select, drag bands."""

    opened = Signal()
    """Return or a double click: look at the current sample closely."""
    side_changed = Signal(int)
    menu_requested = Signal(QPoint)
    """A menu is wanted at a place of the screen."""

    def __init__(
        self,
        review: ReviewModel,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        thumbnails: Thumbnails | None = None,
    ) -> None:
        super().__init__(parent)
        self._review = review
        self.thumbnails = thumbnails or Thumbnails(self)
        self.thumbnails.set_source(review.session.images)
        self._model = GridModel(review, self)
        self._painter = SampleDelegate(review, self.thumbnails, theme, self)
        self._positions: dict[int, int] = {}
        self._hashes = review.session.columns.content_hash
        self._first = self._last = 0
        self._shown_selected = review.selection.mask.copy()
        self._shown_current = -1
        self._press: QPoint | None = None
        self._clicking = False
        self._band: QRubberBand | None = None
        self._before_band = review.selection.mask
        self._scroll_timer = QTimer(self, interval=_SCROLL_MILLISECONDS)
        self._scroll_timer.timeout.connect(self._scroll_with_band)
        self._configure()
        self._connect(theme)

    def _configure(self) -> None:
        self.setProperty("role", "grid")
        self.setAccessibleName(tr("Samples"))
        self.setModel(self._model)
        self.setItemDelegate(self._painter)
        self.setShowGrid(False)
        # Tab would walk through the cells, and the keyboard never leave the grid.
        self.setTabKeyNavigation(False)
        # The selection is a mask in the session: Qt's own is slow with a million items.
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A scroll bar that comes and goes changes the width, with it the number of columns, and
        # with that whether it is needed.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(1)
            # Sizes by contents would ask the delegate for every row.
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def _connect(self, theme: Theme) -> None:
        self._review.order_changed.connect(self._relayout)
        self._review.selection_changed.connect(self._show_selection)
        self._review.current_changed.connect(self._show_current)
        self._review.sight_requested.connect(self._bring_into_sight)
        # The review outlives the grid, and would keep it alive.
        grid = weakref.ref(self)
        self._review.in_sight = lambda positions: (
            (shown := grid()) is None or shown.shows_any(positions)
        )
        self._review.changed.connect(self._changed)
        self.thumbnails.ready.connect(self._repaint_row)
        theme.changed.connect(self._relayout)

    # Layout

    @property
    def side(self) -> int:
        """Side of the pictures in logical pixels."""
        return self._painter.side

    def set_side(self, side: int) -> None:
        """Zoom; what is current stays in sight."""
        side = min(max(side, MINIMUM_SIDE), MAXIMUM_SIDE)
        if side != self._painter.side:
            self._painter.side = side
            self._relayout()
            self._show_current()
            self.side_changed.emit(side)

    def zoom(self, steps: int) -> None:
        self.set_side(self.side + steps * SIDE_STEP)

    @property
    def geometry_of_cells(self) -> Geometry:
        return self._model.geometry

    def _relayout(self) -> None:
        width = max(1, self.viewport().width())
        columns = columns_for(width, self._painter.cell_width())
        self._model.set_columns(columns)
        self._painter.geometry = self._model.geometry
        self.horizontalHeader().setDefaultSectionSize(width // columns)
        self.verticalHeader().setDefaultSectionSize(self._painter.cell_height())
        # Otherwise the scroll range is of the old layout until Qt gets round to the new one.
        self.executeDelayedItemsLayout()
        self.updateGeometries()
        self.verticalScrollBar().setSingleStep(self._painter.cell_height() // 3)
        self._sync_current()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relayout()
        self._show_current()

    def sizeHint(self) -> QSize:
        return QSize(4 * self._painter.cell_width(), 3 * self._painter.cell_height())

    # What is visible

    def paintEvent(self, event: QPaintEvent) -> None:
        # Scrolling, another size and another order all end in painting.
        self._note_visible()
        super().paintEvent(event)

    def _note_visible(self) -> None:
        """Tell the loader what is worth reading: this screen and half a screen around it."""
        height = max(self.rowHeight(0), 1) if self._model.geometry.rows else 1
        top = self.verticalOffset() // height
        lines = self.viewport().height() // height + 2
        columns, order = self._model.geometry.columns, self._review.order
        first = max(0, top - lines // 2) * columns
        last = min(len(order), (top + lines + lines // 2) * columns)
        self._positions = dict(zip(order[first:last].tolist(), range(first, last), strict=True))
        self._first, self._last = first, last
        self.thumbnails.set_wanted(frozenset(self._positions))

    def last_visible(self) -> int:
        """The last position that is on the screen, at least in part; -1 in an empty view."""
        geometry, height = self._model.geometry, max(self._painter.cell_height(), 1)
        line = (self.verticalOffset() + self.viewport().height() - 1) // height
        return min(geometry.count, (line + 1) * geometry.columns) - 1

    def shows_any(self, positions: np.ndarray) -> bool:
        """Whether a good part of any of `positions` int64 (n,) is on the screen.

        True while the grid is not: what is judged then is seen elsewhere.
        """
        if not self.isVisible():
            return True
        cell, screen = max(self._painter.cell_height(), 1), self.viewport().height()
        top = positions // self._model.geometry.columns * cell - self.verticalOffset()
        seen = np.minimum(top + cell, screen) - np.maximum(top, 0)
        return bool((seen >= min(cell, screen) / _GOOD_PART).any())

    def _bring_into_sight(self, position: int) -> None:
        if 0 <= position < self._model.geometry.count:
            index = self._model.index(*self._model.geometry.cell(position))
            self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def keep_place(self, change: Callable[[], None]) -> None:
        """Change the reading order without the page moving."""
        bar = self.verticalScrollBar()
        place = bar.value()
        change()
        bar.setValue(place)

    def is_dragging(self) -> bool:
        """Whether a rubber band is being drawn."""
        return self._press is not None

    def _repaint_row(self, row: int) -> None:
        position = self._positions.get(row)
        if position is not None:
            self._repaint_cell(position)

    def _repaint_cell(self, position: int) -> None:
        if 0 <= position < self._model.geometry.count:
            row, column = self._model.geometry.cell(position)
            self.viewport().update(self.visualRect(self._model.index(row, column)))

    def _show_selection(self) -> None:
        """Repaint the cells whose selection or ring has changed: a verdict changes two."""
        selection, before = self._review.selection, self._shown_selected
        if len(before) != len(selection.mask):
            self.viewport().update()
        else:
            seen = slice(self._first, self._last)
            changed = np.flatnonzero(before[seen] != selection.mask[seen]) + self._first
            for position in {self._shown_current, selection.current, *changed.tolist()}:
                self._repaint_cell(position)
        # A copy: the selection changes its mask in place.
        self._shown_selected, self._shown_current = selection.mask.copy(), selection.current

    def _changed(self, changes: Changes) -> None:
        # An embedding has written thumbnails where there were none; other scores leave them.
        hashes = self._review.session.columns.content_hash
        if hashes is not self._hashes:
            self._hashes = hashes
            self.thumbnails.set_source(self._review.session.images)
        known = changes.labels and not (changes.scores or changes.classes or changes.remarks)
        if known and 0 < len(changes.rows) <= _FEW_ROWS:
            for row in changes.rows.tolist():
                self._repaint_row(row)
        else:
            self.viewport().update()

    def _sync_current(self) -> None:
        """Keep Qt's current index (and with it screen readers) on ours."""
        position = self._review.selection.current
        if 0 <= position < self._model.geometry.count:
            index = self._model.index(*self._model.geometry.cell(position))
            flags = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(index, flags)

    def _show_current(self) -> None:
        position = self._review.selection.current
        if not 0 <= position < self._model.geometry.count:
            return
        self._sync_current()
        row, column = self._model.geometry.cell(position)
        seen = QAbstractItemView.ScrollHint.EnsureVisible
        # What comes next too; not where the mouse is, whose next click would hit another cell.
        if not self._clicking and row + 1 < self._model.geometry.rows:
            self.scrollTo(self._model.index(row + 1, 0), seen)
        self.scrollTo(self._model.index(row, column), seen)
        self._show_selection()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if modifiers & _CONTROL:
                self._review.change_selection(lambda s: s.toggle(s.current))
            elif key != Qt.Key.Key_Space:
                self.opened.emit()
        elif (step := self._step(Qt.Key(key), bool(modifiers & _CONTROL))) is not None:
            target = self._model.geometry.move(max(self._review.selection.current, 0), step)
            self._review.move_to(target, extend=bool(modifiers & _SHIFT))
        else:
            # Not QTableView's own handling: it would move Qt's current index behind our back.
            event.ignore()

    def _step(self, key: Qt.Key, far: bool) -> int | None:
        geometry = self._model.geometry
        page = max(1, self.viewport().height() // self._painter.cell_height())
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -geometry.columns,
            Qt.Key.Key_Down: geometry.columns,
            Qt.Key.Key_PageUp: -geometry.columns * page,
            Qt.Key.Key_PageDown: geometry.columns * page,
        }
        current = self._review.selection.current
        if key == Qt.Key.Key_Home:
            return -current if far else -(current % geometry.columns)
        if key == Qt.Key.Key_End:
            line_end = geometry.columns - 1 - current % geometry.columns
            return geometry.count - 1 - current if far else line_end
        return steps.get(key)

    def keyboardSearch(self, search: str) -> None:
        """Letters are verdicts and class names here, not a search in the table."""

    # Mouse

    def position_at(self, point: QPoint) -> int | None:
        """The position under a point of the viewport."""
        index = self.indexAt(point)
        return (
            self._model.geometry.position(index.row(), index.column()) if index.isValid() else None
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._clicking = True
        try:
            self._take_press(event)
        finally:
            self._clicking = False

    def _take_press(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.RightButton:
            self._press_right(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        # In coordinates of the content: the page may scroll under the band.
        self._press = event.position().toPoint() + QPoint(0, self.verticalOffset())
        self._before_band = self._review.selection.mask.copy()
        position = self.position_at(event.position().toPoint())
        if position is not None:
            self._click(position, event.modifiers())
        elif not event.modifiers() & (_SHIFT | _CONTROL):
            self._review.change_selection(lambda s: s.clear())

    def _press_right(self, event: QMouseEvent) -> None:
        """A menu acts on the selection, or on the sample under the mouse if it is not in it."""
        position = self.position_at(event.position().toPoint())
        if position is not None and not self._review.selection.mask[position]:
            self._review.change_selection(lambda s: s.select_only(position))

    def _click(self, position: int, modifiers: Qt.KeyboardModifier) -> None:
        def change(selection: Selection) -> None:
            if modifiers & _SHIFT:
                selection.extend_to(position, add=bool(modifiers & _CONTROL))
            elif modifiers & _CONTROL:
                selection.toggle(position)
            else:
                selection.select_only(position)

        self._review.change_selection(change)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        moved = point + QPoint(0, self.verticalOffset()) - self._press
        if self._band is None:
            # A hand that clicks moves a little.
            if moved.manhattanLength() < QApplication.startDragDistance():
                return
            self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.viewport())
            if not event.modifiers() & (_SHIFT | _CONTROL):
                self._before_band[:] = False
            self._band.show()
            self._scroll_timer.start()
        self._stretch_band(point)

    def _stretch_band(self, point: QPoint) -> None:
        if self._band is None or self._press is None:
            return
        start = self._press - QPoint(0, self.verticalOffset())
        area = QRect(start, point).normalized()
        self._band.setGeometry(area)
        self._review.selection.mask[:] = self._before_band
        self._review.selection.select_positions(self._positions_in(area), add=True)
        self._review.selection_changed.emit()

    def _positions_in(self, area: QRect) -> np.ndarray:
        top = (area.top() + self.verticalOffset()) // self._painter.cell_height()
        bottom = (area.bottom() + self.verticalOffset()) // self._painter.cell_height()
        width = max(1, self.columnWidth(0))
        return self._model.geometry.rectangle(
            top, area.left() // width, bottom, area.right() // width
        )

    def _scroll_with_band(self) -> None:
        point = self.viewport().mapFromGlobal(self.cursor().pos())
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if point.y() < _SCROLL_EDGE:
            bar.setValue(bar.value() - _SCROLL_STEP)
        elif point.y() > height - _SCROLL_EDGE:
            bar.setValue(bar.value() + _SCROLL_STEP)
        else:
            return
        self._stretch_band(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._press = None
        self._scroll_timer.stop()
        if self._band is not None:
            self._band.hide()
            self._band.deleteLater()
            self._band = None
            # Once at the end: the inspector need not follow every step of the drag.
            self._review.current_changed.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.position_at(event.position().toPoint()) is not None:
            self.opened.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # The mouse may be anywhere when its key is pressed.
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
        else:
            place = event.globalPos()
        self.menu_requested.emit(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & _CONTROL:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    # Focus is visible

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._painter.focused = True
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._painter.focused = False
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._relayout()
