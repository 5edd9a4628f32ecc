"""The label-noise transition matrix by expectation-maximisation with a structured prior.

T[k, j] = P(given = j | true = k), from class probabilities held fixed. The prior is the symmetric
matrix of T's own mean diagonal; its weight in pseudo-counts is chosen by cross-validated
likelihood, which keeps T stable with many classes and few samples and lets it be asymmetric where
the data say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

# From a nearly free matrix to one that is all but symmetric; the likelihood decides.
PSEUDO_COUNTS = (1.0, 10.0, 100.0, 1e3, 1e4, 1e5)
FLOOR = 1e-12
# Cells of the matrices that are fitted side by side: 32 MB.
_LARGEST_STACK = 4_000_000
# Cells of all rows up to which they are read in one product, not in one for each class.
_LARGEST_PADDED = 100_000


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
        place: (n,) int64, rising in the order by which labels are drawn; None: by row.
    """

    given: Tensor
    truth: Tensor
    came: Tensor
    weight: Tensor | None = None
    place: Tensor | None = None

    def at(self, rows: Tensor | slice) -> "ObservedLabels":
        """The part at `rows`: indices (m,) int64, a mask (n,) bool, or a slice."""
        weight = None if self.weight is None else self.weight[rows]
        place = None if self.place is None else self.place[rows]
        return ObservedLabels(self.given[rows], self.truth[rows], self.came[rows], weight, place)

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
    """Symmetric matrix (C, C) float64 with the mean diagonal of `transition` (C, C); of each of
    several, (S, C, C), one."""
    classes = transition.shape[-1]
    if classes == 1:
        return np.ones(transition.shape)
    diagonal = np.diagonal(transition, axis1=-2, axis2=-1).mean(axis=-1)[..., None]
    prior = np.empty(transition.shape)
    prior[...] = ((1.0 - diagonal) / (classes - 1))[..., None]
    np.einsum("...kk->...k", prior)[...] = diagonal
    return prior


@torch.inference_mode()
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
    rows = _sorted_by_label(probability, observed)
    [found] = _maximise(
        rows, (pseudo_count,), start=start, iterations=iterations, tolerance=tolerance
    )
    return found


@dataclass(frozen=True)
class _SortedRows:
    """What a step of expectation-maximisation reads.

    Sorted by given label, the sum over each label's rows is one matrix product, with no (n, C)
    one-hot matrix.

    Attributes:
        blocks: of each class j the rows (n_j, C) float32 given as j whose truth is not known.
        weights: (n_j, 1) float32 of each class, how much its rows count; None: all alike.
        known: (true, given) counts of the samples whose truth is known, (C, C) float64.
        padded: the blocks in one piece; None where they are large or of very unlike length.
    """

    blocks: Sequence[Tensor]
    weights: Sequence[Tensor] | None
    known: np.ndarray
    padded: "_PaddedBlocks | None" = None

    def class_sums(self, transitions: np.ndarray) -> np.ndarray:
        """Sums of responsibilities under S matrices, (S, true, given) float64 like them."""
        # One product serves all S matrices: each row is read once for all of them.
        columns = torch.from_numpy(transitions.transpose(2, 1, 0).astype(np.float32, order="C"))
        if self.padded is not None:
            share = torch.bmm(self.padded.blocks, columns).clamp_min_(FLOOR).reciprocal_()
            sums = torch.bmm(self.padded.blocks.mT, share.mul_(self.padded.weights))
            return (sums * columns).double().numpy().transpose(2, 1, 0)
        sums = torch.zeros_like(columns)
        for label, (block, column, found) in enumerate(
            zip(self.blocks, columns.unbind(), sums.unbind(), strict=True)
        ):
            if block.numel():
                share = torch.mm(block, column).clamp_min_(FLOOR).reciprocal_()
                if self.weights is not None:
                    share.mul_(self.weights[label])
                torch.mm(block.T, share, out=found)
        return (sums * columns).double().numpy().transpose(2, 1, 0)


@dataclass(frozen=True)
class _PaddedBlocks:
    """Blocks of all classes, filled up to T rows each: of few rows one call costs most.

    Attributes:
        blocks: (C, T, C) float32, 0 where filled up.
        weights: (C, T, 1) float32, 0 where filled up.
    """

    blocks: Tensor
    weights: Tensor


