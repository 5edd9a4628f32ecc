"""How many samples of a view nobody has decided, without looking at all of them at each verdict."""

import numpy as np

from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.samples import UNSEEN


class Undecided:
    """The number of undecided samples of one view, counted once and brought up to date since.

    Args:
        columns: of N samples.
        rows: those of the view, int64 (n,), each once.
    """

    def __init__(self, columns: SampleColumns, rows: np.ndarray) -> None:
        self._columns = columns
        self._shown = np.zeros(len(columns.status), bool)
        self._shown[rows] = True
        self._count_all()

    def _count_all(self) -> None:
        self._position = self._columns.log.position
        self._waiting = self._shown & (self._columns.status == UNSEEN)
        self._count = int(np.count_nonzero(self._waiting))

    def count(self) -> int:
        """How many there are now."""
        rows = self._columns.log.since(self._position)
        if rows is None:
            self._count_all()
        elif len(rows):
            self._follow(rows)
        return self._count

    def _follow(self, rows: np.ndarray) -> None:
        waiting = self._shown[rows] & (self._columns.status[rows] == UNSEEN)
        self._count += int(np.count_nonzero(waiting)) - int(np.count_nonzero(self._waiting[rows]))
        self._waiting[rows] = waiting
        self._position = self._columns.log.position
