"""Posterior class probabilities, as the full and the large-C fit give them."""

from dataclasses import dataclass, field

import numpy as np
from torch import Tensor

from lnl_gui.detect.consensus.class_separation import ClassSeparation


@dataclass(frozen=True)
class SamplePosteriors:
    """Posteriors over the c classes that occur, the most probable ones of each row.

    Attributes:
        given_probability: (n,) float32 posterior probability of the given label, or of a class that
            images do not tell from it.
        best_class: (n,) int64 most probable class.
        posterior: (n, k) float32 of the k most probable classes, falling.
        classes: (n, k) int64 which they are.
        transition: (c, c) P(given | true); None where c is too large to keep it.
        agreement: out-of-fold agreement with the labels.
        reliability: exponent at which the given label was read.
        weights: how much each member counts.
        loss: (n,) float32 cross-entropy in nats on the given label.
        spread: (n,) float32 standard deviation of P(given label wrong) between repetitions; None
            where there was only one fit.
        rates: (R,) float64 noise rate by each repetition.
        each: (R, n) float32 P(given label wrong) by each repetition; None without any.
        unaided: (n,) float32 P(given label wrong) without the verdict on the sample itself; None
            without verdicts.
        model_error: standard error of the noise rate for not knowing the model of the noise.
        error_limit: share of wrong labels, see `random_error_limit`; 0 where it is not known.
        most_borne: share of wrong labels that the given ones bear, see `noise_evidence`.
        none_share: (n,) float32, by how much each given label is held right because perhaps none
            is wrong, see `none_wrong`; in all that is here. None where nothing is known of it.
        own_probability: (n,) float32 as `given_probability` if no classes were judged as one.
        separation: how well the images tell the classes apart; None where it was not measured.
    """

    given_probability: Tensor
    best_class: Tensor
    posterior: Tensor
    classes: Tensor
    transition: np.ndarray | None
    agreement: float
    reliability: float
    weights: dict[str, float]
    loss: np.ndarray
    spread: np.ndarray | None = None
    rates: np.ndarray = field(default_factory=lambda: np.empty(0))
    each: Tensor | None = None
    unaided: Tensor | None = None
    model_error: float = 0.0
    error_limit: float = 0.0
    most_borne: float = 1.0
    none_share: np.ndarray | None = None
    own_probability: Tensor | None = None
    separation: ClassSeparation | None = None


@dataclass(frozen=True)
class UnlabelledPosteriors:
    """Class probabilities of the u samples without a label.

    Attributes:
        rows: (u,) int64, where each lies among the N samples.
        posterior: (u, k) float32 of the k most probable classes, falling.
        classes: (u, k) int64 which they are, places in `Problem.present`.
    """

    rows: np.ndarray
    posterior: Tensor
    classes: Tensor
