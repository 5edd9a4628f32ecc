"""What a person waits for in the real window on large projects, beside the targets.

    python -m tests.benchmarks.bench_window --samples 100000 1000000 [--projects FOLDER]

Each size is measured in a fresh process, offscreen, with the real store and the real worker.
The clock's times stand beside the GUI thread's own, because other programs, and the worker itself,
may share the cores: a gap in which the GUI thread computed nothing is the scheduler's. A loop of
plain Python is timed first and last: times on two machines, or in two hours of a shared one,
compare by their ratio to it. The table is Markdown.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from tests.benchmarks.measuring import MarkdownTable, parser_of, run_fresh, stopwatch

BULK = 100_000
EMBEDDED = 16
JOB_SECONDS = 30.0
KEY_MILLISECONDS = 250
TICK_MILLISECONDS = 2
LOOP = 1_000_000
"""Additions of the loop that says how fast the machine is just now."""
TURNS = 20
"""How often a key is pressed."""
PATIENCE_MILLISECONDS = 20_000
"""For an image that is being read."""


class Table:
    """Rows of Markdown, printed as they come."""

    def __init__(self, samples: int) -> None:
        print(f"\n### {samples:,} samples\n")
        self.printed = MarkdownTable("step", "clock", "GUI thread", "target")

    def row(self, name: str, clock: float, cpu: float | None, target: float | None) -> None:
        """Milliseconds; None where there is nothing to say."""
        own = f"{cpu:,.0f} ms" if cpu is not None else ""
        bound = f"{target:,.0f} ms" if target is not None else ""
        self.printed.row(name, f"{clock:,.0f} ms", own, bound)

    def time(self, name: str, act: Callable[[], Any], target: float | None = None) -> None:
        """Do something, let the window draw it, and print what both took."""
        from PySide6.QtWidgets import QApplication

        with stopwatch(time.thread_time) as spent:
            act()
            QApplication.processEvents()
        self.row(name, spent.clock, spent.processor, target)

    def times(self, name: str, act: Callable[[], Any], target: float | None = None) -> None:
        """Do something some times, as `time` does, and print the median and the longest."""
        from PySide6.QtWidgets import QApplication

        found = []
        for _ in range(TURNS):
            with stopwatch(time.thread_time) as spent:
                act()
                QApplication.processEvents()
            found.append((spent.clock, spent.processor))
        self.row(f"{name}, median of {TURNS}", *np.median(found, axis=0).tolist(), target)
        self.row(f"{name}, longest", *np.max(found, axis=0).tolist(), None)

    def calibrate(self) -> None:
        """Print the time of a loop that no change of the program changes."""
        with stopwatch(time.thread_time) as spent:
            total = 0
            for number in range(LOOP):
                total += number
        self.row(f"calibration: {LOOP:,} additions", spent.clock, spent.processor, None)

    def memory(self, name: str) -> None:
        """Print the memory of this process."""
        used = psutil.Process(os.getpid()).memory_info().rss / 2**20
        self.printed.row(f"memory {name}", f"{used:,.0f} MiB", "", "1,024 MiB")


def measure(folder: Path, samples: int) -> None:
    """Open the window on the project and go through a day's acts."""
    from PySide6.QtWidgets import QApplication

    from lnl_gui.gui.settings.settings import Settings
    from lnl_gui.gui.shell.main_window import MainWindow
    from lnl_gui.gui.shell.program.app import application
    from lnl_gui.gui.style.theme import LIGHT, Theme
    from lnl_gui.store.jobs.parameters import DetectParameters, FinetuneParameters
    from lnl_gui.util.process.processes import seconds_running

    qt = application()
    window = MainWindow(Theme(qt, LIGHT), Settings(theme=LIGHT))
    window.resize(1440, 900)
    with stopwatch(time.thread_time) as opened:
        window.projects.open_project(folder)
        window.show()
        QApplication.processEvents()
        assert window.page is not None
        window.page.grid.viewport().repaint()
    table = Table(samples)
    table.calibrate()
    table.row("first paint of the project", opened.clock, opened.processor, 2000)
    table.row("first paint since the process began", 1000 * seconds_running(), None, None)
    table.memory("after opening")
    # Or so many verdicts would start a detection of all samples beside what is measured.
    window.tools.reranker.every = 0
    _one_by_one(window, table)
    _browse(window, table)
    _decide(window, table)
    _scroll(window, table)
    table.memory("after browsing and deciding")
    _when_scores_arrive(window, table)
    _with_a_job(window, table, "detect", DetectParameters(seed=1))
    _with_a_job(window, table, "finetune", FinetuneParameters(recipe="linear_probe", device="cpu"))
    table.memory("at the end")
    table.calibrate()
    window.close()


