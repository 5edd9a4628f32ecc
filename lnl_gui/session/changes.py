"""What an operation changed; one signal carries it to every view."""

from dataclasses import dataclass, field

import numpy as np

from lnl_gui.util.messages import NOTHING, Message

NOT_HERE = "not_here"
"""Code of a `UserError` that only says that a key does nothing on this sample."""


def _no_rows() -> np.ndarray:
    return np.zeros(0, np.int64)


@dataclass(frozen=True)
class Changes:
    """What an operation changed.

    Attributes:
        labels: current labels or statuses of `rows`.
        scores: results of an embedding or detection.
        runs: the list of runs.
        classes: the list of classes.
        remarks: notes, tags or second labels of `rows`.
        rows: row ids, int64 (n,); empty where no sample changed, or all may have.
        text: the operation in words.
        reversal: an operation was undone or redone.
        left_unseen: how many samples it left as they are since nothing of them can be seen.
    """

    labels: bool = False
    scores: bool = False
    runs: bool = False
    classes: bool = False
    remarks: bool = False
    rows: np.ndarray = field(default_factory=_no_rows)
    text: Message = NOTHING
    reversal: bool = False
    left_unseen: int = 0
