"""Copies that were turned by some degrees, mirrored or not, as augmentation makes them.

From the way they lie least squares does not find a turn of more than some degrees, so that it
begins at several.
"""

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.copies.alignment import Freedom, lay_over, overlap_correlation, refine, reverse
from lnl_gui.detect.copies.candidates import NearestPairs
from lnl_gui.detect.copies.colours import UNEXPLAINED, Pictures, left_over, pictures_of
from lnl_gui.detect.copies.effort import look_while_it_pays
from lnl_gui.detect.copies.likeness import detail_within, pair_parts, patches_at, reduced
from lnl_gui.detect.copies.orientations import oriented
from lnl_gui.detect.copies.overlays import best_explained, share_uneven
from lnl_gui.detect.copies.pairs import CopyPairs, no_pairs
from lnl_gui.detect.copies.usual import usual_of
from lnl_gui.util.progress import Progress, no_progress

# Of pairs that are turned, how much of the detail agrees, and how far beyond usual: of pairs of
# images turned by up to twenty degrees, cropped, in other colours and with noise nine in ten are
# above in both, of neighbours of 2 000 photographs, clothes, digits and letters none but copies.
_DETAIL, _BEYOND = 0.9, 8.0
# Radians to begin at, 23 degrees to both sides.
_TURNS = (-0.4, -0.2, 0.0, 0.2, 0.4)
_FREEDOM = Freedom((0.5, 0.5, 0.55, 0.6, 0.6), 0.45)
# Least correlation of reduced patches, one of them turned, at which detail is compared.
_COARSE = 0.6
# Of Gauss and Newton, on reduced patches and on whole ones.
_COARSE_ROUNDS, _ROUNDS = 3, 4
# Share of the cells of a photograph that are not even: of 300 four in a hundred lie below, of
# emoji with a head or two all.
_DETAILED = 0.8
# Pairs looked at in any case, the nearest.
_FEWEST = 1_000


def turned_pairs(
    near: NearestPairs,
    patches: np.ndarray,
    known: np.ndarray,
    pictures: Pictures | None,
    found: CopyPairs,
    *,
    progress: Progress = no_progress,
) -> tuple[CopyPairs, np.ndarray]:
    """Look for copies among the nearest pairs that were turned by some degrees.

    Args:
        near: m pairs among n rows.
        patches: (n, S, S) uint8.
        known: (n,) bool, whose patch is known.
        pictures: of the n rows.
        found: copies that were found before, which are not looked at again.
        progress: may raise `Cancelled`.

    Returns:
        those that are copies, and how far beyond usual (m,) float64 all agree, 0 where no more than
        usual or not looked at; copies in other colours are among these.
    """
    count = len(near.left)
    detail, rest, orientation = _nothing(count)
    beyond = np.zeros(count)
    wanted = near.others_than(found.left, found.right) & known[near.left] & known[near.right]
    places = np.flatnonzero(wanted)
    if not places.size:
        return no_pairs(), beyond
    usual = agreement_when_turned(patches, *near.farther_pairs(known), None, least=-1.0)[0]
    far = usual_of(usual)
    if far is None:
        return no_pairs(), beyond

    def look(chosen: np.ndarray) -> np.ndarray:
        ends = near.left[chosen], near.right[chosen]
        agree = agreement_when_turned(patches, *ends, pictures)
        detail[chosen], rest[chosen], orientation[chosen] = agree
        alike = far.beyond(agree[0]).clip(min=0.0)
        beyond[chosen] = np.where(agree[0] >= _DETAIL, alike, 0.0)
        return np.asarray(beyond[chosen] >= _BEYOND)

    likely = near.cosine if near.beyond is None else near.beyond
    order = places[np.argsort(-likely[places], kind="stable")]
    look_while_it_pays(order, look, first=_FEWEST, progress=progress)
    pairs = CopyPairs(near.left, near.right, beyond, detail, orientation)
    return pairs.at((beyond >= _BEYOND) & ~(rest > UNEXPLAINED)), beyond


