"""Training methods and detectors under label noise, beside what papers print.

    python -m tests.benchmarks.bench_learn heads --data ../shared/data --out FOLDER
    python -m tests.benchmarks.bench_learn scratch --data ../shared/data --out FOLDER

`heads` trains heads on embeddings of CIFAR-10N's 5 000 training images; `scratch` trains the small
CNN on the images themselves. Both test on 2 000 test images, and go on where they were stopped.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.bench.plan import BenchmarkData, BenchmarkPlan
from lnl_gui.learn.bench.report import as_markdown, write_report
from lnl_gui.learn.bench.runner import run_benchmark
from lnl_gui.learn.bench.training import Outcome, TrainingTask
from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.views import image_views
from lnl_gui.learn.methods.plain import SMALL_CNN, Plain
from lnl_gui.learn.models.small_cnn import SmallCNN
from lnl_gui.learn.training.judging import predict
from lnl_gui.learn.training.loop import fit
from lnl_gui.store.benchmark_names import CONSENSUS, Noise
from tests.benchmarks.datasets import DATA, Images, embedded, read_cifar10n
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
SCRATCH_METHODS = tuple(f"plain:{loss}" for loss in ("ce", "dynamic_weights", "nce+rce", "nfl+rce"))
IMAGENET = Preprocessing(32, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))


class SmallCnnTraining:
    """Trains the small CNN of the published settings from scratch; of the plain methods alone."""

    def __init__(self, images: Images, test: Images) -> None:
        self.images, self.test = images, test

    def __call__(self, task: TrainingTask) -> Outcome:
        """As `learn.bench.training.Training`; training images are not predicted."""
        classes = len(self.images.class_names)
        training = LabelledViews(
            image_views(self.images.files, IMAGENET, seed=task.seed), task.labels, classes
        )
        parameters = replace(SMALL_CNN, loss=task.method.removeprefix("plain:"), seed=task.seed)
        trainer = Plain(lambda: SmallCNN(classes), training, parameters=parameters)
        test = image_views(self.test.files, IMAGENET).plain
        predictions: list[np.ndarray] = []
        fit(
            trainer,
            seed=task.seed,
            on_epoch=lambda _: predictions.append(predict(trainer, test).argmax(axis=1)),
        )
        return Outcome(np.stack(predictions))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the two benchmarks and print its tables."""
    options = _options(arguments)
    torch.set_num_threads(options.threads)
    images, test = (read_cifar10n(options.data, part) for part in ("train", "test"))
    heads = options.what == "heads"
    data = _head_data(images, test, options) if heads else _image_data(images, test)
    cells = run_benchmark(
        data,
        _head_plan(options) if heads else _scratch_plan(options),
        folder=options.out / options.what,
        training=None if heads else SmallCnnTraining(images, test),
        on_cell=say_cell,
    )
    write_report(options.out, cells, name=options.what, network=data.network)
    print(as_markdown(cells, network=data.network))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of(__doc__)
    parser.add_argument("what", choices=("heads", "scratch"))
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=Path("bench-learn"))
    parser.add_argument("--encoder", default="bundled")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--methods", nargs="+", help="default: all")
    parser.add_argument("--rates", nargs="+", type=float, default=[0.0, 0.3], help="of scratch")
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


def _image_data(images: Images, test: Images) -> BenchmarkData:
    return BenchmarkData(
        "cifar10, 5 000 images",
        [],
        images.labels,
        len(images.class_names),
        test_labels=test.labels,
        class_names=images.class_names,
        network="small cnn",
    )


def _scratch_plan(options: argparse.Namespace) -> BenchmarkPlan:
    return BenchmarkPlan(
        noises=tuple(Noise(kind, rate) for kind in INJECTED[:2] for rate in options.rates),
        methods=tuple(options.methods or SCRATCH_METHODS),
        seeds=tuple(range(options.seeds)),
    )


if __name__ == "__main__":
    sys.exit(main())
