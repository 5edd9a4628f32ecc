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
from lnl_gui.detect.copies.colours import UNEXPLAINED, Pictures, unexplained
from lnl_gui.detect.copies.effort import look_while_it_pays
from lnl_gui.detect.copies.likeness import has_structure, likeness, still_correlation
from lnl_gui.detect.copies.orientations import (
    differing_bits,
    nearest_orientation,
    oriented_hashes,
)
from lnl_gui.detect.copies.overlays import agreement_beside_overlays, all_over
from lnl_gui.detect.copies.parts import parts_of_one
from lnl_gui.detect.copies.scenes import (
    IN_ONE_PLACE,
    difference_in_one_place,
    nearer_than_a_scene,
)
from lnl_gui.detect.copies.turns import BEYOND as BEYOND_TURNED
from lnl_gui.detect.copies.turns import DETAIL as DETAIL_TURNED
from lnl_gui.detect.copies.turns import turned_pairs
from lnl_gui.detect.copies.usual import Usual, usual_of
from lnl_gui.detect.copies.whole_classes import holding_classes, nearer_than_their_group
from lnl_gui.detect.groups import ALONE, linked_groups
from lnl_gui.util.progress import Progress, no_progress

# Of the pixels, without moving them: a copy in another format, size, brightness or orientation.
# No two different digits of scikit-learn's reach .99.
_SAME = 0.998
_HASH_BITS = 12
# Detail of patches laid over each other. Nine in ten shots of a burst, crops and shifted copies lie
# above .95; no two of 600 other clothes do, of other photographs 98 in a hundred lie below .7.
_DETAIL, _BEYOND = 0.95, 4.3
# Where colours agree almost wholly, which other digits, clothes and drawings do not: of the copies
# of drawings that were shifted or cropped .7 are found, and .1 without.
_BEYOND_WITH_COLOURS, _ALMOST_WHOLLY = 3.6, 0.005
# Hardly anything but a copy agrees so well, whatever is usual: of the neighbours of 21 000 images
# (15 datasets) .6 %, nearly all of them drawings in several shades and overlapping scans.
_WITHOUT_DOUBT, _WITHOUT_DOUBT_LEFT = 0.99, 0.003
# Of the embedding alone, where there are no pixels: the farthest of 4 000 other pairs lies at 7.9.
_BEYOND_ALONE = 8.0
_LEAST_DISTANCE = 0.02
_MIRRORED = 0.5
# Beside what was laid on one of two copies, and how far beyond usual their embeddings must be for
# that to be looked for: of different photographs few are.
_BESIDE_OVERLAYS, _NEAR_ENOUGH = 0.99, 2.5
# Pairs looked at for that, the nearest.
_MOST_OVERLAYS, _FEWEST_OVERLAYS = 0.1, 1_000
# Without patches, or where too few images tell what is usual: cosine and hash as they are.
_ALIKE, _ALIKE_BITS = 0.98, 2
_NEAR, _NEAR_BITS, _NEAR_BEYOND = 0.9, 10, 3.5
# Share of images with a usual neighbour that is the same scene but for one place: on digits, photo-
# graphs and shots of several scenes .02 at most, on forms, gauges and parts of a machine .2 to 1.
_OF_ONE_SCENE, _LEAST_SCENES = 0.9, 0.1
# Pairs of one scene that differ nowhere, from which on they tell how alike such are.
_ENOUGH_OF_SCENES = 10
# Pairs to align in full, a sample: where all images look alike, none could be ruled out before.
_MOST, _FEWEST_MOST = 0.5, 20_000


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


@dataclass(frozen=True)
class _Pairs:
    """Pairs of samples (m,), how sure each is, its likeness in [0, 1], how the left is turned."""

    left: np.ndarray
    right: np.ndarray
    strength: np.ndarray
    likeness: np.ndarray
    turned: np.ndarray

    def at(self, chosen: np.ndarray) -> "_Pairs":
        """Some of them, by a mask (m,) or their places."""
        columns = (self.left, self.right, self.strength, self.likeness, self.turned)
        return _Pairs(*(column[chosen] for column in columns))


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
        perceptual_hash: (N,) uint64, see `lnl_gui.dataset.facts`; without it only copies that the
            embedding hardly tells apart.
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
    same = _Pairs(left, right, sure, sure, np.zeros(len(left), np.int64))
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
        found = _by_embedding_alone(near)
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
    pairs = _together([same, placed])
    copies = _copies(pairs, linked_groups(pairs.left, pairs.right, count), exact)
    copies.released[rows[released]] = True
    copies.parts[rows], copies.pieces[rows] = parts
    return copies


