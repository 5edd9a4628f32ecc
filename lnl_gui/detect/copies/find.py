"""Finds the copies of one image among N samples, before anything is judged.

Two signs must agree: the embedding's cosine, and the pixels of a small patch, aligned; both by how
far they lie beyond what is usual among the images of this dataset. Pixels alone decide where they
are as good as the same, as in a turned copy, which an encoder takes for another image.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.copies.candidates import NEIGHBOURS, by_embedding, by_hash
from lnl_gui.detect.copies.chains import guarded_groups
from lnl_gui.detect.copies.likeness import aligned_correlation, has_structure
from lnl_gui.detect.copies.orientations import (
    differing_bits,
    nearest_orientation,
    oriented_hashes,
)
from lnl_gui.detect.copies.usual import ENOUGH, Usual, usual_likeness
from lnl_gui.detect.groups import ALONE, linked_groups
from lnl_gui.detect.neighbours.search import paired_cosine
from lnl_gui.util.progress import Progress, no_progress

# Of the pixels, without moving them: a copy in another format, size, brightness or orientation.
# No two different digits of scikit-learn's reach .99.
_SAME = 0.998
_HASH_BITS = 12
# Robust deviations beyond the usual, of both signs together and of pixels alone. Of 600 photographs
# each of objects and of clothing, four are then joined that are not copies (one model of car from
# one side), of 500 digits none; at 6 it is nine.
_TOGETHER, _PIXELS = 7.5, 6.5
_LEAST_COSINE, _LEAST_PIXELS = 1.5, 1.0
# Without patches, or where too few images tell what is usual: cosine and hash as they are.
_ALIKE, _ALIKE_BITS = 0.98, 2
_NEAR, _NEAR_BITS, _NEAR_BEYOND = 0.9, 10, 3.5
_JUDGED = 500
_ROUNDS = 4


@dataclass(frozen=True)
class Copies:
    """Groups of copies among N samples.

    Attributes:
        group: (N,) int32, the same number for copies of one image, near or exact; -1 alone.
        exact: (N,) bool, another file has the very same bytes.
        closest: (N,) float32 in [0, 1], greatest likeness to another of the group; 0 alone.
    """

    group: np.ndarray
    exact: np.ndarray
    closest: np.ndarray


@dataclass(frozen=True)
class _Pairs:
    """Pairs of samples (m,), how sure each is, and its likeness in [0, 1]."""

    left: np.ndarray
    right: np.ndarray
    strength: np.ndarray
    likeness: np.ndarray


def find_copies(
    content_hash: np.ndarray,
    *,
    embeddings: Sequence[np.ndarray] = (),
    perceptual_hash: np.ndarray | None = None,
    signature: np.ndarray | None = None,
    progress: Progress = no_progress,
) -> Copies:
    """Group exact copies by content, and near ones by embedding, perceptual hash and patch.

    Time O(N log N) for the hashes and O(N P) times some hundred for the neighbours.

    Args:
        content_hash: (N,) of any sortable type; an empty string for an unreadable file.
        embeddings: K spaces (N, D_k) as they came from the encoders; without one, or without
            `perceptual_hash`, only exact copies are found.
        perceptual_hash: (N,) uint64, see `lnl_gui.dataset.facts`.
        signature: (N, S, S) uint8 patches of grey; of zeros where there is none. Without it copies
            that were moved or turned are missed.
        progress: samples looked at; may raise `Cancelled`.
    """
    count = len(content_hash)
    readable = content_hash != np.zeros(1, dtype=content_hash.dtype)[0]
    left, right = _same_content(content_hash, readable)
    exact = np.zeros(count, bool)
    exact[left] = exact[right] = True
    sure = np.ones(len(left))
    if perceptual_hash is None or not embeddings:
        return _copies(_Pairs(left, right, sure, sure), linked_groups(left, right, count), exact)
    # One of each content: a file copied a thousand times would crowd its neighbours out.
    rows = np.flatnonzero(readable & ~np.isin(np.arange(count), right))
    patches = None if signature is None else signature[rows]
    near = _near_pairs(rows, embeddings, perceptual_hash[rows], patches, progress)
    near_group = guarded_groups(near.left, near.right, near.strength, len(rows), reach=NEIGHBOURS)
    kept = near_group[near.left] == near_group[near.right]
    pairs = _Pairs(
        np.concatenate([left, rows[near.left[kept]]]),
        np.concatenate([right, rows[near.right[kept]]]),
        np.concatenate([sure, near.strength[kept]]),
        np.concatenate([sure, near.likeness[kept]]),
    )
    return _copies(pairs, linked_groups(pairs.left, pairs.right, count), exact)


def _copies(pairs: _Pairs, group: np.ndarray, exact: np.ndarray) -> Copies:
    closest = np.zeros(len(group), np.float32)
    np.maximum.at(closest, pairs.left, pairs.likeness)
    np.maximum.at(closest, pairs.right, pairs.likeness)
    return Copies(group, exact, closest.clip(0, 1))


def _same_content(content_hash: np.ndarray, readable: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs that chain the files of one content together."""
    rows = np.flatnonzero(readable)
    rows = rows[np.argsort(content_hash[rows], kind="stable")]
    # A chain, not all pairs: a file copied a thousand times has half a million of those.
    same = content_hash[rows[1:]] == content_hash[rows[:-1]]
    return rows[:-1][same], rows[1:][same]


