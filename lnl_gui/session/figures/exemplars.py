"""The most typical samples of each class, found once and followed from verdict to verdict."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.samples import EXCLUDED

EXEMPLARS = 4
"""How many are shown of a class."""


@dataclass(frozen=True)
class _Found:
    """Exemplars at one state of scores and verdicts."""

    version: int
    position: int
    rows: np.ndarray


class Exemplars:
    """Samples of a class with the lowest suspicion, without excluded and unreadable ones.

    Args:
        columns: of N samples.
    """

    def __init__(self, columns: SampleColumns) -> None:
        self._columns = columns
        self._known: dict[int, _Found] = {}

    def of(self, class_id: int) -> np.ndarray:
        """Up to one more than are shown, int64 (n,), the least suspect first, then the lower row.

        One more: a sample is not compared with itself.
        """
        columns, known = self._columns, self._known.get(class_id)
        if known is None or not self._holds(known, class_id):
            known = _Found(columns.version, columns.log.position, self._find(class_id))
            self._known[class_id] = known
        return known.rows

    def _holds(self, known: _Found, class_id: int) -> bool:
        """Whether no verdict since has taken one of them away or brought in a better one."""
        columns = self._columns
        if known.version != columns.version:
            return False
        rows = columns.log.since(known.position)
        if rows is None:
            return False
        return not (np.isin(known.rows, rows).any() or self._belong(rows, class_id).any())

    def _belong(self, rows: np.ndarray, class_id: int) -> np.ndarray:
        """Which of `rows` int64 (n,) may be exemplars of a class, bool (n,)."""
        columns = self._columns
        current = columns.current[rows] == class_id
        return current & columns.readable[rows] & (columns.status[rows] != EXCLUDED)

    def _find(self, class_id: int) -> np.ndarray:
        columns = self._columns
        # Of one class first: two more masks over a million samples cost more than they save.
        rows = np.flatnonzero(columns.current == class_id)
        rows = rows[self._belong(rows, class_id)]
        # What was never scored comes last.
        suspicion = np.nan_to_num(columns.suspicion[rows], nan=1.0)
        most = EXEMPLARS + 1
        if len(rows) > most:
            # Five of a hundred thousand: no need to sort them all. Those that tie with the last
            # one too, or it would be chance which of them is shown.
            near = suspicion <= np.partition(suspicion, most - 1)[most - 1]
            rows, suspicion = rows[near], suspicion[near]
        return rows[np.argsort(suspicion, kind="stable")[:most]]
