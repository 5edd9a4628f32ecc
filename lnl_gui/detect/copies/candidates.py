"""Pairs of samples that may be copies: by a part of their perceptual hashes, and by embedding."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lnl_gui.detect.copies.orientations import ORIENTATIONS
from lnl_gui.detect.copies.usual import Usual, usual_of
from lnl_gui.detect.inputs import usable_rows
from lnl_gui.detect.neighbours.ivf_index import approximate_neighbours
from lnl_gui.detect.neighbours.search import paired_cosine
from lnl_gui.detect.probes.preparation import prepare
from lnl_gui.util.progress import Progress, no_progress

NOMINATED = 3
"""Neighbours of each sample that may be copies of it: of 1 400 copies of photographs, changed in
seven ways, all but those turned by a quarter are among them or have their original there."""
# As many as the farthest of those below needs.
_NEIGHBOURS = 10
# Of the eighth and tenth one a copy is rare, so that they show how alike different images are.
_FARTHER = [7, 9]
# Each step is three times as far: the twelfth reaches past a million samples.
_MOST_STEPS = 13
# Samples, evenly spread, whose farther neighbours are asked: where few are, what is usual and with
# it the copies turn on which these are. Of 500 and 120 of 700 images half as many or twice as many
# copies are found in one order of the samples as in another.
_PART = 2_000
# Of those so many pairs are asked how alike patches usually are where that takes long to tell.
_USUAL = 1_000
# Enough to find what is very near, at a quarter of the time of the usual 256.
_COMPONENTS = 64
# Samples that a query of the index is compared with.
_CANDIDATES = 3_000
# Any pair that differs by three bits or fewer shares one of four parts of sixteen bits; four more
# parts of other bits find half to three quarters of those at six.
_PART_BITS, _PARTS = 16, 8
# What so many share says nothing: an even background has them in whole datasets.
_MOST_SHARING = 16


def by_hash(hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs that share a part of their hashes in some orientation, by sorting, in O(N log N).

    Args:
        hashes: (8, N) uint64, see `oriented_hashes`.

    Returns:
        left (m,), right (m,) int64, and the orientation (m,) int64 of the left that is like the
        right.
    """
    count = hashes.shape[1]
    # One number of a pair and its orientation: rows of three take forty times as long to sort.
    found = [_equal(hashes[0])]
    for part in _parts():
        keys = hashes & part
        order = np.argsort(keys[0], kind="stable")
        listed = keys[0][order]
        for orientation in range(ORIENTATIONS):
            low = np.searchsorted(listed, keys[orientation], side="left")
            size = np.searchsorted(listed, keys[orientation], side="right") - low
            size[size > _MOST_SHARING] = 0
            left = np.repeat(np.arange(count), size)
            within = np.arange(len(left)) - np.repeat(np.cumsum(size) - size, size)
            right = order[np.repeat(low, size) + within]
            # Each pair once: from the other side the inverse orientation finds it again.
            once = left < right
            found.append(_number(left[once], right[once], count) * ORIENTATIONS + orientation)
    pairs, turned = np.divmod(_each_once(np.concatenate(found)), ORIENTATIONS)
    left, right = np.divmod(pairs, max(1, count))
    return left, right, turned


def _number(left: np.ndarray, right: np.ndarray, count: int) -> np.ndarray:
    """(m,) int64, one for each pair of places below `count`, in the order of the pairs."""
    return left * count + right


def _each_once(numbers: np.ndarray) -> np.ndarray:
    """Numbers (m,) int64 in rising order, each once.

    `numpy.unique` looks them up in a table, which takes fifty times as long of two millions that
    come sorted in part.
    """
    ordered = np.sort(numbers, kind="stable")
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def _equal(hashes: np.ndarray) -> np.ndarray:
    """A chain through those of one hash, however many they are: (m,) numbers as of `by_hash`."""
    order = np.argsort(hashes, kind="stable")
    same = hashes[order[1:]] == hashes[order[:-1]]
    return _number(order[:-1][same], order[1:][same], len(hashes)) * ORIENTATIONS


def _parts() -> list[np.uint64]:
    """Masks of sixteen bits each: four in a row, and four drawn from everywhere."""
    plain = [np.arange(start, start + _PART_BITS) for start in range(0, 64, _PART_BITS)]
    mixed = np.random.default_rng(0).permutation(64).reshape(-1, _PART_BITS)
    return [
        np.bitwise_or.reduce(np.uint64(1) << bits.astype(np.uint64)) for bits in (*plain, *mixed)
    ][:_PARTS]