def _grouped(
    found: _Pairs, count: int, patches: np.ndarray | None, labels: np.ndarray | None
) -> tuple[_Pairs, np.ndarray]:
    """The pairs within groups that hold, and (n,) bool members that were let go."""

    def groups(pairs: _Pairs) -> tuple[_Pairs, np.ndarray]:
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


def _copies(pairs: _Pairs, group: np.ndarray, exact: np.ndarray) -> Copies:
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


def _by_embedding_alone(near: NearestPairs) -> _Pairs:
    """Pairs that lie far nearer than images of this dataset usually do."""
    beyond = near.beyond
    # Where all images of a class have nearly one embedding, it cannot tell which are copies.
    if near.usual is None or beyond is None or near.usual.distance < _LEAST_DISTANCE:
        return _none()
    unturned = np.zeros(len(beyond), np.int64)
    found = _Pairs(near.left, near.right, beyond, near.cosine, unturned)
    return found.at(beyond >= _BEYOND_ALONE)


def _near_pairs(
    near: NearestPairs,
    perceptual_hash: np.ndarray,
    patches: np.ndarray | None,
    pictures: Pictures | None,
    progress: Progress,
) -> tuple[_Pairs, bool, np.ndarray]:
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
    found = [_Pairs(left, right, np.full(len(left), 1e3), still, turned).at(same)]
    found.append(_alike(near, hashes, known))
    farther = _agreement(patches, known, near.part, near.farther)
    scenes = _of_scenes(near, patches, farther)
    usual = _usual_detail(near, patches, known, pictures, farther, scenes=scenes)
    if usual is not None or pictures is not None:
        nominated = [np.stack([left, right, turned])[:, ~same], _facing(near, patches, known)]
        found.append(
            _by_detail(
                patches, np.concatenate(nominated, axis=1), usual, pictures is not None, progress
            )
        )
    if pictures is not None:
        found = [_of_one_colour(pairs, patches, pictures, known) for pairs in found]
    alike = np.zeros(len(near.left))
    if not scenes:
        found.append(_beside_overlays(near, patches, known, pictures, _joined(found), progress))
        turned_copies, alike = _turned(near, patches, known, pictures, _joined(found), progress)
        found.append(turned_copies)
    joined = _joined(found)
    if scenes:
        joined = joined.at(_beyond_scenes(joined, patches, known, near, farther))
    return joined, scenes, alike


def _beyond_scenes(
    pairs: _Pairs,
    patches: np.ndarray,
    known: np.ndarray,
    near: NearestPairs,
    farther: np.ndarray,
) -> np.ndarray:
    """(m,) bool: pairs that differ nowhere, and less than others of one scene; or not known."""
    kept = np.ones(len(pairs.left), bool)
    seen = np.flatnonzero(known[pairs.left] & known[pairs.right])
    some = pairs.at(seen)
    place = difference_in_one_place(patches, some.left, some.right, some.turned)
    kept[seen] = place <= IN_ONE_PLACE
    at, other = np.nonzero(farther >= _DETAIL)
    left, right = near.part[at], near.farther[at, other]
    alike = difference_in_one_place(patches, left, right, np.zeros(len(at), np.int64))
    usual = farther[at, other][alike <= IN_ONE_PLACE]
    if len(usual) >= _ENOUGH_OF_SCENES:
        seen = seen[place <= IN_ONE_PLACE]
        some = pairs.at(seen)
        detail = likeness(patches, some.left, some.right, some.turned)
        kept[seen] = nearer_than_a_scene(detail, usual)
    return kept


