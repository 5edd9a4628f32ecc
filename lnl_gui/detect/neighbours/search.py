"""Exact nearest neighbours by cosine, and groups of identical samples.

O(N^2 D) time, in tiles, so that memory stays O(N k).
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from lnl_gui.detect.devices import PROCESSOR, within_memory
from lnl_gui.detect.inputs import unit_rows, usable_rows
from lnl_gui.util.progress import Progress, no_progress

# Steadier than SimiFeat's ten on CIFAR-10N.
NEIGHBOURS = 20
# A tile of similarities is 64 MB in float32.
_TILE = 4096
_LENGTH_ROWS = 8192
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
        progress: tiles done of all; may raise `Cancelled`.

    Returns:
        indices (N, k) int32 in falling order of similarity, and similarity (N, k) float32.
        Where there are fewer than k, and for rows with NaN: index -1, similarity 0.
    """
    rows = np.flatnonzero(usable_rows(embeddings))
    unit = torch.from_numpy(unit_rows(embeddings, rows))
    group = np.arange(len(rows)) if duplicates is None else np.asarray(duplicates)[rows]
    k = min(neighbours, max(len(rows) - 1, 0))
    value, index = within_memory(lambda on: _search(unit.to(on), group, k, progress), device)
    missing = ~torch.isfinite(value)
    found = rows[index.numpy()] if len(rows) else index.numpy()
    indices = np.full((len(embeddings[0]), neighbours), -1, dtype=np.int32)
    similarity = np.zeros((len(embeddings[0]), neighbours), dtype=np.float32)
    indices[rows, : value.shape[1]] = np.where(missing.numpy(), -1, found)
    similarity[rows, : value.shape[1]] = value.masked_fill(missing, 0).clamp_(-1, 1).numpy()
    return indices, similarity


def _search(
    unit: torch.Tensor, group: np.ndarray, k: int, progress: Progress
) -> tuple[torch.Tensor, torch.Tensor]:
    """(n, k) similarity and index. Each tile above the diagonal serves both of its sides."""
    n = len(unit)
    value = torch.full((n, k), -torch.inf, device=unit.device)
    index = torch.zeros((n, k), dtype=torch.long, device=unit.device)
    starts = range(0, n, _TILE)
    total = len(starts) * (len(starts) + 1) // 2
    for done, (i, j) in enumerate(_upper_tiles(starts)):
        progress(done, total)
        tile = unit[i : i + _TILE] @ unit[j : j + _TILE].T
        _mask_duplicates(tile, group[i : i + _TILE], group[j : j + _TILE])
        _keep_best(value, index, i, tile, j)
        if i != j:
            _keep_best(value, index, j, tile.T.contiguous(), i)
    progress(total, total)
    return value.cpu(), index.cpu()


def _upper_tiles(starts: range) -> Iterator[tuple[int, int]]:
    return ((i, j) for i in starts for j in starts if j >= i)


def _mask_duplicates(tile: torch.Tensor, left: np.ndarray, right: np.ndarray) -> None:
    """Set pairs of one group, and so each sample with itself, to minus infinity."""
    order = np.argsort(right, kind="stable")
    low = np.searchsorted(right[order], left, side="left")
    count = np.searchsorted(right[order], left, side="right") - low
    if count.sum() > 64 * len(left):  # one image copied many times: a dense mask is smaller
        tile.masked_fill_(torch.from_numpy(left[:, None] == right).to(tile.device), -torch.inf)
        return
    row = np.repeat(np.arange(len(left)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    column = order[np.repeat(low, count) + within]
    tile[torch.from_numpy(row), torch.from_numpy(column)] = -torch.inf


def _keep_best(
    value: torch.Tensor, index: torch.Tensor, start: int, tile: torch.Tensor, offset: int
) -> None:
    """Merge a tile of similarities into the best found so far of its rows, in place."""
    k, stop = value.shape[1], start + len(tile)
    best, at = tile.topk(min(k, tile.shape[1]), dim=1)
    both = torch.cat([value[start:stop], best], dim=1)
    where = torch.cat([index[start:stop], at + offset], dim=1)
    value[start:stop], chosen = both.topk(k, dim=1)
    index[start:stop] = where.gather(1, chosen)


def pair_similarity(embeddings: Sequence[np.ndarray], indices: np.ndarray) -> np.ndarray:
    """Cosine of each sample and its neighbours, which were found in another space.

    Args:
        embeddings: K spaces (N, D_k), any float type; the cosine is the mean over the spaces.
        indices: (N, k) int, -1 for none.

    Returns:
        (N, k) float32; 0 for index -1 or a row with NaN.
    """
    similarity = np.zeros(indices.shape, dtype=np.float32)
    with np.errstate(invalid="ignore"):  # an infinite row has no direction
        for space in embeddings:
            length = _lengths(space)
            for start in range(0, len(indices), _PAIR_ROWS):
                part = slice(start, start + _PAIR_ROWS)
                other = np.maximum(indices[part], 0)
                left = np.asarray(space[part], dtype=np.float32)[:, :, None]
                product = (np.asarray(space[other], dtype=np.float32) @ left)[:, :, 0]
                scale = length[part, None] * length[other] * len(embeddings)
                similarity[part] += product / np.maximum(scale, 1e-12)
    similarity[(indices < 0) | ~np.isfinite(similarity)] = 0
    return similarity


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