@dataclass(frozen=True)
class NearestPairs:
    """The nearest of n rows by embedding, as places among them.

    Attributes:
        left: (m,) int64, one of each pair, which may be copies.
        right: (m,) int64, the other, greater than `left`.
        cosine: (m,) float32.
        part: (p,) int64, an even part of the rows.
        farther: (p, 2) int64 neighbours that are hardly copies of these any more, -1 for none.
        farther_cosine: (p, 2) float32; -1 for none.
        space: (n, P) float32, where the neighbours were looked for; NaN where there is none.
    """

    left: np.ndarray
    right: np.ndarray
    cosine: np.ndarray
    part: np.ndarray
    farther: np.ndarray
    farther_cosine: np.ndarray
    space: np.ndarray

    @cached_property
    def usual(self) -> Usual | None:
        """How near images lie to neighbours that are hardly their copies; None of too few."""
        return usual_of(self.farther_cosine.max(axis=1, initial=-1.0))

    @cached_property
    def beyond(self) -> np.ndarray | None:
        """(m,) float64, how far beyond that each pair is; None where that is not known."""
        return None if self.usual is None else self.usual.beyond(self.cosine)

    def farther_pairs(self, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Some pairs that are hardly copies, of rows `known` (n,) bool: (q,) and (q,) int64."""
        other = self.farther[:, 0]
        there = (other >= 0) & known[self.part] & known[other]
        some = _evenly(np.flatnonzero(there), _USUAL)
        return self.part[some], other[some]

    def others_than(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """(m,) bool: which are none of the pairs `left` < `right` int (k,) each."""
        count = len(self.space)
        return ~np.isin(_number(self.left, self.right, count), _number(left, right, count))

    def still_farther(self, some: np.ndarray) -> np.ndarray:
        """Of places (q,) neighbours ever farther away: (q, steps, 2) int64, as `farther` is."""
        usable = np.flatnonzero(~np.isnan(self.space[:, 0]))
        last = len(usable) - 1
        ranks = [[rank * 3**step for rank in _FARTHER] for step in range(1, _MOST_STEPS)]
        # The nearest of all is the sample itself.
        ranks = [[low + 1, high + 1] for low, high in ranks if high < last]
        if not (ranks and len(some)):
            return np.full((len(some), 0, 2), -1, np.int64)
        found = np.empty((len(some), len(ranks), 2), np.int64)
        space = self.space[usable]
        norm = np.einsum("ij,ij->i", space, space)
        for at, place in enumerate(some):
            distance = norm - 2.0 * (space @ self.space[place])
            order = np.argpartition(distance, np.ravel(ranks))
            found[at] = usable[order[ranks]]
        return found


def by_embedding(
    embeddings: Sequence[np.ndarray], rows: np.ndarray, *, progress: Progress = no_progress
) -> NearestPairs:
    """Pairs of each of some samples and the likeliest of its neighbours, approximately.

    Args:
        embeddings: K spaces (N, D_k), any float type.
        rows: (n,) int64, the samples to look at; those with NaN have no neighbours.
        progress: samples done; may raise `Cancelled`.
    """
    near, space = _nearest(embeddings, rows, progress)

    def cosine(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        found = paired_cosine(embeddings, rows[left], rows[np.maximum(right, 0)])
        return np.where(right >= 0, found, -1.0)

    nearest = near[:, :NOMINATED]
    at, place = np.nonzero(nearest >= 0)
    other = nearest[at, place]
    numbers = _each_once(_number(np.minimum(at, other), np.maximum(at, other), len(rows)))
    left, right = np.divmod(numbers, max(1, len(rows)))
    part = _evenly(np.arange(len(rows)), _PART)
    farther = near[part][:, _FARTHER]
    return NearestPairs(
        left,
        right,
        cosine(left, right[:, None])[:, 0],
        part,
        farther,
        cosine(part, farther),
        space,
    )


def _evenly(places: np.ndarray, most: int) -> np.ndarray:
    """Of places (n,) at most so many, evenly spread."""
    return places[np.arange(min(len(places), most)) * len(places) // max(1, min(len(places), most))]


def _nearest(
    embeddings: Sequence[np.ndarray], rows: np.ndarray, progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """(n, k) int64 places among `rows`, -1 for none, and the space (n, P) they were found in."""
    neighbours = np.full((len(rows), _NEIGHBOURS), -1, np.int64)
    wanted = np.zeros(len(embeddings[0]), bool)
    wanted[rows] = True
    wanted &= usable_rows(embeddings)
    if wanted.sum() < 2:
        return neighbours, np.full((len(rows), 1), np.nan, np.float32)
    features = prepare(embeddings, components=_COMPONENTS, usable=wanted)
    near, _ = approximate_neighbours(
        features.matrix, _NEIGHBOURS, candidates=_CANDIDATES, progress=progress
    )
    place = np.searchsorted(rows, features.rows)
    neighbours[place] = np.where(near >= 0, place[near], -1)
    space = np.full((len(rows), features.matrix.shape[1]), np.nan, np.float32)
    space[place] = features.matrix
    return neighbours, space
