"""Maps positions in reading order to rows and columns of the grid."""

from dataclasses import dataclass

import numpy as np

MINIMUM_SIDE, MAXIMUM_SIDE, SIDE_STEP = 64, 512, 32
MARGIN = 6
PADDING = 8


@dataclass(frozen=True)
class Geometry:
    """The grid of `count` cells in `columns` columns; a pure description, no widgets."""

    count: int
    columns: int

    @property
    def rows(self) -> int:
        return -(-self.count // self.columns)

    def cell(self, position: int) -> tuple[int, int]:
        """The (row, column) of a position."""
        return divmod(position, self.columns)

    def position(self, row: int, column: int) -> int | None:
        """The position at (row, column), None beyond the last sample."""
        position = row * self.columns + column
        inside = row >= 0 and 0 <= column < self.columns and position < self.count
        return position if inside else None

    def move(self, position: int, step: int) -> int:
        """`position + step` in reading order, kept inside the grid.

        A vertical step that would leave the grid stays in its column where it can.
        """
        target = position + step
        if 0 <= target < self.count:
            return target
        if abs(step) < self.columns or self.columns == 1:
            return min(max(target, 0), self.count - 1)
        if target < 0:
            return position % self.columns
        last_row_start = (self.rows - 1) * self.columns
        below = last_row_start + position % self.columns
        return below if below < self.count else self.count - 1

    def rectangle(self, top: int, left: int, bottom: int, right: int) -> np.ndarray:
        """Positions int64 (n,) in rows top..bottom and columns left..right, both ends included."""
        rows = np.arange(max(top, 0), min(bottom, self.rows - 1) + 1)
        columns = np.arange(max(left, 0), min(right, self.columns - 1) + 1)
        positions = (rows[:, None] * self.columns + columns[None, :]).ravel()
        return positions[positions < self.count]


def columns_for(width: int, cell_width: int) -> int:
    """How many cells fit beside each other in `width` pixels; at least one."""
    return max(1, width // max(cell_width, 1))
