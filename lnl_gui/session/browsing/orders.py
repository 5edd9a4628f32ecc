"""Sort orders for a million samples: sort all rows once, then pick the rows in view.

Every order ends with the same ties: the higher suspicion, then the lower row.
"""

from typing import Any

import numpy as np

from lnl_gui.session.browsing.derived_columns import ALONE, DerivedColumns
from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.util.statistics.ordering import order_of_floats

CHANGING = ("current", "status", "verdict_time")
"""Columns that verdicts change; their orders are not cached."""
_RADIX = 2**16
"""numpy sorts integers of 16 bits in linear time."""
# Reached at 7,000 classes, where the counters of `bincount` take 400 MB.
_MOST_PAIRS = 50_000_000


class Orders:
    """Orders int32 (N,) of all rows by each sort, cached until the scores change."""

    def __init__(self, columns: SampleColumns, derived: DerivedColumns) -> None:
        self._columns = columns
        self._derived = derived
        self._known: dict[tuple[str, bool], np.ndarray] = {}
        self._version: int | None = None

    def order(self, rows: np.ndarray, sort: str, *, descending: bool) -> np.ndarray:
        """Row ids `rows`, int64 (n,) ascending, in the order of a sort."""
        if sort == "pair":
            return self._by_pair(self._pick(self._whole("suspicion", True), rows), descending)
        if self._is_few(rows, sort, descending):
            return rows[_stable_order(self._columns.suspicion[rows], descending)]
        if sort in CHANGING:
            # Ties keep the order of suspicion, because the sort that follows is stable.
            base = self._pick(self._whole("suspicion", True), rows)
            return base[_stable_order(getattr(self._columns, sort)[base], descending)]
        return self._pick(self._whole(sort, descending), rows)

    def prepare(self, sort: str, *, descending: bool) -> None:
        """Cache the order of a sort; of one that verdicts change, the order it starts from."""
        if sort == "pair" or sort in CHANGING:
            sort, descending = "suspicion", True
        self._whole(sort, descending)

    def suspicion_sorted(self, mask: np.ndarray) -> np.ndarray:
        """Suspicion float32 (n,) of a mask bool (N,) of rows, the highest first; NaN left out."""
        return suspicion_sorted(self._columns.suspicion, mask, self.known_worst_first())

    def known_worst_first(self) -> np.ndarray | None:
        """All rows by suspicion, int32 (N,), the highest first; None where nobody has sorted."""
        return self._whole("suspicion", True) if self._is_known("suspicion", True) else None

    def _is_few(self, rows: np.ndarray, sort: str, descending: bool) -> bool:
        """Whether the rows alone are quicker to sort than all for the first time."""
        if sort != "suspicion" or len(rows) > len(self._columns.suspicion) // 3:
            return False
        return not self._is_known(sort, descending)

    def _is_known(self, sort: str, descending: bool) -> bool:
        self._renew()
        return (sort, descending) in self._known

    def _renew(self) -> None:
        if self._version != self._columns.version:
            self._known.clear()
            self._version = self._columns.version
            if self._columns.worst_first is not None:
                # The detection has sorted already, so that no window does it again on the GUI
                # thread.
                self._known["suspicion", True] = self._columns.worst_first

    def _whole(self, sort: str, descending: bool) -> np.ndarray:
        self._renew()
        key = (sort, descending)
        if key not in self._known:
            self._known[key] = self._make(sort, descending)
        return self._known[key]

    def _make(self, sort: str, descending: bool) -> np.ndarray:
        if sort == "path":
            order = self._columns.path_order
            return order[::-1] if descending else order
        if sort == "suspicion":
            return _stable_order(self._columns.suspicion, descending).astype(np.int32)
        base = self._whole("suspicion", True)
        return base[_stable_order(self._key(sort)[base], descending)]

    def _key(self, sort: str) -> np.ndarray:
        if sort == "agreement":
            return self._derived.agreement
        if sort == "duplicate_group":
            group = self._derived.duplicate_group
            # NaN sorts last either way, and samples without a duplicate belong at the end.
            return np.where(group == ALONE, np.nan, group)
        key: np.ndarray = getattr(self._columns, sort)
        return key

    def _pick(self, whole: np.ndarray, rows: np.ndarray) -> np.ndarray:
        if len(rows) == len(whole):
            return whole.astype(np.int64)
        # A mask read in the known order replaces a sort of the rows by one pass over all.
        wanted = np.zeros(len(whole), bool)
        wanted[rows] = True
        return whole[wanted[whole]].astype(np.int64)

    def _by_pair(self, base: np.ndarray, descending: bool) -> np.ndarray:
        pair = compact_pairs(self._columns, base)
        count = np.bincount(pair)
        present = np.flatnonzero(count)
        size = count[present]
        rank = np.zeros(len(count), np.int64)
        rank[present[np.lexsort((present, -size if descending else size))]] = np.arange(
            len(present)
        )
        return base[_stable_order(rank[pair], False)]


def suspicion_sorted(
    suspicion: np.ndarray, mask: np.ndarray, worst_first: np.ndarray | None
) -> np.ndarray:
    """Suspicion float32 (n,) of a mask bool (N,), the highest first; NaN left out.

    Args:
        suspicion: float32 (N,).
        mask: bool (N,), which of them.
        worst_first: int32 (N,), all rows in that order where it is known.
    """
    if worst_first is not None:
        found = suspicion[worst_first[mask[worst_first]]]
        return found[: int(np.count_nonzero(np.isfinite(found)))]
    found = suspicion[mask]
    return np.sort(found[np.isfinite(found)])[::-1]


def compact_pairs(columns: SampleColumns, rows: np.ndarray) -> np.ndarray:
    """A number int64 (n,) from 0 on for each row's (given, suggested) pair, ascending in both.

    Few enough to be counted by `bincount`: with very many classes those of the pairs that occur.
    """
    given, suggested = columns.given[rows], columns.suggested[rows]
    base = int(columns.suggested.max(initial=-1)) + 2
    # The array of `bincount` is as long as the highest number.
    highest = (int(columns.given.max(initial=0)) + 2) * base
    # Either may be -1. 64 bits: with many classes the product exceeds 32.
    wide = (given.astype(np.int64) + 1) * base + (suggested + 1)
    if highest <= _MOST_PAIRS:
        return wide
    return np.unique(wide, return_inverse=True)[1]


def _stable_order(key: np.ndarray, descending: bool) -> np.ndarray:
    """Stable argsort; NaN comes last either way."""
    if key.dtype.kind in "iu":
        return np.argsort(_small(key, descending), kind="stable")
    if key.dtype == np.float32:
        return order_of_floats(key, descending=descending)
    # Negated and not reversed: reversing would turn ties round.
    return np.argsort(-key if descending else key, kind="stable")


def _small(key: np.ndarray, descending: bool) -> np.ndarray:
    """Integers shifted to start at 0, in 16 bits where they fit."""
    if len(key) == 0:
        return key
    low, high = int(key.min()), int(key.max())
    wanted: Any = np.uint16 if high - low < _RADIX else np.int64
    return ((high - key.astype(np.int64)) if descending else (key.astype(np.int64) - low)).astype(
        wanted
    )
