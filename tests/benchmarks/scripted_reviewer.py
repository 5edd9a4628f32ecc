"""A reviewer who knows the truth works by keys through the real window.

    python -m tests.benchmarks.scripted_reviewer --data ../shared/data/cifar10n-train \
        --labels worse [--project KEPT.lnl] [--keys 250 500 1000] [--rerank 100]

How many wrong labels are right after so many keystrokes, net of those made wrong: one by one, by
groups of (given -> suggested), and each with the rest re-ranked from the verdicts. Without
`--project` the project is first made from the data. The table is Markdown.
"""

import argparse
import contextlib
import csv
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lnl_gui.gui.review import reranking
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell import commands
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.shell.program.app import application
from lnl_gui.gui.style.theme import LIGHT, Theme
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import UNSEEN
from tests.benchmarks.measuring import MarkdownTable, parser_of

JOB_SECONDS = 1800.0
SMALL_GROUP = 8
"""Smaller groups are not worth a key of their own."""


class Spent(Exception):
    """All keystrokes are used up."""


@dataclass
class Reviewer:
    """Presses keys, counts them, and knows the true class of every sample.

    Args:
        window: shows the project.
        truth: (N,) class ids.
        marks: numbers of keystrokes at which to note what has been gained.
        purity: from this share of right suggestions on, a group is accepted as a whole.
        rerank: verdicts between two detections, 0 for none; the reviewer waits for each.
    """

    window: MainWindow
    truth: np.ndarray
    marks: list[int]
    purity: float
    rerank: int = 0
    keys: int = 0
    gained: dict[int, int] = field(default_factory=dict)
    waited: float = 0.0

    def __post_init__(self) -> None:
        self.review: Any = self.window.project.review
        self._wrong = self.wrong()
        self._ranked = 0

    def wrong(self) -> int:
        """Labels that are not the truth now."""
        return int(np.count_nonzero(self.review.session.columns.current != self.truth))

    def press(self, *keys: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
        """Press keys in the grid."""
        for key in keys:
            if self.keys == max(self.marks):
                raise Spent
            assert self.window.page is not None
            QTest.keyClick(self.window.page.grid, key, modifier)
            self.keys += 1
            if self.keys in self.marks:
                self.gained[self.keys] = self._wrong - self.wrong()

    def choose_class(self, wanted: int) -> None:
        """The digit of a class, or its name typed in the picker: R, the name's start, Return."""
        shortcut = self.review.session.classes[wanted].shortcut
        if shortcut:
            self.press(getattr(Qt.Key, f"Key_{shortcut}"))
            return
        self.press(Qt.Key.Key_R)
        self.keys += 2  # a letter and Return in the picker, which the answer below stands for

    def decide(self) -> None:
        """One verdict on the sample under the cursor."""
        row = self.review.current_row
        columns = self.review.session.columns
        wanted = int(self.truth[row])
        if columns.suggested[row] == wanted:
            self.press(Qt.Key.Key_W)
        elif columns.given[row] == wanted:
            self.press(Qt.Key.Key_Q)
        else:
            self.choose_class(wanted)
        self.learn()

    def learn(self) -> None:
        """Let the window re-rank when it is due, and wait until it has."""
        reviewed = self.review.counts().reviewed
        if not self.rerank or reviewed - self._ranked < self.rerank:
            return
        self._ranked = reviewed
        started = time.monotonic()
        jobs = len(self.window.controller.jobs)
        _live(400)  # verdicts come first; the window waits a moment before it starts
        while self.window.controller.busy and time.monotonic() - started < JOB_SECONDS:
            _live(50)
        _live(400)
        assert len(self.window.controller.jobs) > jobs, "nothing was re-ranked"
        self.waited += time.monotonic() - started

    def one_by_one(self) -> None:
        """Worst first, as the grid comes, one key a sample."""
        self.review.move_to(0)
        while len(self.review.unreviewed_shown()):
            self.decide()

    def by_runs(self) -> None:
        """As the grid comes; neighbours whose suggestions are right are selected and accepted."""
        self.review.move_to_next()
        while len(self.review.unreviewed_shown()):
            length = self._run_of_right_ones()
            lines, rest = divmod(length - 1, self._columns())
            if lines + rest + 1 < length:
                shift = Qt.KeyboardModifier.ShiftModifier
                self.press(*[Qt.Key.Key_Down] * lines, modifier=shift)
                self.press(*[Qt.Key.Key_Right] * rest, modifier=shift)
                self.press(Qt.Key.Key_W)
                self.learn()
            else:
                self.decide()

    def by_groups(self) -> None:
        """Group by group, pure ones in one stroke; small groups as the grid comes, at the end."""
        for _ in range(self._groups(least=SMALL_GROUP)):
            self.press(Qt.Key.Key_P)
            if self._pure():
                both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
                self.press(Qt.Key.Key_A, modifier=both)
                self.learn()
            else:
                self.by_runs()
        self.press(Qt.Key.Key_P, modifier=Qt.KeyboardModifier.ShiftModifier)
        self.by_runs()

    def _columns(self) -> int:
        page = self.window.page
        assert page is not None
        return page.grid.geometry_of_cells.columns

    def _run_of_right_ones(self) -> int:
        """How many samples from the current one on are undecided with a right suggestion."""
        columns, here = self.review.session.columns, self.review.selection.current
        rows = self.review.order[here:]
        right = (columns.suggested[rows] == self.truth[rows]) & (columns.status[rows] == UNSEEN)
        wrong = np.flatnonzero(~right)
        return int(wrong[0]) if len(wrong) else len(rows)

    def _groups(self, least: int = 1) -> int:
        page = self.window.page
        assert page is not None
        page.groups.refresh()
        return sum(group.left >= least for group in page.groups.model.groups)

    def _pure(self) -> bool:
        rows = self.review.unreviewed_shown()
        right = self.review.session.columns.suggested[rows] == self.truth[rows]
        return len(rows) > 0 and float(right.mean()) >= self.purity


def run(project: Path, truth: np.ndarray, how: str, marks: list[int], **rest: Any) -> Reviewer:
    """One reviewer on a copy of the project; what was gained at each mark."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / project.name
        shutil.copytree(project, copy)
        window = MainWindow(Theme(application(), LIGHT), Settings(theme=LIGHT))
        window.resize(1440, 900)
        window.projects.open_project(copy)
        window.show()
        window.activateWindow()
        QApplication.processEvents()
        assert window.page is not None and window.project.review is not None
        window.page.focus_grid()
        window.tools.reranker.every = rest.get("rerank", 0)
        # As where detection is quick: the reviewer waits for it each time.
        reranking.BUSY_SHARE = 1.0
        reviewer = Reviewer(window, truth, marks, **rest)
        with _Answers(reviewer), contextlib.suppress(Spent):
            getattr(reviewer, how)()
        for mark in marks:
            reviewer.gained.setdefault(mark, reviewer._wrong - reviewer.wrong())
        window.controller.shutdown()
        window.close()
        return reviewer


class _Answers:
    """The class picker answers with the truth; large groups are confirmed."""

    def __init__(self, reviewer: Reviewer) -> None:
        self._reviewer = reviewer

    def __enter__(self) -> None:
        self._picker, self._bulk = commands.ask_class, commands.questions.ask_bulk
        commands.ask_class = self._pick
        commands.questions.ask_bulk = lambda *_args: True

    def __exit__(self, *_: object) -> None:
        commands.ask_class, commands.questions.ask_bulk = self._picker, self._bulk

    def _pick(self, *_args: object, chosen: Callable[[int], object], **_rest: object) -> None:
        chosen(int(self._reviewer.truth[self._reviewer.review.current_row]))


def _live(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def make_project(data: Path, labels: str, folder: Path) -> None:
    """Import, embed and detect, as the command line does."""
    from lnl_gui.__main__ import main as lnl

    arguments = ["run", str(data / "labels.csv"), "--project", str(folder)]
    if lnl([*arguments, "--label-column", labels]):
        raise SystemExit("the project could not be made")


def true_classes(session: Session, data: Path) -> np.ndarray:
    """(N,) class ids of the clean labels."""
    with (data / "labels.csv").open(newline="", encoding="utf-8") as stream:
        clean = {row["path"]: row["clean"] for row in csv.DictReader(stream)}
    ids = {found.name: found.id for found in session.classes}
    return np.array([ids[clean[session.path_of(row)]] for row in range(len(session))])


MODES: tuple[tuple[str, str, bool], ...] = (
    ("one key a sample, worst first", "one_by_one", False),
    ("neighbours selected, worst first", "by_runs", False),
    ("by groups", "by_groups", False),
    ("one key a sample, worst first, re-ranked", "one_by_one", True),
    ("neighbours selected, worst first, re-ranked", "by_runs", True),
    ("by groups, re-ranked", "by_groups", True),
)


def _rows(
    project: Path, truth: np.ndarray, options: argparse.Namespace
) -> Iterator[tuple[str, Reviewer]]:
    for title, how, reranked in MODES:
        if reranked and not options.rerank:
            continue
        rerank = options.rerank if reranked else 0
        yield title, run(project, truth, how, options.keys, purity=options.purity, rerank=rerank)


def main() -> None:
    """Let the reviewer work in every way and print what came of it."""
    parser = parser_of(__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with labels.csv")
    parser.add_argument("--labels", default="worse", help="column of the given labels")
    parser.add_argument("--project", type=Path, help="use this project, or make it here")
    parser.add_argument("--keys", type=int, nargs="+", default=[250, 500, 1000])
    parser.add_argument("--purity", type=float, default=0.9)
    parser.add_argument("--rerank", type=int, default=0, help="verdicts between two rankings")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        project = options.project or Path(scratch) / "review.lnl"
        if not project.exists():
            make_project(options.data, options.labels, project)
        with Session.open(project, read_only=True) as session:
            truth = true_classes(session, options.data)
            wrong = int(np.count_nonzero(session.columns.current != truth))
            flagged = session.counts().flagged
            untouched = bool((session.columns.status == UNSEEN).all())
        if not untouched:
            sys.exit("the project has verdicts already")
        print(f"{len(truth):,} samples, {wrong:,} labels wrong, {flagged:,} suspects\n")
        counts = [f"{number} keys" for number in options.keys]
        table = MarkdownTable("wrong labels put right after", *counts, "per 1 000 keys")
        for title, found in _rows(project, truth, options):
            cells = [f"{found.gained[mark]}" for mark in options.keys]
            rate = 1000 * found.gained[options.keys[-1]] / min(found.keys, options.keys[-1])
            table.row(title, *cells, f"{rate:,.0f}")


if __name__ == "__main__":
    main()