def _beside_overlays(
    near: NearestPairs,
    patches: np.ndarray,
    known: np.ndarray,
    pictures: Pictures | None,
    found: _Pairs,
    progress: Progress,
) -> _Pairs:
    """Pairs that are copies but for a part, on which a date, a watermark or a logo was laid."""
    beyond = near.beyond
    if beyond is None or not known.any():
        return _none()
    wanted = (beyond >= _NEAR_ENOUGH) & known[near.left] & known[near.right]
    wanted &= near.others_than(found.left, found.right)
    places = np.flatnonzero(wanted)
    detail, likely = np.zeros(len(wanted), np.float32), np.zeros(len(wanted), bool)

    def look(chosen: np.ndarray) -> np.ndarray:
        ends = near.left[chosen], near.right[chosen]
        agree = agreement_beside_overlays(patches, *ends, pictures)
        sure = (agree.detail >= _BESIDE_OVERLAYS) & all_over(agree)
        detail[chosen], likely[chosen] = agree.detail, sure & ~(agree.left_over > UNEXPLAINED)
        return likely[chosen]

    first = max(_FEWEST_OVERLAYS, int(_MOST_OVERLAYS * len(known)))
    order = places[np.argsort(-beyond[places], kind="stable")]
    look_while_it_pays(order, look, first=first, progress=progress)
    if not likely.any():
        return _none()
    pairs = near.farther_pairs(known)
    far = usual_of(agreement_beside_overlays(patches, *pairs, None, least=-1.0).detail)
    if far is None:
        return _none()
    surely = far.beyond(detail)
    likely &= surely >= _BEYOND
    unturned = np.zeros(len(detail), np.int64)
    return _Pairs(near.left, near.right, surely, detail, unturned).at(likely)


def _turned(
    near: NearestPairs,
    patches: np.ndarray,
    known: np.ndarray,
    pictures: Pictures | None,
    found: _Pairs,
    progress: Progress,
) -> tuple[_Pairs, np.ndarray]:
    """Pairs that were turned by some degrees, and how far beyond usual (m,) all of `near` agree."""
    likely = near.cosine if near.beyond is None else near.beyond
    wanted = near.others_than(found.left, found.right)
    agree = turned_pairs(near, wanted, likely, patches, known, pictures, progress=progress)
    alike = np.where(agree.detail >= DETAIL_TURNED, agree.beyond, 0.0)
    pairs = _Pairs(near.left, near.right, agree.beyond, agree.detail, agree.orientation)
    return pairs.at((alike >= BEYOND_TURNED) & ~(agree.left_over > UNEXPLAINED)), alike


