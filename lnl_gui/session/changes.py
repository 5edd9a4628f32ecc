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
    """Which kinds of thing changed, for which rows, and how to say so."""

    labels: bool = False
    scores: bool = False
    runs: bool = False
    classes: bool = False
    rows: np.ndarray = field(default_factory=_no_rows)
    text: Message = NOTHING
