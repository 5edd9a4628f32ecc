"""What of one patch another one, laid over it, leaves unexplained by a change of brightness.

A copy that was brightened differs from its original by one gain and one offset of all its cells.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lnl_gui.detect.copies.alignment import lay_over
from lnl_gui.detect.copies.likeness import blurred

LEAST_GAIN, MOST_GAIN = 0.5, 2.0
"""Between half and double the contrast a copy is still one of its original."""


@dataclass(frozen=True)
class Unexplained:
    """What no gain and offset explains of pairs of patches.

    Attributes:
        rest: (m, L, S, S), of each cell, blurred; 0 where the two do not overlap.
        energy: (m,), sum of squares of the patch that is to be explained, at least `cells`.
        cells: (m,), how many count, of all layers together.
    """

    rest: Tensor
    energy: Tensor
    cells: Tensor


def unexplained_by_gain(
    moving: Tensor, fixed: Tensor, parameters: Tensor, kept: Tensor | None = None
) -> Unexplained:
    """Explain `fixed` by one gain and offset of what is laid over it, by least squares.

    Args:
        moving: (m, L, S, S), to be laid over `fixed`.
        fixed: (m, L, S, S).
        parameters: (m, 5) by which.
        kept: (m, S, S), 1 for the cells that count, else 0; None for all where the two overlap.
    """
    warped, inside = lay_over(moving, parameters)
    inside = inside if kept is None else kept
    cells = (fixed.shape[1] * inside.sum(dim=(1, 2))).clamp_min(1.0)

    def centred(layers: Tensor) -> Tensor:
        smooth = blurred(layers.flatten(0, 1)).view_as(layers)
        mean = (smooth * inside[:, None]).sum(dim=(1, 2, 3)) / cells
        return (smooth - mean[:, None, None, None]) * inside[:, None]

    a, b = centred(warped), centred(fixed)
    # One level a cell: where both are flat there is nothing to explain.
    energy = [torch.maximum((part * part).sum(dim=(1, 2, 3)), cells) for part in (a, b)]
    gain = ((a * b).sum(dim=(1, 2, 3)) / energy[0]).clamp(LEAST_GAIN, MOST_GAIN)
    return Unexplained(b - gain[:, None, None, None] * a, energy[1], cells)
