"""What a method trains on, and helpers that every method's inner loop shares."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from torch import nn

from lnl_gui.learn.data.sources import ImageSource
from lnl_gui.learn.data.views import Views
from lnl_gui.util.progress import Progress

BuildNetwork = Callable[[], nn.Module]
"""Makes a freshly initialised network; called under a seed of its own for each network."""

VIEWS_PER_DRAW = 4
NETWORKS = 2

Item = TypeVar("Item")
Loaded = TypeVar("Loaded")


@dataclass(frozen=True)
class LabelledViews:
    """N samples to train on.

    Attributes:
        views: their plain, weak and strong views.
        labels: (N,) int64 given labels, each in 0..C-1.
        number_of_classes: C.
    """

    views: Views
    labels: np.ndarray
    number_of_classes: int

    def __post_init__(self) -> None:
        if len(self.views) != len(self.labels):
            raise ValueError(f"{len(self.views)} samples but {len(self.labels)} labels")
        if len(self.labels) < 2:
            raise ValueError("at least two samples are needed")
        if self.labels.min() < 0 or self.labels.max() >= self.number_of_classes:
            raise ValueError("labels must lie in 0..C-1")


def build_networks(
    build: BuildNetwork, count: int, seed: int, device: torch.device
) -> list[nn.Module]:
    """Networks of different, seeded initialisation; torch's generator is left as it was."""
    networks = []
    for number in range(count):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed * NETWORKS + number)
            networks.append(build().to(device).to(memory_format=torch.channels_last))
    return networks


def draw_number(epoch: int, network: int, view: int, cycle: int = 0) -> int:
    """A different number for each view of each pass over the data, to draw the view with."""
    whole = (epoch * NETWORKS + network) * VIEWS_PER_DRAW + view
    return whole + (cycle << 40)


def loaded_ahead(
    views: Views, items: Iterable[Item], load: Callable[[Item], Loaded]
) -> Iterator[Loaded]:
    """`load` of each item in order; for images, one item ahead of the model."""
    if not isinstance(views.plain, ImageSource):
        yield from map(load, items)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="prefetch") as ahead:
        pending = None
        for item in items:
            submitted = ahead.submit(load, item)
            if pending is not None:
                yield pending.result()
            pending = submitted
        if pending is not None:
            yield pending.result()


def part_of(progress: Progress, number: int, count: int) -> Progress:
    """Progress of part `number` of `count` equal ones, as progress of the whole."""

    def report(done: int, total: int) -> None:
        progress(number * total + done, count * total)

    return report
