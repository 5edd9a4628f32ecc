"""Training methods on a project's embeddings, on labels whose errors are known."""

from collections.abc import Callable, Sequence
from pathlib import Path

from lnl_gui.learn.bench.plan import BenchmarkPlan
from lnl_gui.learn.bench.runner import no_cell, run_benchmark
from lnl_gui.learn.bench.table import BenchmarkCell
from lnl_gui.pipeline.benchmarks.benchmark_data import training_data, usable_rows
from lnl_gui.pipeline.benchmarks.known_truth import known_truth
from lnl_gui.pipeline.snapshot import take_snapshot, wanted_embeddings
from lnl_gui.store.jobs.benchmark_names import Noise
from lnl_gui.util.messages import Message
from lnl_gui.util.process.allocator import freed_memory_kept
from lnl_gui.util.progress import Progress, no_progress

METHODS = ("plain:ce", "plain:gce", "plain:elr", "plain:nce+rce", "curated", "oracle")


def bench_learn(
    project: Path,
    *,
    folder: Path,
    noises: Sequence[Noise],
    methods: Sequence[str] = METHODS,
    seeds: int = 3,
    encoder: str = "",
    part: str = "auto",
    truth: Path | None = None,
    truth_column: str | None = None,
    on_cell: Callable[[BenchmarkCell], None] = no_cell,
    progress: Progress = no_progress,
) -> tuple[list[BenchmarkCell], Message]:
    """Run the grid, going on where `folder` was left.

    Args:
        project: an embedded project; it is only read.
        folder: where the table of results is kept.
        noises: kinds and rates.
        methods: as in `BenchmarkPlan`.
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
    data, note = training_data(snapshot, known, embedding, name=project.stem)
    plan = BenchmarkPlan(tuple(noises), tuple(methods), tuple(range(seeds)))
    # glibc else gives back the memory of each layer, and half the time goes into filling it anew.
    with freed_memory_kept():
        cells = run_benchmark(data, plan, folder=folder, on_cell=on_cell, progress=progress)
    return cells, note
