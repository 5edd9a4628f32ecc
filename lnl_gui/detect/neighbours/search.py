"""Nearest neighbours by cosine, and groups of identical samples.

Up to `EXACT_UP_TO` samples each is compared with all, of more with some thousand of an inverted
file. Memory stays O(N (D + k)).
"""

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from lnl_gui.detect.devices import PROCESSOR, within_memory
from lnl_gui.detect.inputs import unit_rows, usable_rows
from lnl_gui.detect.neighbours.ivf_index import approximate_neighbours
from lnl_gui.util.progress import Progress, no_progress

# Steadier than SimiFeat's ten on CIFAR-10N.
NEIGHBOURS = 20
EXACT_UP_TO = 20_000
"""Samples up to which each is compared with all others."""
_CANDIDATES, _CANDIDATES_OF = 12_000, 50_000
"""Samples each is compared with where there are so many, which take a fifth of the time. On
CIFAR-10N's 50 000 images, sorted by label, the vote's average precision falls by .0009 at most on
each of three label sets; with 8 000, which find .989 of the 20 nearest, by .0029, with 4 000 by
.008. What is needed for one share grew with the power .6 of the samples from 12 500 on, with the
power .4 in shorter lists."""
_LENGTH_ROWS = 8192
# 512 MB in float32.
_CONVERTED_CELLS = 1 << 27
# Few enough for their neighbours' vectors to stay in the cache: 512 took a quarter longer.
_PAIR_ROWS = 64


def duplicate_groups(
    embeddings: Sequence[np.ndarray], *, content_hash: np.ndarray | None = None
) -> np.ndarray:
    """Number exact duplicates alike, by file content or identical embedding.

    Args:
        embeddings: K spaces (N, D_k), any float type.
        content_hash: (N,) of any sortable type; an empty string stands for unknown.

    Returns:
        (N,) int32; samples equal in either sense share a number, a sample like no other has one of
        its own.
    """
    # Rows as opaque bytes, so that one sort of N keys finds the equal ones.
    rows = np.ascontiguousarray(np.concatenate([np.asarray(e) for e in embeddings], axis=1))
    keys = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel()
    group = _first_of_equal(keys)
    # NaN rows share one bit pattern without showing the same image.
    group = np.where(usable_rows(embeddings), group, np.arange(len(group)))
    if content_hash is not None:
        known = np.flatnonzero(content_hash != np.zeros(1, dtype=content_hash.dtype)[0])
        group[known] = group[known[_first_of_equal(content_hash[known])]]
    return group.astype(np.int32)


def _first_of_equal(keys: np.ndarray) -> np.ndarray:
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return first[inverse.reshape(-1)]


def nearest_neighbours(
    embeddings: Sequence[np.ndarray],
    neighbours: int = NEIGHBOURS,
    *,
    duplicates: np.ndarray | None = None,
    device: str = PROCESSOR,
    progress: Progress = no_progress,
) -> tuple[np.ndarray, np.ndarray]:
    """Find the `neighbours` samples of highest cosine to each, never itself.

    Args:
        embeddings: K spaces (N, D_k), any float type; the cosine is the mean over the spaces.
        neighbours: k.
        duplicates: (N,) numbers as `duplicate_groups` gives them; samples of one number are not
            each other's neighbours, or a copied image would vote for its own label.
        device: of torch; what its memory does not hold is computed on the processor.
        progress: samples done of all; may raise `Cancelled`.

    Returns:
        indices (N, k) int32 in falling order of similarity, and similarity (N, k) float32.
        Where there are fewer than k, and for rows with NaN: index -1, similarity 0.
    """
    rows = np.flatnonzero(usable_rows(embeddings))
    unit = unit_rows(embeddings, rows)
    group = None if duplicates is None else np.asarray(duplicates, np.int64)[rows]
    wanted = min(neighbours, max(len(rows) - 1, 0))
    index, cosine = _nearest(unit, wanted, groups=group, device=device, progress=progress)
    indices = np.full((len(embeddings[0]), neighbours), -1, dtype=np.int32)
    similarity = np.zeros((len(embeddings[0]), neighbours), dtype=np.float32)
    indices[rows, : index.shape[1]] = np.where(index < 0, -1, rows[index])
    similarity[rows, : index.shape[1]] = np.where(index < 0, 0, cosine).clip(-1, 1)
    return indices, similarity


def nearest_references(
    queries: np.ndarray,
    references: np.ndarray,
    neighbours: int,
    *,
    device: str = PROCESSOR,
    progress: Progress = no_progress,
) -> tuple[np.ndarray, np.ndarray]:
    """Find the references of highest cosine to each of other samples.

    Args:
        queries: (q, D) float32, finite.
        references: (n, D) float32, finite.
        neighbours: k.
        device: of torch; what its memory does not hold is computed on the processor.
        progress: queries done of all; may raise `Cancelled`.

    Returns:
        indices (q, min(k, n)) int32 in falling order of similarity, and similarity of that shape,
        float32.
    """
    unit = unit_rows([np.concatenate([references, queries])])
    count = len(references)
    return _nearest(
        unit, min(neighbours, count), references=count, device=device, progress=progress
    )


