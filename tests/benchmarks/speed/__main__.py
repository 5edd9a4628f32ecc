"""Every path a person waits for beside the least it could take, and how it grows, in one run.

    python -m tests.benchmarks.speed [--quick] [--out FOLDER] [--only reading embedding ...]
        [--peers PYTHON]

Processor time is told beside the clock's, because other programs may share the cores: a path and
its floor take turns. Peers run where they install: timm with a DataLoader, cleanlab and pynndescent
in this interpreter; imagededup, fastdup and FiftyOne in one of their own. Those that do not are
told with the reason.
"""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.benchmarks.measuring import parser_of
from tests.benchmarks.speed import computing, peers, pixels, report, starts
from tests.benchmarks.speed.growth import COUNTS, MOST, Point, grow
from tests.benchmarks.speed.images import write_copies, write_images
from tests.benchmarks.speed.measures import Measure

Part = Callable[[], Iterable[Measure]]
GROWTH = "growth"


def _parts(folder: Path, *, quick: bool, python: Path | None) -> dict[str, Part]:
    images = write_images(folder, 50 if quick else 500)
    encoders = ("bundled-fast",) if quick else ("bundled", "bundled-fast")
    samples, width = (2_000, 128) if quick else (50_000, 1280)
    searched = 5_000 if quick else 50_000
    return {
        "reading": lambda: pixels.decoding(images),
        "embedding": lambda: pixels.embedding(images, encoders),
        "copies": lambda: peers.copies(
            write_copies(folder / "copies", 500 if quick else 2_000), encoders, python
        ),
        "detection": lambda: computing.detection(samples, width),
        "neighbours": lambda: computing.neighbours(searched, 384),
        "training": lambda: computing.training(1 if quick else 5, 8 if quick else 32),
        "starts": lambda: starts.starts(1 if quick else 5),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the report and write it."""
    parser = parser_of(__doc__)
    parser.add_argument("--quick", action="store_true", help="minutes instead of hours")
    parser.add_argument("--million", action="store_true", help="grow to 1 000 000 samples")
    parser.add_argument("--out", type=Path, default=Path("speed"))
    parser.add_argument("--only", nargs="+", metavar="PART")
    parser.add_argument("--peers", type=Path, metavar="PYTHON", help=peers.HOW)
    options = parser.parse_args(arguments)
    measures: list[Measure] = []
    points: list[Point] = []
    with tempfile.TemporaryDirectory() as folder:
        parts = _parts(Path(folder), quick=options.quick, python=options.peers)
        for name in options.only or [*parts, GROWTH]:
            print(f"{name} ...", flush=True)
            if name == GROWTH:
                largest = [MOST] if options.million else []
                points += grow([*(COUNTS[:2] if options.quick else COUNTS), *largest])
            else:
                measures += parts[name]()
            # After each part: a run of hours that is stopped has told what it found.
            report.write_report(options.out, measures, points, report.machine())
    print(report.markdown(measures, points, report.machine()))


if __name__ == "__main__":
    main()
