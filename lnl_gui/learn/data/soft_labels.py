"""Soft labels: for each sample the few classes it may be of, with their probabilities."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SoftLabels:
    """The k likeliest classes of each of N samples.

    Attributes:
        classes: (N, k) int32, -1 where there is none.
        probability: (N, k) float32, rows summing to 1.
    """

    classes: np.ndarray
    probability: np.ndarray

    def __len__(self) -> int:
        return len(self.classes)

    def take(self, rows: np.ndarray) -> "SoftLabels":
        """Those of the samples `rows` (n,) int."""
        return SoftLabels(self.classes[rows], self.probability[rows])

    def renumbered(self, place: np.ndarray) -> "SoftLabels":
        """The same of other numbers of the classes: `place` (C + 1,) int32, -1 in the last."""
        return SoftLabels(place[self.classes], self.probability)

    def dense(self, rows: np.ndarray, number_of_classes: int) -> np.ndarray:
        """Probabilities (B, C) float32 of the samples `rows` (B,) int, over all C classes."""
        # Made for a batch at a time: of all samples they would not fit where classes are many.
        found = np.zeros((len(rows), number_of_classes), np.float32)
        classes, probability = self.classes[rows], self.probability[rows]
        at, place = np.nonzero(classes >= 0)
        np.add.at(found, (at, classes[at, place]), probability[at, place])
        return found


def soft_labels(
    hard: np.ndarray, posterior: np.ndarray, classes: np.ndarray, *, certain: np.ndarray
) -> SoftLabels:
    """Posteriors as soft labels, and one-hot ones where a label is certain or nothing else known.

    Args:
        hard: (N,) int class ids, -1 for samples that are left out.
        posterior: (N, k) float probabilities of the k likeliest classes; NaN where not known.
        classes: (N, k) int their ids, -1 where there is none.
        certain: (N,) bool, samples whose hard label is taken as it is.
    """
    # Stored as float16, of the first classes alone: they add up to less than 1.
    probability = np.where(classes >= 0, np.asarray(posterior, np.float32), 0.0)
    total = np.nansum(probability, axis=1)
    known = ~certain & np.isfinite(probability).all(axis=1) & (total > 0)
    probability = np.where(known[:, None], probability / np.where(known, total, 1.0)[:, None], 0.0)
    chosen = np.where(known[:, None], classes, -1).astype(np.int32)
    chosen[~known, 0] = hard[~known]
    probability[~known, 0] = 1.0
    return SoftLabels(chosen, probability.astype(np.float32))
