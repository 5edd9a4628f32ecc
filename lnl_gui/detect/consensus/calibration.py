"""Calibration of class scores to probabilities through a label-noise transition matrix.

The model: P(true = k | x) = softmax(sum_m w_m S_m(x)), P(given = j | x) = sum_k P_k T[k, j].
The pooling weights w (a temperature each) and T are fitted together by the likelihood of the given
labels, which are all there is; where a person has decided, the true class is known and enters as
such. That stays valid however the reviewed samples were chosen, because the choice rests on scores
the model has already seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import minimize
from torch import Tensor

from lnl_gui.detect.consensus.transition import (
    FLOOR,
    ObservedLabels,
    choose_pseudo_count,
    column_of,
    fit_transition,
)
from lnl_gui.detect.probes.class_softmax import softmax_of_classes

# Rows of a step of the optimiser, whose temporaries of (n, C) then stay small beside the scores.
_CHUNK = 16384
# Bound of a pooling weight: beyond it the softmax is one-hot and the likelihood flat.
_HEAVIEST = 50.0
MOST_ROWS = 16_000
"""Above this many samples weights and prior come from an evenly spread part; T from all."""


@dataclass(frozen=True)
class Calibration:
    """Fitted pooling weights and transition matrix.

    Attributes:
        weights: (M,) float64, the pooling weight of each score matrix, none negative.
        transition: (C, C) float64, row k holds P(given = j | true = k).
        pseudo_count: weight of the symmetric prior in T's rows.
    """

    weights: np.ndarray
    transition: np.ndarray
    pseudo_count: float


def pooled(scores: Sequence[Tensor], weights: np.ndarray) -> Tensor:
    """Pool M score matrices log-linearly: P(true | x), (n, C) float32, softmax of their sum.

    Args:
        scores: M matrices (n, C) float32.
        weights: (M,), of each matrix in the sum.
    """
    # Added in place: one temporary of (n, C), however many members there are.
    total = scores[0] * float(weights[0])
    for score, weight in zip(scores[1:], weights[1:], strict=True):
        total.add_(score, alpha=float(weight))
    return softmax_of_classes(total)


def responsibilities(
    probability: Tensor,
    transition: np.ndarray,
    observed: ObservedLabels,
    *,
    reliability: float = 1.0,
) -> Tensor:
    """Posterior P(true | x, given), (n, C) float32, proportional to P[., k] T[k, j]^reliability.

    Args:
        probability: P, (n, C) float32 P(true | x).
        transition: T, (C, C) P(given | true).
        observed: the n samples' labels; rows whose true class is known are certain.
        reliability: exponent in [0, 1]; 1 is Bayes' rule.
    """
    joint = probability * column_of(transition**reliability, observed.given)
    joint /= joint.sum(1, keepdim=True).clamp_min(FLOOR)
    # A verdict is certain: neither the scores nor the given label may weigh against it.
    known = torch.nonzero(observed.truth >= 0).squeeze(1)
    if known.numel():
        joint[known] = 0.0
        joint[known, observed.truth[known]] = 1.0
    return joint


def nested_responsibilities(
    probability: Tensor, transition: np.ndarray, observed: ObservedLabels
) -> Tensor:
    """The posterior by Bayes' rule of nested probabilities (n, K, C), of the same shape.

    Args:
        probability: (n, K, C) float32, see `lnl_gui.detect.probes.nested_folds`.
        transition: T, (C, C) P(given | true).
        observed: the n samples' labels.
    """
    found = torch.empty_like(probability)
    for fold in range(probability.shape[1]):
        found[:, fold] = responsibilities(probability[:, fold], transition, observed)
    return found


def fit_weights(
    scores: Sequence[Tensor],
    observed: ObservedLabels,
    transition: np.ndarray,
    start: np.ndarray,
) -> np.ndarray:
    """Fit the pooling weights by maximum likelihood with T held fixed (L-BFGS-B).

    Args:
        scores: M matrices (n, C) float32 of out-of-fold log-scores.
        observed: the n samples' labels.
        transition: T, (C, C).
        start: (M,) weights to start from.

    Returns:
        (M,) float64 in [1e-3, 50].
    """

    chunks = [
        _chunk(scores, observed, transition, slice(begin, begin + _CHUNK))
        for begin in range(0, len(observed.given), _CHUNK)
    ]

    def objective(weights: np.ndarray) -> tuple[float, np.ndarray]:
        loss, slope = 0.0, np.zeros(len(scores))
        for chunk in chunks:
            nats, along = chunk.log_likelihood(weights)
            loss -= nats
            slope -= along
        return loss / observed.total, slope / observed.total

    found = minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        # Above 0: with all weights there every class is as likely, and no label tells of T.
        bounds=[(1e-3, _HEAVIEST)] * len(scores),
        # It need not converge: the next turn, with another T, goes on from where it ends.
        options={"maxiter": 25},
    )
    return np.asarray(found.x)


@dataclass(frozen=True)
class _Chunk:
    """Rows of a step of the optimiser, and what stays as it is while the weights move.

    Attributes:
        scores: M matrices (n, C) float32.
        observed: the n samples' labels.
        column: T[., given], (n, C) float32.
        known: (m,) int64, rows whose true class is known.
    """

    scores: Sequence[Tensor]
    observed: ObservedLabels
    column: Tensor
    known: Tensor

    def log_likelihood(self, weights: np.ndarray) -> tuple[float, np.ndarray]:
        """Log-likelihood in nats by the weights (M,), see `log_likelihood`, and its slope (M,)."""
        probability = pooled(self.scores, weights)
        posterior = probability * self.column
        likelihood = posterior.sum(1)
        bounded = likelihood.clamp_min(FLOOR)
        posterior /= bounded.unsqueeze(1)
        # Where P and T together rule out a label, the likelihood stands at its floor.
        floored = likelihood < FLOOR
        # By w_m, log sum_k P_k T_k has the slope <posterior - P, S_m>; at a known truth the
        # posterior is its one-hot vector and the same holds.
        if self.known.numel():
            truth = self.observed.truth[self.known]
            posterior[self.known] = 0.0
            posterior[self.known, truth] = 1.0
            bounded[self.known] = probability[self.known, truth].clamp_min(FLOOR)
            floored[self.known] = False
        difference = posterior.sub_(probability).masked_fill_(floored.unsqueeze(1), 0.0)
        difference = self.observed.weighted(difference)
        nats = self.observed.weighted(bounded.log_()).sum(dtype=torch.float64)
        slope = [float((difference * score).sum(dtype=torch.float64)) for score in self.scores]
        return float(nats), np.array(slope)


def _chunk(
    scores: Sequence[Tensor], observed: ObservedLabels, transition: np.ndarray, rows: slice
) -> _Chunk:
    here = observed.at(rows)
    return _Chunk(
        [score[rows] for score in scores],
        here,
        column_of(transition, here.given),
        torch.nonzero(here.truth >= 0).squeeze(1),
    )


def log_likelihood(probability: Tensor, transition: np.ndarray, observed: ObservedLabels) -> float:
    """Log-likelihood in nats, summed over given labels, or true classes where they are known.

    Args:
        probability: (n, C) float32 P(true | x).
        transition: (C, C) P(given | true).
        observed: the n samples' labels.
    """
    likelihood = (probability * column_of(transition, observed.given)).sum(1)
    known = torch.nonzero(observed.truth >= 0).squeeze(1)
    if known.numel():
        likelihood[known] = probability[known, observed.truth[known]]
    return float(observed.weighted(likelihood.clamp_min(FLOOR).log()).sum(dtype=torch.float64))


@torch.inference_mode()
def calibrate(
    scores: Sequence[Tensor],
    observed: ObservedLabels,
    *,
    rounds: int = 4,
    weights: np.ndarray | None = None,
    transition: np.ndarray | None = None,
    pseudo_count: float | None = None,
    seed: int = 0,
) -> Calibration:
    """Fit pooling weights and transition matrix in turn.

    Time O(rounds M n C), extra memory O(n C).

    Args:
        scores: M matrices (n, C) float32 of out-of-fold log-scores.
        observed: the given labels and what a person has decided.
        rounds: most turns of weights and T.
        weights: (M,) to start from.
        transition: (C, C) to start from.
        pseudo_count: the prior's weight; None chooses it by likelihood.
        seed: of the parts of that choice.
    """
    every = len(observed.given)
    if every > MOST_ROWS:
        # Evenly spread, because datasets often come sorted by class.
        part = torch.arange(0, every, -(-every // MOST_ROWS))
        found = calibrate(
            [score[part] for score in scores],
            observed.at(part),
            rounds=rounds,
            weights=weights,
            transition=transition,
            pseudo_count=pseudo_count,
            seed=seed,
        )
        matrix = fit_transition(
            pooled(scores, found.weights),
            observed,
            pseudo_count=found.pseudo_count,
            start=found.transition,
        )
        return Calibration(found.weights, matrix, found.pseudo_count)
    pool = np.full(len(scores), 1.0 / len(scores)) if weights is None else weights
    prior_weight = 10.0 if pseudo_count is None else pseudo_count
    noise = transition
    for turn in range(rounds):
        probability = pooled(scores, pool)
        # Chosen once, after a first turn has given the scores their temperature.
        if pseudo_count is None and turn == 1:
            prior_weight = choose_pseudo_count(probability, observed, seed=seed)
        noise = fit_transition(probability, observed, pseudo_count=prior_weight, start=noise)
        before = pool
        pool = fit_weights(scores, observed, noise, pool)
        # Not before turn 2, the first one after the prior was chosen.
        if turn > 1 and np.abs(pool - before).max() < 1e-3 * pool.max():
            break
    assert noise is not None
    return Calibration(pool, noise, prior_weight)
