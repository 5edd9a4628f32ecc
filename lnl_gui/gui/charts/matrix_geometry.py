"""Where the cells of a matrix lie in the window."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize


@dataclass(frozen=True)
class MatrixGeometry:
    """Square cells right of and below the names of the classes; a pure description, no widgets.

    Attributes:
        room: of the viewport.
        header: width of the names of the rows, height of those of the columns.
        side: of a cell.
        scrolled: how far, to the right and down.
        classes: as many rows and columns.
    """

    room: QSize
    header: QSize
    side: int
    scrolled: QPoint
    classes: int

    @property
    def origin(self) -> QPoint:
        """Where the first cell begins, be it out of sight."""
        return QPoint(self.header.width(), self.header.height()) - self.scrolled

    def cell_rect(self, row: int, column: int) -> QRect:
        """Where the cell at a pair of positions lies in the viewport."""
        origin, side = self.origin, self.side
        return QRect(origin.x() + column * side, origin.y() + row * side, side, side)

    def cell_at(self, place: QPoint) -> tuple[int, int] | None:
        """The positions of the cell under a point of the viewport."""
        header, origin = self.header, self.origin
        if place.x() < header.width() or place.y() < header.height() or not self.side:
            return None
        row = (place.y() - origin.y()) // self.side
        column = (place.x() - origin.x()) // self.side
        inside = 0 <= row < self.classes and 0 <= column < self.classes
        return (row, column) if inside else None

    def visible(self) -> tuple[int, int, int, int]:
        """First and last (exclusive) visible row and column."""
        origin, header, side = self.origin, self.header, max(1, self.side)
        top = max(0, (header.height() - origin.y()) // side)
        left = max(0, (header.width() - origin.x()) // side)
        bottom = min(self.classes, (self.room.height() - origin.y()) // side + 1)
        right = min(self.classes, (self.room.width() - origin.x()) // side + 1)
        return top, bottom, left, right
