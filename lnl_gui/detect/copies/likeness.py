"""How alike two images are, pixel by pixel: correlation of small patches of grey, aligned.

Normalised cross-correlation (Lewis, "Fast Normalized Cross-Correlation", 1995): brightness and
contrast play no role. A few shifts and two crops are tried.
"""

import numpy as np

from lnl_gui.detect.copies.orientations import oriented

REACH = 2
"""Cells of 16 that an image may be shifted by: an eighth of its side."""
_CROPS = (0.05, 0.1)
_CHUNK = 2048
# Grey levels of 255: a flat picture has nothing to compare.
_FLAT = 2.0


def has_structure(signatures: np.ndarray) -> np.ndarray:
    """(N,) bool: patches (N, S, S) uint8 that are known and not of one grey."""
    return signatures.std(axis=(1, 2)) > _FLAT


def aligned_correlation(
    signatures: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    orientation: np.ndarray,
    *,
    moved: bool = True,
) -> np.ndarray:
    """Highest correlation of pairs of patches, the left one turned, over shifts and crops.

    Args:
        signatures: (N, S, S) uint8.
        left: (m,) int rows, whose patches are turned.
        right: (m,) int rows.
        orientation: (m,) int in [0, 8), see `oriented`.
        moved: try shifts and crops; False compares the patches as they lie.

    Returns:
        (m,) float32 in [-1, 1].
    """
    found = np.empty(len(left), np.float32)
    for start in range(0, len(left), _CHUNK):
        part = slice(start, start + _CHUNK)
        a = oriented(signatures[left[part]], orientation[part]).astype(np.float32)
        b = signatures[right[part]].astype(np.float32)
        found[part] = _best(a, b) if moved else _correlation(a, b)
    return found


def _best(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    best = _shifted(a, b)
    for crop in _CROPS:
        inner = _inner(a.shape[1], crop)
        best = np.maximum(best, _shifted(inner @ a @ inner.T, b))
        best = np.maximum(best, _shifted(a, inner @ b @ inner.T))
    return best


def _inner(side: int, crop: float) -> np.ndarray:
    """(S, S) float32: linear interpolation of the inner part of S cells at S places."""
    cut = crop * side
    place = np.clip(cut + (np.arange(side) + 0.5) * (side - 2 * cut) / side - 0.5, 0, side - 1)
    low = np.minimum(place.astype(int), side - 2)
    matrix = np.zeros((side, side), np.float32)
    matrix[np.arange(side), low] = 1 - (place - low)
    matrix[np.arange(side), low + 1] = place - low
    return matrix


def _shifted(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    best = np.full(len(a), -1.0, np.float32)
    for down in range(-REACH, REACH + 1):
        for across in range(-REACH, REACH + 1):
            best = np.maximum(best, _correlation(_cut(a, down, across), _cut(b, -down, -across)))
    return best


def _cut(patches: np.ndarray, down: int, across: int) -> np.ndarray:
    side = patches.shape[1]
    rows = slice(max(0, down), side + min(0, down))
    columns = slice(max(0, across), side + min(0, across))
    return patches[:, rows, columns]


def _correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    cells = a.shape[1] * a.shape[2]
    sum_a, sum_b = a.sum(axis=(1, 2)), b.sum(axis=(1, 2))
    covariance = np.einsum("nij,nij->n", a, b) - sum_a * sum_b / cells
    spread_a = np.einsum("nij,nij->n", a, a) - sum_a**2 / cells
    spread_b = np.einsum("nij,nij->n", b, b) - sum_b**2 / cells
    # One grey level a cell: what remains of a patch that is flat where the two overlap.
    floor = float(cells)
    scale = np.sqrt(np.maximum(spread_a, floor) * np.maximum(spread_b, floor))
    return (covariance / scale).astype(np.float32)
