"""What benchmark scripts share: options, a stopwatch, tables printed as they grow, processes."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The scripts that measure a process from its start load nothing more than they measure.
    from lnl_gui.learn.bench.table import BenchmarkCell

REPOSITORY = Path(__file__).parents[2]


def parser_of(description: str | None) -> argparse.ArgumentParser:
    """A parser described by the first line of a script's docstring."""
    return argparse.ArgumentParser(description=(description or "").partition("\n")[0])


@dataclass
class Spent:
    """Milliseconds that a block took: by the clock, and of the processor.

    Both are told, because other programs may share the cores.
    """

    clock: float = 0.0
    processor: float = 0.0


@contextmanager
def stopwatch(processor: Callable[[], float] = time.process_time) -> Iterator[Spent]:
    """Measure a block; `processor` counts this process's seconds, or this thread's."""
    spent = Spent()
    clock, own = time.perf_counter(), processor()
    yield spent
    spent.clock = 1000 * (time.perf_counter() - clock)
    spent.processor = 1000 * (processor() - own)


def children_seconds() -> float:
    """Seconds of the processor that this process's ended children took, for `stopwatch`."""
    now = os.times()
    return now.children_user + now.children_system


class MarkdownTable:
    """A table in Markdown, its first column text and the others figures, printed row by row."""

    def __init__(self, *headings: str) -> None:
        self.row(*headings)
        self.row("---", *["---:"] * (len(headings) - 1))

    def row(self, *cells: str) -> None:
        """Print one row."""
        print(f"| {' | '.join(cells)} |", flush=True)


def run_fresh(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
    """Run a benchmark's module in a process of its own, whose memory and imports are its own."""
    _fresh(module, *arguments, environment=environment, stdout=None)


def output_of_fresh(
    module: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> str:
    """As `run_fresh`, and return what it printed."""
    return _fresh(module, *arguments, environment=environment, stdout=subprocess.PIPE)


def _fresh(
    module: str, *arguments: str, environment: Mapping[str, str] | None, stdout: int | None
) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=os.environ | dict(environment or {}),
        cwd=REPOSITORY,
        check=True,
        stdout=stdout,
        text=True,
    )
    return done.stdout or ""


def say_cell(cell: "BenchmarkCell") -> None:
    """One line on standard error for a finished cell of a benchmark."""
    accuracy = "" if cell.last is None else f" last {cell.last:.3f} best {cell.best:.3f}"
    found = "" if cell.f1 is None else f" F1 {cell.f1:.3f}"
    print(
        f"{cell.label_noise} {cell.method} seed {cell.seed}:{accuracy}{found}"
        f" ({cell.seconds:.0f} s)",
        file=sys.stderr,
        flush=True,
    )
