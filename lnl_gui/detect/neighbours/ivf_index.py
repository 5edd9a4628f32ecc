"""Nearest neighbours by an inverted file (IVF) over k-means centroids.

Sivic and Zisserman, ICCV 2003; Jegou, Douze, Schmid, PAMI 2011. A sample is compared with the
members of the lists whose centroids are nearest to it, about `CANDIDATES` samples: O(N CANDIDATES
P) and O(N^1.5 P) to make the lists instead of O(N^2 P), exact where there are no more samples than
that. Samples of one list search together, a list at a time, so that both stay in the cache.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.detect.neighbours.kept_nearest import KeptNearest, Others
from lnl_gui.detect.threads import at_most
from lnl_gui.util.process.side_by_side import side_by_side
from lnl_gui.util.progress import Progress, no_progress

CANDIDATES = 4_000
"""Of 50 000 photographs in 50 dimensions .98 of the 14 nearest are found; of twice as many .996."""
_SMALLEST_LIST = 250
_ROUNDS = 8
# Samples a centroid that k-means sees; more hardly moves the centroids.
_TRAINING = 64
_ROWS = 2048


@dataclass(frozen=True)
class _InvertedFile:
    """Samples sorted by list; list c holds those from starts[c] to starts[c + 1].

    Attributes:
        centres: (L, P) float32.
        starts: L + 1 places.
        members: all that may be neighbours, in this order.
    """

    centres: Tensor
    starts: list[int]
    members: Others

    def near(self, own: Tensor, probes: int) -> Iterator[tuple[Others, Tensor]]:
        """Yield the members of lists, and which (q,) int64 of the points (b, P) are to see them.

        Args:
            own: points.
            probes: how many lists each of them sees, the nearest.
        """
        count = len(self.centres)
        if count == 1:
            yield self.members, torch.arange(len(own), device=own.device)
            return
        half = (self.centres * self.centres).sum(1) / 2
        closeness = torch.addmm(half, own, self.centres.T, beta=-1.0)
        lists = closeness.topk(min(probes, count)).indices.cpu()
        width, flat = lists.shape[1], lists.view(-1)
        asked = torch.argsort(flat, stable=True)
        sizes = torch.bincount(flat, minlength=count)
        ends = sizes.cumsum(0)
        rank = torch.arange(width, dtype=torch.float64).repeat(len(lists))
        nearness = torch.bincount(flat, weights=rank, minlength=count) / sizes
        # What is nearest to most comes first: little that follows is nearer still.
        for number in nearness.argsort().tolist():
            stop, size = int(ends[number]), int(sizes[number])
            # Lists that nobody asks for come last.
            if not size:
                return
            who = asked[stop - size : stop] // width
            members = self.members.part(slice(self.starts[number], self.starts[number + 1]))
            yield members, who.to(own.device)


def approximate_neighbours(
    space: np.ndarray,
    neighbours: int,
    *,
    among: np.ndarray | None = None,
    asking: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    candidates: int = CANDIDATES,
    device: str = PROCESSOR,
    seed: int = 0,
    progress: Progress = no_progress,
) -> tuple[np.ndarray, np.ndarray]:
    """Find the `neighbours` samples of least Euclidean distance to each, never itself.

    Args:
        space: (N, P) float32, finite.
        neighbours: k.
        among: (M,) int64 rows that may be neighbours; None means all.
        asking: (n,) int64 rows whose neighbours are wanted; None means all.
        groups: (N,) int, equal for samples that are not each other's neighbours; None: each alone.
        candidates: about how many samples each is compared with; of more where too few of them are
            of another group.
        device: of torch; holds the space.
        seed: of the k-means centroids.
        progress: told of samples done; may raise `Cancelled`.

    Returns:
        indices (n, k) int32 and distance (n, k) float32, rising; -1 and infinity where fewer than
        k there are.

    Raises:
        torch.OutOfMemoryError: where the device does not hold the space.
    """
    points = torch.from_numpy(np.ascontiguousarray(space, dtype=np.float32)).to(device)
    every = torch.arange(len(points))
    base = every if among is None else torch.from_numpy(among)
    wanted = every if asking is None else torch.from_numpy(asking)
    group = every if groups is None else torch.from_numpy(groups).long()
    size = list_size(len(base))
    lists = 1 if candidates >= len(base) else max(1, len(base) // size)
    # A copy of all would be as large as the space.
    listable = points if among is None else points.index_select(0, base.to(device))
    centres = _centres(listable, lists, seed)
    cell = _nearest_centre(points, centres).cpu()
    file = _inverted_file(listable, base, cell[base], group[base], centres)
    search = _Search(
        points,
        group.to(device),
        wanted,
        file,
        probes=-(-candidates // size),
        comparisons=len(wanted) * min(candidates, len(base)),
        index=np.full((len(wanted), neighbours), -1, dtype=np.int32),
        distance=np.full((len(wanted), neighbours), np.inf, dtype=np.float32),
    )
    # Samples of one list together.
    blocks = torch.argsort(cell[wanted], stable=True).split(_ROWS)
    # A device does one thing at a time. On the processor products this small want one core each.
    threads = torch.get_num_threads() if device == PROCESSOR else 1
    with at_most(1):
        tasks = [partial(search.block, places) for places in blocks]
        side_by_side(tasks, threads, partial(_tell, progress, len(wanted)))
    progress(len(wanted), len(wanted))
    return search.index, search.distance


def _tell(progress: Progress, samples: int, blocks: int, total: int) -> None:
    progress(min(blocks * _ROWS, samples), samples)


def list_size(count: int) -> int:
    """Samples in an inverted list, on average, of so many: half their root, but 250 or more.

    The shorter the lists, the better is what lies in as many samples of them, and the longer it
    takes to make them.
    """
    return max(_SMALLEST_LIST, math.isqrt(count) // 2)


@dataclass(frozen=True)
class _Search:
    """What is the same for all blocks of samples; their results do not hang on each other.

    Attributes:
        points: (N, P) float32.
        group: (N,) int64, on the same device.
        wanted: (n,) int64 rows whose neighbours are found.
        file: what is searched.
        probes: lists each sample is compared with at first.
        comparisons: of all of them, see `KeptNearest`.
        index: (n, k) int32, filled in.
        distance: (n, k) float32, filled in.
    """

    points: Tensor
    group: Tensor
    wanted: Tensor
    file: _InvertedFile
    probes: int
    comparisons: int
    index: np.ndarray
    distance: np.ndarray

    def block(self, places: Tensor, progress: Progress) -> None:
        """Find the neighbours of the samples at `places` (b,) int64 of `wanted`."""
        progress(0, 1)
        device = self.points.device
        rows = self.wanted[places].to(device)
        own, group = self.points.index_select(0, rows), self.group.index_select(0, rows)
        kept = KeptNearest(len(rows), self.index.shape[1], device, comparisons=self.comparisons)
        pending, probes = torch.arange(len(rows), device=device), self.probes
        while len(pending):
            for members, who in self.file.near(own.index_select(0, pending), probes):
                some = pending.index_select(0, who)
                kept.compare(some, own.index_select(0, some), group.index_select(0, some), members)
            if probes >= len(self.file.centres):
                break
            # Whole lists may be of their own group: they see more lists, from the beginning.
            probes *= 2
            pending = kept.lacking(pending)
            kept.forget(pending)
        # closeness = <x, y> - |y|^2 / 2; rounding may leave equal points a little below 0.
        squared = (own * own).sum(1, keepdim=True).cpu() - 2.0 * kept.closeness
        self.index[places.numpy()] = kept.numbers.numpy()
        self.distance[places.numpy()] = squared.clamp_(min=0).sqrt_().numpy()
        progress(1, 1)


def _inverted_file(
    points: Tensor, numbers: Tensor, cell: Tensor, group: Tensor, centres: Tensor
) -> _InvertedFile:
    """Lists of points (M, P) by the nearest (M,) of the centres (L, P).

    Numbers (M,), by which they are known, and groups (M,) lie on the processor, as the cells do.
    """
    device = points.device
    order = torch.argsort(cell, stable=True)
    starts = torch.searchsorted(cell[order], torch.arange(len(centres) + 1))
    listed = points.index_select(0, order.to(device))
    half = (listed * listed).sum(1) / 2
    members = Others(listed, numbers[order].int().to(device), group[order].to(device), half)
    return _InvertedFile(centres, starts.tolist(), members)


def _centres(points: Tensor, count: int, seed: int) -> Tensor:
    """(count, P) means of k-means on a part of the points; an empty list keeps its centre."""
    generator = np.random.default_rng(seed)
    size = min(len(points), _TRAINING * count)
    part = points[torch.from_numpy(generator.choice(len(points), size, replace=False))]
    # The part was drawn in random order, so that its first rows are a random start.
    centres = part[:count].clone()
    for _ in range(_ROUNDS if count > 1 else 0):
        nearest = _nearest_centre(part, centres)
        total = torch.zeros_like(centres).index_add_(0, nearest, part)
        members = torch.bincount(nearest, minlength=count)[:, None]
        centres = torch.where(members > 0, total / members.clamp(min=1), centres)
    return centres


def _nearest_centre(points: Tensor, centres: Tensor) -> Tensor:
    # |x - c|^2 less |x|^2, which is the same for all centres: one product and no root.
    half = (centres * centres).sum(1) / 2
    found = torch.empty(len(points), dtype=torch.long, device=points.device)
    # In place: results kept between blocks that are freed would break the heap into pieces too
    # small for the next block, and a million samples would take 5 GB of them.
    product = points.new_empty(min(_ROWS, len(points)), len(centres))
    for start in range(0, len(points), _ROWS):
        part = points[start : start + _ROWS]
        closeness = torch.mm(part, centres.T, out=product[: len(part)])
        torch.argmax(closeness.sub_(half), 1, out=found[start : start + _ROWS])
    return found
