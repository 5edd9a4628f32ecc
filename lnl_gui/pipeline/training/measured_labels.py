"""Which label of each sample a model is measured by.

What was decided for many at once nobody has looked at: it confirms no label, and takes no sample
out of the exam. Suggestions accepted so agree with a model of the same images, right or wrong.
"""

import numpy as np

from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.dataset.samples import EXCLUDED, UNDECIDED

OUT = -1


def measured_labels(snapshot: Snapshot) -> np.ndarray:
    """The label that a person who looked gave, else the given one, else the one there is.

    Args:
        snapshot: of N samples.

    Returns:
        (N,) int32, -1 for what cannot be read, has no label, or `is_set_aside`.
    """
    samples = snapshot.samples
    taken = snapshot.looked_at | (samples.given < 0)
    labels = np.where(taken, samples.current, samples.given)
    left = ~samples.readable | is_set_aside(snapshot)
    return np.where(left, OUT, labels).astype(np.int32)


def is_set_aside(snapshot: Snapshot) -> np.ndarray:
    """Of which samples a person who looked said that they have no class, or was unsure; (N,)."""
    status = snapshot.samples.status
    return ((status == EXCLUDED) | np.isin(status, UNDECIDED)) & snapshot.looked_at
