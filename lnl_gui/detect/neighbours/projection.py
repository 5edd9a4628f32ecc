"""Projection of an embedding to two dimensions by UMAP or t-SNE.

Both lay out a graph of neighbours, which is found here. Up to `LARGEST_FIT` samples are fitted; of
more a random part is, and each of the others is placed among its nearest of that part.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lnl_gui.detect.inputs import unit_rows
from lnl_gui.detect.neighbours import tsne_layout, umap_layout
from lnl_gui.detect.threads import at_most
from lnl_gui.util.progress import Progress, no_progress

LARGEST_FIT = 100_000
"""Samples that are laid out; the others are placed among them."""
COMPONENTS = 50
"""Principal components in which neighbours are looked for."""
# Of fewer the principal axes show all that there is.
_LEAST_SAMPLES = 5
# Neighbours among those laid out that place another sample, and how many it is compared with.
_PLACED_BY, _PLACING_CANDIDATES = 5, 4_000
# Rows of an embedding that are read at a time, and about as many as tell its axes.
_PART = 16_384
_SMALLEST_AXIS = 1e-6
"""Of the longest one; what float32 rows leave of an axis that there is not."""
METHODS = {
    "umap": (umap_layout.umap_layout, umap_layout.NEIGHBOURS),
    "tsne": (tsne_layout.tsne_layout, tsne_layout.NEIGHBOURS),
}
"""What lays a graph out, and how many neighbours it wants of a sample, itself among them."""

Stages = Callable[[str], Progress]


def no_stages(_stage: str) -> Progress:
    """Ignore what every stage reports."""
    return no_progress


@dataclass(frozen=True)
class Neighbours:
    """A neighbour graph found earlier: the nearest others of each sample, nearest first."""

    index: np.ndarray
    """int32 (N, k), -1 for none"""
    similarity: np.ndarray
    """float (N, k), cosine"""


def project_to_plane(
    embedding: np.ndarray,
    *,
    method: str = "umap",
    known: Neighbours | None = None,
    start: np.ndarray | None = None,
    seed: int = 0,
    threads: int | None = None,
    largest_fit: int = LARGEST_FIT,
    progress_of: Stages = no_stages,
) -> np.ndarray:
    """Project samples to the plane so that neighbours stay neighbours.

    The same arguments give the same projection on one thread, and wherever fewer than 20 000
    samples are fitted; more of them on several threads, whose order is not fixed, are alike only.

    Args:
        embedding: (N, D) float, NaN in rows that could not be read.
        method: one of `METHODS`.
        known: neighbours that need not be searched for again; used if no sample is sampled away
            and each readable one has enough.
        start: (N, 2) coordinates to begin with, such as those on the two principal axes, whose
            orientation the projection keeps; None computes them.
        seed: of everything random.
        threads: to compute on; None means all there are.
        largest_fit: how many samples are fitted; the others are placed among them.
        progress_of: the progress of a stage: prepare, neighbours, compile, projection, place. It
            may raise `Cancelled`; an epoch, or some thousand samples, lie between two reports.

    Returns:
        (N, 2) float32, NaN where `embedding` is.

    Raises:
        Cancelled: from `progress_of`.
    """
    layout, most = METHODS[method]
    projection = np.full((len(embedding), 2), np.nan, dtype=np.float32)
    space = reduced(embedding, progress=progress_of("prepare"))
    usable = np.isfinite(space).all(axis=1)
    rows = np.flatnonzero(usable)
    space = space[rows]
    first = _beginning(space, start[rows] if start is not None else None, seed)
    if len(rows) < _LEAST_SAMPLES:
        projection[rows] = first
        return projection
    generator = np.random.default_rng(seed)
    chosen = np.sort(generator.choice(len(rows), min(largest_fit, len(rows)), replace=False))
    wanted = min(most, len(chosen)) - 1
    graph = _known(known, usable, rows, wanted) if len(chosen) == len(rows) else None
    if graph is None:
        searching = progress_of("neighbours")
        graph = _search(space[chosen], wanted, seed=seed, threads=threads, progress=searching)
    fitted = layout(*graph, first[chosen], seed=seed, threads=threads, progress_of=progress_of)
    placed = _place(
        space, chosen, fitted, seed=seed, threads=threads, progress=progress_of("place")
    )
    projection[rows] = _turned(placed, first)
    return projection


def reduced(embedding: np.ndarray, *, progress: Progress = no_progress) -> np.ndarray:
    """Reduce an embedding to principal components of its rows at Euclidean norm 1.

    The axes are those of a part of the rows; the embedding is read once, a part at a time.

    Args:
        embedding: (N, D), any float type.
        progress: rows done of N; may raise `Cancelled`.

    Returns:
        (N, P) float32, P at most 50; NaN in rows that are not finite.
    """
    mean, axes = _principal_axes(embedding)
    space = np.empty((len(embedding), axes.shape[1]), dtype=np.float32)
    with np.errstate(invalid="ignore"):  # an infinite row has no direction
        for begin in range(0, len(embedding), _PART):
            progress(begin, len(embedding))
            part = slice(begin, begin + _PART)
            space[part] = (unit_rows([embedding[part]]) - mean) @ axes
    progress(len(embedding), len(embedding))
    return space


def _principal_axes(embedding: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(D,) mean and (D, P) axes of up to some thousand rows spread over the embedding."""
    with np.errstate(invalid="ignore"):
        part = unit_rows([embedding[:: max(1, len(embedding) // _PART)]])
    part = part[np.isfinite(part).all(axis=1)]
    mean = part.mean(axis=0) if len(part) else np.zeros(embedding.shape[1], np.float32)
    centred = part - mean
    if not 0 < len(centred) < centred.shape[1]:
        # numpy gives eigenvalues in rising order.
        return mean, np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :COMPONENTS]
    # Of few rows the axes are found among the rows' products, of which there are fewer.
    wide = centred.astype(np.float64)
    axes = wide.T @ np.linalg.eigh(wide @ wide.T)[1][:, ::-1][:, :COMPONENTS]
    lengths = np.linalg.norm(axes, axis=0)
    # Along the others the rows do not differ: such an axis is rounding alone.
    axes[:, lengths <= _SMALLEST_AXIS * lengths.max(initial=0.0)] = 0.0
    return mean, (axes / np.maximum(lengths, 1e-12)).astype(np.float32)


def _beginning(space: np.ndarray, start: np.ndarray | None, seed: int) -> np.ndarray:
    """(n, 2) float32 without two points in one place, which repulsion could not part."""
    picture = np.zeros((len(space), 2), dtype=np.float32)
    axes = space[:, :2] if start is None or not np.isfinite(start).all() else start
    picture[:, : axes.shape[1]] = axes
    scale = 1e-4 * (np.ptp(picture) if picture.size else 0) or 1e-4
    noise = np.random.default_rng(seed).normal(scale=scale, size=picture.shape)
    return (picture + noise).astype(np.float32)


def _known(
    known: Neighbours | None, usable: np.ndarray, rows: np.ndarray, wanted: int
) -> tuple[np.ndarray, np.ndarray] | None:
    """The graph among the readable rows with Euclidean distances, or None if it lacks any."""
    if known is None or len(known.index) != len(usable) or known.index.shape[1] < wanted:
        return None
    index = np.asarray(known.index[rows, :wanted])
    if (index < 0).any() or not usable[index].all():
        return None
    place = np.cumsum(usable, dtype=np.int32) - 1
    similarity = np.asarray(known.similarity[rows, :wanted], dtype=np.float32)
    # Of vectors of norm 1, as the reduced space has them.
    return place[index], np.sqrt(np.maximum(2 - 2 * similarity, 0))


def _search(
    space: np.ndarray, neighbours: int, *, threads: int | None, **options: Any
) -> tuple[np.ndarray, np.ndarray]:
    """As `approximate_neighbours` finds them, on so many threads."""
    # With a detection's neighbours nothing is searched for, and torch takes seconds to load.
    from lnl_gui.detect.neighbours.ivf_index import approximate_neighbours  # noqa: PLC0415

    with at_most(threads):
        return approximate_neighbours(space, neighbours, **options)


def _place(
    space: np.ndarray,
    chosen: np.ndarray,
    fitted: np.ndarray,
    *,
    seed: int,
    threads: int | None,
    progress: Progress,
) -> np.ndarray:
    """(n, 2) float32: `fitted` for the chosen rows, the others among their nearest of these.

    The weights fall with the distance beyond the nearest one's, as UMAP's memberships do.
    """
    if len(chosen) == len(space):
        return fitted
    index, distance = _search(
        space,
        _PLACED_BY,
        among=chosen,
        candidates=_PLACING_CANDIDATES,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    # Infinite where there are fewer neighbours: their weight is exp(-inf) = 0.
    beyond = distance - distance[:, :1]
    scale = np.maximum(beyond.mean(axis=1, where=np.isfinite(beyond), keepdims=True), 1e-12)
    weight = np.exp(-beyond / scale)
    weight /= weight.sum(axis=1, keepdims=True)
    of_row = np.zeros((len(space), 2), dtype=np.float32)
    of_row[chosen] = fitted
    placed = np.einsum("nk,nkd->nd", weight, of_row[index])
    placed[chosen] = fitted
    return placed.astype(np.float32)


def _turned(projection: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """The projection rotated or mirrored to lie as the picture does (orthogonal Procrustes)."""
    centred = projection - projection.mean(axis=0)
    left, _, right = np.linalg.svd(centred.T @ (picture - picture.mean(axis=0)))
    return (centred @ (left @ right)).astype(np.float32)