def _near_pairs(
    rows: np.ndarray,
    embeddings: Sequence[np.ndarray],
    perceptual_hash: np.ndarray,
    patches: np.ndarray | None,
    progress: Progress,
) -> _Pairs:
    """Pairs, as places among `rows` (n,), that are copies of one image but not of one content."""
    hashes = oriented_hashes(perceptual_hash)
    if patches is None:
        patches = np.zeros((len(rows), 1, 1), np.uint8)
    known = has_structure(patches)
    left, right, turned = by_hash(hashes)
    few = _bits(hashes, left, right, turned) <= _HASH_BITS
    few &= known[left] & known[right]
    left, right, turned = left[few], right[few], turned[few]
    still = aligned_correlation(patches, left, right, turned, moved=False)
    same = still >= _SAME
    near = by_embedding(embeddings, rows, progress=progress)
    judge = _Judge(rows, embeddings, hashes, patches, known)
    judge.compare(near)
    doubtful = (still > _SAME - 0.1) & ~same
    moved = left[doubtful], right[doubtful], turned[doubtful]
    sure = np.full(int(same.sum()), 4 * _TOGETHER)
    found = _Pairs(left[same], right[same], sure, still[same])
    for _ in range(_ROUNDS):
        before = len(found.left)
        # Where many images have copies, these would pass for what is usual.
        judge.learn_usual(linked_groups(found.left, found.right, len(rows)))
        found = _joined([found, judge.by_pixels(*moved), judge.by_both()])
        if len(found.left) == before:
            break
    return found


def _bits(
    hashes: np.ndarray, left: np.ndarray, right: np.ndarray, turned: np.ndarray
) -> np.ndarray:
    return differing_bits(hashes[turned, left], hashes[0][right])


def _joined(parts: Sequence[_Pairs]) -> _Pairs:
    columns = ((p.left, p.right, p.strength, p.likeness) for p in parts)
    left, right, strength, likeness = map(np.concatenate, zip(*columns, strict=True))
    # A pair may have been found by both ways: it counts once, as the surer one.
    order = np.lexsort((-strength, right, left))
    pairs = np.stack([left[order], right[order]])
    first = np.ones(len(order), bool)
    first[1:] = (pairs[:, 1:] != pairs[:, :-1]).any(axis=0)
    chosen = order[first]
    return _Pairs(left[chosen], right[chosen], strength[chosen], likeness[chosen])


