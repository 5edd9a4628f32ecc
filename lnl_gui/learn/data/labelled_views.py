"""Training data of a method: views and labels, and the seeds of their random draws."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.learn.data.soft_labels import SoftLabels
from lnl_gui.learn.data.views import Views

VIEWS_PER_DRAW = 4
"""Of MixMatch on strong views: two to guess from and two to train on."""
NETWORKS = 2
"""At most so many in any method; keeps the seeds of different networks apart."""


@dataclass(frozen=True)
class LabelledViews:
    """N samples to train on.

    Attributes:
        views: their plain, weak and strong views.
        labels: (N,) int64 given labels, each in 0..C-1.
        number_of_classes: C.
        names: N names for messages, or none.
        soft: of N samples, what supervised passes learn instead of `labels`; None: the labels.

    Raises:
        ValueError: for fewer than two samples, labels out of range, or lengths that differ.
    """

    views: Views
    labels: np.ndarray
    number_of_classes: int
    names: Sequence[str] = ()
    soft: SoftLabels | None = None

    def __post_init__(self) -> None:
        if len(self.views) != len(self.labels):
            raise ValueError(f"{len(self.views)} samples but {len(self.labels)} labels")
        if len(self.labels) < 2:
            raise ValueError("at least two samples are needed")
        if self.labels.min() < 0 or self.labels.max() >= self.number_of_classes:
            raise ValueError("labels must lie in 0..C-1")

    def targets(self, rows: np.ndarray) -> np.ndarray:
        """What samples `rows` (B,) are taught: labels (B,) int64 or soft ones (B, C) float32."""
        if self.soft is None:
            return self.labels[rows].astype(np.int64)
        return self.soft.dense(rows, self.number_of_classes)

    def named(self, rows: np.ndarray) -> list[str]:
        """Names of the samples `rows` (B,) int, or none where names are not known."""
        return [self.names[row] for row in rows.tolist()] if len(self.names) else []


def draw_number(epoch: int, network: int, view: int, cycle: int = 0) -> int:
    """Number of a random view: different for each view of each pass over the data."""
    whole = (epoch * NETWORKS + network) * VIEWS_PER_DRAW + view
    # A pass that meets a sample again (the unlabelled part comes round) needs another view of it.
    return whole + (cycle << 40)


def order_seed(seed: int, network: int) -> int:
    """Seed of the order of the batches, different for each of two networks."""
    return seed * NETWORKS + network