def _padded(rows: Tensor, weights: Tensor | None, counts: Sequence[int]) -> _PaddedBlocks | None:
    """Rows (n, C) sorted by label, (n,) weights, and how many rows each class has."""
    classes, longest = len(counts), max(counts)
    cells = classes * longest * classes
    if not longest or cells > min(_LARGEST_PADDED, 4 * rows.numel()):
        return None
    sizes = np.asarray(counts)
    label = np.repeat(np.arange(classes), sizes)
    place = np.arange(len(label)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    flat = torch.from_numpy(label * longest + place)
    blocks = torch.zeros(classes * longest, classes).index_copy_(0, flat, rows)
    counted = torch.ones(len(rows)) if weights is None else weights
    share = torch.zeros(classes * longest).index_copy_(0, flat, counted)
    return _PaddedBlocks(blocks.view(classes, longest, classes), share.view(classes, longest, 1))


def _sorted_by_label(probability: Tensor, observed: ObservedLabels) -> _SortedRows:
    classes = probability.shape[1]
    open_rows = torch.nonzero(observed.truth < 0).squeeze(1)
    given = observed.given[open_rows]
    order = open_rows[torch.argsort(given, stable=True)]
    counts = torch.bincount(given, minlength=classes).tolist()
    rows, known = probability[order], _counted(observed, classes)
    weights = None if observed.weight is None else observed.weight[order]
    return _SortedRows(
        rows.split(counts),
        None if weights is None else weights.unsqueeze(1).split(counts),
        known,
        _padded(rows, weights, counts),
    )


def _maximise(
    rows: _SortedRows,
    pseudo_counts: Sequence[float],
    *,
    start: np.ndarray | None = None,
    iterations: int,
    tolerance: float = 1e-4,
) -> np.ndarray:
    """T under each of S priors, (S, C, C) float64, by expectation-maximisation side by side.

    Other arguments as of `fit_transition`.
    """
    classes = len(rows.known)
    begin = structured_prior(np.eye(classes) * 0.8) if start is None else start
    found = np.repeat(begin[None], len(pseudo_counts), axis=0)
    strength = np.asarray(pseudo_counts)[:, None, None]
    moving = np.arange(len(pseudo_counts))
    for _ in range(iterations):
        joint = rows.class_sums(found[moving]) + rows.known
        prior = structured_prior(_rows_to_one(joint))
        updated = _rows_to_one(joint + strength[moving] * prior)
        moved = np.abs(updated - found[moving]).max(axis=(1, 2))
        found[moving] = updated
        moving = moving[moved >= tolerance]
        if not moving.size:
            break
    return found


@torch.inference_mode()
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
    if observed.place is not None:
        parts = parts[observed.place.argsort().argsort()]
    # From the strongest prior down, so that a tie keeps the simpler matrix.
    candidates = PSEUDO_COUNTS[::-1]
    at_once = max(1, _LARGEST_STACK // probability.shape[1] ** 2)
    totals = np.zeros(len(candidates))
    for fold in range(folds):
        inside, outside = parts != fold, parts == fold
        rows = _sorted_by_label(probability[inside], observed.at(inside))
        reading, held = probability[outside], observed.at(outside)
        for begin in range(0, len(candidates), at_once):
            some = candidates[begin : begin + at_once]
            # To rank the priors fewer steps do than to fit T.
            for number, fitted in enumerate(_maximise(rows, some, iterations=12), start=begin):
                likelihood = (reading * column_of(fitted, held.given)).sum(1)
                totals[number] += float(
                    held.weighted(likelihood.clamp_min(FLOOR).log()).sum(dtype=torch.float64)
                )
    return candidates[int(totals.argmax())]


def _counted(observed: ObservedLabels, classes: int) -> np.ndarray:
    """(true, given) counts of the samples whose truth is known."""
    counts = np.zeros((classes, classes))
    if not (observed.truth >= 0).any():  # the usual case, spared the copies
        return counts
    known = observed.at((observed.truth >= 0) & observed.came)
    weight = known.weighted(torch.ones(len(known.given))).numpy()
    np.add.at(counts, (known.truth.numpy(), known.given.numpy()), weight)
    return counts


def _rows_to_one(matrix: np.ndarray) -> np.ndarray:
    """Rows of (..., C, C) divided by their sums."""
    totals = matrix.sum(axis=-1, keepdims=True)
    shares = matrix / np.maximum(totals, FLOOR)
    if (totals > 0).all():
        return shares
    # A class that is never the true one is taken to be labelled rightly.
    return np.where(totals > 0, shares, np.eye(matrix.shape[-1]))