def agreement_when_turned(
    signatures: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    pictures: Pictures | None,
    *,
    least: float = _COARSE,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Detail, colours left over and orientation (m,) of pairs, see `Turned`.

    Args:
        signatures: (N, S, S) uint8 patches of grey.
        left: (m,) int rows, whose patches are turned and mirrored.
        right: (m,) int rows.
        pictures: of the N rows, S cells a side; None where colours are not asked for.
        least: pairs that correlate less when reduced are not looked at in detail.

    Returns:
        of the detail the correlation (m,) float32 in [-1, 1], -1 for unlike pairs; of the colours
        the share (m,) float32 that stays unexplained, NaN if unknown; and (m,) int64, 1 where the
        left one is mirrored, else 0.
    """
    detail, rest, orientation = _nothing(len(left))
    for part in pair_parts(len(left)):
        a, b = patches_at(signatures, left[part]), patches_at(signatures, right[part])
        coarse, mirrored, start = _best_turn(a, b)
        likely = np.flatnonzero((coarse >= least).numpy())
        if not likely.size:
            continue
        rows = np.arange(len(left))[part][likely]
        orientation[rows] = mirrored[likely].numpy()
        one = torch.where(mirrored[likely, None, None] > 0, a[likely].flip(2), a[likely])
        begin, other = start[likely], b[likely]
        # What was turned has empty corners, and which one of the two that is, is not known.
        ways = [_laid_over(one, other, begin), _laid_over(other, one, reverse(begin))]
        first = ways[0][0] >= ways[1][0]
        detail[rows] = np.maximum(ways[0][0], ways[1][0])
        for back, (agree, at, kept) in enumerate(ways):
            alike = np.flatnonzero((first != back) & (agree >= _DETAIL))
            if pictures is None or not alike.size:
                continue
            some = rows[alike]
            seen = _layers(pictures, left[some], right[some], orientation[some])
            rest[some] = _colours(seen[back], seen[1 - back], at[alike], kept[alike])
    return detail, rest, orientation


def _best_turn(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Correlation (m,) of reduced patches, whether `a` is mirrored, and the parameters (m, 5)."""
    fixed = reduced(b)
    best, mirrored = torch.full((len(a),), -1.0), torch.zeros(len(a), dtype=torch.int64)
    found = torch.zeros(len(a), 5)
    for orientation, moving in enumerate((reduced(a), reduced(a.flip(2)))):
        for turn in _TURNS:
            start = torch.zeros(len(a), 5)
            start[:, 2] = turn
            correlation, at = refine(moving, fixed, start, rounds=_COARSE_ROUNDS, freedom=_FREEDOM)
            better = correlation > best
            best = torch.where(better, correlation, best)
            mirrored[better], found[better] = orientation, at[better]
    return best, mirrored, found


def _laid_over(moving: Tensor, fixed: Tensor, start: Tensor) -> tuple[np.ndarray, Tensor, Tensor]:
    """Agreement of the detail (m,), the parameters (m, 5) of that, and the cells that count."""
    _, at = refine(moving, fixed, start, rounds=_ROUNDS, freedom=_FREEDOM)
    warped, inside = lay_over(moving[:, None], at)
    one, other = detail_within(warped[:, 0], inside), detail_within(fixed, inside)
    agree = overlap_correlation(one, other, inside).numpy()
    # Of a drawing all colours count: two may differ in the hair alone. Of a photograph the empty
    # corners do not.
    kept = best_explained(warped[:, 0], fixed, inside)
    drawn = share_uneven(fixed, kept) < _DETAILED
    return agree, at, torch.where(drawn[:, None, None], inside, kept)


def _layers(
    pictures: Pictures, left: np.ndarray, right: np.ndarray, orientation: np.ndarray
) -> tuple[Tensor, Tensor]:
    """Pictures of pairs as layers (m, 3, S, S), the left ones mirrored where that is said."""
    one, other = pictures_of(pictures, left, right)
    turned = np.stack([oriented(one[..., at], orientation) for at in range(3)], axis=1)
    first, second = (x.astype(np.float32) for x in (turned, np.moveaxis(other, 3, 1)))
    return torch.from_numpy(first), torch.from_numpy(second)


def _colours(moving: Tensor, fixed: Tensor, parameters: Tensor, kept: Tensor) -> np.ndarray:
    """Share (m,) of the colours that stays unexplained; NaN where a picture is not known."""
    rest = left_over(moving, fixed, parameters, kept)
    known = (moving.amax((1, 2, 3)) > 0) & (fixed.amax((1, 2, 3)) > 0)
    return np.asarray(torch.where(known, rest, torch.nan).numpy())


def _nothing(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Detail, colours and orientation (m,) of pairs that were not looked at."""
    detail = np.full(count, -1.0, np.float32)
    return detail, np.full(count, np.nan, np.float32), np.zeros(count, np.int64)
