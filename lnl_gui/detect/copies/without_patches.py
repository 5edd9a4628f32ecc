"""Copies told by embedding and hash, where there is no patch to look at, as in projects of old."""

import numpy as np

from lnl_gui.detect.copies.candidates import NearestPairs
from lnl_gui.detect.copies.detail import BEYOND
from lnl_gui.detect.copies.orientations import nearest_orientation
from lnl_gui.detect.copies.pairs import CopyPairs, no_pairs

# Of the embedding alone, where there are no pixels: the farthest of 4 000 other pairs lies at 7.9.
_BEYOND_ALONE = 8.0
# Usual distance below which all images have nearly one embedding.
_LEAST_DISTANCE = 0.02
# Cosine and bits of the hash: as they are, whatever is usual, and of images without a patch a
# little less, if that is far beyond usual.
_ALIKE, _ALIKE_BITS = 0.98, 2
_NEAR, _NEAR_BITS, _NEAR_BEYOND = 0.9, 10, 3.5


def by_embedding_alone(near: NearestPairs) -> CopyPairs:
    """Pairs that lie far nearer than images of this dataset usually do."""
    beyond = near.beyond
    # Where all images of a class have nearly one embedding, it cannot tell which are copies.
    if near.usual is None or beyond is None or near.usual.distance < _LEAST_DISTANCE:
        return no_pairs()
    unturned = np.zeros(len(beyond), np.int64)
    found = CopyPairs(near.left, near.right, beyond, near.cosine, unturned)
    return found.at(beyond >= _BEYOND_ALONE)


def by_cosine_and_hash(near: NearestPairs, hashes: np.ndarray, known: np.ndarray) -> CopyPairs:
    """Pairs told by cosine and hash, where there are no patches, as in projects of old.

    Args:
        near: neighbours among n rows.
        hashes: (8, n) uint64, see `oriented_hashes`.
        known: (n,) bool, whose patch is known.
    """
    turned, bits = nearest_orientation(hashes, near.left, near.right)
    alike = (near.cosine >= _ALIKE) & (bits <= _ALIKE_BITS)
    hashed = ~(known[near.left] & known[near.right]) & (near.cosine >= _NEAR) & (bits <= _NEAR_BITS)
    if near.beyond is not None:
        hashed &= near.beyond >= _NEAR_BEYOND
    sure = np.full(len(near.left), BEYOND)
    return CopyPairs(near.left, near.right, sure, near.cosine, turned).at(alike | hashed)
