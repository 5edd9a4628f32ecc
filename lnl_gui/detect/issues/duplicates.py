"""Issues of copies of one image: exact and near ones, with conflicting labels, across splits."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.copies.find import Copies
from lnl_gui.detect.groups import ALONE
from lnl_gui.detect.issues.issue import IssueResult, flag_above
from lnl_gui.util.messages import Message, message


@dataclass(frozen=True)
class Duplicates:
    """Groups of copies among N samples.

    Attributes:
        copies: the groups.
        conflicting: (N,) bool, members of its group carry different labels.
        across_splits: (N,) bool, members of its group lie in different splits.
    """

    copies: Copies
    conflicting: np.ndarray
    across_splits: np.ndarray


def find_duplicates(
    copies: Copies, *, labels: np.ndarray | None = None, splits: np.ndarray | None = None
) -> Duplicates:
    """Find groups of copies whose labels or splits differ.

    Args:
        copies: of N samples, see `lnl_gui.detect.copies.find`.
        labels: (N,) int current labels, -1 for none.
        splits: (N,) of any sortable type.
    """
    known = None if labels is None else labels >= 0
    group = copies.group
    return Duplicates(copies, _mixed(group, labels, known), _mixed(group, splits, None))


def _mixed(group: np.ndarray, values: np.ndarray | None, known: np.ndarray | None) -> np.ndarray:
    """(N,) bool: members of the sample's group differ in their known values."""
    mixed = np.zeros(len(group), dtype=bool)
    if values is None:
        return mixed
    counted = (group >= 0) if known is None else (group >= 0) & known
    _, code = np.unique(values, return_inverse=True)
    pairs = np.unique(np.stack([group[counted], code.reshape(-1)[counted]]), axis=1)
    several = np.bincount(pairs[0], minlength=int(group.max(initial=-1)) + 1) > 1
    mixed[group >= 0] = several[group[group >= 0]]
    return mixed


def duplicate_issues(duplicates: Duplicates) -> list[IssueResult]:
    """Turn duplicates into issues: exact, near, with conflicting labels, across splits."""
    copies = duplicates.copies
    near = np.where((copies.group == ALONE) | copies.exact, 0, copies.closest)
    return [
        _yes_or_no(
            "exact_duplicate", copies.exact, message("Another file has the very same bytes.")
        ),
        flag_above(
            "near_duplicate",
            near,
            0.0,
            message(
                "Likeness to its closest copy, by its pixels or its embedding; 0 for all others."
            ),
        ),
        _yes_or_no(
            "conflicting_duplicate",
            duplicates.conflicting,
            message("Copies of one image carry different labels: at least one of them is wrong."),
        ),
        _yes_or_no(
            "duplicate_across_splits",
            duplicates.across_splits,
            message("Copies of one image lie in different splits: a test on them flatters."),
        ),
    ]


def _yes_or_no(name: str, found: np.ndarray, note: Message) -> IssueResult:
    return flag_above(name, found.astype(np.float32), 0.5, note)
