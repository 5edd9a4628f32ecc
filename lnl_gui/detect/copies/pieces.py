"""Pieces of one picture: tiles that overlap, a part that was enlarged, a picture made smaller.

They share a part of what they show. The detail of one is correlated with that of the other at every
shift, each time on the cells that both have (Padfield, "Masked Object Registration in the Fourier
Domain", 2012), as large as it is and at half of its size; what is found best is made finer and
judged on the part that is shared.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lnl_gui.detect.copies.alignment import Freedom, lay_over, overlap_correlation, refine, reverse
from lnl_gui.detect.copies.colours import Pictures, SeenPairs
from lnl_gui.detect.copies.likeness import detail_of, detail_within, pair_parts, patches_at
from lnl_gui.detect.copies.overlays import bounded, share_uneven

LEAST_SHARED = 0.14
"""Share of the cells that two pieces have in common: of tiles that overlap by two fifths of their
sides across and down, .16."""
COARSE = 0.5
"""Least correlation of the detail at whole cells, at which pieces are moved by less than one."""
# Of Gauss and Newton.
_ROUNDS = 4
# What an enlarged part is made smaller by to be looked for in the whole.
_HALF = 2
# A part may be more than twice as large as in the whole, and lie past its edge; but hardly turned.
_FREEDOM = Freedom((0.9, 0.9, 0.15, 2.2, 2.2), LEAST_SHARED)


@dataclass(frozen=True)
class Shared:
    """What of pairs of patches agrees in the part that both show.

    Attributes:
        detail: (m,) float32, correlation of the detail in [-1, 1]; -1 for unlike pairs.
        left_over: (m,) float32, share of the colours that stays unexplained; NaN if unknown.
        detailed: (m,) float32, share of the shared cells that are not even.
    """

    detail: np.ndarray
    left_over: np.ndarray
    detailed: np.ndarray


def shared_part(
    signatures: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    pictures: Pictures | None,
    *,
    least: float = COARSE,
) -> Shared:
    """Lay patches over each other where they agree best, if only in a part.

    Args:
        signatures: (N, S, S) uint8 patches of grey.
        left: (m,) int rows.
        right: (m,) int rows.
        pictures: of the N rows, S cells a side; None where colours are not asked for.
        least: pairs that agree less at whole cells are not looked at further.
    """
    seen = None if pictures is None else SeenPairs(pictures, left, right)
    values = (-1.0, np.nan, 0.0)
    found = Shared(*(np.full(len(left), value, np.float32) for value in values))
    for part in pair_parts(len(left)):
        a, b = patches_at(signatures, left[part]), patches_at(signatures, right[part])
        coarse, start = _best_start(a, b)
        likely = np.flatnonzero((coarse >= least).numpy())
        if not likely.size:
            continue
        rows = np.arange(len(left))[part][likely]
        _look_closely(found, rows, a[likely], b[likely], start[likely], seen)
    return found


def _best_start(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Correlation (m,) of the detail at whole cells, and the parameters (m, 5) of that."""
    spectra = [[_spectra(detail_of(_reduced(x, scale))) for scale in (1, _HALF)] for x in (a, b)]
    height, best, start = _peak(spectra[0][0], spectra[1][0], a.shape[1], 1)
    for moving, fixed in ((0, 1), (1, 0)):
        found, correlation, at = _peak(spectra[moving][1], spectra[fixed][0], a.shape[1], _HALF)
        at = at if moving == 0 else reverse(at)
        better = found > height
        height = torch.where(better, found, height)
        best = torch.where(better, correlation, best)
        start[better] = at[better]
    return best, start


def _reduced(patches: Tensor, scale: int) -> Tensor:
    return patches if scale == 1 else F.avg_pool2d(patches[:, None], scale)[:, 0]


def _spectra(detail: Tensor) -> tuple[Tensor, Tensor]:
    """Spectra of the detail (m, S, S) and of its square, with room for every shift."""
    room = _room(detail.shape[1])
    return torch.fft.rfft2(detail, s=(room, room)), torch.fft.rfft2(detail.square(), s=(room, room))


def _room(side: int) -> int:
    """Cells a side of the surface of all shifts, the same for a patch and its half."""
    return 64 if side <= 32 else 2 * side


def _peak(
    moving: tuple[Tensor, Tensor], fixed: tuple[Tensor, Tensor], side: int, scale: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Surest shift of `moving`, a patch of `side / scale` cells, over `fixed`.

    Returns:
        how sure it is (m,), the correlation of the detail there (m,), and parameters (m, 5).
    """
    room, short = _room(side), side // scale
    ones, other, cells = _overlaps(short, side, room)
    product = torch.fft.irfft2(moving[0] * fixed[0].conj(), s=(room, room))
    # Of each its own energy where the other covers it.
    energy = torch.fft.irfft2(moving[1] * other.conj(), s=(room, room))
    energy = energy.clamp_min(1.0) * torch.fft.irfft2(
        ones * fixed[1].conj(), s=(room, room)
    ).clamp_min(1.0)
    correlation = product / energy.sqrt()
    enough = cells >= LEAST_SHARED * side * side
    # A few cells agree by chance: how surely is told by the root of their number.
    sure = torch.where(enough, correlation * cells.clamp_min(1.0).sqrt(), -torch.inf).flatten(1)
    height, place = sure.max(dim=1)
    down, across = place // room, place % room
    shifts = [torch.where(at >= short, at - room, at).float() for at in (across, down)]
    start = torch.zeros(len(place), 5)
    start[:, :2] = float(np.log(scale))
    for column, shift in zip((3, 4), shifts, strict=True):
        start[:, column] = scale - 1 + 2.0 * shift / short
    return height, correlation.flatten(1).gather(1, place[:, None])[:, 0], start


@cache
def _overlaps(short: int, side: int, room: int) -> tuple[Tensor, Tensor, Tensor]:
    """Spectra of masks of patches of two sizes, and the cells that they share at each shift."""
    ones = torch.fft.rfft2(torch.ones(short, short), s=(room, room))
    other = torch.fft.rfft2(torch.ones(side, side), s=(room, room))
    return ones, other, torch.fft.irfft2(ones * other.conj(), s=(room, room)).round()


def _look_closely(
    found: Shared,
    rows: np.ndarray,
    a: Tensor,
    b: Tensor,
    start: Tensor,
    seen: SeenPairs | None,
) -> None:
    """Fill in what of some rows agrees in the part that they share."""
    # The one that is made smaller is laid over the other, and not a part of that enlarged.
    larger = start[:, 0] < 0
    for back in (False, True):
        some = np.flatnonzero((larger == back).numpy())
        if not some.size:
            continue
        moving, fixed = (b[some], a[some]) if back else (a[some], b[some])
        begin = reverse(start[some]) if back else start[some]
        _, at = refine(moving, fixed, begin, rounds=_ROUNDS, freedom=_FREEDOM)
        warped, inside = lay_over(moving[:, None], at)
        first = bounded(detail_within(warped[:, 0], inside), inside)
        second = bounded(detail_within(fixed, inside), inside)
        detail = overlap_correlation(first, second, inside, least=LEAST_SHARED).numpy()
        pairs = rows[some]
        found.detail[pairs] = detail
        found.detailed[pairs] = share_uneven(fixed, inside).numpy()
        if seen is not None:
            found.left_over[pairs] = seen.left_over(pairs, detail, at, inside, back=back)
