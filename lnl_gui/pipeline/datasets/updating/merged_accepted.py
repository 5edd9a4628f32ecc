"""Labels accepted unseen of an export that is read again, of images new and old."""

from collections.abc import Collection

import numpy as np

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import own_export
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.matching.sample_matching import NEW


def merged_accepted(
    known: KnownSamples, listing: Listing, row_of: np.ndarray, changed: Collection[int]
) -> np.ndarray | None:
    """Which of all samples, old and new, bool (N + new,); None where there never were any.

    Args:
        known: the project's samples.
        listing: the dataset as it is now.
        row_of: (M,) int64, the sample of each of its images, or `NEW`.
        changed: rows that the dataset gives another label now.
    """
    added = np.flatnonzero(row_of == NEW)
    found = np.append(known.accepted, np.zeros(len(added), bool))
    rows = row_of.copy()
    rows[added] = np.arange(len(known), len(found))
    now = np.array([record.accepted_unseen for record in listing.records], bool)
    # Of another label the export says nothing that holds for the one here, which may stay. No
    # other dataset knows who looked at what.
    same = np.full(len(rows), listing.reader == own_export.NAME)
    same &= ~np.isin(rows, list(changed))
    found[rows] = np.where(same, now, found[rows] | now)
    return found if found.any() or known.accepted.any() else None