def _one_by_one(window: Any, table: Table) -> None:
    """A person goes through the suspects by keys: how long until the next one can be judged."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtTest import QTest

    review, grid, inspector = window.project.review, window.page.grid, window.page.details.inspector
    window.activateWindow()
    window.page.focus_grid()
    for key in (Qt.Key.Key_W, Qt.Key.Key_E, Qt.Key.Key_Q):
        name = f"suspects: one verdict by key ({chr(key.value)})"
        table.times(name, lambda key=key: QTest.keyClick(grid, key), 20)
    table.times("suspects: undo of one", review.undo, 20)
    table.times("suspects: arrow key", lambda: QTest.keyClick(grid, Qt.Key.Key_Right), 20)

    def next_sample() -> None:
        """A verdict, until the image of the sample after it is there."""
        loop = QEventLoop()
        there = inspector.loader().loaded.connect(
            lambda image: loop.quit() if image.key == review.current_row else None
        )
        QTest.keyClick(grid, Qt.Key.Key_Q)
        QTimer.singleShot(PATIENCE_MILLISECONDS, loop, loop.quit)
        loop.exec()
        inspector.loader().loaded.disconnect(there)

    # It rests a moment first, so that running through the grid does not read every image.
    next_sample()
    table.times("key to next sample, its image beside the grid", next_sample, None)
    Gaps().watch(1.0)


def _browse(window: Any, table: Table) -> None:
    from lnl_gui.session.browsing.views import SORTS, ViewSpec

    review = window.project.review
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

    review, grid = window.project.review, window.page.grid
    window.activateWindow()
    window.page.focus_grid()
    for key in (Qt.Key.Key_Q, Qt.Key.Key_W, Qt.Key.Key_E):
        name = f"one verdict by key ({chr(key.value)})"
        table.times(name, lambda key=key: QTest.keyClick(grid, key), 20)
    table.times("undo of one", review.undo, 20)
    table.time("select all", lambda: QTest.keySequence(grid, "Ctrl+A"), 100)
    table.time("select none", lambda: QTest.keySequence(grid, "Esc"), 100)
    rows = review.order[:BULK].copy()
    table.time(f"accept {len(rows):,}", lambda: review.decide_rows("accept", rows), 2000)
    table.time(f"undo of {len(rows):,}", review.undo, 2000)
    window.notifications.clear()


def _scroll(window: Any, table: Table) -> None:
    from PySide6.QtWidgets import QApplication

    grid = window.page.grid
    bar = grid.verticalScrollBar()
    bar.setValue(0)
    frames = []
    for _ in range(200):
        with stopwatch(time.thread_time) as spent:
            bar.setValue(bar.value() + grid.viewport().height() // 4)
            grid.viewport().repaint()
            QApplication.processEvents()
        frames.append((spent.clock, spent.processor))
    table.row("scroll, a frame, p95", *np.percentile(frames, 95, axis=0).tolist(), 33)


class Gaps:
    """The times between ticks of the event loop, by the clock and by what the thread computed."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._timer = QTimer(interval=TICK_MILLISECONDS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._found: list[tuple[float, float]] = []
        self._last = 0.0, 0.0

    def _tick(self) -> None:
        now, own = time.perf_counter(), time.thread_time()
        self._found.append((now - self._last[0], own - self._last[1]))
        self._last = now, own

    def watch(self, seconds: float, *, keys: Callable[[], object] | None = None) -> np.ndarray:
        """Milliseconds (n, 2) of the gaps while the event loop runs; `keys` is called meanwhile."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop, typing = QEventLoop(), QTimer(interval=KEY_MILLISECONDS)
        self._found.clear()
        self._last = time.perf_counter(), time.thread_time()
        self._timer.start()
        if keys is not None:
            typing.timeout.connect(keys)
            typing.start()
        QTimer.singleShot(int(1000 * seconds), loop.quit)
        loop.exec()
        typing.stop()
        self._timer.stop()
        return 1000 * np.array(self._found)


def _with_a_job(window: Any, table: Table, kind: str, parameters: Any) -> None:
    """The longest times between two ticks of the event loop while the worker computes."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from lnl_gui.gui.jobs.job import JobState

    def press() -> None:
        QTest.keyClick(window.page.grid, Qt.Key.Key_Q)

    window.workflow.start(parameters)
    job, gaps = window.controller.jobs[-1], Gaps()
    for name, keys in (("idle", None), ("deciding four times a second", press)):
        found = gaps.watch(JOB_SECONDS / 2, keys=keys)
        if job.state is JobState.RUNNING or job.state is JobState.DONE:
            table.row(f"longest gap during {kind}, {name}", *found.max(axis=0), 50)
            table.row(f"gap during {kind}, {name}, p99", *np.percentile(found, 99, axis=0), None)
        else:
            table.printed.row(f"{kind} is {job.state.value}: {job.error}", "", "", "")
    if not job.is_over:
        window.controller.cancel(job)
    while not job.is_over:
        gaps.watch(0.05)


