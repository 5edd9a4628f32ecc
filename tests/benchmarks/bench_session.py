"""How long a large project takes to open, filter, sort, decide and undo, without a window.

    python -m tests.benchmarks.bench_session --samples 1000000 [--project KEPT.lnl]

CPU seconds are told beside the clock's, because other programs may share the cores.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from tests.benchmarks.measuring import MarkdownTable, parser_of, run_fresh, stopwatch

_BULK = 100_000


class Table:
    """Measured steps, printed as they come."""

    def __init__(self) -> None:
        self.printed = MarkdownTable("step", "clock ms", "CPU ms")

    def time(self, name: str, step: Callable[[], Any]) -> Any:
        """Run a step and print what it took."""
        with stopwatch() as spent:
            result = step()
        self.printed.row(name, f"{spent.clock:.1f}", f"{spent.processor:.1f}")
        return result


def measure(folder: Path, samples: int) -> None:
    """Open the project in this fresh process and go through a session."""
    table = Table()
    table.time("import of the session", lambda: __import__("lnl_gui.session.session"))
    from lnl_gui.session.browsing.views import SORTS, ViewSpec
    from lnl_gui.session.session import Session

    session = table.time(f"open {samples:,}", lambda: Session.open(folder, reviewer="bench"))
    everything = ViewSpec(flagged=None)
    table.time("first view (flagged by suspicion)", lambda: session.views.select_rows(ViewSpec()))
    rows = table.time("all by suspicion", lambda: session.views.select_rows(everything))
    filters: dict[str, dict[str, Any]] = {
        "given and suggested": {"given": (3,), "suggested": (5,)},
        "suspicion range": {"suspicion": (0.3, 0.9)},
        "status": {"status": (0,)},
        "issue": {"issue": ("dark", "blurry")},
        "detector": {"detector": ("neighbours",)},
        "text, few hits": {"text": "image_0001234"},
        "text, all hits": {"text": "jpeg"},
    }
    for name, values in filters.items():
        spec = ViewSpec(flagged=None, **values)
        table.time(f"filter: {name} (first)", lambda spec=spec: session.views.select_rows(spec))
        table.time(f"filter: {name} (again)", lambda spec=spec: session.views.select_rows(spec))
    for sort in SORTS:
        spec = ViewSpec(flagged=None, sort=sort)
        table.time(f"sort: {sort} (first)", lambda spec=spec: session.views.select_rows(spec))
        table.time(f"sort: {sort} (again)", lambda spec=spec: session.views.select_rows(spec))
    _walk(table, session, rows)
    bulk = rows[:_BULK]
    table.time(f"accept {len(bulk):,}", lambda: session.accept(bulk))
    table.time(f"undo of {len(bulk):,}", session.undo)
    table.time(f"redo of {len(bulk):,}", session.redo)
    table.time("one verdict", lambda: session.keep(rows[-1:]))
    table.time("undo of one", session.undo)
    memory = psutil.Process(os.getpid()).memory_info().rss
    session.close()
    again = table.time(f"open with {_BULK:,} verdicts", lambda: Session.open(folder))
    table.time("times of verdicts", lambda: again.columns.verdict_time)
    again.close()
    table.printed.row("memory of the process", f"{memory / 2**20:.0f} MiB", "")


def _walk(table: Table, session: Any, rows: np.ndarray) -> None:
    from lnl_gui.session.samples.selection import Selection

    selection = Selection(len(rows))
    table.time("select all", selection.select_all)
    table.time("rows of the selection", lambda: selection.rows(rows))
    table.time("next unreviewed", lambda: session.views.next_unreviewed(rows, len(rows) // 2))
    table.time("counts", session.counts)
    table.time("groups of pairs", lambda: session.views.pair_groups(rows))
    table.time("budget", session.statistics.budget)
    table.time(
        "groups of duplicates, the first 200",
        lambda: session.statistics.duplicate_groups(limit=200),
    )
    table.time("draw an audit", lambda: session.statistics.draw_audit(200, stratified=True))


def main() -> None:
    """Make the project in one process and measure in a fresh one."""
    parser = parser_of(__doc__)
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--project", type=Path, help="make it here, or use what is there")
    parser.add_argument("--measure", action="store_true", help="only measure --project")
    options = parser.parse_args()
    if options.measure:
        measure(options.project, options.samples)
        return
    from tests.benchmarks.projects import make_large_project

    with tempfile.TemporaryDirectory() as scratch:
        folder = options.project or Path(scratch) / "large.lnl"
        if not folder.exists():
            with stopwatch() as spent:
                make_large_project(folder, samples=options.samples)
            print(f"made in {spent.clock / 1000:.1f} s", flush=True)
        arguments = ["--project", str(folder), "--samples", str(options.samples)]
        run_fresh("tests.benchmarks.bench_session", "--measure", *arguments)


if __name__ == "__main__":
    main()
