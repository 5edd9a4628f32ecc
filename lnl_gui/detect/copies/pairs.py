"""Pairs of samples that are copies, as one way of looking or another finds them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class CopyPairs:
    """Pairs of samples (m,), how sure each is, its likeness in [0, 1], how the left is turned."""

    left: np.ndarray
    right: np.ndarray
    strength: np.ndarray
    likeness: np.ndarray
    turned: np.ndarray

    def at(self, chosen: np.ndarray) -> "CopyPairs":
        """Some of them, by a mask (m,) or their places."""
        columns = (self.left, self.right, self.strength, self.likeness, self.turned)
        return CopyPairs(*(column[chosen] for column in columns))


def no_pairs() -> CopyPairs:
    """None at all."""
    empty = np.zeros(0, np.int64)
    return CopyPairs(empty, empty, np.zeros(0), np.zeros(0), empty)


def joined(parts: Sequence[CopyPairs]) -> CopyPairs:
    """Pairs of several looks, each once whichever of its ends was the left one."""
    pairs = together(parts)
    left, right = np.minimum(pairs.left, pairs.right), np.maximum(pairs.left, pairs.right)
    # A pair may have been found in several ways: it counts once, as the surer one.
    order = np.lexsort((-pairs.strength, right, left))
    ends = np.stack([left[order], right[order]])
    first = np.ones(len(order), bool)
    first[1:] = (ends[:, 1:] != ends[:, :-1]).any(axis=0)
    return pairs.at(order[first])


def together(parts: Sequence[CopyPairs]) -> CopyPairs:
    """Pairs of several looks, one after the other."""
    columns = ((p.left, p.right, p.strength, p.likeness, p.turned) for p in parts)
    return CopyPairs(*map(np.concatenate, zip(*columns, strict=True)))