def _when_scores_arrive(window: Any, table: Table) -> None:
    """A re-ranking ends: its scores are read and what is left is sorted anew."""
    from lnl_gui.gui.charts import charts_panel
    from lnl_gui.store.detection.scores import ORDER
    from lnl_gui.store.jobs.parameters import DetectParameters
    from lnl_gui.store.jobs.runs import RunResult
    from lnl_gui.util.statistics.ordering import worst_first

    review, details = window.project.review, window.page.details
    submit, source = window.controller.submit, review.session.runs.latest("detect").folder
    fronts = {
        "sample": lambda: details.setCurrentIndex(0),
        "progress": window.tools.show_progress,
        **{
            title: lambda title=title: (
                details.setCurrentWidget(details.charts),
                details.charts.show_chart(title),
            )
            for title in (charts_panel.MATRIX, charts_panel.LOSS, charts_panel.MAP)
        },
    }
    folders: list[Path] = []

    def leave_scores(_context: Any) -> RunResult:
        """What the worker would leave: the scores there are, a little other."""
        for file in source.iterdir():
            if file.suffix == ".npy" or file.stem in ("detectors", "issues", "summary"):
                shutil.copyfile(file, folders[-1] / file.name)
        suspicion = np.load(source / "suspicion.npy")
        suspicion += np.random.default_rng().normal(0, 0.02, len(suspicion)).astype(np.float32)
        suspicion = np.clip(suspicion, 0, 1)
        np.save(folders[-1] / "suspicion.npy", suspicion)
        np.save(folders[-1] / f"{ORDER}.npy", worst_first(suspicion))
        return RunResult()

    def instead(kind: str, project: Path, run: str, values: Any) -> Any:
        folders.append(project / "runs" / run)
        return submit(kind, project, run, values, body=leave_scores)

    for number, (front, bring) in enumerate(fronts.items(), start=100):
        bring()
        Gaps().watch(2.0)
        window.controller.submit = instead
        assert window.workflow.start_quietly(DetectParameters(seed=number))
        window.controller.submit = submit
        found = Gaps().watch(4.0)
        assert window.controller.jobs[-1].is_over
        table.row(f"longest gap while scores arrive, {front} in front", *found.max(axis=0), 50)
    details.setCurrentIndex(0)


def make_project(folder: Path, samples: int) -> None:
    """A large project with an embedding, so that detection has something to do."""
    from lnl_gui.session.session import Session
    from lnl_gui.store.jobs.parameters import EmbedParameters
    from lnl_gui.store.jobs.runs import RunResult
    from tests.benchmarks.projects import make_large_project

    if not folder.exists():
        make_large_project(folder, samples=samples, images=True)
    with Session.open(folder) as session:
        run = session.runs.start(EmbedParameters(device="cpu"))
        file = session.project.arrays / "embedding-bundled.npy"
        noise = np.random.default_rng(0).normal(size=(samples, EMBEDDED))
        noise[:, :2] += np.stack([np.cos(session.columns.given), np.sin(session.columns.given)], 1)
        np.save(file, noise.astype(np.float16))
        (run.folder / "unreadable.json").write_text("{}", encoding="ascii")
        kept = {"embedding:bundled": file.relative_to(session.folder).as_posix()}
        session.runs.finish(run.id, "done", RunResult(kept, {}))


def main() -> None:
    """Make each project where there is none, and measure it in a fresh process."""
    parser = parser_of(__doc__)
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
            run_fresh(
                "tests.benchmarks.bench_window", "--measure", str(folder), "--samples", str(samples)
            )


if __name__ == "__main__":
    main()
