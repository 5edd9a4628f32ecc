"""Exact and near duplicates: equal content hashes, or close embeddings and perceptual hashes.

A near duplicate needs two independent signs, the embedding's cosine and the perceptual hash,
and must be closer than images of this dataset usually are: where all pictures resemble each other,
as handwritten digits do, likeness alone tells nothing. O(N k) on neighbours already found, and a
sort.
"""

from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.groups import ALONE, linked_groups
from lnl_gui.detect.issues.issue import IssueResult, flag_above, robust_deviation
from lnl_gui.util.messages import Message, message

SIMILARITY = 0.9
# Of 64 bits; random hashes differ in 32 on the mean.
DISTANT_BITS = 10
ALIKE, ALIKE_BITS = 0.98, 2
"""So close by both signs is a copy in any dataset, also where most images have one."""
# Robust deviations (Iglewicz and Hoaglin's limit), and images from which on they mean something.
_UNUSUAL, _ENOUGH = 3.5, 50
_SMALLEST_DISTANCE = 1e-6


@dataclass(frozen=True)
class Duplicates:
    """Groups of copies among N samples.

    Attributes:
        group: (N,) int32, the same number for copies of one image, near or exact; -1 alone.
        exact: (N,) bool, another file has the very same bytes.
        closest: (N,) float32 in [0, 1], greatest cosine to another of the group; 0 alone.
        conflicting: (N,) bool, members of its group carry different labels.
        across_splits: (N,) bool, members of its group lie in different splits.
    """

    group: np.ndarray
    exact: np.ndarray
    closest: np.ndarray
    conflicting: np.ndarray
    across_splits: np.ndarray


def find_duplicates(
    content_hash: np.ndarray,
    *,
    perceptual_hash: np.ndarray | None = None,
    indices: np.ndarray | None = None,
    similarity: np.ndarray | None = None,
    labels: np.ndarray | None = None,
    splits: np.ndarray | None = None,
) -> Duplicates:
    """Group exact duplicates by content hash and near ones by cosine and perceptual hash.

    Args:
        content_hash: (N,) of any sortable type; an empty string for an unreadable file.
        perceptual_hash: (N,) uint64; with it, indices and similarity are needed too.
        indices: (N, k) int32 nearest neighbours, -1 for none.
        similarity: (N, k) their cosine, of the embedding as it came from the encoder.
        labels: (N,) int current labels, -1 for none.
        splits: (N,) of any sortable type.
    """
    readable = content_hash != np.zeros(1, dtype=content_hash.dtype)[0]
    left, right = _same_content(content_hash, readable)
    weight = np.ones(len(left), dtype=np.float32)
    exact = np.zeros(len(content_hash), dtype=bool)
    exact[left] = exact[right] = True
    if perceptual_hash is not None and indices is not None and similarity is not None:
        near = _near_pairs(indices, similarity, perceptual_hash, readable)
        left, right = np.concatenate([left, near[0]]), np.concatenate([right, near[1]])
        weight = np.concatenate([weight, near[2]])
    group = linked_groups(left, right, len(content_hash))
    closest = np.zeros(len(content_hash), dtype=np.float32)
    np.maximum.at(closest, left, weight)
    np.maximum.at(closest, right, weight)
    return Duplicates(
        group,
        exact,
        closest.clip(0, 1),
        _mixed(group, labels, labels >= 0 if labels is not None else None),
        _mixed(group, splits, None),
    )


def _same_content(content_hash: np.ndarray, readable: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs that chain the files of one content together."""
    rows = np.flatnonzero(readable)
    rows = rows[np.argsort(content_hash[rows], kind="stable")]
    # A chain, not all pairs: a file copied a thousand times has half a million of those.
    same = content_hash[rows[1:]] == content_hash[rows[:-1]]
    return rows[:-1][same], rows[1:][same]


def _near_pairs(
    indices: np.ndarray,
    similarity: np.ndarray,
    perceptual_hash: np.ndarray,
    readable: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    left, place = np.nonzero((similarity >= SIMILARITY) & (indices >= 0))
    right, cosine = indices[left, place], similarity[left, place]
    differing = differing_bits(perceptual_hash[left], perceptual_hash[right])
    unusual = (cosine >= usual_limit(similarity[readable])) & (differing <= DISTANT_BITS)
    alike = (cosine >= ALIKE) & (differing <= ALIKE_BITS)
    near = (unusual | alike) & readable[left] & readable[right]
    return left[near], right[near], cosine[near]


def usual_limit(similarity: np.ndarray) -> float:
    """Cosine that hardly any image of the dataset reaches to its nearest neighbour.

    3.5 robust deviations below the median of the logarithm of the distance. Fewer than 50 images do
    not tell what is usual: 0.

    Args:
        similarity: (N, k) float cosines to the nearest neighbours, in any order.
    """
    if len(similarity) < _ENOUGH or not similarity.shape[1]:
        return 0.0
    distance = np.log(np.maximum(1.0 - similarity.max(axis=1), _SMALLEST_DISTANCE))
    return float(1.0 - np.exp(np.median(distance) - _UNUSUAL * robust_deviation(distance)))


def differing_bits(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Hamming distance (N,) int64 of 64-bit hashes `left` (N,) and `right` (N,) uint64."""
    octets = np.ascontiguousarray(left ^ right).view(np.uint8).reshape(-1, 8)
    return np.unpackbits(octets, axis=1).sum(axis=1, dtype=np.int64)


def _mixed(group: np.ndarray, values: np.ndarray | None, known: np.ndarray | None) -> np.ndarray:
    """(N,) bool: members of the sample's group differ in their known values."""
    mixed = np.zeros(len(group), dtype=bool)
    if values is None:
        return mixed
    counted = (group >= 0) if known is None else (group >= 0) & known
    _, code = np.unique(values, return_inverse=True)
    pairs = np.unique(np.stack([group[counted], code.reshape(-1)[counted]]), axis=1)
    several = np.bincount(pairs[0], minlength=int(group.max(initial=-1)) + 1) > 1
    mixed[group >= 0] = several[group[group >= 0]]
    return mixed


def duplicate_issues(duplicates: Duplicates) -> list[IssueResult]:
    """Turn duplicates into issues: exact, near, with conflicting labels, across splits."""
    near = np.where((duplicates.group == ALONE) | duplicates.exact, 0, duplicates.closest)
    # A cosine at the limit itself is a near duplicate, and flags are for what lies above.
    below = float(np.nextafter(np.float32(SIMILARITY), np.float32(0)))
    return [
        _yes_or_no(
            "exact_duplicate", duplicates.exact, message("Another file has the very same bytes.")
        ),
        flag_above(
            "near_duplicate",
            near,
            below,
            message(
                "Cosine to its closest copy, where the perceptual hash agrees; 0 for all others."
            ),
        ),
        _yes_or_no(
            "conflicting_duplicate",
            duplicates.conflicting,
            message("Copies of one image carry different labels: at least one of them is wrong."),
        ),
        _yes_or_no(
            "duplicate_across_splits",
            duplicates.across_splits,
            message("Copies of one image lie in different splits: a test on them flatters."),
        ),
    ]


def _yes_or_no(name: str, found: np.ndarray, note: Message) -> IssueResult:
    return flag_above(name, found.astype(np.float32), 0.5, note)
