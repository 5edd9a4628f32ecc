"""Detection over the grid: the consensus and cleanlab on the same labels of every dataset.

A dataset is measured as it is, with few images and with classes of very unequal size.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.learn.bench.findings import Finding
from lnl_gui.learn.bench.label_set import LabelSet
from lnl_gui.learn.bench.plan import CLEANLAB, BenchmarkData, BenchmarkPlan
from lnl_gui.learn.bench.runner import run_benchmark
from lnl_gui.learn.bench.table import BenchmarkCell
from lnl_gui.store.jobs.benchmark_names import CONSENSUS, Noise
from tests.benchmarks.grid.datasets import Loaded
from tests.benchmarks.grid.reliability import Reliability, reliability
from tests.benchmarks.measuring import say_cell

SMALL = 150
"""Images of a small dataset."""
LEAST_SHARE = 0.1
"""Size of the smallest class over that of the largest where they are very unequal."""
MANY = 15
"""A dataset of more classes has too few images of each to be cut down."""
LEAST_EACH = 15
"""Images a class that a dataset of many classes keeps."""
VARIANT_NOISES = (Noise("symmetric_exclusive", 0.2), Noise("instance_xia", 0.2))
"""What is measured on the variants of a dataset."""

Draw = Callable[[Loaded, int, np.random.Generator], np.ndarray]
"""Rows of a dataset, at most so many."""


@dataclass(frozen=True)
class Detections:
    """What was measured.

    Attributes:
        cells: of the consensus and of cleanlab's variants.
        reliability: of the consensus on each label set.
    """

    cells: list[BenchmarkCell]
    reliability: list[Reliability]


def as_it_is(data: Loaded, most: int, random: np.random.Generator) -> np.ndarray:
    """Rows drawn from all alike."""
    most = max(most, LEAST_EACH * data.number_of_classes if data.number_of_classes > MANY else 0)
    return np.sort(random.permutation(len(data.labels))[:most])


def small(data: Loaded, most: int, random: np.random.Generator) -> np.ndarray:
    """Few rows."""
    return as_it_is(data, min(most, SMALL), random)


def imbalanced(data: Loaded, most: int, random: np.random.Generator) -> np.ndarray:
    """Rows of classes whose sizes fall geometrically, in an order that the draw decides."""
    classes = random.permutation(data.number_of_classes)
    shares = LEAST_SHARE ** (np.arange(len(classes)) / max(len(classes) - 1, 1))
    rows = []
    for label, share in zip(classes, shares * most / shares.sum(), strict=True):
        members = random.permutation(np.flatnonzero(data.labels == label))
        rows.append(members[: round(share)])
    return np.sort(np.concatenate(rows))


VARIANTS: dict[str, Draw] = {"small": small, "imbalanced": imbalanced}


def measure(
    data: Loaded,
    noises: Sequence[Noise],
    *,
    seeds: Sequence[int],
    rows: int,
    folder: Path,
    baseline: Path | None,
    variants: Sequence[str] = tuple(VARIANTS),
) -> Detections:
    """Measure one dataset and its variants.

    Args:
        data: the dataset.
        noises: of the dataset as it is.
        seeds: of rows, noise and detectors alike.
        rows: at most.
        folder: of this version of the product; what it holds is not measured again.
        baseline: of cleanlab's cells, which no change of the product alters; None leaves cleanlab
            out.
        variants: which to measure beside the dataset as it is.
    """
    people = tuple(Noise(name) for name in data.label_sets)
    wanted: list[tuple[str, Draw, Sequence[Noise]]] = [(data.name, as_it_is, (*noises, *people))]
    if data.number_of_classes <= MANY:
        wanted += [(f"{data.name} {name}", VARIANTS[name], VARIANT_NOISES) for name in variants]
    cells: list[BenchmarkCell] = []
    found: list[Reliability] = []
    for name, draw, kinds in wanted:
        for seed in seeds:
            drawn = _drawn(data, name, draw(data, rows, np.random.default_rng(seed)))
            place = f"{name.replace(' ', '-')}-{seed}"
            part = _measure_one(drawn, kinds, seed, folder / place)
            cells += part.cells
            found += part.reliability
            if baseline is not None:
                plan = BenchmarkPlan(tuple(kinds), (CLEANLAB,), (seed,))
                cells += run_benchmark(drawn, plan, folder=baseline / place, on_cell=say_cell)
    return Detections(cells, found)


def _drawn(data: Loaded, name: str, rows: np.ndarray) -> BenchmarkData:
    return BenchmarkData(
        name,
        [data.embedding[rows]],
        data.labels[rows],
        data.number_of_classes,
        label_sets={label: values[rows] for label, values in data.label_sets.items()},
        class_names=data.class_names,
    )


def _measure_one(
    data: BenchmarkData, noises: Sequence[Noise], seed: int, folder: Path
) -> Detections:
    file = folder / "reliability.jsonl"

    def keep(labels: LabelSet, method: str, finding: Finding) -> None:
        entry = reliability(labels, finding)
        with file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(entry.to_dict()) + "\n")

    plan = BenchmarkPlan(tuple(noises), (CONSENSUS,), (seed,))
    cells = run_benchmark(data, plan, folder=folder, on_cell=say_cell, on_finding=keep)
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    entries = [Reliability.from_dict(json.loads(line)) for line in lines]
    # A run that was killed between the two files measures a label set twice.
    kept = {(entry.noise, entry.rate): entry for entry in entries}
    return Detections(cells, [kept[key] for key in ((n.kind, n.rate) for n in noises)])
