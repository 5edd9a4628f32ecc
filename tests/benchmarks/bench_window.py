"""What a person waits for in the real window on large projects, beside the targets.

    python -m tests.benchmarks.bench_window --samples 100000 1000000 [--projects FOLDER]

Each size is measured in a fresh process, offscreen, with the real store and the real worker.
The clock's times stand beside the GUI thread's own, because other programs, and the worker itself,
may share the cores: a gap in which the GUI thread computed nothing is the scheduler's.
The table is Markdown.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

BULK = 100_000
EMBEDDED = 16
JOB_SECONDS = 30.0
KEY_MILLISECONDS = 250
TICK_MILLISECONDS = 2


class Table:
    """Rows of Markdown, printed as they come."""

    def __init__(self, samples: int) -> None:
        print(f"\n### {samples:,} samples\n")
        print("| step | clock | GUI thread | target |")
        print("| --- | ---: | ---: | ---: |")

    def row(self, name: str, clock: float, cpu: float | None, target: float | None) -> None:
        """Milliseconds; None where there is nothing to say."""
        own = f"{cpu:,.0f} ms" if cpu is not None else ""
        bound = f"{target:,.0f} ms" if target is not None else ""
        print(f"| {name} | {clock:,.0f} ms | {own} | {bound} |", flush=True)

    def time(self, name: str, act: Callable[[], Any], target: float | None = None) -> None:
        """Do something, let the window draw it, and print what both took."""
        from PySide6.QtWidgets import QApplication

        clock, cpu = time.perf_counter(), time.thread_time()
        act()
        QApplication.processEvents()
        self.row(
            name, 1000 * (time.perf_counter() - clock), 1000 * (time.thread_time() - cpu), target
        )


def measure(folder: Path, samples: int) -> None:
    """Open the window on the project and go through a day's acts."""
    started = psutil.Process().create_time()
    from PySide6.QtWidgets import QApplication

    from lnl_gui.gui.app import application
    from lnl_gui.gui.main_window import MainWindow
    from lnl_gui.gui.settings import Settings
    from lnl_gui.gui.theme import LIGHT, Theme

    qt = application()
    window = MainWindow(Theme(qt, LIGHT), Settings(theme=LIGHT))
    window.resize(1440, 900)
    clock, cpu = time.perf_counter(), time.thread_time()
    window.open_project(folder)
    window.show()
    QApplication.processEvents()
    assert window.page is not None
    window.page.grid.viewport().repaint()
    table = Table(samples)
    opened = time.perf_counter() - clock, time.thread_time() - cpu
    table.row("first paint of the project", 1000 * opened[0], 1000 * opened[1], 2000)
    table.row("first paint since the process began", 1000 * (time.time() - started), None, None)
    _browse(window, table)
    _decide(window, table)
    _scroll(window, table)
    _with_a_job(window, table)
    memory = psutil.Process(os.getpid()).memory_info().rss / 2**20
    print(f"| memory of the window | {memory:,.0f} MiB | | 1,024 MiB |", flush=True)
    window.close()


def _browse(window: Any, table: Table) -> None:
    from lnl_gui.session.views import SORTS, ViewSpec

    review = window.review
    everything = ViewSpec(flagged=None)
    table.time("filter: all samples", lambda: review.show_view(everything), 100)
    for name, values in {
        "class": {"given": (3,)},
        "pair": {"given": (3,), "suggested": (4,)},
        "suspicion": {"suspicion": (0.3, 0.9)},
        "issue": {"issue": ("dark",)},
        "detector": {"detector": ("neighbours",)},
        "path text": {"text": "image_000123"},
    }.items():
        for turn in ("first", "again"):
            spec = ViewSpec(flagged=None, **values)
            table.time(f"filter: {name}, {turn}", lambda spec=spec: review.show_view(spec), 100)
    for sort in SORTS:
        for turn in ("first", "again"):
            spec = ViewSpec(flagged=None, sort=sort)
            table.time(f"sort: {sort}, {turn}", lambda spec=spec: review.show_view(spec), 200)
    review.show_view(everything)


def _decide(window: Any, table: Table) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    review, grid = window.review, window.page.grid
    window.activateWindow()
    window.page.focus_grid()
    for key in (Qt.Key.Key_Q, Qt.Key.Key_W, Qt.Key.Key_E):
        name = f"one verdict by key ({chr(key.value)})"
        table.time(name, lambda key=key: QTest.keyClick(grid, key), 20)
    table.time("undo of one", review.undo, 20)
    table.time("select all", lambda: QTest.keySequence(grid, "Ctrl+A"), 100)
    table.time("select none", lambda: QTest.keySequence(grid, "Esc"), 100)
    rows = review.order[:BULK].copy()
    table.time(f"accept {len(rows):,}", lambda: review.decide_rows("accept", rows), 2000)
    table.time(f"undo of {len(rows):,}", review.undo, 2000)
    window.toasts.clear()


