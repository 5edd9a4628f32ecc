"""Draws the cells of a matrix of labels, their counts and the names beside them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from lnl_gui.gui.charts.matrix_geometry import MatrixGeometry
from lnl_gui.gui.charts.pair_table import PairTable
from lnl_gui.gui.i18n.numbers import decimal
from lnl_gui.gui.style.colours import ChartColours, blend, heat_table, pack, readable_on
from lnl_gui.util.translation import tr

_NUMBERS_FROM = 18


@dataclass(frozen=True)
class MatrixPainter:
    """Draws a matrix as it is now: only what can be seen, for any number of classes.

    Attributes:
        geometry: where the cells lie.
        table: their counts.
        largest: count of the pair of different classes that has most.
        name_of: the name of the class at a position.
        colours: of the window.
        hovered: position of the cell under the mouse.
        focused: position of the cell that the keyboard is on.
    """

    geometry: MatrixGeometry
    table: PairTable
    largest: int
    name_of: Callable[[int], str]
    colours: ChartColours
    hovered: tuple[int, int] | None
    focused: tuple[int, int] | None

    def draw(self, painter: QPainter) -> None:
        """Draw cells and names."""
        header, room = self.geometry.header, self.geometry.room
        painter.save()
        whole = QRect(0, 0, room.width(), room.height())
        painter.setClipRect(whole.adjusted(header.width(), header.height(), 0, 0))
        self._draw_cells(painter)
        painter.restore()
        self._draw_labels(painter)

    def _draw_cells(self, painter: QPainter) -> None:
        top, bottom, left, right = self.geometry.visible()
        block = self.table.block(top, bottom, left, right)
        if not block.size:
            return
        pixels = self._colour(block, top, left)
        # One pixel a cell, enlarged by Qt: only what is visible is coloured, for any number of
        # classes.
        image = QImage(
            pixels.data,
            block.shape[1],
            block.shape[0],
            4 * block.shape[1],
            QImage.Format.Format_RGB32,
        )
        first = self.geometry.cell_rect(top, left)
        area = first.united(self.geometry.cell_rect(bottom - 1, right - 1))
        painter.drawImage(area, image)
        # Lines of a pixel would hide smaller cells.
        if self.geometry.side >= 9:
            self._draw_grid(painter, area)
        if self.geometry.side >= _NUMBERS_FROM:
            self._draw_numbers(painter, block, pixels, top, left)
        if self.hovered is not None:
            painter.setPen(QPen(self.colours.faint, 1.5))
            painter.drawRect(self.geometry.cell_rect(*self.hovered).adjusted(1, 1, -2, -2))
        if self.focused is not None:
            painter.setPen(QPen(self.colours.accent, 2.5))
            painter.drawRect(self.geometry.cell_rect(*self.focused).adjusted(0, 0, -1, -1))

    def _colour(self, block: np.ndarray, top: int, left: int) -> np.ndarray:
        """Packed colours (rows, columns) of a block of counts."""
        empty = blend(self.colours.base, self.colours.text, 0.045)
        heat = heat_table(dark=self.colours.dark, levels=256)
        # Logarithmic: beside pairs with thousands of samples one with three stays visible.
        level = np.log1p(block) / np.log1p(self.largest)
        # From level 28: fainter ones can hardly be told from an empty cell.
        pixels = heat[np.clip(28 + level * 227, 0, 255).astype(np.int64)]
        pixels[block == 0] = pack([empty])[0]
        rows = np.arange(top, top + block.shape[0])[:, None]
        diagonal = rows == np.arange(left, left + block.shape[1])[None, :]
        # The agreeing samples are many and no news: one quiet colour keeps them apart.
        agreeing = blend(self.colours.base, self.colours.clean, 0.34)
        pixels[diagonal & (block > 0)] = pack([agreeing])[0]
        return np.ascontiguousarray(pixels)

    def _draw_grid(self, painter: QPainter, area: QRect) -> None:
        painter.setPen(QPen(self.colours.base, 1))
        for x in range(area.left(), area.right() + 2, self.geometry.side):
            painter.drawLine(x, area.top(), x, area.bottom())
        for y in range(area.top(), area.bottom() + 2, self.geometry.side):
            painter.drawLine(area.left(), y, area.right(), y)

    def _draw_numbers(
        self, painter: QPainter, block: np.ndarray, pixels: np.ndarray, top: int, left: int
    ) -> None:
        metrics = painter.fontMetrics()
        for row, column in zip(*(axis.tolist() for axis in np.nonzero(block)), strict=True):
            text = _short(int(block[row, column]))
            if metrics.horizontalAdvance(text) > self.geometry.side - 3:
                continue
            painter.setPen(readable_on(QColor.fromRgb(int(pixels[row, column]))))
            box = self.geometry.cell_rect(top + row, left + column)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_labels(self, painter: QPainter) -> None:
        header, room = self.geometry.header, self.geometry.room
        line = painter.fontMetrics().height()
        top, bottom, left, right = self.geometry.visible()
        # Labels no closer than a line is high.
        step = max(1, -(-line // max(1, self.geometry.side)))
        painter.setPen(self.colours.faint)
        painter.drawText(QRect(2, 0, header.width() - 8, line), 0, tr("given ↓"))
        box = QRect(header.width(), 0, room.width() - header.width(), line)
        painter.drawText(box, 0, tr("suggested →"))
        painter.save()
        painter.setClipRect(0, header.height(), header.width(), room.height())
        # From a multiple of the step on: labels stay with their classes while it is scrolled.
        for row in range(top - top % step, bottom, step):
            self._draw_row_label(painter, row, step)
        painter.restore()
        painter.setClipRect(header.width(), line + 2, room.width(), header.height())
        for column in range(left - left % step, right, step):
            self._draw_column_label(painter, column, step)

    def _label_pen(self, painter: QPainter, place: int, axis: int) -> None:
        marked = self.hovered or self.focused
        on = marked is not None and marked[axis] == place
        painter.setPen(self.colours.accent if on else self.colours.text)

    def _draw_row_label(self, painter: QPainter, row: int, step: int) -> None:
        header = self.geometry.header
        rect = self.geometry.cell_rect(row, 0)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(
            self.name_of(row), Qt.TextElideMode.ElideMiddle, header.width() - 10
        )
        middle = rect.top() + step * self.geometry.side / 2
        box = QRectF(0, middle - metrics.height() / 2, header.width() - 7, metrics.height())
        self._label_pen(painter, row, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_column_label(self, painter: QPainter, column: int, step: int) -> None:
        header = self.geometry.header
        metrics = painter.fontMetrics()
        middle = self.geometry.cell_rect(0, column).left() + step * self.geometry.side / 2
        room = header.height() - metrics.height() - 10
        self._label_pen(painter, column, 1)
        if room <= metrics.height() + 4:
            box = QRectF(
                middle - self.geometry.side / 2,
                header.height() - metrics.height() - 4,
                self.geometry.side,
                metrics.height(),
            )
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.name_of(column))
            return
        text = metrics.elidedText(self.name_of(column), Qt.TextElideMode.ElideMiddle, room)
        painter.save()
        painter.translate(
            QPointF(middle + metrics.height() / 2 - metrics.descent(), header.height() - 5)
        )
        painter.rotate(-90)
        painter.drawText(QPointF(0, 0), text)
        painter.restore()


def _short(count: int) -> str:
    if count < 1000:
        return str(count)
    if count < 10_000:
        return f"{decimal(count / 1000, 1)}k"
    return f"{count // 1000}k" if count < 1_000_000 else f"{decimal(count / 1e6, 1)}M"
