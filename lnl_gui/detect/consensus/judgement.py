"""What a fit says of the n usable rows, whichever way it was made."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor


@dataclass(frozen=True)
class Judgement:
    """In compact classes 0..c-1.

    Attributes:
        own: (n,) float32 posterior probability of the given label.
        best: (n,) int64 most probable class.
        posterior: (n, k) float32 of the k most probable classes, falling.
        classes: (n, k) int64 which they are.
        transition: (c, c) P(given | true); None where c is too large to keep it.
        agreement: out-of-fold agreement with the labels.
        trust: exponent at which the given label was read.
        weights: how much each ingredient counts.
        loss: (n,) float32 cross-entropy in nats on the given label.
        energy: (n,) float32 how little any class explains the sample; None where not known.
    """

    own: Tensor
    best: Tensor
    posterior: Tensor
    classes: Tensor
    transition: np.ndarray | None
    agreement: float
    trust: float
    weights: dict[str, float]
    loss: np.ndarray
    energy: np.ndarray | None = None
