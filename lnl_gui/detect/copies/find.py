"""Finds the copies of one image among N samples, before anything is judged.

Perceptual hashes and the embedding nominate pairs, the pixels of a small patch decide: laid over
each other, copies agree in their detail far more than images of this dataset usually do, and in
their colours. Without patches the embedding decides alone, more strictly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lnl_gui.detect.copies.candidates import NOMINATED, NearestPairs, by_embedding, by_hash
from lnl_gui.detect.copies.chains import guarded_groups
from lnl_gui.detect.copies.colours import Pictures
from lnl_gui.detect.copies.detail import agreement, by_detail, facing, of_one_colour, usual_detail
from lnl_gui.detect.copies.fixed_camera import beyond_scenes, of_scenes
from lnl_gui.detect.copies.likeness import has_structure, still_correlation
from lnl_gui.detect.copies.orientations import differing_bits, oriented_hashes
from lnl_gui.detect.copies.overlays import overlaid_pairs
from lnl_gui.detect.copies.pairs import CopyPairs, joined, together
from lnl_gui.detect.copies.parts import parts_of_one
from lnl_gui.detect.copies.turns import turned_pairs
from lnl_gui.detect.copies.whole_classes import holding_classes, nearer_than_their_group
from lnl_gui.detect.copies.without_patches import by_cosine_and_hash, by_embedding_alone
from lnl_gui.detect.groups import ALONE, linked_groups
from lnl_gui.util.progress import Progress, no_progress

# Of the pixels, without moving them: a copy in another format, size, brightness or orientation.
# No two different digits of scikit-learn's reach .99.
_SAME = 0.998
# Bits by which hashes may differ where the pixels decide.
_HASH_BITS = 12


@dataclass(frozen=True)
class Copies:
    """Groups of copies among N samples.

    Attributes:
        group: (N,) int32, the same number for copies of one image, near or exact; -1 alone.
        exact: (N,) bool, another file has the very same bytes.
        closest: (N,) float32 in [0, 1], greatest likeness to another of the group; 0 alone.
        released: (N,) bool, looks like a copy of others, which are most of a class and so stay
            images of their own, see `whole_classes`.
        parts: (N,) int32, the same number for images that may be parts of one picture and so are no
            independent witnesses, although they are no copies; -1 alone.
        pieces: (N,) bool, shares a part with another, as the pixels prove.
    """

    group: np.ndarray
    exact: np.ndarray
    closest: np.ndarray
    released: np.ndarray
    parts: np.ndarray
    pieces: np.ndarray


def find_copies(
    content_hash: np.ndarray,
    *,
    embeddings: Sequence[np.ndarray] = (),
    perceptual_hash: np.ndarray | None = None,
    signature: np.ndarray | None = None,
    pictures: Pictures | None = None,
    labels: np.ndarray | None = None,
    progress: Progress = no_progress,
) -> Copies:
    """Group exact copies by content, and near ones by embedding, perceptual hash and patch.

    Time O(N log N) for the hashes and O(N P) times some hundred for the neighbours.

    Args:
        content_hash: (N,) of any sortable type; an empty string for an unreadable file.
        embeddings: K spaces (N, D_k) as they came from the encoders; without one only exact copies
            are found.
        perceptual_hash: (N,) uint64, see `lnl_gui.dataset.pixels.facts`; without it only copies
            that the embedding hardly tells apart.
        signature: (N, S, S) uint8 patches of grey, 32 cells a side; of zeros where there is none.
            Without it copies that were moved or turned are missed.
        pictures: reads small coloured pictures of some of the N rows, S cells a side. Without it
            drawings that differ by colour alone are copies.
        labels: (N,) int, -1 for none. Without them the images of a fixed camera, of which there is
            one scene a class, are copies.
        progress: thousandths done; may raise `Cancelled`.
    """
    count = len(content_hash)
    readable = content_hash != np.zeros(1, dtype=content_hash.dtype)[0]
    left, right = _same_content(content_hash, readable)
    exact = np.zeros(count, bool)
    exact[left] = exact[right] = True
    sure = np.ones(len(left))
    same = CopyPairs(left, right, sure, sure, np.zeros(len(left), np.int64))
    if not embeddings:
        return _copies(same, linked_groups(left, right, count), exact)
    # One of each content: a file copied a thousand times would crowd its neighbours out.
    rows = np.flatnonzero(readable & ~np.isin(np.arange(count), right))
    near = by_embedding(embeddings, rows, progress=_half(progress, 0.0))
    given = None if labels is None else labels[rows]
    patches = None if signature is None else signature[rows]
    seen = None if pictures is None else lambda some: pictures(rows[some])
    scenes, turned = False, np.zeros(len(near.left))
    if perceptual_hash is None:
        found = by_embedding_alone(near)
    else:
        found, scenes, turned = _near_pairs(
            near, perceptual_hash[rows], patches, seen, _half(progress, 0.5)
        )
    parts = parts_of_one(
        near,
        (found.left, found.right),
        given,
        None if scenes else patches,
        seen,
        turned,
        progress=_half(progress, 0.5),
    )
    found, released = _grouped(found, len(rows), patches, given)
    placed = replace(found, left=rows[found.left], right=rows[found.right])
    pairs = together([same, placed])
    copies = _copies(pairs, linked_groups(pairs.left, pairs.right, count), exact)
    copies.released[rows[released]] = True
    copies.parts[rows], copies.pieces[rows] = parts
    return copies


def _grouped(
    found: CopyPairs, count: int, patches: np.ndarray | None, labels: np.ndarray | None
) -> tuple[CopyPairs, np.ndarray]:
    """The pairs within groups that hold, and (n,) bool members that were let go."""

    def groups(pairs: CopyPairs) -> tuple[CopyPairs, np.ndarray]:
        group = guarded_groups(pairs.left, pairs.right, pairs.strength, count, reach=NOMINATED)
        return pairs.at(group[pairs.left] == group[pairs.right]), group

    found, group = groups(found)
    whole = np.zeros(count, bool) if labels is None else holding_classes(group, labels)
    if not whole.any():
        return found, whole
    kept = ~whole[found.left]
    if patches is not None:
        some = found.at(~kept)
        kept[~kept] = nearer_than_their_group(patches, group, some.left, some.right, some.turned)
    found, group = groups(found.at(kept))
    return found, whole & (group == ALONE)


def _half(progress: Progress, start: float) -> Progress:
    """Reports one half of the work as a part of the whole, in thousandths."""

    def report(done: int, total: int) -> None:
        progress(round(1000 * (start + 0.5 * done / max(1, total))), 1000)

    return report


def _copies(pairs: CopyPairs, group: np.ndarray, exact: np.ndarray) -> Copies:
    closest = np.zeros(len(group), np.float32)
    np.maximum.at(closest, pairs.left, pairs.likeness)
    np.maximum.at(closest, pairs.right, pairs.likeness)
    alone = np.full(len(group), ALONE, np.int32)
    none = np.zeros((2, len(group)), bool)
    return Copies(group, exact, closest.clip(0, 1), none[0], alone, none[1])


def _same_content(content_hash: np.ndarray, readable: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs that chain the files of one content together."""
    rows = np.flatnonzero(readable)
    rows = rows[np.argsort(content_hash[rows], kind="stable")]
    # A chain, not all pairs: a file copied a thousand times has half a million of those.
    same = content_hash[rows[1:]] == content_hash[rows[:-1]]
    return rows[:-1][same], rows[1:][same]