def _agreement(
    patches: np.ndarray, known: np.ndarray, left: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """How much the detail of images (q,) agrees with that of others (q, 2), -1 where unknown."""
    at, place = np.nonzero((right >= 0) & known[left][:, None] & known[np.maximum(right, 0)])
    pairs = left[at], right[at, place], np.zeros(len(at), np.int64)
    found = np.full(right.shape, -1.0)
    found[at, place] = likeness(patches, *pairs, least=-1.0)
    return found


def _of_scenes(near: NearestPairs, patches: np.ndarray, farther: np.ndarray) -> bool:
    """Whether usual neighbours show one scene but for one place, as with a camera that is fixed.

    There a pair that differs in one place is of the scene; anywhere else something may have been
    written over a copy.
    """
    at, place = np.nonzero(farther >= _OF_ONE_SCENE)
    left, right = near.part[at], near.farther[at, place]
    apart = difference_in_one_place(patches, left, right, np.zeros(len(at), np.int64))
    witnesses = np.unique(at[apart > IN_ONE_PLACE])
    asked = (farther > -1.0).any(axis=1).sum()
    return bool(len(witnesses) >= max(_LEAST_SCENES * asked, 1))


def _of_one_colour(
    pairs: _Pairs, patches: np.ndarray, pictures: Pictures, known: np.ndarray
) -> _Pairs:
    """Those whose pictures differ by hardly more than a gain; what is not known stays if sure."""
    left_over = np.full(len(pairs.left), np.nan, np.float32)
    seen = np.flatnonzero(known[pairs.left] & known[pairs.right])
    some = pairs.at(seen)
    left_over[seen] = unexplained(patches, some.left, some.right, some.turned, pictures)
    sure, likely = pairs.strength >= _BEYOND, pairs.strength >= _BEYOND_WITH_COLOURS
    most = np.where(sure, UNEXPLAINED, np.where(likely, _ALMOST_WHOLLY, _WITHOUT_DOUBT_LEFT))
    return pairs.at((left_over <= most) | (sure & np.isnan(left_over)))


def _facing(near: NearestPairs, patches: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Neighbours as they are, and mirrored where that is likely: (3, m) as for `_by_detail`."""
    both = known[near.left] & known[near.right]
    left, right = near.left[both], near.right[both]
    mirrored = still_correlation(patches, left, right, np.ones_like(left)) >= _MIRRORED
    turned = np.repeat([0, 1], [len(left), int(mirrored.sum())])
    return np.stack(
        [
            np.concatenate([left, left[mirrored]]),
            np.concatenate([right, right[mirrored]]),
            turned,
        ]
    )


def _by_detail(
    patches: np.ndarray,
    nominated: np.ndarray,
    usual: Usual | None,
    coloured: bool,
    progress: Progress,
) -> _Pairs:
    """Those of the pairs (3, m), left, right and orientation of the left, whose detail agrees.

    Where colours can be compared after that, more are let through.
    """
    left, right, turned = nominated
    most = max(_FEWEST_MOST, int(_MOST * len(patches)))
    found = likeness(patches, left, right, turned, most=most, progress=progress)
    beyond = np.zeros(len(found)) if usual is None else usual.beyond(found)
    kept = (found >= _DETAIL) & (beyond >= (_BEYOND_WITH_COLOURS if coloured else _BEYOND))
    if coloured:
        kept |= found >= _WITHOUT_DOUBT
    return _Pairs(left, right, beyond, found, turned).at(kept)


def _usual_detail(
    near: NearestPairs,
    patches: np.ndarray,
    known: np.ndarray,
    pictures: Pictures | None,
    found: np.ndarray,
    *,
    scenes: bool,
) -> Usual | None:
    """How much the detail of images agrees with that of others that are hardly their copies.

    Where each scene has twenty shots the first neighbours all are: then farther ones are asked. Of
    336 shots that were stored small 15 % are found without that, and all with it.

    Args:
        near: neighbours.
        patches: (n, S, S) uint8.
        known: (n,) bool, whose patch is known.
        pictures: of the n rows.
        found: (p, 2) agreement with the first of the farther neighbours.
        scenes: whether neighbours that differ in one place are no copies.
    """

    def like_copies(left: np.ndarray, right: np.ndarray, found: np.ndarray) -> np.ndarray:
        at, place = np.nonzero(found >= _DETAIL)
        alike = np.zeros(found.shape, bool)
        if pictures is not None and len(at):
            pairs = left[at], right[at, place], np.zeros(len(at), np.int64)
            like = unexplained(patches, *pairs, pictures) <= UNEXPLAINED
            if scenes:
                like &= difference_in_one_place(patches, *pairs) <= IN_ONE_PLACE
            alike[at, place] = like
        return np.asarray(alike.any(axis=1))

    rows = np.flatnonzero(like_copies(near.part, near.farther, found))
    found = found.copy()
    farther = near.still_farther(near.part[rows])
    for step in range(farther.shape[1]):
        found[rows] = _agreement(patches, known, near.part[rows], farther[:, step])
        still = like_copies(near.part[rows], farther[:, step], found[rows])
        rows, farther = rows[still], farther[still]
    return usual_of(found.max(axis=1, initial=-1.0))


def _alike(near: NearestPairs, hashes: np.ndarray, known: np.ndarray) -> _Pairs:
    """Pairs told by cosine and hash, where there are no patches, as in projects of old."""
    turned, bits = nearest_orientation(hashes, near.left, near.right)
    alike = (near.cosine >= _ALIKE) & (bits <= _ALIKE_BITS)
    hashed = ~(known[near.left] & known[near.right]) & (near.cosine >= _NEAR) & (bits <= _NEAR_BITS)
    if near.beyond is not None:
        hashed &= near.beyond >= _NEAR_BEYOND
    sure = np.full(len(near.left), _BEYOND)
    return _Pairs(near.left, near.right, sure, near.cosine, turned).at(alike | hashed)


def _none() -> _Pairs:
    empty = np.zeros(0, np.int64)
    return _Pairs(empty, empty, np.zeros(0), np.zeros(0), empty)


def _joined(parts: Sequence[_Pairs]) -> _Pairs:
    pairs = _together(parts)
    left, right = np.minimum(pairs.left, pairs.right), np.maximum(pairs.left, pairs.right)
    # A pair may have been found by both ways: it counts once, as the surer one.
    order = np.lexsort((-pairs.strength, right, left))
    ends = np.stack([left[order], right[order]])
    first = np.ones(len(order), bool)
    first[1:] = (ends[:, 1:] != ends[:, :-1]).any(axis=0)
    return pairs.at(order[first])


def _together(parts: Sequence[_Pairs]) -> _Pairs:
    columns = ((p.left, p.right, p.strength, p.likeness, p.turned) for p in parts)
    return _Pairs(*map(np.concatenate, zip(*columns, strict=True)))
