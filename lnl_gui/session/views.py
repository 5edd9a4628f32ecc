"""Filters and sorts: a frozen specification in, row ids in reading order out."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lnl_gui.session.columns import Columns
from lnl_gui.session.text_index import TextIndex
from lnl_gui.store.samples import UNSEEN

Sort = Callable[[Columns, np.ndarray], tuple[np.ndarray, ...]]


@dataclass(frozen=True)
class ViewSpec:
    """What to show and in which order; empty tuples and None do not filter."""

    flagged: bool | None = True
    reviewed: bool | None = None
    given: tuple[int, ...] = ()
    current: tuple[int, ...] = ()
    suggested: tuple[int, ...] = ()
    status: tuple[int, ...] = ()
    split: tuple[int, ...] = ()
    suspicion: tuple[float, float] | None = None
    loss: tuple[float, float] | None = None
    text: str = ""
    sort: str = "suspicion"
    descending: bool = True

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ViewSpec":
        """The specification from its JSON form."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(**fields)


SORTS: dict[str, str] = {
    "suspicion": "Suspicion",
    "pair": "Given → suggested",
    "given": "Given label",
    "suggested": "Suggested label",
    "current": "Current label",
    "loss": "Loss",
    "cluster": "Cluster",
    "status": "Status",
    "verdict_time": "Time of verdict",
    "path": "Path",
}
"""Sort keys and how they are called."""


def filter_mask(
    columns: Columns, spec: ViewSpec, *, text_index: TextIndex, within: np.ndarray | None = None
) -> np.ndarray:
    """Which rows a view shows, bool (N,).

    Args:
        columns: the open project.
        spec: the filters; they combine by *and*.
        text_index: index of the paths.
        within: optional mask (N,), such as a lasso, that limits the view further.
    """
    mask = columns.readable.copy()
    if within is not None:
        mask &= within
    if spec.flagged is not None:
        # What somebody decided stays in view even when newer scores no longer flag it.
        mask &= (columns.flagged | (columns.status != UNSEEN)) == spec.flagged
    if spec.reviewed is not None:
        mask &= (columns.status != UNSEEN) == spec.reviewed
    for name in ("given", "current", "suggested", "status", "split"):
        wanted = getattr(spec, name)
        if wanted:
            mask &= np.isin(getattr(columns, name), wanted)
    for name in ("suspicion", "loss"):
        limits = getattr(spec, name)
        if limits is not None:
            values = getattr(columns, name)
            mask &= (values >= limits[0]) & (values <= limits[1])
    if spec.text.strip():
        mask &= text_index.mask(spec.text.strip())
    return mask


def order_rows(columns: Columns, rows: np.ndarray, spec: ViewSpec) -> np.ndarray:
    """Sort row ids; ties go to the higher suspicion, then to the lower row."""
    suspicion = -np.nan_to_num(columns.suspicion[rows], nan=-1.0)
    if spec.sort == "pair":
        return rows[np.lexsort((rows, suspicion, *_pair_rank(columns, rows, spec.descending)))]
    if spec.sort == "path":
        order = sorted(range(len(rows)), key=lambda i: columns.paths[rows[i]])
        order = order[::-1] if spec.descending else order
        return rows[np.array(order, np.int64)]
    key = getattr(columns, spec.sort)[rows].astype(np.float64)
    key = np.nan_to_num(-key if spec.descending else key, nan=np.inf)
    return rows[np.lexsort((rows, suspicion, key))]


def _pair_rank(
    columns: Columns, rows: np.ndarray, descending: bool
) -> tuple[np.ndarray, np.ndarray]:
    pair = pair_ids(columns, rows)
    _, inverse, count = np.unique(pair, return_inverse=True, return_counts=True)
    size = count[inverse]
    return pair, -size if descending else size


def pair_ids(columns: Columns, rows: np.ndarray) -> np.ndarray:
    """One int64 a (given, suggested) pair; rows without a suggestion share one per given class."""
    return columns.given[rows].astype(np.int64) * (2**31) + columns.suggested[rows] + 1


@dataclass(frozen=True)
class PairGroup:
    """Rows that share given and suggested label."""

    given: int
    suggested: int
    count: int
    left: int
    """How many of them nobody has looked at."""


def pair_groups(columns: Columns, rows: np.ndarray) -> list[PairGroup]:
    """Groups by (given -> suggested), the largest first."""
    pair = pair_ids(columns, rows)
    _, first, inverse, count = np.unique(
        pair, return_index=True, return_inverse=True, return_counts=True
    )
    left = np.bincount(inverse, weights=columns.status[rows] == UNSEEN, minlength=len(first))
    groups = [
        PairGroup(int(columns.given[rows[i]]), int(columns.suggested[rows[i]]), int(n), int(unseen))
        for i, n, unseen in zip(first, count, left, strict=True)
    ]
    return sorted(groups, key=lambda group: -group.count)