class _Judge:
    """Decides which pairs are copies, by what is usual among these samples."""

    def __init__(
        self,
        rows: np.ndarray,
        embeddings: Sequence[np.ndarray],
        hashes: np.ndarray,
        patches: np.ndarray,
        known: np.ndarray,
    ) -> None:
        self._rows, self._embeddings = rows, embeddings
        self._hashes, self._patches, self._known = hashes, patches, known
        self._cosine: Usual | None = None
        self._pixels: Usual | None = None

    def compare(self, near: np.ndarray) -> None:
        """Take up the neighbours (n, k), -1 for none, as they were found."""
        part = np.arange(0, len(near), max(1, -(-len(near) // _JUDGED)))
        self._part, self._near = part, near[part]
        there = self._near >= 0
        cosine = self._cosines(part, np.maximum(self._near, 0))
        self._part_cosine = np.where(there, cosine, -1)
        at, place = np.nonzero(there & self._known[part][:, None] & self._known[self._near])
        self._part_pixels = np.full(there.shape, -1.0)
        found = self._correlation(part[at], self._near[at, place])
        self._part_pixels[at, place] = found
        at, place = np.nonzero(near >= 0)
        pairs = np.stack([np.minimum(at, near[at, place]), np.maximum(at, near[at, place])])
        self._left, self._right = np.unique(pairs, axis=1)
        self._cosine_of = self._cosines(self._left, self._right[:, None])[:, 0]
        self._pixels_of = np.full(len(self._left), np.nan)

    def learn_usual(self, group: np.ndarray) -> None:
        """From the nearest of an even part of the samples, copies found so far left out."""
        own = group[self._part][:, None]
        other = (self._near >= 0) & ((own == ALONE) | (own != group[self._near]))
        self._cosine = _usual(np.where(other, self._part_cosine, -1))
        self._pixels = _usual(np.where(other, self._part_pixels, -1))

    def by_pixels(self, left: np.ndarray, right: np.ndarray, turned: np.ndarray) -> _Pairs:
        """Pairs whose pixels alone are far more alike than usual; the left is `turned` (m,)."""
        if self._pixels is None:
            return _Pairs(left[:0], right[:0], np.zeros(0), np.zeros(0))
        found = aligned_correlation(self._patches, left, right, turned)
        beyond = self._pixels.beyond(found)
        kept = beyond >= _PIXELS
        return _Pairs(left[kept], right[kept], beyond[kept], found[kept])

    def by_both(self) -> _Pairs:
        """Pairs of neighbours that embedding and pixels say are copies."""
        cosine = self._cosine_of
        beyond = np.zeros(len(cosine)) if self._cosine is None else self._cosine.beyond(cosine)
        # Most pairs are nothing unusual: their pixels need not be compared.
        likely = beyond >= _LEAST_COSINE if self._cosine is not None else cosine >= _NEAR
        likely |= cosine >= _ALIKE
        left, right, cosine, beyond = (
            values[likely] for values in (self._left, self._right, cosine, beyond)
        )
        known = self._known[left] & self._known[right]
        pixels = np.where(known, self._pixels_among(likely, known), -1.0)
        strength = self._strength(cosine, beyond, pixels, known)
        _, bits = nearest_orientation(self._hashes, left, right)
        alike = (cosine >= _ALIKE) & (bits <= _ALIKE_BITS)
        # Without patches the hash must do, as in projects of earlier versions.
        hashed = ~known & (cosine >= _NEAR) & (bits <= _NEAR_BITS)
        if self._cosine is not None:
            hashed &= beyond >= _NEAR_BEYOND
        kept = (strength >= _TOGETHER) | alike | hashed
        likeness = np.maximum(cosine, pixels)
        sure = np.where(strength >= _TOGETHER, strength, _TOGETHER)
        return _Pairs(left[kept], right[kept], sure[kept], likeness[kept])

    def _pixels_among(self, likely: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Correlations of the likely pairs, each computed once for all rounds."""
        fresh = np.flatnonzero(likely)[known]
        fresh = fresh[np.isnan(self._pixels_of[fresh])]
        self._pixels_of[fresh] = self._correlation(self._left[fresh], self._right[fresh])
        return self._pixels_of[likely]

    def _strength(
        self, cosine: np.ndarray, beyond: np.ndarray, pixels: np.ndarray, known: np.ndarray
    ) -> np.ndarray:
        """Deviations beyond the usual of both signs; 0 where one of them says nothing."""
        if self._pixels is None:
            # Few images do not tell what is usual: all stripes of one width are alike when moved.
            return np.zeros(len(cosine))
        seen = self._pixels.beyond(pixels)
        return np.where(known & (seen >= _LEAST_PIXELS), beyond + seen, 0.0)

    def _cosines(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """(m, k) cosines of samples (m,) and others (m, k), -1 for none."""
        return paired_cosine(self._embeddings, self._rows[left], self._rows[right])

    def _correlation(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """As they lie, or as their hashes say: of a moved image the hash says little."""
        turned, _ = nearest_orientation(self._hashes, left, right)
        plain = aligned_correlation(self._patches, left, right, np.zeros_like(turned))
        other = turned > 0
        again = aligned_correlation(self._patches, left[other], right[other], turned[other])
        plain[other] = np.maximum(plain[other], again)
        return plain


def _usual(likeness: np.ndarray) -> Usual | None:
    """Of samples (n, k) with others to compare with (-1 for none); None where they are too few."""
    nearest = likeness.max(axis=1, initial=-1)
    nearest = nearest[nearest > -1]
    return usual_likeness(nearest) if len(nearest) >= ENOUGH else None
