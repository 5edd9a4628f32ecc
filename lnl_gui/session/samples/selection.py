"""The selection as a mask over reading order, with an anchor and a current position."""

import numpy as np


def distinct(rows: np.ndarray) -> np.ndarray:
    """Rows int64 (n,) ascending without repeats, as `numpy.unique` gives them."""
    # Its first call imports for up to 80 ms.
    rows = np.sort(rows)
    return rows[np.concatenate([np.ones(min(1, len(rows)), bool), rows[1:] != rows[:-1]])]


class Selection:
    """Selected positions of a view, as a mask bool (n,), with anchor and current position."""

    def __init__(self, count: int = 0) -> None:
        self.resize(count)

    def resize(self, count: int) -> None:
        """Deselect all, for a view of `count` samples."""
        self.mask = np.zeros(count, bool)
        self.current = 0 if count else -1
        self._anchor = self.current
        self._before_range = self.mask

    def keep_first(self, fixed: int, count: int) -> None:
        """Keep the first `fixed` positions and deselect the rest, of `count` in all."""
        mask = np.zeros(count, bool)
        mask[:fixed] = self.mask[:fixed]
        before = np.zeros(count, bool)
        before[:fixed] = self._before_range[:fixed]
        self.mask, self._before_range = mask, before

    def __len__(self) -> int:
        return len(self.mask)

    @property
    def count(self) -> int:
        """How many positions are selected."""
        return int(np.count_nonzero(self.mask))

    @property
    def positions(self) -> np.ndarray:
        """Selected positions in reading order, int64 (n,)."""
        return np.flatnonzero(self.mask)

    def rows(self, order: np.ndarray) -> np.ndarray:
        """Row ids selected, int64 (n,), in the reading order `order`; else the current one."""
        if not self.mask.any() and 0 <= self.current < len(order):
            return order[self.current : self.current + 1]
        return order[self.mask]

    def select_only(self, position: int) -> None:
        """Click: this position alone."""
        self.mask[:] = False
        if 0 <= position < len(self.mask):
            self.mask[position] = True
            self._set_anchor(position)

    def stand_at(self, position: int) -> None:
        """Move the cursor there; nothing is selected, so that a verdict is on this position."""
        self.select_only(position)
        self.clear()

    def toggle(self, position: int) -> None:
        """Ctrl-click: in or out, the others stay."""
        self.mask[position] = ~self.mask[position]
        self._set_anchor(position)

    def extend_to(self, position: int, *, add: bool = False) -> None:
        """Shift-click: everything between the anchor and here; `add` keeps what was before."""
        low, high = sorted((max(self._anchor, 0), position))
        # From the mask before the range began: its end, moved back, deselects again.
        self.mask = self._before_range.copy() if add else np.zeros(len(self.mask), bool)
        self.mask[low : high + 1] = True
        self.current = position

    def select_positions(self, positions: np.ndarray, *, add: bool = False) -> None:
        """Rubber band: select `positions` int64 (n,); `add` keeps the others."""
        if not add:
            self.mask[:] = False
        self.mask[positions] = True
        if len(positions):
            self._set_anchor(int(positions[-1]))

    def select_all(self) -> None:
        """Every position."""
        self.mask[:] = True

    def clear(self) -> None:
        """Nothing; the current position stays."""
        self.mask[:] = False

    def _set_anchor(self, position: int) -> None:
        self.current = self._anchor = position
        self._before_range = self.mask.copy()
