"""What benchmark scripts say while they run."""

import sys

from lnl_gui.learn.bench.table import BenchmarkCell


def say_cell(cell: BenchmarkCell) -> None:
    """One line on standard error for a finished cell."""
    accuracy = "" if cell.last is None else f" last {cell.last:.3f} best {cell.best:.3f}"
    found = "" if cell.f1 is None else f" F1 {cell.f1:.3f}"
    print(
        f"{cell.label_noise} {cell.method} seed {cell.seed}:{accuracy}{found}"
        f" ({cell.seconds:.0f} s)",
        file=sys.stderr,
        flush=True,
    )
