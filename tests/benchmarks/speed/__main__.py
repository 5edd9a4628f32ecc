"""Every path a person waits for beside the least it could take, and how it grows, in one run.

    python -m tests.benchmarks.speed [--quick] [--out FOLDER] [--only PART ...]
        [--peers PYTHON]

Processor time is told beside the clock's, because other programs may share the cores: a path and
its floor take turns. Peers run where they install: timm with a DataLoader, cleanlab and pynndescent
in this interpreter; imagededup, fastdup and FiftyOne in one of their own. Those that do not are
told with the reason.
"""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.benchmarks.measuring import parser_of
from tests.benchmarks.speed import computing, peers, pixels, report, starts
from tests.benchmarks.speed.growth import COUNTS, MOST, Point, grow
from tests.benchmarks.speed.images import write_copies, write_images
from tests.benchmarks.speed.measures import Measure

GROWTH = "growth"


@dataclass(frozen=True)
class Work:
    """How much is measured, on files of which folder, and by which interpreter peers run."""

    folder: Path
    quick: bool
    python: Path | None

    @cached_property
    def images(self) -> dict[str, list[Path]]:
        """Files of each kind, written when they are first asked for."""
        return write_images(self.folder, 50 if self.quick else 500)

    @property
    def encoders(self) -> tuple[str, ...]:
        """Those to embed by."""
        return ("bundled-fast",) if self.quick else ("bundled", "bundled-fast")


def _copies(work: Work) -> Iterable[Measure]:
    images = write_copies(work.folder / "copies", 500 if work.quick else 2_000)
    return peers.copies(images, work.encoders, work.python)


PARTS: dict[str, Callable[[Work], Iterable[Measure]]] = {
    "reading": lambda work: pixels.decoding(work.images),
    "embedding": lambda work: pixels.embedding(work.images, work.encoders),
    "copies": _copies,
    "detection": lambda work: computing.detection(
        *((2_000, 128) if work.quick else (50_000, 1280))
    ),
    "neighbours": lambda work: computing.neighbours(5_000 if work.quick else 50_000, 384),
    "training": lambda work: computing.training(*((1, 8) if work.quick else (5, 32))),
    "starts": lambda work: starts.starts(1 if work.quick else 5),
}
ONLY = f"of {', '.join([*PARTS, GROWTH])}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the report and write it."""
    parser = parser_of(__doc__)
    parser.add_argument("--quick", action="store_true", help="minutes instead of hours")
    parser.add_argument("--million", action="store_true", help="grow to 1 000 000 samples")
    parser.add_argument("--out", type=Path, default=Path("speed"))
    parser.add_argument("--only", nargs="+", choices=[*PARTS, GROWTH], metavar="PART", help=ONLY)
    parser.add_argument("--peers", type=Path, metavar="PYTHON", help=peers.HOW)
    options = parser.parse_args(arguments)
    measures: list[Measure] = []
    points: list[Point] = []
    with tempfile.TemporaryDirectory() as folder:
        work = Work(Path(folder), options.quick, options.peers)
        for name in options.only or [*PARTS, GROWTH]:
            print(f"{name} ...", flush=True)
            if name == GROWTH:
                largest = [MOST] if options.million else []
                points += grow([*(COUNTS[:2] if options.quick else COUNTS), *largest])
            else:
                measures += PARTS[name](work)
            # After each part: a run of hours that is stopped has told what it found.
            report.write_report(options.out, measures, points, report.machine())
    print(report.markdown(measures, points, report.machine()))


if __name__ == "__main__":
    main()