def _scroll(window: Any, table: Table) -> None:
    from PySide6.QtWidgets import QApplication

    grid = window.page.grid
    bar = grid.verticalScrollBar()
    bar.setValue(0)
    clocks, cpus = [], []
    for _ in range(200):
        clock, cpu = time.perf_counter(), time.thread_time()
        bar.setValue(bar.value() + grid.viewport().height() // 4)
        grid.viewport().repaint()
        QApplication.processEvents()
        clocks.append(time.perf_counter() - clock)
        cpus.append(time.thread_time() - cpu)
    p95 = 1000 * float(np.percentile(clocks, 95)), 1000 * float(np.percentile(cpus, 95))
    table.row("scroll, a frame, p95", *p95, 33)


def _with_a_job(window: Any, table: Table) -> None:
    """The longest times between two ticks of the event loop while the worker computes."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtTest import QTest

    from lnl_gui.gui.job_controller import JobState
    from lnl_gui.store.parameters import DetectParameters

    loop, gaps = QEventLoop(), []
    last = [0.0, 0.0]

    def tick() -> None:
        now, own = time.perf_counter(), time.thread_time()
        gaps.append((now - last[0], own - last[1]))
        last[:] = now, own

    ticker, keys = QTimer(interval=TICK_MILLISECONDS), QTimer(interval=KEY_MILLISECONDS)
    ticker.setTimerType(Qt.TimerType.PreciseTimer)
    ticker.timeout.connect(tick)
    keys.timeout.connect(lambda: QTest.keyClick(window.page.grid, Qt.Key.Key_Q))
    window.flow.start("detect", DetectParameters(seed=1))
    job = window.controller.jobs[-1]
    for name, with_keys in (("idle", False), ("deciding four times a second", True)):
        gaps.clear()
        last[:] = time.perf_counter(), time.thread_time()
        ticker.start()
        if with_keys:
            keys.start()
        QTimer.singleShot(int(1000 * JOB_SECONDS / 2), loop.quit)
        loop.exec()
        ticker.stop()
        if job.state is JobState.RUNNING or job.state is JobState.DONE:
            found = 1000 * np.array(gaps)
            table.row(f"longest gap with a job, {name}", *found.max(axis=0), 50)
            table.row(f"gap with a job, {name}, p99", *np.percentile(found, 99, axis=0), None)
        else:
            print(f"| the job is {job.state.value}: {job.error} | | | |")
    keys.stop()
    if not job.is_over:
        window.controller.cancel(job)
        while not job.is_over:
            QTimer.singleShot(50, loop.quit)
            loop.exec()


def make_project(folder: Path, samples: int) -> None:
    """A large project with an embedding, so that detection has something to do."""
    from lnl_gui.session.session import Session
    from lnl_gui.store.parameters import EmbedParameters
    from tests.benchmarks.projects import make_large_project

    if not folder.exists():
        make_large_project(folder, samples=samples)
    with Session.open(folder) as session:
        run = session.start_run("embed", EmbedParameters(device="cpu"))
        file = session.project.arrays / "embedding-bundled.npy"
        noise = np.random.default_rng(0).normal(size=(samples, EMBEDDED))
        noise[:, :2] += np.stack([np.cos(session.columns.given), np.sin(session.columns.given)], 1)
        np.save(file, noise.astype(np.float16))
        (run.folder / "unreadable.json").write_text("{}", encoding="ascii")
        kept = {"embedding:bundled": file.relative_to(session.folder).as_posix()}
        session.finish_run(run.id, "done", {"artifacts": kept, "metrics": {}})


def main() -> None:
    """Make each project where there is none, and measure it in a fresh process."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--projects", type=Path, help="keep the projects here for the next time")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if options.measure:
        measure(options.measure, options.samples[0])
        return
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.setdefault("LNL_HOME", str((options.projects or Path(scratch)) / "home"))
        for samples in options.samples:
            folder = (options.projects or Path(scratch)) / f"window-{samples}.lnl"
            if not (folder / "arrays" / "embedding-bundled.npy").is_file():
                make_project(folder, samples)
            module = [sys.executable, "-m", "tests.benchmarks.bench_window"]
            command = [*module, "--measure", str(folder), "--samples", str(samples)]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
