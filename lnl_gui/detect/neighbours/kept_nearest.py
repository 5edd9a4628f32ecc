"""The nearest of what samples are compared with, kept while tiles of closeness pass by.

Choosing twenty of each tile anew, as `torch.topk` does, takes as long as computing it. A compiled
loop looks for what is closer than the last one kept, of which there soon is little: it takes a
tenth of that time.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lnl_gui.detect.devices import PROCESSOR

WORTH_COMPILING = 50_000_000
"""Comparisons from which on loading the loop costs less than it saves."""
# A tile of so many columns stays in a processor's cache.
_COLUMNS = 2048
# On a device a tile is to be large, and may be.
_COLUMNS_ON_DEVICE = 32_768


@dataclass(frozen=True)
class Others:
    """What samples are compared with, on one device.

    Attributes:
        points: (m, P) float32.
        numbers: (m,) int32, by which they are known.
        group: (m,) int64; those of a sample's own group are not near to it.
        half: (m,) float32, half the squared length of each, and closeness then falls with the
            Euclidean distance; None: closeness is the inner product.
    """

    points: Tensor
    numbers: Tensor
    group: Tensor
    half: Tensor | None = None

    def __len__(self) -> int:
        return len(self.points)

    def part(self, columns: slice) -> "Others":
        """Those at `columns`."""
        half = None if self.half is None else self.half[columns]
        return Others(self.points[columns], self.numbers[columns], self.group[columns], half)

    def closeness(self, own: Tensor) -> Tensor:
        """(b, m) float32 to points (b, P)."""
        if self.half is None:
            return own @ self.points.T
        return torch.addmm(self.half, own, self.points.T, beta=-1.0)


class KeptNearest:
    """The k nearest of each of n samples among those they have been compared with.

    Args:
        samples: n.
        neighbours: k.
        device: of torch.
        comparisons: of how many these are a part, which tells whether the loop is worth its
            loading; on the processor alone.
    """

    def __init__(
        self, samples: int, neighbours: int, device: torch.device | str, *, comparisons: int
    ) -> None:
        shape = (samples, neighbours)
        self._closeness = torch.full(shape, -torch.inf, device=device)
        self._numbers = torch.full(shape, -1, dtype=torch.int32, device=device)
        on_processor = self._closeness.device.type == PROCESSOR
        worth_it = comparisons >= WORTH_COMPILING
        self._compiled = worth_it and on_processor and neighbours > 0
        self._columns = _COLUMNS if on_processor else _COLUMNS_ON_DEVICE

    def compare(self, rows: Tensor, own: Tensor, own_group: Tensor, others: Others) -> None:
        """Compare some of the samples with others.

        Args:
            rows: (b,) int64, which of the n samples, on the device.
            own: (b, P) float32, their points.
            own_group: (b,) int64.
            others: what they have not been compared with yet.
        """
        for start in range(0, len(others), self._columns):
            part = others.part(slice(start, start + self._columns))
            if self._compiled:
                self._insert(rows, part.closeness(own), own_group, part)
            else:
                self._choose(rows, part.closeness(own), own_group, part)

    def _insert(self, rows: Tensor, tile: Tensor, own_group: Tensor, others: Others) -> None:
        from lnl_gui.detect.neighbours.nearest_loops import keep  # noqa: PLC0415 - takes time

        near = (rows, own_group, others.group, self._closeness, self._numbers)
        keep(tile.numpy(), others.numbers.numpy(), *(each.numpy() for each in near))

    def _choose(self, rows: Tensor, tile: Tensor, own_group: Tensor, others: Others) -> None:
        tile.masked_fill_(own_group.unsqueeze(1) == others.group, -torch.inf)
        k = self._closeness.shape[1]
        best, at = tile.topk(min(k, tile.shape[1]))
        both = torch.cat([self._closeness.index_select(0, rows), best], 1)
        numbers = torch.cat([self._numbers.index_select(0, rows), others.numbers[at]], 1)
        closeness, chosen = both.topk(k)
        self._closeness.index_copy_(0, rows, closeness)
        self._numbers.index_copy_(0, rows, numbers.gather(1, chosen))

    def forget(self, rows: Tensor) -> None:
        """Begin anew with the rows (b,) int64."""
        self._closeness.index_fill_(0, rows, -torch.inf)
        self._numbers.index_fill_(0, rows, -1)

    def lacking(self, rows: Tensor) -> Tensor:
        """Those of the rows (b,) int64 that have been compared with fewer than k."""
        if not self._closeness.shape[1]:
            return rows[:0]
        return rows[torch.isinf(self._closeness[rows, -1])]

    @property
    def closeness(self) -> Tensor:
        """(n, k) float32 on the processor, falling; minus infinity where there are fewer."""
        return self._closeness.cpu()

    @property
    def numbers(self) -> Tensor:
        """(n, k) int32 on the processor; -1 where there are fewer."""
        missing = torch.isinf(self._closeness)
        return self._numbers.masked_fill(missing, -1).cpu()
