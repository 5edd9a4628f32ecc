"""Figures of a benchmark: accuracy over epochs, and how well wrong labels were found."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from lnl_gui.learn.bench.findings import Finding


@dataclass(frozen=True)
class Accuracies:
    """Test accuracies in [0, 1] of one training run.

    Attributes:
        best: the highest over epochs, as papers print it.
        last: that of the last epoch.
        honest: the epoch chosen on one half of the test samples and reported on the other, mean of
            both ways.
        curve: after each epoch.
        tests: M, samples tested on.
    """

    best: float
    last: float
    honest: float
    curve: tuple[float, ...]
    tests: int


@dataclass(frozen=True)
class DetectionFigures:
    """How well wrong labels were found, in [0, 1].

    Attributes:
        precision, recall, f1: of the flagged set.
        average_precision: of the ranking by suspicion.
        auroc: of the same; None where every label is wrong.
        suggestion_accuracy: share of truly wrong labels whose proposed class is right.
    """

    precision: float
    recall: float
    f1: float
    average_precision: float
    auroc: float | None
    suggestion_accuracy: float


def accuracies(predictions: np.ndarray, labels: np.ndarray) -> Accuracies:
    """Compute the accuracies of one training run.

    The halves of the honest figure are the samples of even and of odd position.

    Args:
        predictions: (E, M) int predicted classes of the M test samples after each of E epochs.
        labels: (M,) int true labels.
    """
    right = predictions == labels
    over_epochs = right.mean(axis=1)
    even, odd = right[:, ::2].mean(axis=1), right[:, 1::2].mean(axis=1)
    # The best epoch on the samples it is reported on is the maximum of many noisy figures.
    honest = (odd[even.argmax()] + even[odd.argmax()]) / 2
    return Accuracies(
        float(over_epochs.max()),
        float(over_epochs[-1]),
        float(honest),
        tuple(over_epochs.tolist()),
        len(labels),
    )


def detection_figures(
    finding: Finding, wrong: np.ndarray, labels: np.ndarray
) -> DetectionFigures | None:
    """Compare a finding with the truth; None where nothing is wrong.

    Args:
        finding: of N labels; a suspicion of NaN counts as least suspect.
        wrong: (N,) bool, what is wrong.
        labels: (N,) int true labels.
    """
    if not wrong.any():
        return None
    found = int((finding.flagged & wrong).sum())
    precision = found / max(int(finding.flagged.sum()), 1)
    recall = found / int(wrong.sum())
    known = np.where(np.isnan(finding.suspicion), -np.inf, finding.suspicion)
    # scikit-learn takes no infinite scores.
    lowest = known[np.isfinite(known)].min(initial=0.0)
    score = np.maximum(known, lowest - 1)
    return DetectionFigures(
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if found else 0.0,
        average_precision=float(average_precision_score(wrong, score)),
        # Ranks need both kinds.
        auroc=None if wrong.all() else float(roc_auc_score(wrong, score)),
        suggestion_accuracy=float((finding.suggested_label == labels)[wrong].mean()),
    )
