"""Groups of a dataset that is read again: of new images, and those of what has gone."""

import numpy as np

from lnl_gui.dataset.listing import Listing
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.matching.sample_matching import NEW
from lnl_gui.store.dataset.groups import StoredGroups, number_groups


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
    added = np.flatnonzero(row_of == NEW)
    values = [""] * (len(known) + len(added))
    # Of another column nothing can be kept: its values mean something else.
    if before is not None and before.column == listing.group_column:
        values[: len(before.group)] = [*_names(before)]
    rows = row_of.copy()
    rows[added] = np.arange(len(known), len(known) + len(added))
    for row, record in zip(rows.tolist(), listing.records, strict=True):
        values[row] = record.group
    return number_groups(listing.group_column, values)


def _names(groups: StoredGroups) -> list[str]:
    return [groups.names[number] if number >= 0 else "" for number in groups.group.tolist()]
