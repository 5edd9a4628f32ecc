"""Time and peak memory of detection, neighbours and map as N grows, each in a process of its own.

python -m tests.benchmarks.speed.growth detection 10000
"""

import json
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import psutil

from tests.benchmarks.measuring import output_of_fresh, stopwatch

PATHS = ("detection", "neighbours", "map")
COUNTS = (1_000, 10_000, 100_000)
MOST = 1_000_000
"""Takes hours on two cores, hence by choice."""
WIDTH = 384


@dataclass(frozen=True)
class Point:
    """What N samples took: seconds of the processor and by the clock, peak MiB over the data."""

    path: str
    samples: int
    seconds: float
    clock: float
    mebibytes: float

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def grow(counts: Sequence[int]) -> Iterator[Point]:
    """Points of each path at each N.

    Args:
        counts: of samples.
    """
    for path in PATHS:
        for count in counts:
            printed = output_of_fresh("tests.benchmarks.speed.growth", path, str(count))
            yield Point(**json.loads(printed.splitlines()[-1]))


class _Peak:
    def __enter__(self) -> "_Peak":
        self._process, self._over = psutil.Process(), threading.Event()
        self._before = self._highest = self._process.memory_info().rss
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            self._highest = max(self._highest, self._process.memory_info().rss)

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.mebibytes = (self._highest - self._before) / 2**20


def _measure(path: str, count: int) -> Point:
    from lnl_gui.detect.consensus.consensus import find_suspects
    from lnl_gui.detect.consensus.detection_input import DetectionInput
    from lnl_gui.detect.neighbours.projection import project_to_plane
    from lnl_gui.detect.neighbours.search import nearest_neighbours
    from tests.benchmarks.speed.computing import labelled

    embedding, _, given = labelled(count, WIDTH)

    def work() -> None:
        if path == "detection":
            find_suspects(DetectionInput([embedding], given, number_of_classes=10))
        elif path == "map":
            project_to_plane(embedding, threads=1)
        else:
            nearest_neighbours([embedding])

    with _Peak() as peak, stopwatch() as spent:
        work()
    return Point(path, count, spent.processor / 1000, spent.clock / 1000, peak.mebibytes)


if __name__ == "__main__":
    print(json.dumps(_measure(sys.argv[1], int(sys.argv[2])).as_json()))
