"""Training methods and detectors under label noise, beside what papers print.

    python -m tests.benchmarks.bench_learn heads --data ../shared/data --out FOLDER
    python -m tests.benchmarks.bench_learn scratch --data ../shared/data --out FOLDER

`heads` trains heads on embeddings of CIFAR-10N's 5 000 training images; `scratch` trains the small
CNN on the images themselves. Both test on 2 000 test images, and go on where they were stopped.
"""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from lnl_gui.dataset.noise import CIFAR10_PAIRS, inject_asymmetric, inject_symmetric
from lnl_gui.encoders.embedding import embed_samples
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.bench.noise_benchmark import run_benchmark
from lnl_gui.learn.bench.plan import BenchmarkData, BenchmarkPlan, Cell, Noise
from lnl_gui.learn.bench.report import as_markdown, write_report
from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.views import image_views
from lnl_gui.learn.methods.plain import SMALL_CNN, Plain
from lnl_gui.learn.models.small_cnn import SmallCNN
from lnl_gui.learn.training.epochs import Validation, fit

PEOPLE = ("aggre", "random1", "worse")
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
    "detect:consensus",
)
SCRATCH_LOSSES = ("ce", "dynamic_weights", "nce+rce", "nfl+rce")
IMAGENET = Preprocessing(32, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))


@dataclass(frozen=True)
class Cifar:
    """The two parts: files, true labels, and people's labels of the training part."""

    files: list[Path]
    labels: np.ndarray
    people: dict[str, np.ndarray]
    test_files: list[Path]
    test_labels: np.ndarray


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the two benchmarks and print its tables."""
    options = _options(arguments)
    torch.set_num_threads(options.threads)
    data = read_cifar(options.data)
    cells = _heads(data, options) if options.what == "heads" else _scratch(data, options)
    network = "small cnn" if options.what == "scratch" else "head"
    write_report(options.out, cells, network=network)
    print(as_markdown(cells, network=network))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("heads", "scratch"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("bench-learn"))
    parser.add_argument("--encoder", default="bundled")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--methods", nargs="+", help="default: all")
    parser.add_argument("--rates", nargs="+", type=float, default=[0.0, 0.3], help="of scratch")
    parser.add_argument("--hidden", type=int, default=0, help="width of a head's hidden layer")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(arguments)


def read_cifar(data: Path) -> Cifar:
    """Files and labels of the images shared with this benchmark."""
    train, test = (_rows(data / f"cifar10n-{part}") for part in ("train", "test"))
    names = sorted({row["clean"] for row in train})

    def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
        return np.array([names.index(row[name]) for row in rows], np.int32)

    return Cifar(
        [data / "cifar10n-train" / row["path"] for row in train],
        column(train, "clean"),
        {name: column(train, name) for name in PEOPLE},
        [data / "cifar10n-test" / row["path"] for row in test],
        column(test, "label"),
    )


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _heads(data: Cifar, options: argparse.Namespace) -> list[Cell]:
    lab = BenchmarkData(
        name="cifar10n",
        embedding=_embedded("train", data.files, options),
        labels=data.labels,
        test_embedding=_embedded("test", data.test_files, options),
        test_labels=data.test_labels,
        number_of_classes=10,
        given=data.people,
        class_map=CIFAR10_PAIRS,
        network=f"{options.encoder} head",
    )
    injected = [Noise(kind, 0.4) for kind in ("symmetric", "asymmetric", "instance")]
    plan = BenchmarkPlan(
        noises=(Noise("aggre"), Noise("worse"), *injected),
        methods=tuple(options.methods or HEAD_METHODS),
        seeds=tuple(range(options.seeds)),
        hidden=options.hidden,
    )
    return run_benchmark(lab, plan, folder=options.out, on_cell=_say)


def _embedded(part: str, files: Sequence[Path], options: argparse.Namespace) -> np.ndarray:
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / f"{part}-{options.encoder.replace('/', '_').replace(':', '_')}.npy"
    if not kept.is_file():
        encoder = load_encoder(options.encoder)
        parts = embed_samples(files, [encoder], store_thumbnail=lambda key, data: None)
        np.save(kept, np.concatenate([part.embeddings[encoder.name] for part in parts]))
    return np.load(kept)


def _scratch(data: Cifar, options: argparse.Namespace) -> list[Cell]:
    options.out.mkdir(parents=True, exist_ok=True)
    losses = [name.removeprefix("plain:") for name in options.methods or SCRATCH_LOSSES]
    return [
        _scratch_cell(data, kind, rate, loss, seed, options.out)
        for kind in ("symmetric", "asymmetric")
        for rate in options.rates
        for loss in losses
        for seed in range(options.seeds)
    ]


def _scratch_cell(data: Cifar, kind: str, rate: float, loss: str, seed: int, folder: Path) -> Cell:
    kept = folder / f"{kind}-{rate}-{loss}-{seed}.json"
    if kept.is_file():
        return Cell(**json.loads(kept.read_text(encoding="utf-8")))
    given = _injected(data.labels, kind, rate, seed)
    training = LabelledViews(image_views(data.files, IMAGENET, seed=seed), given, 10)
    trainer = Plain(
        lambda: SmallCNN(10), training, parameters=replace(SMALL_CNN, loss=loss, seed=seed)
    )
    test = image_views(data.test_files, IMAGENET)
    fitted = fit(trainer, seed=seed, validation=Validation(test.plain, data.test_labels))
    found = [report.validation_accuracy or 0.0 for report in fitted.reports]
    cell = Cell(
        dataset="cifar10, 5 000 images",
        noise=kind,
        rate=rate,
        true_rate=float((given != data.labels).mean()),
        method=f"plain:{loss}",
        seed=seed,
        best=max(found),
        last=found[-1],
        honest=None,
        precision=None,
        recall=None,
        f1=None,
        average_precision=None,
        suggestion_accuracy=None,
        seconds=sum(report.seconds for report in fitted.reports),
    )
    kept.write_text(json.dumps(vars(cell)), encoding="utf-8")
    _say(cell)
    return cell


def _injected(labels: np.ndarray, kind: str, rate: float, seed: int) -> np.ndarray:
    if kind == "symmetric":
        noise = inject_symmetric(labels, 10, rate=rate, seed=seed)
    else:
        noise = inject_asymmetric(labels, 10, rate=rate, seed=seed, class_map=CIFAR10_PAIRS)
    return noise.noisy_label.astype(np.int64)


def _say(cell: Cell) -> None:
    accuracy = "" if cell.last is None else f" last {cell.last:.3f} best {cell.best:.3f}"
    found = "" if cell.f1 is None else f" F1 {cell.f1:.3f}"
    print(
        f"{cell.noise} {cell.rate} {cell.method} seed {cell.seed}:{accuracy}{found}"
        f" ({cell.seconds:.0f} s)",
        file=sys.stderr,
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
