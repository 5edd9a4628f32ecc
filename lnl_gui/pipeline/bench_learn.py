"""Training methods on a project's embeddings, on labels whose errors are known."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from lnl_gui.learn.bench.noise_benchmark import no_cell, run_benchmark
from lnl_gui.learn.bench.plan import BenchmarkData, BenchmarkPlan, Cell, Noise
from lnl_gui.learn.bench.report import write_report
from lnl_gui.learn.data.holdout import choose_holdout
from lnl_gui.pipeline.benchmark_noise import GIVEN, LabNoise
from lnl_gui.pipeline.known_truth import KnownTruth, known_truth
from lnl_gui.pipeline.noise_test import usable_rows
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot, wanted_embeddings
from lnl_gui.pipeline.training_data import duplicate_groups
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import Progress, no_progress

METHODS = ("plain:ce", "plain:gce", "plain:elr", "plain:nce+rce", "curated", "oracle")
_TEST_FRACTION = 0.25


def bench_learn(
    project: Path,
    *,
    folder: Path,
    noises: Sequence[LabNoise],
    methods: Sequence[str] = METHODS,
    seeds: int = 3,
    encoder: str = "",
    part: str = "auto",
    truth: Path | None = None,
    truth_column: str | None = None,
    on_cell: Callable[[Cell], None] = no_cell,
    progress: Progress = no_progress,
) -> tuple[list[Cell], str]:
    """Run the grid, going on where `folder` was left, and write `cells.csv` and `report.md`.

    Args:
        project: an embedded project; it is only read.
        folder: where rows and tables go.
        noises: kinds and rates.
        methods: those of `lnl_gui.learn.methods.registry`, `curated`, `oracle`, `detect:NAME`.
        seeds: how many; of noise and training alike.
        encoder: whose embedding; "" takes the first.
        part, truth, truth_column: as for `known_truth`.
        on_cell: called with each new cell.
        progress: cells done of all.

    Returns:
        the cells in the plan's order, and a sentence on what was measured.

    Raises:
        UserError: for unknown names, too little truth, or a folder with other results.
    """
    snapshot = take_snapshot(project)
    embedding = next(iter(wanted_embeddings(snapshot, (encoder,) if encoder else ()).values()))
    usable = usable_rows(snapshot, [embedding])
    known = known_truth(snapshot, usable, part=part, table=truth, column=truth_column)
    data, note = lab_data(snapshot, known, embedding, name=project.stem)
    plan = BenchmarkPlan(
        tuple(Noise(noise.kind, noise.rate) for noise in noises),
        tuple(methods),
        tuple(range(seeds)),
    )
    cells = run_benchmark(data, plan, folder=folder, on_cell=on_cell, progress=progress)
    write_report(folder, cells)
    return cells, note


def lab_data(
    snapshot: Snapshot, known: KnownTruth, embedding: np.ndarray, *, name: str
) -> tuple[BenchmarkData, str]:
    """Training and test samples of a project: its own split, else a stratified draw.

    Raises:
        UserError: when no sample would be left to test on.
    """
    labels = np.full(len(snapshot), -1, np.int32)
    labels[known.rows] = known.labels
    held = choose_holdout(
        labels,
        splits=[snapshot.split_names[split] for split in snapshot.samples.split.tolist()],
        groups=duplicate_groups(snapshot),
        fraction=_TEST_FRACTION,
    )
    test = np.flatnonzero(held.rows)
    training = known.rows[~(held.rows | held.excluded)[known.rows]]
    if not len(test) or not len(training):
        raise UserError("There are too few samples to train on some and test on others.")
    classes = len(snapshot.class_names)
    data = BenchmarkData(
        name,
        np.asarray(embedding[training], np.float32),
        labels[training],
        np.asarray(embedding[test], np.float32),
        labels[test],
        classes,
        given={GIVEN: snapshot.samples.given[training]},
    )
    note = (
        f"{known.note} {len(training):,} samples are trained on, {len(test):,} tested on"
        f" ({held.source})."
    )
    return data, note
