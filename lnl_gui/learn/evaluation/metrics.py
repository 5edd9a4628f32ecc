"""Evaluation metrics of a classifier on held-out samples."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

CALIBRATION_BINS = 15
"""Guo et al. (2017)."""
MOST_CLASSES = 300
"""Beyond so many classes the confusion matrix is left out: it would be larger than the model."""


@dataclass(frozen=True)
class Metrics:
    """Metrics of one classifier on H samples.

    Attributes:
        samples: H.
        accuracy: in [0, 1].
        balanced_accuracy: in [0, 1], the mean recall of the classes that have samples.
        log_loss: in nats.
        calibration_error: in [0, 1], see `calibration_error`.
        class_accuracy: C recalls in [0, 1], None for classes without a sample.
        confusion: (C, C) counts, rows the labels, columns the predictions; None above
            `MOST_CLASSES`.
    """

    samples: int
    accuracy: float
    balanced_accuracy: float
    log_loss: float
    calibration_error: float
    class_accuracy: list[float | None]
    confusion: list[list[int]] | None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def evaluate(probabilities: np.ndarray, labels: np.ndarray) -> Metrics:
    """Compute all metrics.

    Args:
        probabilities: (H, C), rows sum to 1.
        labels: (H,) int in 0..C-1, H >= 1.

    Raises:
        ValueError: when there is no sample or a label is out of range.
    """
    count, classes = probabilities.shape
    if count == 0 or len(labels) != count:
        raise ValueError(f"{count} rows of probabilities for {len(labels)} labels")
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError("labels must lie in 0..C-1")
    predictions = probabilities.argmax(axis=1)
    rates = class_accuracies(labels, predictions, classes)
    # A class without samples has no recall; as 0 it would lower the mean.
    present = [rate for rate in rates if rate is not None]
    small = classes <= MOST_CLASSES
    return Metrics(
        samples=count,
        accuracy=float((predictions == labels).mean()),
        balanced_accuracy=float(np.mean(present)),
        log_loss=log_loss(probabilities, labels),
        calibration_error=calibration_error(probabilities, labels),
        class_accuracy=rates,
        confusion=confusion_matrix(labels, predictions, classes).tolist() if small else None,
    )


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray, classes: int) -> np.ndarray:
    """Counts (C, C) int64; rows the labels (H,), columns the predictions (H,), int in 0..C-1."""
    cells = labels.astype(np.int64) * classes + predictions
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def class_accuracies(
    labels: np.ndarray, predictions: np.ndarray, classes: int
) -> list[float | None]:
    """Recall in [0, 1] of each of the C classes, None where the class has no sample.

    Args:
        labels: (H,) int in 0..C-1.
        predictions: (H,) int in 0..C-1.
        classes: C.
    """
    totals = np.bincount(labels, minlength=classes).tolist()
    right = np.bincount(labels[predictions == labels], minlength=classes).tolist()
    return [hits / total if total else None for hits, total in zip(right, totals, strict=True)]


def log_loss(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Mean negative log-probability of the labels, in nats.

    Args:
        probabilities: (H, C); taken as 1e-12 at least, so that one sure error is not infinite.
        labels: (H,) int.
    """
    given = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.clip(given, 1e-12, None)).mean())


def calibration_error(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Expected calibration error of the top class (Guo et al. 2017).

    Mean over equally wide confidence bins (low, high] of |accuracy - mean confidence|, weighted
    by the bins' sample counts.

    Args:
        probabilities: (H, C).
        labels: (H,) int.

    Returns:
        the error, in [0, 1].
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    # Closed above, as in the paper: a confidence of exactly 1 belongs to the last bin.
    bins = CALIBRATION_BINS
    number = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    # The sum of the differences in a bin is its count times |accuracy - confidence|.
    surplus = np.bincount(number, weights=right - confidence, minlength=bins)
    return float(np.abs(surplus).sum() / len(labels))


def accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float | None:
    """Share of rows of (H, C) whose most probable class is the label (H,); None for no rows."""
    return float((probabilities.argmax(axis=1) == labels).mean()) if len(labels) else None
