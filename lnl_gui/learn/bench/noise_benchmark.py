"""The noise lab: methods and detectors on labels whose errors are known.

A plan is a grid of noises, methods and seeds over one dataset of cached embeddings. Each cell is
one row, appended to the folder's table as soon as it is there, so that a stopped run goes on with
the next cell.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from lnl_gui.learn.bench.label_set import Bench
from lnl_gui.learn.bench.plan import DETECT, BenchmarkData, BenchmarkPlan, Cell, Noise, check_names
from lnl_gui.learn.bench.rows import append_cell, claim_folder, read_cells
from lnl_gui.learn.models.embedding_space import fit_space
from lnl_gui.util.progress import Progress, no_progress

TRUST_RATES = (0.1, 0.3)


def no_cell(cell: Cell) -> None:
    """Ignore a finished cell."""


def run_benchmark(
    data: BenchmarkData,
    plan: BenchmarkPlan,
    *,
    folder: Path,
    on_cell: Callable[[Cell], None] = no_cell,
    progress: Progress = no_progress,
) -> list[Cell]:
    """Run what `folder` does not hold yet, and return all cells of the plan in its order.

    Args:
        data: the dataset.
        plan: the grid.
        folder: holds the rows, and the plan they belong to.
        on_cell: called with each new cell.
        progress: cells done of all; may raise `Cancelled`, finished cells are kept.

    Raises:
        UserError: for unknown names, or a folder that holds another plan's rows.
    """
    check_names(data, plan)
    claim_folder(folder, data, plan)
    rows = {cell.key: cell for cell in read_cells(folder)}
    space = fit_space(data.embedding)
    points = [(noise, seed) for noise in plan.noises for seed in plan.seeds]
    total = len(points) * len(plan.methods)
    wanted: list[Cell] = []
    for noise, seed in points:
        bench = Bench(data, plan, noise, seed, space)
        for method in plan.methods:
            cell = rows.get((data.name, noise.kind, noise.rate, method, seed))
            if cell is None:
                cell = bench.run(method)
                append_cell(folder, cell)
                on_cell(cell)
            wanted.append(cell)
            progress(len(wanted), total)
    return wanted


def check_trust(
    embedding: np.ndarray,
    confirmed_labels: np.ndarray,
    number_of_classes: int,
    *,
    detectors: tuple[str, ...] = ("consensus",),
    rates: tuple[float, ...] = TRUST_RATES,
    seed: int = 0,
    progress: Progress = no_progress,
) -> list[Cell]:
    """How much of known noise each detector finds on samples whose labels a person confirmed.

    Args:
        embedding: (n, D) of those samples.
        confirmed_labels: (n,) int.
        number_of_classes: C.
        detectors: names of the registry, or "consensus".
        rates: shares of labels to flip, each once at random and once by resemblance.
        seed: of the noise.
        progress: cells done of all.
    """
    noises = tuple(Noise(kind, rate) for rate in rates for kind in ("symmetric", "instance"))
    nothing = np.zeros((0, embedding.shape[1]), np.float32)
    none = np.zeros(0, np.int32)
    data = BenchmarkData("own", embedding, confirmed_labels, nothing, none, number_of_classes)
    plan = BenchmarkPlan(noises, tuple(DETECT + name for name in detectors), seeds=(seed,))
    check_names(data, plan)
    space = fit_space(embedding)
    cells: list[Cell] = []
    for noise in noises:
        bench = Bench(data, plan, noise, seed, space)
        for method in plan.methods:
            cells.append(bench.run(method))
            progress(len(cells), len(noises) * len(detectors))
    return cells
