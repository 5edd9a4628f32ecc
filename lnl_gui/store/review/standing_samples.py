"""Samples with the decisions that stand: those made on the pictures that are there now.

A decision belongs to the picture that it was made on. Where a file has come to hold another one the
sample is undecided and has its given label, for whoever reads it, until somebody looks again. The
journal keeps the decision, which stands again once the picture is put back.
"""

from dataclasses import replace

import numpy as np

from lnl_gui.store.dataset.classes import load_class_map
from lnl_gui.store.dataset.samples import (
    UNSEEN,
    StoredSamples,
    load_decided,
    load_written,
    present_labels,
)
from lnl_gui.store.history.looked_at import on_other_pictures
from lnl_gui.store.project import Project


def standing(
    label: np.ndarray, status: np.ndarray, given: np.ndarray, other: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Labels, int32 (n,), and statuses, uint8 (n,), without decisions on other pictures.

    Args:
        label: int32 (n,), as decided.
        status: uint8 (n,), likewise.
        given: int32 (n,), the given labels.
        other: bool (n,), decided on when the file held another picture than now.
    """
    if not other.any():
        return label, status
    return np.where(other, given, label), np.where(other, np.uint8(UNSEEN), status)


def load_samples(project: Project, *, other: np.ndarray | None = None) -> StoredSamples:
    """All samples with the labels and verdicts that stand.

    Args:
        project: open, for reading at least.
        other: bool (N,), decided on when the file held another picture than now, where the caller
            has asked the journal already.
    """
    written, meaning = load_written(project), load_class_map(project)
    given = meaning.of(written.given)
    label, status = present_labels(meaning, given, written.current, written.status)
    if other is None:
        other = on_other_pictures(project, len(given))
    label, status = standing(label, status, given, other)
    return replace(written, given=given, current=label, status=status)


def load_current(project: Project, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Labels, int32 (N,), and statuses, uint8 (N,), that stand.

    Args:
        project: open, for reading at least.
        given: int32 (N,), the given labels, as written or as they mean now.
    """
    given = load_class_map(project).of(given)
    other = on_other_pictures(project, len(given))
    return standing(*load_decided(project, given), given, other)
