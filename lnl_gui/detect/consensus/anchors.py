"""The label-noise transition matrix from a classifier's most confident predictions.

A classifier that was trained on noisy labels predicts those: with no noise its probabilities
explain them as well as with all of it, and the likelihood cannot tell. Samples of which it is
surest are taken to belong to the class (anchor points: Liu and Tao, TPAMI 2016; Patrini et al.,
CVPR 2017), and their given labels show the noise, however its confidence is calibrated.
"""

import math

import numpy as np
import torch
from torch import Tensor

# The papers read a row off the probabilities of the one surest sample, which may be calibrated
# badly; labels are counted instead, and a rate needs many of them.
_SUREST = 0.5
# Predictions equally sure, as those of trees and votes are, differ by rounding of their logarithms.
_EQUALLY_SURE = 1e-6
# Of a class with few anchors the noise is that of all classes.
_PSEUDO_COUNT = 5.0


def anchored_transition(scores: Tensor, given: Tensor) -> np.ndarray:
    """Estimate T, (C, C) float64, row k holds P(given = j | true = k).

    Args:
        scores: (n, C) float32 log-probabilities of each sample.
        given: (n,) int64 in [0, C).
    """
    classes = scores.shape[1]
    best, place = scores.max(1)
    counts = np.zeros((classes, classes))
    for label in range(classes):
        rows = torch.nonzero(place == label).squeeze(1)
        counts[label] = torch.bincount(given[_surest(rows, best[rows])], minlength=classes).numpy()
    right = float(np.trace(counts)) / max(float(counts.sum()), 1.0)
    prior = np.full((classes, classes), (1.0 - right) / max(classes - 1, 1))
    np.fill_diagonal(prior, right)
    total = counts + _PSEUDO_COUNT * prior
    return np.asarray(total / total.sum(axis=1, keepdims=True))


def _surest(rows: Tensor, sureness: Tensor) -> Tensor:
    """The surer half of rows (m,), and all that are as sure as its last one.

    Which of these are in the half would depend on the order of the rows alone.
    """
    if not len(rows):
        return rows
    least = sureness.sort(descending=True).values[math.ceil(_SUREST * len(rows)) - 1]
    return rows[sureness >= least - _EQUALLY_SURE]