def _nearest(
    unit: np.ndarray,
    neighbours: int,
    *,
    references: int | None = None,
    groups: np.ndarray | None = None,
    device: str,
    progress: Progress,
) -> tuple[np.ndarray, np.ndarray]:
    """Indices and cosine (q, k) of the nearest of all rows to each; -1 where there are fewer.

    Args:
        unit: (n, D) float32 of length 1, or zeros.
        neighbours: k.
        references: of the first so many rows, to each of the rows after them; None: all to all.
        groups: (n,) int, equal for rows that are not each other's neighbours; None: each alone.
        device: of torch; what its memory does not hold is computed on the processor.
        progress: queries done of all.
    """
    among, asking, queries = None, None, unit
    if references is not None:
        among, asking = np.split(np.arange(len(unit)), [references])
        queries = unit[references:]
    samples = len(unit) if among is None else len(among)
    search = partial(
        approximate_neighbours,
        unit,
        neighbours,
        among=among,
        asking=asking,
        groups=groups,
        candidates=_candidates(len(queries), samples),
        progress=progress,
    )
    index, distance = within_memory(lambda on: search(device=on), device)
    return index, _cosine(queries, unit, index, distance)


def _candidates(queries: int, samples: int) -> int:
    """With how many of the samples each query is compared; with all where that is quick."""
    if queries * samples <= EXACT_UP_TO**2:
        return samples
    return round(_CANDIDATES * max(1.0, math.sqrt(samples / _CANDIDATES_OF)))


def _cosine(
    own: np.ndarray, other: np.ndarray, index: np.ndarray, distance: np.ndarray
) -> np.ndarray:
    """(q, k) of rows of length 1, or of zeros, which have no direction, by their distance."""
    left, right = (np.einsum("nd,nd->n", rows, rows) for rows in (own, other))
    return (left[:, None] + right[index] - distance**2) / 2


def pair_similarity(embeddings: Sequence[np.ndarray], indices: np.ndarray) -> np.ndarray:
    """Cosine of each sample and its neighbours, which were found in another space.

    Args:
        embeddings: K spaces (N, D_k), any float type; the cosine is the mean over the spaces.
        indices: (N, k) int, -1 for none.

    Returns:
        (N, k) float32; 0 for index -1 or a row with NaN.
    """
    similarity = np.zeros(indices.shape, dtype=np.float32)
    others = np.maximum(indices, 0)
    with np.errstate(invalid="ignore"):  # an infinite row has no direction
        for space in embeddings:
            length = _lengths(space)
            product = np.zeros(indices.shape, dtype=np.float32)
            for columns in _as_float32(space):
                for start in range(0, len(indices), _PAIR_ROWS):
                    part = slice(start, start + _PAIR_ROWS)
                    product[part] += (columns[others[part]] @ columns[part, :, None])[:, :, 0]
            scale = length[:, None] * length[others] * len(embeddings)
            similarity += product / np.maximum(scale, 1e-12)
    similarity[(indices < 0) | ~np.isfinite(similarity)] = 0
    return similarity


def _as_float32(space: np.ndarray) -> Iterator[np.ndarray]:
    """Yield (N, d) float32 of so many columns of a space (N, D) as may be in memory at a time.

    Converted once: converting each row anew for all samples it is near to took most of the time.
    """
    width = max(1, _CONVERTED_CELLS // max(1, len(space)))
    for start in range(0, space.shape[1], width):
        yield np.asarray(space[:, start : start + width], dtype=np.float32)


def paired_cosine(
    embeddings: Sequence[np.ndarray], left: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """Cosine of some samples and others of each, the mean over the spaces.

    Args:
        embeddings: K spaces (N, D_k), any float type.
        left: (m,) int rows.
        right: (m, k) int rows.

    Returns:
        (m, k) float32; 0 for a row with NaN.
    """
    cosine = np.zeros(right.shape, np.float32)
    with np.errstate(invalid="ignore"):  # an infinite row has no direction
        for start in range(0, len(left), _PAIR_ROWS):
            part = slice(start, start + _PAIR_ROWS)
            for space in embeddings:
                own = np.asarray(space[left[part]], np.float32)
                other = np.asarray(space[right[part]], np.float32)
                product = np.einsum("mkd,md->mk", other, own)
                length = np.linalg.norm(other, axis=2) * np.linalg.norm(own, axis=1)[:, None]
                cosine[part] += product / np.maximum(length * len(embeddings), 1e-12)
    cosine[~np.isfinite(cosine)] = 0
    return cosine


def _lengths(space: np.ndarray) -> np.ndarray:
    """(N,) float32 Euclidean norms, converted a part at a time."""
    parts = [
        np.linalg.norm(np.asarray(space[start : start + _LENGTH_ROWS], dtype=np.float32), axis=1)
        for start in range(0, len(space), _LENGTH_ROWS)
    ]
    return np.concatenate(parts)
