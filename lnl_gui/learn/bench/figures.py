"""Figures of the noise lab: accuracy over epochs, and how well wrong labels were found."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score


@dataclass(frozen=True)
class Accuracies:
    """Test accuracies in [0, 1] of one training run; see `noise_lab.Cell`."""

    best: float
    last: float
    honest: float


@dataclass(frozen=True)
class DetectionFigures:
    """How well wrong labels were found, in [0, 1].

    `suggestion_accuracy` is the share of truly wrong labels whose proposed class is right.
    """

    precision: float
    recall: float
    f1: float
    average_precision: float
    suggestion_accuracy: float


def accuracies(predictions: np.ndarray, labels: np.ndarray) -> Accuracies:
    """Accuracies from predictions (epochs, M) of every epoch and labels (M,).

    The halves of the honest figure are the samples of even and of odd position.
    """
    right = predictions == labels
    over_epochs = right.mean(axis=1)
    even, odd = right[:, ::2].mean(axis=1), right[:, 1::2].mean(axis=1)
    honest = (odd[even.argmax()] + even[odd.argmax()]) / 2
    return Accuracies(float(over_epochs.max()), float(over_epochs[-1]), float(honest))


def detection_figures(
    score: np.ndarray,
    flagged: np.ndarray,
    vote: np.ndarray,
    wrong: np.ndarray,
    labels: np.ndarray,
) -> DetectionFigures:
    """Compare scores, flags and votes with the truth; all (N,), at least one label is wrong.

    Args:
        score: higher is more suspect; NaN counts as least suspect.
        flagged: bool, what was called wrong.
        vote: proposed classes, -1 for none.
        wrong: bool, what is wrong.
        labels: true labels.
    """
    found = int((flagged & wrong).sum())
    precision = found / max(int(flagged.sum()), 1)
    recall = found / int(wrong.sum())
    known = np.where(np.isnan(score), -np.inf, score)
    lowest = known[np.isfinite(known)].min(initial=0.0)
    return DetectionFigures(
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if found else 0.0,
        average_precision=float(average_precision_score(wrong, np.maximum(known, lowest - 1))),
        suggestion_accuracy=float((vote == labels)[wrong].mean()),
    )
