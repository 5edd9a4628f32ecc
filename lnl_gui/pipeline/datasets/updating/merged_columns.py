"""What an update keeps and takes in beside the labels: annotators, groups, suggestions accepted."""

from collections.abc import Collection

import numpy as np

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import own_export
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.matching.sample_matching import NEW
from lnl_gui.store.dataset.annotators import Annotations
from lnl_gui.store.dataset.groups import StoredGroups, number_groups

_SILENT = -1


def merged_annotations(
    known: KnownSamples, listing: Listing, row_of: np.ndarray, class_ids: dict[str, int]
) -> Annotations | None:
    """Labels of all annotators for all samples, old and new; None where there never were any.

    Args:
        known: the project's samples.
        listing: the dataset as it is now.
        row_of: (M,) int64, the sample of each of its images, or `NEW`.
        class_ids: of all class names.
    """
    before = known.annotations
    if before is None and not listing.annotators:
        return None
    names = [*(before.names if before is not None else ())]
    names += [name for name in listing.annotators if name not in names]
    rows, count = _with_new(row_of, known)
    labels = np.full((count, len(names)), _SILENT, np.int32)
    if before is not None:
        labels[: len(before.labels), : len(before.names)] = before.labels
    columns = [names.index(name) for name in listing.annotators]
    for row, record in zip(rows.tolist(), listing.records, strict=True):
        labels[row, columns] = [class_ids.get(text, _SILENT) for text in record.annotations]
    majority = before.given_is_majority if before is not None else True
    return Annotations(tuple(names), labels, majority)


def merged_groups(known: KnownSamples, listing: Listing, row_of: np.ndarray) -> StoredGroups | None:
    """Groups of all samples, old and new; None where there never was a column of groups.

    Args:
        known: the project's samples.
        listing: the dataset as it is now.
        row_of: (M,) int64, the sample of each of its images, or `NEW`.
    """
    before = known.groups
    if not listing.group_column:
        return before
    rows, count = _with_new(row_of, known)
    values = [""] * count
    # Of another column nothing can be kept: its values mean something else.
    if before is not None and before.column == listing.group_column:
        values[: len(before.group)] = [*_names(before)]
    for row, record in zip(rows.tolist(), listing.records, strict=True):
        values[row] = record.group
    return number_groups(listing.group_column, values)


def merged_accepted(
    known: KnownSamples, listing: Listing, row_of: np.ndarray, changed: Collection[int]
) -> np.ndarray | None:
    """Labels accepted unseen, of all samples, bool (N + new,); None where there never were any.

    Args:
        known: the project's samples.
        listing: the dataset as it is now.
        row_of: (M,) int64, the sample of each of its images, or `NEW`.
        changed: rows that the dataset gives another label now.
    """
    rows, count = _with_new(row_of, known)
    found = np.append(known.accepted, np.zeros(count - len(known), bool))
    now = np.array([record.accepted_unseen for record in listing.records], bool)
    # Of another label the export says nothing that holds for the one here, which may stay. No
    # other dataset knows who looked at what.
    same = np.full(len(rows), listing.reader == own_export.NAME)
    same &= ~np.isin(rows, list(changed))
    found[rows] = np.where(same, now, found[rows] | now)
    return found if found.any() or known.accepted.any() else None


def _with_new(row_of: np.ndarray, known: KnownSamples) -> tuple[np.ndarray, int]:
    """The samples (M,) with new images behind those that are known, and how many there are."""
    added = np.flatnonzero(row_of == NEW)
    rows, count = row_of.copy(), len(known) + len(added)
    rows[added] = np.arange(len(known), count)
    return rows, count


def _names(groups: StoredGroups) -> list[str]:
    return [groups.names[number] if number >= 0 else "" for number in groups.group.tolist()]
