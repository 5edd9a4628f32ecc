"""Reliability of a given label as evidence about its own sample: a tempering exponent.

Reading P(true | x, given) off a transition matrix supposes that errors do not depend on the image
once its class is known. That holds for random and for systematic mistakes. People, though, err
where the image itself is ambiguous, in the direction of classes that look alike; then the given
label says less than the matrix has it. Which of the two a dataset is shows in the matrix: under
people's errors the confused pairs are the ones the probe finds similar.
"""

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.consensus.transition import structured_prior

# Relative departure from the symmetric matrix at which the correlation counts by half: that of an
# even matrix is noise, since its entries hardly differ.
_UNEVENNESS = 0.1
_PEOPLE = 0.6
"""Likeness at which the errors count as people's: .60 to .67 on CIFAR-10N's label sets."""
# On people's errors an exponent of .5 is best, on injected noise 1 (F1 .944 at symmetric 20 %).
_TEMPERING = 0.7
# Noise rate at which half of the tempering applies.
_HALF_RATE = 0.04
# Share of images of whose class the probe is unsure from which on, and at which no more, the
# likeness of errors is put down to people and not to the probe itself: drawings, on which it is
# unsure of .16 to .31, had 1.22 times as many errors stated as there were, CIFAR-10N's people .12
# to .16.
_SURE, _UNSURE = 0.15, 0.25
# Two classes have one confused pair and no correlation: assume some of people's errors.
_UNDECIDABLE = 0.3


def similarity_of_errors(probability: Tensor, transition: np.ndarray) -> float:
    """Correlation in [0, 1] between confused pairs of classes and pairs that look alike.

    Args:
        probability: (n, C) out-of-fold P(true | x).
        transition: (C, C) P(given | true).

    Expected counts of each (true, given) pair are compared with the probe's own overlap of the two
    classes, both without the diagonal, and scaled down where the matrix is symmetric. Two classes
    leave one pair and nothing to compare.
    """
    classes = len(transition)
    if classes < 3:
        return _UNDECIDABLE
    # Without the diagonal, which is the largest in both and would make any two correlate.
    other = ~np.eye(classes, dtype=bool)
    overlap = (probability.T @ probability).double().numpy()[other]
    mass = probability.sum(0).double().numpy()[:, None]
    confused = (mass * transition)[other]
    even = (mass * structured_prior(transition))[other]
    if overlap.std() < 1e-12 or confused.std() < 1e-12:
        return 0.0
    # Large classes are confused and overlap more even under noise that prefers no class.
    uneven = float((confused - even).std() / max(even.mean(), 1e-12))
    correlation = float(np.clip(np.corrcoef(overlap, confused)[0, 1], 0.0, 1.0))
    return correlation * uneven / (uneven + _UNEVENNESS)


def label_reliability(probability: Tensor, transition: np.ndarray, given: Tensor) -> float:
    """Exponent in [0.3, 1] of the transition's likelihood when a sample's own label is read.

    Args:
        probability: (n, C) float32 out-of-fold P(true | x).
        transition: (C, C) float64 P(given | true).
        given: (n,) int64 in [0, C).

    1 is Bayes' rule. It falls with the share of errors that follow similarity, but less where
    there are few errors or the probe tells few images for certain, for then the matrix is mostly
    the probe's own uncertainty.
    """
    people = min(similarity_of_errors(probability, transition) / _PEOPLE, 1.0)
    columns = torch.from_numpy(np.ascontiguousarray(transition.T, dtype=np.float32))
    joint = probability * columns[given]
    own = joint.gather(1, given.unsqueeze(1)) / joint.sum(1, keepdim=True).clamp_min(1e-12)
    rate = 1.0 - float(own.double().mean())
    return 1.0 - _TEMPERING * people * _sure(probability) * rate / (rate + _HALF_RATE)


def _sure(probability: Tensor) -> float:
    """How far the probe itself can be ruled out as what mistakes alike classes, in [0, 1]."""
    if probability.shape[1] < 3:
        return 1.0
    unsure = 1.0 - float(probability.max(1).values.double().mean())
    return float(np.clip((_UNSURE - unsure) / (_UNSURE - _SURE), 0.0, 1.0))
