"""Training methods and detectors under label noise, beside what papers print.

    python -m tests.benchmarks.bench_learn heads --data ../shared/data --out FOLDER
    python -m tests.benchmarks.bench_learn recipes --data ../shared/data --out FOLDER

Trains heads on embeddings of CIFAR-10N's 5 000 training images, or the recipes people choose on
draws of 150, 800 and 5 000 of them, tests on 2 000 test images, and goes on where it was stopped.
Networks on images are `lnl-gui bench papers` and `tests.benchmarks.bench_recipes`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from lnl_gui.learn.bench.plan import BenchmarkData, BenchmarkPlan
from lnl_gui.learn.bench.report import as_markdown, write_report
from lnl_gui.learn.bench.runner import run_benchmark
from lnl_gui.store.jobs.benchmark_names import CONSENSUS, Noise
from tests.benchmarks.datasets import DATA, Images, embedded, read_cifar10n
from tests.benchmarks.head_recipes import recipes_markdown, run_recipes, write_recipes
from tests.benchmarks.measuring import parser_of, say_cell

LOSSES = ("ce", "gce", "sce", "nce+rce", "nfl+rce", "elr", "dynamic_weights")
HEAD_METHODS = (
    "oracle",
    "curated",
    *(f"plain:{loss}" for loss in LOSSES),
    "small_loss",
    "co_teaching",
    "turn",
    "divide_mix",
    "unicon",
    CONSENSUS,
)
INJECTED = ("symmetric_inclusive", "asymmetric@cifar10-pairs", "instance_cheng")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its tables."""
    options = _options(arguments)
    torch.set_num_threads(options.threads)
    images, test = (read_cifar10n(options.data, part) for part in ("train", "test"))
    if options.what == "recipes":
        options.out.mkdir(parents=True, exist_ok=True)
        found = run_recipes(images, test, options)
        write_recipes(options.out, found)
        print(recipes_markdown(found))
        return 0
    data = _head_data(images, test, options)
    cells = run_benchmark(
        data, _head_plan(options), folder=options.out / options.what, on_cell=say_cell
    )
    write_report(options.out, cells, name=options.what, network=data.network)
    print(as_markdown(cells, network=data.network))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of(__doc__)
    parser.add_argument("what", choices=("heads", "recipes"))
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=Path("bench-learn"))
    parser.add_argument("--encoder", default="bundled")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--methods", nargs="+", help="default: all")
    parser.add_argument("--sizes", type=int, nargs="+", default=[150, 800, 5000])
    parser.add_argument("--hidden", type=int, default=0, help="width of a head's hidden layer")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(arguments)


def _head_data(images: Images, test: Images, options: argparse.Namespace) -> BenchmarkData:
    parts = {"train": images, "test": test}
    train, tested = (
        embedded(f"cifar10n-{part}", found.files, options.encoder, options.out)
        for part, found in parts.items()
    )
    return BenchmarkData(
        "cifar10n",
        [train],
        images.labels,
        len(images.class_names),
        test_embedding=tested,
        test_labels=test.labels,
        label_sets=images.label_sets,
        class_names=images.class_names,
        network=f"{options.encoder} head",
    )


def _head_plan(options: argparse.Namespace) -> BenchmarkPlan:
    injected = [Noise(kind, 0.4) for kind in INJECTED]
    return BenchmarkPlan(
        noises=(Noise("aggre"), Noise("worse"), *injected),
        methods=tuple(options.methods or HEAD_METHODS),
        seeds=tuple(range(options.seeds)),
        hidden=options.hidden,
    )


if __name__ == "__main__":
    sys.exit(main())