def _near_pairs(
    near: NearestPairs,
    perceptual_hash: np.ndarray,
    patches: np.ndarray | None,
    pictures: Pictures | None,
    progress: Progress,
) -> tuple[CopyPairs, bool, np.ndarray]:
    """Pairs, as places among n rows, that are copies of one image but not of one content.

    With them whether the images are of scenes that a fixed camera shows, and how far beyond usual
    the nearest pairs (m,) agree when one is turned, 0 if no more than usual.
    """
    hashes = oriented_hashes(perceptual_hash)
    if patches is None:
        pictures = None
        patches = np.zeros((len(perceptual_hash), 1, 1), np.uint8)
    known = has_structure(patches)
    left, right, turned = by_hash(hashes)
    few = differing_bits(hashes[turned, left], hashes[0][right]) <= _HASH_BITS
    few &= known[left] & known[right]
    left, right, turned = left[few], right[few], turned[few]
    still = still_correlation(patches, left, right, turned)
    same = still >= _SAME
    found = [CopyPairs(left, right, np.full(len(left), 1e3), still, turned).at(same)]
    found.append(by_cosine_and_hash(near, hashes, known))
    farther = agreement(patches, known, near.part, near.farther)
    scenes = of_scenes(near, patches, farther)
    usual = usual_detail(near, patches, known, pictures, farther, scenes=scenes)
    if usual is not None or pictures is not None:
        nominated = [np.stack([left, right, turned])[:, ~same], facing(near, patches, known)]
        found.append(
            by_detail(
                patches, np.concatenate(nominated, axis=1), usual, pictures is not None, progress
            )
        )
    if pictures is not None:
        found = [of_one_colour(pairs, patches, pictures, known) for pairs in found]
    alike = np.zeros(len(near.left))
    if not scenes:
        found.append(overlaid_pairs(near, patches, known, pictures, joined(found), progress))
        turned_copies, alike = turned_pairs(
            near, patches, known, pictures, joined(found), progress=progress
        )
        found.append(turned_copies)
    pairs = joined(found)
    if scenes:
        pairs = pairs.at(beyond_scenes(pairs, patches, known, near, farther))
    return pairs, scenes, alike
