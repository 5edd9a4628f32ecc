"""A person who reviews for hours: keys alone, in the real window, checked at every step."""

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from lnl_gui.gui.grid.view import GridView
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN, UNSURE
from lnl_gui.util.files.atomic import write_json
from tests.campaign.soak_model import ExpectedVerdicts, Recorder
from tests.e2e.hands import (
    LONG,
    Act,
    Failure,
    Story,
    Until,
    choose,
    dialog,
    expect,
    find,
    focused,
    key,
    open_tab,
    press_button,
    write,
)

PLAN, EXPECTED, MEASURED = "plan.json", "expected.json", "measured.csv"
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
PROTECTED = "This sample is decided"
NOTHING = np.zeros(0, np.int64)
SHOWN = ("All samples", "Suspects", "Not suspects")
TABS = ("Charts", "Progress", "Sample")


def window() -> MainWindow:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))


def review() -> ReviewModel:
    found = window().project.review
    if found is None:
        raise Failure("no project is open")
    return found


class Sitting:
    """One person at one window."""

    def __init__(self, place: Path) -> None:
        plan = json.loads((place / PLAN).read_text())
        self.place, self.project = place, Path(plan["project"])
        self.minutes, self.every = float(plan["minutes"]), float(plan["record_every"])
        self.pause = 1 / float(plan["pace"])
        self.reopen_every = int(plan["reopen_every"])
        self.random = np.random.default_rng(int(plan["seed"]))
        self.recorder = Recorder(place / MEASURED)
        self.expected = ExpectedVerdicts(np.array(review().session.columns.given))
        self.keys = [found.shortcut for found in review().session.classes]
        self.reranked = 0
        self.careful = False
        window().tools.reranker.noted.connect(self._count_reranking)

    def _count_reranking(self, _text: str) -> None:
        self.reranked += 1

    # Verdicts

    def verdict(self, wanted: str = "") -> Story:
        """One key, on what is selected; what it does is known before it is pressed."""
        choices = self._choices()
        letter, decide = choices[int(self.random.integers(len(choices)))]
        if wanted:
            letter, decide = next(choice for choice in choices if choice[0] == wanted)
        rows = np.unique(review().selected_rows())
        if len(rows) == 0:
            return
        status, label = decide(rows)
        protected = review().protected
        self.begin(rows)
        yield Act(f"press {letter!r}", partial(self._press, letter))
        if protected:
            self._expect_refusal(rows)
        else:
            self.expected.decide(rows, status, label, accepted=letter == "W")
        self.begin(NOTHING)
        self._compare(rows)

    def _expect_refusal(self, rows: np.ndarray) -> None:
        """Only what is decided may be protected from a key, and that is said."""
        if UNSEEN in self.expected.status[rows].tolist():
            raise Failure(f"a verdict on {rows.tolist()}, undecided, was refused")
        said = [found.text for found in window().notifications.messages()]
        if not any(text.startswith(PROTECTED) for text in said):
            raise Failure(f"a verdict was refused without a word; there is {said}")

    def _choices(self) -> list[tuple[str, Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]]]:
        columns, now = review().session.columns, self.expected.label

        def labelled(rows: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            status = np.where(label == columns.given[rows], KEPT, RELABELLED)
            return status.astype(np.uint8), label.astype(np.int32)

        def accepted(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            suggested = columns.suggested[rows]
            status, label = labelled(rows, np.where(suggested >= 0, suggested, now[rows]))
            return np.where(columns.off_topic[rows], EXCLUDED, status).astype(np.uint8), label

        def marked(status: int) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
            return lambda rows: (np.full(len(rows), status, np.uint8), now[rows])

        found = [
            ("W", accepted),
            ("W", accepted),
            ("Q", lambda rows: labelled(rows, columns.given[rows])),
            ("E", marked(EXCLUDED)),
            ("N", marked(UNSURE)),
            (
                "\b",
                lambda rows: (np.full(len(rows), UNSEEN, np.uint8), columns.given[rows].copy()),
            ),
        ]
        for number, shortcut in enumerate(self.keys):
            found.append((shortcut, lambda rows, n=number: labelled(rows, np.full(len(rows), n))))
        return found

    def _press(self, letter: str) -> None:
        pressed = Key.Key_Backspace if letter == "\b" else Key(ord(letter))
        began = time.perf_counter()
        QTest.keyClick(focused(), pressed)
        self.recorder.took(time.perf_counter() - began)

    def _compare(self, rows: np.ndarray) -> None:
        columns = review().session.columns
        expect("status", columns.status[rows].tolist(), self.expected.status[rows].tolist())
        expect("label", columns.current[rows].tolist(), self.expected.label[rows].tolist())

    def compare_all(self) -> None:
        self._compare(np.arange(len(self.expected.status)))

    def bulk(self) -> Story:
        """A few at once."""
        for _ in range(int(self.random.integers(1, 6))):
            yield key(Key.Key_Right, SHIFT)
        yield from self.verdict()

    def undo(self) -> Story:
        """Some steps back, and some of them forward again."""
        back = int(self.random.integers(1, 6))
        for _ in range(back):
            yield key(Key.Key_Z, CONTROL)
            self.expected.undo()
        for _ in range(int(self.random.integers(0, back + 1))):
            yield key(Key.Key_Y, CONTROL)
            self.expected.redo()
        self.compare_all()

    # Looking around

    def move(self) -> Story:
        keys = (
            Key.Key_Right,
            Key.Key_Left,
            Key.Key_Down,
            Key.Key_PageDown,
            Key.Key_Home,
            Key.Key_J,
        )
        for pressed in self.random.choice(len(keys), 4).tolist():
            yield key(keys[pressed])

    def filter(self) -> Story:
        """Another choice of samples."""
        yield from choose("Show", SHOWN[int(self.random.integers(len(SHOWN)))])
        yield from self.to_grid()

    def find_path(self) -> Story:
        yield key(Key.Key_F, CONTROL)
        yield from write(f"{int(self.random.integers(1, 10))}")
        yield Until("fewer are shown", lambda: review().spec.text != "")
        yield key(Key.Key_A, CONTROL)
        yield key(Key.Key_Delete)
        yield Until("all are shown", lambda: review().spec.text == "")
        yield from self.to_grid()

    def group(self) -> Story:
        yield key(Key.Key_P)
        yield key(Key.Key_P, SHIFT)
        yield from self.to_grid()

    def look(self) -> Story:
        """Other tabs and pictures."""
        yield from open_tab(TABS[int(self.random.integers(len(TABS)))])
        yield key((Key.Key_Plus, Key.Key_Minus)[int(self.random.integers(2))])
        yield from self.to_grid()

    def chart(self) -> Story:
        yield from open_tab("Charts")
        combo = find(QComboBox, "Chart")
        yield from choose("Chart", combo.itemText(int(self.random.integers(combo.count()))))
        yield from open_tab("Sample")
        yield from self.to_grid()

    def theme(self) -> Story:
        yield key(Key.Key_F10)

    def to_grid(self) -> Story:
        """The keys to the grid; to all samples where the filters leave none to go to."""
        if not len(review().order):
            yield from choose("Show", "All samples")
        yield Until("no list of choices is open", lambda: QApplication.activePopupWidget() is None)
        yield key(Key.Key_F6)
        yield Until("the keys go to the grid", lambda: find_grid().hasFocus())

    # The frame

    def reopen(self) -> Story:
        """Close the project and open it again, from the start page."""
        self.compare_all()
        yield key(Key.Key_W, CONTROL)
        yield Until("the project is closed", lambda: window().project.review is None)
        # Twice: what the first turn of the loop deletes may hold what the second deletes.
        for _ in range(2):
            yield Act("let go", lambda: None)
        self.record("start")
        yield from press_button(f"Open {self.project}")
        yield from self.is_open()

    def rerank(self) -> Story:
        """One verdict on all samples, of which the re-ranking must learn."""
        before = self.reranked
        yield from choose("Show", "All samples")
        yield from self.to_grid()
        yield key(Key.Key_A, CONTROL)
        # Whichever changes more than half of them: it begins after a number of changes.
        reviewed = int((self.expected.status != UNSEEN).sum())
        few = 2 * reviewed < len(self.expected.status)
        yield from self.verdict("Q" if few else "\b")
        self.compare_all()
        yield Until("the rest is re-ranked", lambda: self.reranked > before, LONG)

    def is_open(self) -> Story:
        yield Until(
            "the project is open", lambda: window().project.review is not None and dialog() is None
        )
        self.recorder.opened += 1
        yield from self.to_grid()
        self.compare_all()

    def record(self, page: str) -> None:
        database, found = self.project / "project.db", window().project.review
        operations = 0
        if found is not None:
            rows = found.session.project.connection.execute("SELECT count(*) FROM op")
            operations = rows.fetchone()[0]
            if operations < self.expected.acknowledged:
                raise Failure(f"{self.expected.acknowledged - operations} operations are lost")
        self.recorder.record(
            page,
            widgets=len(QApplication.allWidgets()),
            operations=operations,
            database=database,
        )
        self.save()

    def begin(self, rows: np.ndarray) -> None:
        """Note what is being decided where somebody may end this process at any moment."""
        if self.careful:
            self.save(rows)

    def save(self, pending: np.ndarray = NOTHING) -> None:
        found = {**self.expected.as_lists(), "reranked": self.reranked}
        write_json(self.place / EXPECTED, {**found, "pending": pending.tolist()})

    def steps(self) -> Story:
        """Until the time is over, and the project was closed and opened twice."""
        acts = [self.verdict] * 30 + [self.bulk] * 3 + [self.undo] * 3 + [self.move] * 4
        acts += [self.filter, self.find_path, self.group, self.look, self.chart, self.theme]
        recorded, number = 0.0, 0
        while self.recorder.minutes < self.minutes or number < 2 * self.reopen_every:
            number += 1
            if number % self.reopen_every == 0:
                yield from self.reopen()
            yield from acts[int(self.random.integers(len(acts)))]()
            yield from self.wait()
            if self.recorder.minutes - recorded >= self.every:
                recorded = self.recorder.minutes
                self.compare_all()
                self.record("project")

    def wait(self) -> Story:
        until = time.monotonic() + self.pause
        yield Until("a moment to look", lambda: time.monotonic() >= until)


def find_grid() -> GridView:
    found = window().page
    if found is None:
        raise Failure("no project is open")
    return found.grid


def soak(place: Path) -> Story:
    """Review until the time of the plan is over, then leave."""
    yield Until("the project is open", lambda: window().project.review is not None)
    sitting = Sitting(place)
    yield from sitting.is_open()
    yield from sitting.steps()
    yield from sitting.reopen()
    yield from sitting.rerank()
    sitting.record("project")
    yield key(Key.Key_Q, CONTROL)


def review_without_end(place: Path) -> Story:
    """Verdicts without end, each noted before and after it is given."""
    yield Until("the project is open", lambda: window().project.review is not None)
    sitting = Sitting(place)
    yield from sitting.is_open()
    sitting.careful = True
    sitting.save()
    while True:
        acts = (sitting.verdict, sitting.verdict, sitting.verdict, sitting.bulk, sitting.move)
        yield from acts[int(sitting.random.integers(len(acts)))]()
