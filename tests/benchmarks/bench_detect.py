"""The consensus and cleanlab on one grid of label noise, on the same embeddings in the same run.

    python -m tests.benchmarks.bench_detect --data ../shared/data --cache FOLDER --out FOLDER

Datasets: CIFAR-10N's 5 000 training images with people's labels and with injected noise, the
clothing photographs and scikit-learn's digits with injected noise, and all of them clean.
"""

import argparse
import csv
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from lnl_gui.dataset.noise import (
    CIFAR10_PAIRS,
    inject_asymmetric,
    inject_instance_dependent,
    inject_pair_flip,
    inject_symmetric,
    next_class_map,
)
from lnl_gui.detect.detectors.registry import describe_detector
from lnl_gui.detect.grid import Case, Method, consensus_method, run_grid, to_csv, to_markdown
from lnl_gui.encoders.embedding import embed_samples
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.pipeline.cleanlab_baseline import cleanlab_method, registered_method

DATASETS = ("cifar10n", "clothing", "digits")
PEOPLE = ("aggre", "random1", "worse")
KINDS = ("sym20", "sym40", "sym60", "asym40", "pair30", "inst40", "clean")


@dataclass(frozen=True)
class Dataset:
    """Images with known truth, embedded; `people` holds people's label columns by name."""

    name: str
    embeddings: list[np.ndarray]
    truth: np.ndarray
    people: dict[str, np.ndarray]
    pairs: dict[int, int] | np.ndarray


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the grid and write Markdown and CSV."""
    options = _options(arguments)
    options.cache.mkdir(parents=True, exist_ok=True)
    cases = []
    for name in options.datasets:
        dataset = load(name, options.data, options.encoders, options.cache)
        kinds = PEOPLE + KINDS if dataset.people else KINDS
        for kind in options.noise or kinds:
            if kind not in kinds:
                continue
            # Nothing is drawn in people's and in clean labels but the folds.
            repeats = options.seeds if kind not in (*PEOPLE, "clean") else 1
            cases += [make_case(dataset, kind, seed) for seed in range(repeats)]
    methods: list[Method] = [consensus_method]
    methods += [registered_method(describe_detector(name).name) for name in options.detectors]
    if not options.no_rivals:
        methods.append(cleanlab_method)
    rows = run_grid(cases, methods, progress=_say)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "detect.csv").write_text(to_csv(rows), encoding="utf-8")
    report = to_markdown(rows)
    (options.out / "detect.md").write_text(report, encoding="utf-8")
    print(report)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--datasets", nargs="+", choices=DATASETS, default=list(DATASETS))
    parser.add_argument("--noise", nargs="+", choices=PEOPLE + KINDS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--encoders", nargs="+", default=["bundled"])
    parser.add_argument("--detectors", nargs="*", default=[], help="further detectors by name")
    parser.add_argument("--no-rivals", action="store_true", help="leave cleanlab out")
    parser.add_argument("--cache", type=Path, default=Path("bench-cache"))
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    return parser.parse_args(arguments)


def _say(done: int, total: int) -> None:
    print(f"\r{done} of {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def load(name: str, data: Path, encoders: Sequence[str], cache: Path) -> Dataset:
    """Read a dataset and embed it, unless the cache holds its embeddings."""
    files, truth, people = _READERS[name](data, cache)
    embeddings = [_embedded(name, files, encoder, cache) for encoder in encoders]
    pairs = CIFAR10_PAIRS if name == "cifar10n" else next_class_map(int(truth.max()) + 1)
    return Dataset(name, embeddings, truth, people, pairs)


def _embedded(name: str, files: Sequence[Path], encoder: str, cache: Path) -> np.ndarray:
    kept = cache / f"{name}-{encoder.replace('/', '_')}.npy"
    if not kept.is_file():
        chosen = load_encoder(encoder)
        parts = embed_samples(files, [chosen], store_thumbnail=lambda key, data: None)
        np.save(kept, np.concatenate([part.embeddings[chosen.name] for part in parts]))
    return np.load(kept)


def _cifar10n(data: Path, cache: Path) -> tuple[list[Path], np.ndarray, dict[str, np.ndarray]]:
    folder = data / "cifar10n-train"
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = sorted({row["clean"] for row in rows})
    columns = {
        column: np.array([names.index(row[column]) for row in rows], np.int32)
        for column in ("clean", *PEOPLE)
    }
    return [folder / row["path"] for row in rows], columns.pop("clean"), columns


def _clothing(data: Path, cache: Path) -> tuple[list[Path], np.ndarray, dict[str, np.ndarray]]:
    suffixes = {".jpg", ".jpeg", ".png"}
    files = sorted(p for p in (data / "clothing").rglob("*") if p.suffix.lower() in suffixes)
    names = sorted({file.parent.name for file in files})
    return files, np.array([names.index(f.parent.name) for f in files], np.int32), {}


def _digits(data: Path, cache: Path) -> tuple[list[Path], np.ndarray, dict[str, np.ndarray]]:
    folder = cache / "digits"
    folder.mkdir(exist_ok=True)
    digits = load_digits()
    files = [folder / f"{index:04d}.png" for index in range(len(digits.target))]
    for file, image in zip(files, digits.images, strict=True):
        if not file.is_file():
            Image.fromarray((image * (255 / 16)).astype(np.uint8)).save(file)
    return files, digits.target.astype(np.int32), {}


_READERS: dict[
    str, Callable[[Path, Path], tuple[list[Path], np.ndarray, dict[str, np.ndarray]]]
] = {"cifar10n": _cifar10n, "clothing": _clothing, "digits": _digits}


def make_case(dataset: Dataset, kind: str, seed: int) -> Case:
    """One noisy label set of a dataset."""
    truth = dataset.truth
    classes = int(truth.max()) + 1
    if kind in PEOPLE:
        given = dataset.people[kind]
    elif kind == "clean":
        given = truth
    else:
        rate, start = int(kind[-2:]) / 100, 1000 + seed
        if kind.startswith("sym"):
            noise = inject_symmetric(truth, classes, rate=rate, seed=start)
        elif kind.startswith("asym"):
            noise = inject_asymmetric(
                truth, classes, rate=rate, seed=start, class_map=dataset.pairs
            )
        elif kind.startswith("pair"):
            noise = inject_pair_flip(truth, classes, rate=rate, seed=start)
        else:
            features = np.asarray(dataset.embeddings[0], np.float32)
            noise = inject_instance_dependent(
                truth, classes, rate=rate, seed=start, features=features
            )
        given = noise.noisy_label
    name = f"{dataset.name} {kind}"
    return Case(name, seed, dataset.embeddings, truth, given.astype(np.int32), classes)


if __name__ == "__main__":
    sys.exit(main())
