"""Whether two pictures whose grey patches agree differ in colour, or in shade by more than a gain.

The grey patches of hearts in eight colours, of book covers and of many flags agree in all detail.
A copy that was brightened differs by one gain and one offset for all its colours; what they leave
unexplained tells it from another picture of the same drawing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.copies.brightness import unexplained_by_gain
from lnl_gui.detect.copies.likeness import aligned, pair_parts
from lnl_gui.detect.copies.orientations import oriented

Pictures = Callable[[np.ndarray], np.ndarray]
"""Reads small pictures of rows (m,) int, as (m, S, S, 3) uint8; of zeros where there is none."""
UNEXPLAINED = 0.05
"""Share of a copy's contrast that its original may leave unexplained: of 240 copies each of
photographs, 32 and 256 pixels wide, turned, shifted, cropped, shot again, brightened by a third and
compressed to a tenth, one in a hundred lies above. Flags and hearts of other colours begin at .058
and .11."""
# Detail from which on colours are asked for: a picture takes as long to read as ten pairs to align.
_ALIKE = 0.9


def unexplained(
    signatures: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    orientation: np.ndarray,
    pictures: Pictures,
) -> np.ndarray:
    """Share of the variance of one picture that the other, laid over it, leaves unexplained.

    Args:
        signatures: (N, S, S) uint8 patches of grey, by which they are laid over each other.
        left: (m,) int rows, whose pictures are turned.
        right: (m,) int rows.
        orientation: (m,) int in [0, 8), see `oriented`.
        pictures: of the N rows, S cells a side.

    Returns:
        (m,) float32; NaN where one of the two pictures is not known.
    """
    found = np.full(len(left), np.nan, np.float32)
    for part in pair_parts(len(left)):
        one, other = pictures_of(pictures, left[part], right[part])
        known = np.flatnonzero(one.any(axis=(1, 2, 3)) & other.any(axis=(1, 2, 3)))
        if not known.size:
            continue
        rows = np.arange(len(left))[part][known]
        turned = [oriented(one[known][..., at], orientation[rows]) for at in range(3)]
        a = torch.from_numpy(np.stack(turned, axis=1).astype(np.float32))
        b = torch.from_numpy(np.moveaxis(other[known], 3, 1).astype(np.float32))
        there, back = aligned(signatures, left[rows], right[rows], orientation[rows])
        # The blurred one of the two is better left as it is, and which one that is, is not known.
        least = torch.minimum(left_over(a, b, there), left_over(b, a, back))
        found[rows] = least.numpy()
    return found


def pictures_of(
    pictures: Pictures, left: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of rows (m,) and (m,), of each row read once: a row may be in a hundred pairs."""
    rows, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    read = pictures(rows)
    return read[place[: len(left)]], read[place[len(left) :]]


@dataclass(frozen=True)
class SeenPairs:
    """Pictures of pairs of rows (m,) and (m,), read where their patches agree."""

    pictures: Pictures
    left: np.ndarray
    right: np.ndarray

    def left_over(
        self,
        pairs: np.ndarray,
        detail: np.ndarray,
        parameters: Tensor,
        kept: Tensor,
        *,
        back: bool,
    ) -> np.ndarray:
        """What of colours one picture leaves unexplained, see `left_over`.

        Args:
            pairs: (q,) int of the m, none twice.
            detail: (q,) how much their patches agree.
            parameters: (q, 5) that lay the left one over the right one.
            kept: (q, S, S), 1 for the cells that count, else 0.
            back: whether the right one is laid over the left one instead.

        Returns:
            (q,) float32; NaN where the detail differs or a picture is not known.
        """
        found = np.full(len(pairs), np.nan, np.float32)
        alike = np.flatnonzero(detail >= _ALIKE)
        if not alike.size:
            return found
        ends = self.left[pairs[alike]], self.right[pairs[alike]]
        one, other = map(_layers, pictures_of(self.pictures, *ends))
        moving, fixed = (other, one) if back else (one, other)
        rest = left_over(moving, fixed, parameters[alike], kept[alike])
        known = (one.amax((1, 2, 3)) > 0) & (other.amax((1, 2, 3)) > 0)
        found[alike] = torch.where(known, rest, torch.nan).numpy()
        return found


def _layers(pictures: np.ndarray) -> Tensor:
    """Pictures (m, S, S, 3) as layers (m, 3, S, S) to be moved."""
    return torch.from_numpy(np.moveaxis(pictures, 3, 1).astype(np.float32))


def left_over(
    moving: Tensor, fixed: Tensor, parameters: Tensor, kept: Tensor | None = None
) -> Tensor:
    """Share (m,) of the variance of `fixed` (m, 3, S, S) that no gain and offset explains.

    Args:
        moving: (m, 3, S, S), to be laid over `fixed`.
        fixed: (m, 3, S, S).
        parameters: (m, 5) by which.
        kept: (m, S, S), 1 for the cells that count, else 0; None for all where the two overlap.
    """
    found = unexplained_by_gain(moving, fixed, parameters, kept)
    return (found.rest * found.rest).sum(dim=(1, 2, 3)) / found.energy
