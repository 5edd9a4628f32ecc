"""Annotators' labels of a dataset that is read again: new answers, and those of what has gone."""

import numpy as np

from lnl_gui.dataset.listing import Listing
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.matching.sample_matching import NEW
from lnl_gui.store.dataset.annotators import Annotations

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
    added = np.flatnonzero(row_of == NEW)
    labels = np.full((len(known) + len(added), len(names)), _SILENT, np.int32)
    if before is not None:
        labels[: len(before.labels), : len(before.names)] = before.labels
    rows = row_of.copy()
    rows[added] = np.arange(len(known), len(known) + len(added))
    columns = [names.index(name) for name in listing.annotators]
    for row, record in zip(rows.tolist(), listing.records, strict=True):
        labels[row, columns] = [class_ids.get(text, _SILENT) for text in record.annotations]
    majority = before.given_is_majority if before is not None else True
    return Annotations(tuple(names), labels, majority)
