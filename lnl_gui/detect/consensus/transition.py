"""The label-noise transition matrix by expectation-maximisation with a structured prior.

T[k, j] = P(given = j | true = k), from class probabilities held fixed. The prior is the symmetric
matrix of T's own mean diagonal; its weight in pseudo-counts is chosen by cross-validated
likelihood, which keeps T stable with many classes and few samples and lets it be asymmetric where
the data say so.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

# From a nearly free matrix to one that is all but symmetric; the likelihood decides.
PSEUDO_COUNTS = (1.0, 10.0, 100.0, 1e3, 1e4, 1e5)
FLOOR = 1e-12


@dataclass(frozen=True)
class ObservedLabels:
    """Given labels of n samples, and true classes where they are known.

    Attributes:
        given: (n,) int64 given labels.
        truth: (n,) int64 true class where a person has decided, else -1.
        came: (n,) bool, whether the given label came with the dataset. Where a person gave the
            only label there is, it says nothing about the noise; `given` then equals `truth`.
        weight: (n,) float32, how much each label counts, so that copies of one image count as one;
            None: all alike.
    """

    given: Tensor
    truth: Tensor
    came: Tensor
    weight: Tensor | None = None

    def at(self, rows: Tensor | slice) -> "ObservedLabels":
        """The part at `rows`: indices (m,) int64, a mask (n,) bool, or a slice."""
        weight = None if self.weight is None else self.weight[rows]
        return ObservedLabels(self.given[rows], self.truth[rows], self.came[rows], weight)

    def weighted(self, values: Tensor) -> Tensor:
        """Values (n,) or (n, C), each row times its weight."""
        if self.weight is None:
            return values
        return values * (self.weight if values.ndim == 1 else self.weight.unsqueeze(1))

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(len(self.given)) if self.weight is None else float(self.weight.sum())


def column_of(transition: np.ndarray, given: Tensor) -> Tensor:
    """Columns T[., given_i], (n, C) float32, of T (C, C) at given labels (n,) int64."""
    return torch.from_numpy(np.ascontiguousarray(transition.T, dtype=np.float32))[given]


def structured_prior(transition: np.ndarray) -> np.ndarray:
    """Symmetric (C, C) float64 matrix with the mean diagonal of `transition` (C, C)."""
    classes = len(transition)
    if classes == 1:
        return np.ones((1, 1))
    diagonal = float(np.diagonal(transition).mean())
    prior = np.full((classes, classes), (1.0 - diagonal) / (classes - 1))
    np.fill_diagonal(prior, diagonal)
    return prior


def fit_transition(
    probability: Tensor,
    observed: ObservedLabels,
    *,
    pseudo_count: float,
    start: np.ndarray | None = None,
    # Of ten classes and 5 000 labels no entry is off by more than 4e-5 then, after twelve 8e-4.
    iterations: int = 30,
    tolerance: float = 1e-4,
) -> np.ndarray:
    """Fit T, (C, C) float64 with rows that sum to 1, by expectation-maximisation.

    Time O(iterations n C), extra memory O(n C).

    Args:
        probability: (n, C) float32 P(true | x), out-of-fold.
        observed: labels; rows with a known truth count as that class.
        pseudo_count: weight of the structured prior in each row.
        start: (C, C) to begin from; a mean diagonal of 0.8 when None.
        iterations: most steps.
        tolerance: done when no entry of T moves by as much.
    """
    classes = probability.shape[1]
    open_rows = torch.nonzero(observed.truth < 0).squeeze(1)
    known = _counted(observed, classes)
    order = open_rows[torch.argsort(observed.given[open_rows], stable=True)]
    sorted_probability = probability[order]
    weight = None if observed.weight is None else observed.weight[order]
    # Sorted by given label, the sum over each label's rows is one matrix product, with no (n, C)
    # one-hot matrix.
    counts = torch.bincount(observed.given[open_rows], minlength=classes).tolist()
    transition = structured_prior(np.eye(classes) * 0.8) if start is None else start
    for _ in range(iterations):
        joint = _class_sums(sorted_probability, counts, transition, weight) + known
        prior = structured_prior(_rows_to_one(joint))
        updated = _rows_to_one(joint + pseudo_count * prior)
        moved = float(np.abs(updated - transition).max())
        transition = updated
        if moved < tolerance:
            break
    return transition


def choose_pseudo_count(
    probability: Tensor, observed: ObservedLabels, *, folds: int = 3, seed: int = 0
) -> float:
    """Choose the weight of T's prior by the cross-validated likelihood of the given labels.

    Args:
        probability: (n, C) float32 P(true | x), out-of-fold.
        observed: the n samples' labels.
        folds: parts of the cross-validation.
        seed: of the parts.

    Returns:
        one of `PSEUDO_COUNTS`.
    """
    if not observed.came.all():
        probability, observed = probability[observed.came], observed.at(observed.came)
    generator = torch.Generator().manual_seed(seed)
    parts = torch.randperm(len(observed.given), generator=generator) % folds
    best, chosen = -np.inf, PSEUDO_COUNTS[-1]
    # From the strongest prior down, so that a tie keeps the simpler matrix.
    for pseudo_count in reversed(PSEUDO_COUNTS):
        total = 0.0
        for fold in range(folds):
            inside, outside = parts != fold, parts == fold
            fitted = fit_transition(
                probability[inside],
                observed.at(inside),
                pseudo_count=pseudo_count,
                # To rank the priors fewer steps do than to fit T.
                iterations=12,
            )
            held = observed.at(outside)
            likelihood = (probability[outside] * column_of(fitted, held.given)).sum(1)
            total += float(
                held.weighted(likelihood.clamp_min(FLOOR).log()).sum(dtype=torch.float64)
            )
        if total > best:
            best, chosen = total, pseudo_count
    return chosen


def _counted(observed: ObservedLabels, classes: int) -> np.ndarray:
    """(true, given) counts of the samples whose truth is known."""
    counts = np.zeros((classes, classes))
    known = observed.at((observed.truth >= 0) & observed.came)
    weight = known.weighted(torch.ones(len(known.given))).numpy()
    np.add.at(counts, (known.truth.numpy(), known.given.numpy()), weight)
    return counts


def _class_sums(
    probability: Tensor, counts: list[int], transition: np.ndarray, weight: Tensor | None
) -> np.ndarray:
    """Sum of responsibilities, (true, given), of rows sorted by given label."""
    classes = len(counts)
    sums = np.zeros((classes, classes))
    columns = torch.from_numpy(transition.astype(np.float32))
    start = 0
    for label, count in enumerate(counts):
        if count == 0:
            continue
        block = probability[start : start + count]
        column = columns[:, label].contiguous()
        share = torch.mv(block, column).clamp_min(FLOOR).reciprocal()
        if weight is not None:
            share *= weight[start : start + count]
        sums[:, label] = (torch.mv(block.T, share) * column).double().numpy()
        start += count
    return sums


def _rows_to_one(matrix: np.ndarray) -> np.ndarray:
    totals = matrix.sum(axis=1, keepdims=True)
    # A class that is never the true one is taken to be labelled rightly.
    return np.where(totals > 0, matrix / np.maximum(totals, FLOOR), np.eye(len(matrix)))
