"""How alike two images are in detail, once a small patch of one is laid over that of the other.

Silhouettes and shades that all shirts have agree between different shirts; what is left when they
are smoothed away does not. So the correlation is taken of the aligned patches' detail.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lnl_gui.detect.copies.alignment import lay_over, overlap_correlation, refine, reverse, starts
from lnl_gui.detect.copies.orientations import oriented
from lnl_gui.util.progress import Progress, no_progress

# Pairs at a time, which bounds the memory.
_CHUNK = 1024
# Grey levels of 255: a flat picture has nothing to compare.
_FLAT = 2.0
# Cells a side of reduced patches.
_COARSE_SIDE = 16
_COARSER = 5
"""Cells of a side from which on a mean shows what is no detail."""
COARSE = 0.8
"""Least correlation of reduced patches, laid over each other, at which detail is compared: of 630
crops, shots of a burst and shifted copies one in fifty lies below, of other photographs 95 in a
hundred."""
# Of Gauss and Newton, on reduced patches and on whole ones.
_COARSE_ROUNDS, _FINE_ROUNDS = 4, 4


def has_structure(signatures: np.ndarray) -> np.ndarray:
    """(N,) bool: patches (N, S, S) uint8 that are known and not of one grey."""
    found = np.empty(len(signatures), bool)
    # A part at a time: numpy keeps eight bytes for each cell of those it is given.
    for part in pair_parts(len(signatures)):
        found[part] = signatures[part].std(axis=(1, 2)) > _FLAT
    return found


def still_correlation(
    signatures: np.ndarray, left: np.ndarray, right: np.ndarray, orientation: np.ndarray
) -> np.ndarray:
    """Correlation (m,) float32 of reduced patches as they lie, the left one turned.

    Arguments as of `likeness`.
    """
    found = np.empty(len(left), np.float32)
    for part in pair_parts(len(left)):
        a, b = map(reduced, _patches(signatures, left[part], right[part], orientation[part]))
        found[part] = overlap_correlation(a, b, torch.ones_like(a)).numpy()
    return found


def likeness(
    signatures: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    orientation: np.ndarray,
    *,
    least: float = COARSE,
    most: int | None = None,
    progress: Progress = no_progress,
) -> np.ndarray:
    """Correlation of the detail of pairs of patches, the left one turned and laid over the right.

    Args:
        signatures: (N, S, S) uint8.
        left: (m,) int rows, whose patches are turned.
        right: (m,) int rows.
        orientation: (m,) int in [0, 8), see `oriented`.
        least: pairs that correlate less when reduced, are not looked at in detail.
        most: pairs to align in full, the likeliest; None for all. It bounds the time where all
            images look alike.
        progress: pairs done of all; may raise `Cancelled`.

    Returns:
        (m,) float32 in [-1, 1]; -1 for pairs that even a coarse look tells apart.
    """
    coarse, parameters = _coarsely(signatures, left, right, orientation, progress)
    likely = np.flatnonzero(coarse >= least)
    if most is not None and len(likely) > most:
        likely = np.sort(likely[np.argsort(-coarse[likely], kind="stable")[:most]])
    found = np.full(len(left), -1.0, np.float32)
    for part in pair_parts(len(likely)):
        rows = likely[part]
        a, b = _patches(signatures, left[rows], right[rows], orientation[rows])
        start = torch.from_numpy(parameters[rows])
        # The blurred one of the two is better left as it is, and which one that is, is not known.
        there, back = _detail_laid_over(a, b, start), _detail_laid_over(b, a, reverse(start))
        found[rows] = torch.maximum(there, back).numpy()
    return found


def aligned(
    signatures: np.ndarray, left: np.ndarray, right: np.ndarray, orientation: np.ndarray
) -> tuple[Tensor, Tensor]:
    """Parameters (m, 5) that lay the left patch over the right one, and those the other way.

    Arguments as of `likeness`; for as many pairs as `pair_parts` gives at once.
    """
    a, b = _patches(signatures, left, right, orientation)
    small = reduced(a), reduced(b)
    _, start = refine(*small, starts(*small), rounds=_COARSE_ROUNDS)
    _, there = refine(a, b, start, rounds=_FINE_ROUNDS)
    _, back = refine(b, a, reverse(start), rounds=_FINE_ROUNDS)
    return there, back


def _detail_laid_over(a: Tensor, b: Tensor, start: Tensor) -> Tensor:
    """Correlation (m,) of the detail of patches, the first laid over the second."""
    _, best = refine(a, b, start, rounds=_FINE_ROUNDS)
    warped, inside = lay_over(a[:, None], best)
    return overlap_correlation(detail_of(warped[:, 0]), detail_of(b), inside)


def reduced(patches: Tensor) -> Tensor:
    """Patches (m, S, S) with fewer cells, for a first look."""
    return F.adaptive_avg_pool2d(patches[:, None], _COARSE_SIDE)[:, 0]


def _coarsely(
    signatures: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    orientation: np.ndarray,
    progress: Progress,
) -> tuple[np.ndarray, np.ndarray]:
    """Correlation (m,) of reduced patches, aligned, and the parameters (m, 5) of that."""
    found = np.empty(len(left), np.float32)
    parameters = np.empty((len(left), 5), np.float32)
    for part in pair_parts(len(left)):
        patches = _patches(signatures, left[part], right[part], orientation[part])
        a, b = map(reduced, patches)
        best, at = refine(a, b, starts(a, b), rounds=_COARSE_ROUNDS)
        found[part], parameters[part] = best.numpy(), at.numpy()
        progress(min(part.stop, len(left)), len(left))
    return found, parameters


def _patches(
    signatures: np.ndarray, left: np.ndarray, right: np.ndarray, orientation: np.ndarray
) -> tuple[Tensor, Tensor]:
    turned = np.ascontiguousarray(oriented(signatures[left], orientation)).astype(np.float32)
    return torch.from_numpy(turned), patches_at(signatures, right)


def patches_at(signatures: np.ndarray, rows: np.ndarray) -> Tensor:
    """Patches (m, S, S) float32 of rows (m,) of signatures (N, S, S) uint8."""
    return torch.from_numpy(signatures[rows].astype(np.float32))


def detail_of(patches: Tensor) -> Tensor:
    """What a patch (m, S, S) shows that is neither finer than a cell or two nor coarser than five.

    The finest is lost between cells when a patch is moved.
    """
    fine = blurred(patches)
    return fine - _mean_around(_padded(fine, _COARSER // 2))


def detail_within(patches: Tensor, kept: Tensor) -> Tensor:
    """The detail of patches (m, S, S), of the cells `kept` alone, 1 or 0; 0 elsewhere.

    Means are of those cells, so that nothing of the others gets into them.
    """
    fine = blurred(patches * kept) / blurred(kept).clamp_min(1e-3) * kept
    around = _mean_around(_padded(kept, _COARSER // 2)).clamp_min(1e-3)
    return (fine - _mean_around(_padded(fine, _COARSER // 2)) / around) * kept


def blurred(patches: Tensor) -> Tensor:
    """Patches (m, S, S) without what is finer than a cell or two."""
    padded = _padded(patches, 1)
    # Of neighbouring rows, then of columns, weighted 1, 2 and 1: convolution takes six times as
    # long.
    rows = (padded[:, :-2] + padded[:, 2:]).mul_(0.25).add_(padded[:, 1:-1], alpha=0.5)
    beside = rows[:, :, :-2] + rows[:, :, 2:]
    return beside.mul_(0.25).add_(rows[:, :, 1:-1], alpha=0.5)


def _mean_around(padded: Tensor) -> Tensor:
    """Mean of the square of `_COARSER` cells around each, (m, S, S), of padded patches.

    Sums of rows, then of columns: a tenth of the time of `avg_pool2d`.
    """
    height, width = (length - _COARSER + 1 for length in padded.shape[1:])
    rows = padded[:, :height].clone()
    for start in range(1, _COARSER):
        rows += padded[:, start : start + height]
    found = rows[:, :, :width].clone()
    for start in range(1, _COARSER):
        found += rows[:, :, start : start + width]
    return found.div_(_COARSER**2)


def _padded(patches: Tensor, cells: int) -> Tensor:
    return F.pad(patches[:, None], (cells,) * 4, mode="replicate")[:, 0]


def pair_parts(count: int) -> list[slice]:
    """Slices that together hold `count` pairs, each of as many as fit in little memory."""
    return [slice(start, min(start + _CHUNK, count)) for start in range(0, count, _CHUNK)]
