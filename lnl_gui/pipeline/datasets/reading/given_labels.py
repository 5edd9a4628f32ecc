"""Given labels at import: the dataset's own, or the majority of several annotators.

Apart from the aggregation during detection, so that an import loads no torch.
"""

import numpy as np

from lnl_gui.dataset.listing import Listing
from lnl_gui.store.dataset.annotators import Annotations
from lnl_gui.store.dataset.classes import UNLABELLED


def given_labels(listing: Listing, *, majority: bool) -> tuple[list[int], Annotations | None]:
    """Class ids (N) of the given labels, -1 for none, and what annotators said where there are any.

    Args:
        listing: as read; its class names cover labels and annotations.
        majority: give each sample its annotators' most frequent label, a tie to those of the
            better quality; else the record's own label.
    """
    class_id = {name: i for i, name in enumerate(listing.class_names)} | {"": UNLABELLED}
    if not listing.annotators:
        return [class_id[record.label] for record in listing.records], None
    labels = np.array(
        [[class_id[text] for text in record.annotations] for record in listing.records],
        np.int32,
    )
    annotations = Annotations(tuple(listing.annotators), labels, majority)
    if majority:
        return majority_by_quality(labels, len(listing.class_names)).tolist(), annotations
    return [class_id[record.label] for record in listing.records], annotations


def majority_by_quality(labels: np.ndarray, number_of_classes: int) -> np.ndarray:
    """(N,) int32 most frequent of each sample's labels (N, A); better annotators settle ties."""
    # Loads SciPy for half a second, and few datasets name their annotators.
    from lnl_gui.detect.detectors import annotators  # noqa: PLC0415

    weighed = None
    # Each annotator has a confusion matrix of C squared figures; beyond that a tie goes to the
    # first of the tied annotators.
    if number_of_classes <= annotators.MAXIMUM_CLASSES:
        weighed = annotators.dawid_skene(labels, number_of_classes=number_of_classes).posterior
    return annotators.majority_label(labels, probabilities=weighed)[0]
