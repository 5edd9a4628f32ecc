"""Feature matrix of linear probes from one or several embedding spaces.

Per space: standardise each dimension and divide by the root of their number, so that every encoder
weighs the same. Then concatenate, rotate onto the leading principal components without whitening,
and scale to a fixed mean norm, which makes one learning rate fit all encoders.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.detect.inputs import usable_rows
from lnl_gui.detect.threads import at_most
from lnl_gui.util.process.side_by_side import side_by_side
from lnl_gui.util.progress import Progress, no_progress

# Loses little and saves much; whitening would blow up the noise of the last components.
COMPONENTS = 256
# Makes one learning rate fit all encoders.
MEAN_NORM = 8.0
_DEVIATION_FLOOR = 1e-6
# The standard error of a variance from so many rows is 1 %.
_COVARIANCE_ROWS = 20_000
_CHUNK = 8192
# Subspace iteration converges by the ratio of the eigenvalues inside and outside the block; spare
# directions keep its edge away from the last one wanted (Halko, Martinsson and Tropp 2011).
_SPARE_DIRECTIONS = 32
# Of the variance on the best 256 of 1 000 axes .997 is kept where eigenvalues fall as the root of
# their number, and .9998 where they fall with it; with four iterations .981 and .998.
_POWER_ITERATIONS = 8


@dataclass(frozen=True)
class SpaceScale:
    """How the D dimensions of a space are standardised, as found on the usable rows.

    Attributes:
        mean: (D,) float32.
        weight: (D,) float32, one over the deviation and the root of D.
        lowest: (D,) float32, the least value among the usable rows.
        highest: (D,) float32, the greatest.
    """

    mean: np.ndarray
    weight: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray

    def applied(self, values: np.ndarray) -> np.ndarray:
        """(n, D) float32 of values (n, D) of any float type.

        What lies outside of the values that were seen counts as the nearest of them. A dimension
        that hardly moves among a few samples has a tiny deviation, and others would lie hundreds of
        it away: with ten labels a class (seven kinds of images) the features of samples without a
        label were twice as long, and 71 of 1 254 suggestions at .99 and above wrong; 2 of 1 195
        are.
        """
        bounded = np.clip(np.asarray(values, np.float32), self.lowest, self.highest)
        return (bounded - self.mean) * self.weight


@dataclass(frozen=True)
class Projection:
    """From embedding spaces to features, as found on the usable rows.

    Attributes:
        scales: of each space what its D_k dimensions are standardised by.
        basis: (sum of D_k, P) principal axes.
        factor: what brings the mean norm to `MEAN_NORM`.
    """

    scales: list["SpaceScale"]
    basis: Tensor
    factor: float

    def apply(
        self,
        embeddings: Sequence[np.ndarray],
        rows: np.ndarray,
        *,
        device: torch.device | str = PROCESSOR,
    ) -> np.ndarray:
        """(n, P) float32 features of the rows (n,) of the spaces (N, D_k), computed on `device`."""
        matrix = np.empty((rows.size, self.basis.shape[1]), np.float32)
        basis = self.basis.to(device)

        def project(start: int, _: Progress) -> None:
            part = rows[start : start + _CHUNK]
            found = _standardised(embeddings, self.scales, part).to(device) @ basis
            matrix[start : start + _CHUNK] = found.mul_(self.factor).cpu().numpy()

        threads = torch.get_num_threads()
        with at_most(1):
            parts = [partial(project, start) for start in range(0, rows.size, _CHUNK)]
            side_by_side(parts, threads, no_progress)
        return matrix


@dataclass(frozen=True)
class Features:
    """The prepared rows.

    Attributes:
        matrix: (n, P) float32, the usable rows only; mean norm 8, P at most `COMPONENTS`.
        rows: (n,) int64, where each lies among the N samples.
        constant: whether the embeddings hold no information at all.
        projection: what made them, for rows that were left out.
    """

    matrix: np.ndarray
    rows: np.ndarray
    constant: bool
    projection: Projection


class SharedSpaces(list[np.ndarray]):
    """Embedding spaces whose features are prepared once for all who ask for the same rows."""

    _latest: Features | None = None

    def known(self, rows: np.ndarray, components: int) -> Features | None:
        """What was prepared of these rows (n,) int64, if anything."""
        if components != COMPONENTS or self._latest is None:
            return None
        return self._latest if np.array_equal(self._latest.rows, rows) else None

    def keep(self, features: Features, components: int) -> None:
        """Have it ready for the next who asks, in the place of what was prepared before."""
        if components == COMPONENTS:
            self._latest = features


def prepare(
    embeddings: Sequence[np.ndarray],
    *,
    components: int = COMPONENTS,
    usable: np.ndarray | None = None,
    device: str = PROCESSOR,
) -> Features:
    """Combine embedding spaces into one feature matrix.

    Time O(N (sum D) P + (sum D)^3), extra memory O(N P + (sum D)^2).

    Args:
        embeddings: K spaces (N, D_k), any float type; of `SharedSpaces` what is known already is
            taken.
        components: P at most.
        usable: (N,) bool, the rows to keep, at least one; None keeps those finite in every space.
        device: of torch, for the axes and the products; what is returned lies on the processor.

    Raises:
        torch.OutOfMemoryError: where the device's memory does not hold a part of the rows.
    """
    rows = np.flatnonzero(usable_rows(embeddings) if usable is None else usable)
    shared = embeddings if isinstance(embeddings, SharedSpaces) else SharedSpaces()
    known = shared.known(rows, components)
    if known is not None:
        return known
    scales = [_standardisation(space, rows) for space in embeddings]
    with at_most(1):
        basis = _principal_axes(embeddings, scales, rows, components, device).contiguous().cpu()
    matrix = Projection(scales, basis, 1.0).apply(embeddings, rows, device=device)
    norm = float(np.linalg.norm(matrix, axis=1).mean())
    constant = not norm > _DEVIATION_FLOOR
    factor = 1.0 if constant else MEAN_NORM / norm
    matrix *= factor
    features = Features(matrix, rows, constant, Projection(scales, basis, factor))
    shared.keep(features, components)
    return features


def _standardisation(space: np.ndarray, rows: np.ndarray) -> SpaceScale:
    """Mean, 1 / (deviation sqrt(D)) and range of each dimension, from sums over chunks."""
    total = np.zeros(space.shape[1])
    squares = np.zeros(space.shape[1])
    # Relative to one row: squares of a large common offset would cancel to nothing.
    shift = np.asarray(space[rows[0]], np.float64)
    lowest = np.asarray(space[rows[0]], np.float32)
    highest = lowest
    for start in range(0, rows.size, _CHUNK):
        values = space[rows[start : start + _CHUNK]]
        lowest = np.minimum(lowest, values.min(axis=0)).astype(np.float32)
        highest = np.maximum(highest, values.max(axis=0)).astype(np.float32)
        part = np.asarray(values, np.float64) - shift
        total += part.sum(axis=0)
        squares += np.einsum("nd,nd->d", part, part)
    mean = total / rows.size
    deviation = np.sqrt(np.maximum(squares / rows.size - mean**2, 0.0))
    # A dimension that never moves carries nothing; dividing by its rounding error would.
    weight = np.where(deviation > _DEVIATION_FLOOR, 1.0 / (deviation + _DEVIATION_FLOOR), 0.0)
    return SpaceScale(
        (mean + shift).astype(np.float32),
        (weight / np.sqrt(space.shape[1])).astype(np.float32),
        lowest,
        highest,
    )


def _standardised(
    embeddings: Sequence[np.ndarray],
    scales: Sequence[SpaceScale],
    rows: np.ndarray,
) -> Tensor:
    parts = [
        torch.from_numpy(scale.applied(space[rows]))
        for space, scale in zip(embeddings, scales, strict=True)
    ]
    return parts[0] if len(parts) == 1 else torch.cat(parts, 1)


def _principal_axes(
    embeddings: Sequence[np.ndarray],
    scales: Sequence[SpaceScale],
    rows: np.ndarray,
    components: int,
    device: str,
) -> Tensor:
    """The (sum D, P) leading eigenvectors of the covariance of an evenly spread subset."""
    # Evenly spread, because datasets often come sorted by class.
    stride = max(1, -(-rows.size // _COVARIANCE_ROWS))
    sample = rows[::stride]
    width = sum(space.shape[1] for space in embeddings)
    if sample.size < width:
        # Fewer rows than dimensions: the small Gram matrix has the same non-zero spectrum.
        data = _standardised(embeddings, scales, sample).to(device).double()
        values, vectors = torch.linalg.eigh(data @ data.T)
        keep = _leading(values, components)
        # Constant embeddings have no spectrum; zero divided by zero is no axis.
        lengths = values[keep].clamp_min(1e-12).sqrt()
        return (data.T @ (vectors[:, keep] / lengths)).float()
    covariance = torch.zeros(width, width, device=device)
    for start in range(0, sample.size, _CHUNK):
        data = _standardised(embeddings, scales, sample[start : start + _CHUNK]).to(device)
        covariance.addmm_(data.T, data)
    return _top_eigenvectors(covariance, components)


def _top_eigenvectors(covariance: Tensor, components: int) -> Tensor:
    """(D, P) leading eigenvectors, by subspace iteration where P is a small part of D.

    Much faster than a full decomposition; directions at the very end of the range may mix, which
    a probe does not mind.
    """
    width = len(covariance)
    block = components + _SPARE_DIRECTIONS
    if width <= 2 * block:
        values, vectors = torch.linalg.eigh(covariance)
        return vectors[:, _leading(values, components)]
    # The same axes at every call, whatever torch's generator stands at.
    basis = torch.randn(width, block, generator=torch.Generator().manual_seed(0))
    basis = basis.to(covariance.device)
    for _ in range(_POWER_ITERATIONS):
        basis, _ = torch.linalg.qr(covariance @ basis)
    values, turn = torch.linalg.eigh(basis.T @ covariance @ basis)
    return basis @ turn[:, _leading(values, components)]


def _leading(values: Tensor, components: int) -> Tensor:
    """Indices of the largest eigenvalues, at least one, none of them numerically zero."""
    order = torch.argsort(values, descending=True)[:components]
    real = order[values[order] > 1e-6 * max(float(values[order[0]]), 1e-12)]
    return real if len(real) else order[:1]
