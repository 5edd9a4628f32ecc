"""Groups of exact and near-duplicates, those with conflicting labels or splits first."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.session.browsing.derived_columns import ALONE
from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN
from lnl_gui.store.history.journal import Change


@dataclass(frozen=True)
class DuplicateGroup:
    """Samples that show the same image."""

    id: int
    rows: np.ndarray
    """int64, ascending; also what has been excluded"""
    conflicting: bool
    """whether labels differ among those that are not excluded; no label is none that differs"""
    across_splits: bool
    """whether those that are not excluded lie in several splits: a leak"""
    left: int
    """how many nobody has decided"""

    @property
    def harmful(self) -> bool:
        """Whether the group teaches a model two labels, or lets it see the test set."""
        return self.conflicting or self.across_splits


def duplicate_groups(
    columns: SampleColumns, group: np.ndarray, *, limit: int | None = None
) -> list[DuplicateGroup]:
    """Groups with conflicting labels first, then those across splits, then the largest.

    Args:
        columns: the open project.
        group: int32 (N,) group numbers, -1 for samples without a duplicate.
        limit: only so many groups, the first ones.
    """
    rows = np.flatnonzero((group != ALONE) & columns.readable)
    if len(rows) == 0:
        return []
    # Sorted by group, the members of each are one slice of `rows`.
    rows = rows[np.argsort(group[rows], kind="stable")]
    numbers, start, size = np.unique(group[rows], return_index=True, return_counts=True)
    place = np.repeat(np.arange(len(numbers)), size)
    kept = columns.status[rows] != EXCLUDED
    labelled = kept & (columns.current[rows] >= 0)
    conflicting = _varies(columns.current[rows], place, labelled, len(numbers))
    across = _varies(columns.split[rows].astype(np.int32), place, kept, len(numbers))
    left = np.bincount(place[columns.status[rows] == UNSEEN], minlength=len(numbers))
    order = np.lexsort((numbers, -size, ~across, ~conflicting))
    return [
        DuplicateGroup(
            int(numbers[i]),
            rows[start[i] : start[i] + size[i]],
            bool(conflicting[i]),
            bool(across[i]),
            int(left[i]),
        )
        for i in order[:limit].tolist()
    ]


def _varies(values: np.ndarray, place: np.ndarray, kept: np.ndarray, count: int) -> np.ndarray:
    """Which groups hold two values among their kept members, bool (count,)."""
    low = np.full(count, np.iinfo(np.int32).max, np.int32)
    high = np.full(count, np.iinfo(np.int32).min, np.int32)
    # A group varies where its minimum differs from its maximum: no set for each group is needed.
    np.minimum.at(low, place[kept], values[kept])
    np.maximum.at(high, place[kept], values[kept])
    return low < high


def keep_one(columns: SampleColumns, rows: np.ndarray, chosen: int) -> Change:
    """Confirm the current label of row `chosen` and exclude the others of `rows` int64 (n,)."""
    label = columns.current[rows]
    # A sample relabelled before keeps that label and stays relabelled.
    kept = np.where(label == columns.given[rows], KEPT, RELABELLED)
    # Without a label there is nothing to confirm: the image stays and waits for one.
    kept = np.where(label < 0, columns.status[rows], kept)
    status = np.where(rows == chosen, kept, EXCLUDED).astype(np.uint8)
    return Change(rows, label.copy(), label.copy(), columns.status[rows].copy(), status)
