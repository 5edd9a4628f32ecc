"""Copies on which something was laid: a date, a watermark, a logo, a strip cut out.

What was laid on one of two copies fills a part of the picture, and there nothing of the one
explains the other; everywhere else they agree. So patches are laid over each other by least trimmed
squares (Rousseeuw, "Least Median of Squares Regression", 1984): the worst quarter of the cells is
left out. Two drawings may share three quarters of their cells too, as clock faces do. They are
mostly even, so that only what has detail all over counts.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.copies.alignment import (
    lay_over,
    overlap_correlation,
    refine,
    reverse,
    starts,
)
from lnl_gui.detect.copies.brightness import LEAST_GAIN, MOST_GAIN
from lnl_gui.detect.copies.candidates import NearestPairs
from lnl_gui.detect.copies.colours import UNEXPLAINED, Pictures, SeenPairs
from lnl_gui.detect.copies.detail import BEYOND
from lnl_gui.detect.copies.effort import look_while_it_pays
from lnl_gui.detect.copies.likeness import (
    COARSE,
    blurred,
    detail_within,
    pair_parts,
    patches_at,
    reduced,
)
from lnl_gui.detect.copies.pairs import CopyPairs, no_pairs
from lnl_gui.detect.copies.usual import usual_of
from lnl_gui.util.progress import Progress

# Share of the cells that are not left out, and how often they are chosen anew by a fit to them.
_KEPT, _TRIMMINGS = 0.75, 2
# Of Gauss and Newton, on reduced patches and on whole ones.
_COARSE_ROUNDS, _FINE_ROUNDS = 4, 4
# Grey levels a cell from which on it is not even, and the share of the cells that must be so.
_VISIBLE, _DETAILED = 1.0, 0.6
# Detail that is not worth a look the other way; of 160 copies with something on them all lie above.
_HOPELESS = 0.8
# Of the mean detail, beyond which more of it does not count.
_MOST_DETAIL = 2.0
# Detail of a copy beside what was laid on it, and how far beyond usual the embeddings of the two
# must be for that to be looked for: of different photographs few are.
_COPY, _NEAR_ENOUGH = 0.99, 2.5
# Pairs looked at for that, the nearest.
_MOST, _FEWEST = 0.1, 1_000


@dataclass(frozen=True)
class Agreement:
    """What of pairs of patches agrees where nothing was laid on either.

    Attributes:
        detail: (m,) float32, correlation of the detail in [-1, 1]; -1 for unlike pairs.
        left_over: (m,) float32, share of the colours that stays unexplained; NaN if unknown.
        detailed: (m,) float32, share of the cells that are not even.
    """

    detail: np.ndarray
    left_over: np.ndarray
    detailed: np.ndarray


def overlaid_pairs(
    near: NearestPairs,
    patches: np.ndarray,
    known: np.ndarray,
    pictures: Pictures | None,
    found: CopyPairs,
    progress: Progress,
) -> CopyPairs:
    """Pairs that are copies but for a part, on which a date, a watermark or a logo was laid.

    Args:
        near: m pairs among n rows.
        patches: (n, S, S) uint8.
        known: (n,) bool, whose patch is known.
        pictures: of the n rows.
        found: copies that were found before, which are not looked at again.
        progress: may raise `Cancelled`.
    """
    beyond = near.beyond
    if beyond is None or not known.any():
        return no_pairs()
    wanted = (beyond >= _NEAR_ENOUGH) & known[near.left] & known[near.right]
    wanted &= near.others_than(found.left, found.right)
    places = np.flatnonzero(wanted)
    detail, likely = np.zeros(len(wanted), np.float32), np.zeros(len(wanted), bool)

    def look(chosen: np.ndarray) -> np.ndarray:
        ends = near.left[chosen], near.right[chosen]
        agree = agreement_beside_overlays(patches, *ends, pictures)
        sure = (agree.detail >= _COPY) & all_over(agree)
        detail[chosen], likely[chosen] = agree.detail, sure & ~(agree.left_over > UNEXPLAINED)
        return likely[chosen]

    first = max(_FEWEST, int(_MOST * len(known)))
    order = places[np.argsort(-beyond[places], kind="stable")]
    look_while_it_pays(order, look, first=first, progress=progress)
    if not likely.any():
        return no_pairs()
    pairs = near.farther_pairs(known)
    far = usual_of(agreement_beside_overlays(patches, *pairs, None, least=-1.0).detail)
    if far is None:
        return no_pairs()
    surely = far.beyond(detail)
    likely &= surely >= BEYOND
    unturned = np.zeros(len(detail), np.int64)
    return CopyPairs(near.left, near.right, surely, detail, unturned).at(likely)


def agreement_beside_overlays(
    signatures: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    pictures: Pictures | None,
    *,
    least: float = COARSE,
) -> Agreement:
    """Lay one patch over the other without the quarter of the cells that agrees least.

    Args:
        signatures: (N, S, S) uint8 patches of grey.
        left: (m,) int rows.
        right: (m,) int rows.
        pictures: of the N rows, S cells a side; None where colours are not asked for.
        least: pairs that correlate less when reduced are not looked at in detail.
    """
    seen = None if pictures is None else SeenPairs(pictures, left, right)
    found = Agreement(*(np.full(len(left), value, np.float32) for value in (-1.0, np.nan, 0.0)))
    for part in pair_parts(len(left)):
        a, b = patches_at(signatures, left[part]), patches_at(signatures, right[part])
        small = reduced(a), reduced(b)
        best, start = _refined(*small, starts(*small), _COARSE_ROUNDS)
        still, at = _refined(*small, torch.zeros_like(start), _COARSE_ROUNDS)
        start[still > best] = at[still > best]
        likely = np.flatnonzero((torch.maximum(best, still) >= least).numpy())
        if not likely.size:
            continue
        rows = np.arange(len(left))[part][likely]
        _look_closely(found, rows, a[likely], b[likely], start[likely], seen)
    return found


def all_over(found: Agreement) -> np.ndarray:
    """(m,) bool: pairs of which most cells that agree are not even."""
    return np.asarray(found.detailed >= _DETAILED)


def _look_closely(
    found: Agreement,
    rows: np.ndarray,
    a: Tensor,
    b: Tensor,
    start: Tensor,
    seen: SeenPairs | None,
) -> None:
    """Fill in what of some rows agrees, the one laid over the other and the other way."""
    ways = [(a, b, start, False), (b, a, reverse(start), True)]
    for moving, fixed, begin, back in ways:
        # What agrees in nothing the one way agrees in nothing the other way.
        asked = np.flatnonzero(found.detail[rows] >= _HOPELESS) if back else np.arange(len(rows))
        if not asked.size:
            continue
        moving, fixed = moving[asked], fixed[asked]
        _, at = _refined(moving, fixed, begin[asked], _FINE_ROUNDS)
        warped, inside = lay_over(moving[:, None], at)
        kept = best_explained(warped[:, 0], fixed, inside)
        first = bounded(detail_within(warped[:, 0], kept), kept)
        second = bounded(detail_within(fixed, kept), kept)
        detail = overlap_correlation(first, second, kept).numpy()
        better = np.flatnonzero(detail > found.detail[rows[asked]])
        some = rows[asked[better]]
        found.detail[some] = detail[better]
        found.detailed[some] = share_uneven(fixed, kept).numpy()[better]
        if seen is not None:
            rest = seen.left_over(some, detail[better], at[better], kept[better], back=back)
            found.left_over[some] = rest


def share_uneven(patches: Tensor, kept: Tensor) -> Tensor:
    """Share (m,) of the cells `kept` of patches (m, S, S) from which the next ones differ."""
    down, across = torch.gradient(patches, dim=(1, 2))
    uneven = (down.abs() + across.abs() >= _VISIBLE) * kept
    return uneven.sum(dim=(1, 2)) / kept.sum(dim=(1, 2)).clamp_min(1.0)


def bounded(detail: Tensor, kept: Tensor) -> Tensor:
    """Detail (m, S, S) without its extremes: one edge, as of a border, does not speak for all."""
    usual = detail.abs().sum(dim=(1, 2)) / kept.sum(dim=(1, 2)).clamp_min(1.0)
    most = (_MOST_DETAIL * usual)[:, None, None]
    return torch.maximum(torch.minimum(detail, most), -most)


def _refined(moving: Tensor, fixed: Tensor, start: Tensor, rounds: int) -> tuple[Tensor, Tensor]:
    return refine(moving, fixed, start, rounds=rounds, kept=best_explained)


def best_explained(warped: Tensor, fixed: Tensor, inside: Tensor) -> Tensor:
    """(m, S, S) float, 1 for the cells inside that one gain and offset explain best, else 0."""
    wanted = (_KEPT * inside.sum(dim=(1, 2))).long().clamp_min(1)
    kept = inside
    for _ in range(_TRIMMINGS):
        count = kept.sum(dim=(1, 2)).clamp_min(1.0)

        def centred(patches: Tensor, kept: Tensor = kept, count: Tensor = count) -> Tensor:
            mean: Tensor = (patches * kept).sum(dim=(1, 2)) / count
            return patches - mean[:, None, None]

        x, y = centred(warped), centred(fixed)
        gain = (x * y * kept).sum(dim=(1, 2)) / ((x * x * kept).sum(dim=(1, 2)) + 1.0)
        rest = y - gain.clamp(LEAST_GAIN, MOST_GAIN)[:, None, None] * x
        # Blurred, so that what lies beside an overlay and is of it in part is left out too.
        rest = blurred(rest * rest * inside)
        outside = inside <= 0
        # By numpy: torch finds the places too, in eight to twenty times the time.
        ordered = np.sort(rest.masked_fill(outside, torch.inf).flatten(1).numpy(), axis=1)
        most = torch.from_numpy(ordered).gather(1, (wanted - 1)[:, None])[:, :, None]
        kept = ((rest <= most) & ~outside).to(fixed.dtype)
    return kept
