"""A seeded random walk of keys and clicks through a review, beside an account kept by the test.

After each step the project is opened anew, for reading: what the window holds must be what is on
disk, what undo leaves must be what was there before, and the keys must go to what can be seen.
"""

import random
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, UNSEEN
from tests.gui.conftest import OpenWindow
from tests.gui.projects import record_detection

STEPS = 150
KEY, PLAIN = Qt.Key, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KINDS = {
    **{"verdict": 40, "move": 40, "undo": 14, "redo": 8, "click": 10, "view": 5, "mask": 1},
    **{"classes": 2, "remark": 3, "detect": 1, "reopen": 1, "advance": 1, "resize": 1},
}
VERDICTS = {"w": 6, "q": 5, "e": 3, "n": 2, "c": 1, "1": 1, "2": 1, "3": 1, "9": 1, "\b": 2, "A": 1}
MOVES = [
    *((key, PLAIN) for key in (KEY.Key_Right, KEY.Key_Left, KEY.Key_Down, KEY.Key_Up)),
    *((key, PLAIN) for key in (KEY.Key_Home, KEY.Key_End, KEY.Key_PageDown, KEY.Key_Escape)),
    *((key, SHIFT) for key in (KEY.Key_Right, KEY.Key_Left, KEY.Key_Down, KEY.Key_P)),
    *((key, CONTROL) for key in (KEY.Key_A, KEY.Key_Right, KEY.Key_Space)),
    *((key, PLAIN) for key in (KEY.Key_J, KEY.Key_P, KEY.Key_F5, KEY.Key_F7, KEY.Key_F8)),
    *((key, PLAIN) for key in (KEY.Key_Plus, KEY.Key_Minus, KEY.Key_Tab, KEY.Key_F6)),
]
VIEWS = [
    ViewSpec(),
    ViewSpec(flagged=None),
    ViewSpec(flagged=False),
    ViewSpec(flagged=None, reviewed=True),
    ViewSpec(reviewed=False),
    ViewSpec(flagged=None, status=(KEPT, EXCLUDED)),
    ViewSpec(flagged=None, given=(1,)),
    ViewSpec(flagged=None, text="image-000"),
    ViewSpec(flagged=None, text="nowhere"),
]
State = dict[str, Any]


def state_of(session: Session) -> State:
    """All that a review changes."""
    columns, remarks = session.columns, session.remarks
    changed = (columns.status != UNSEEN) | (columns.current != columns.given)
    return {
        "verdicts": {
            row: (int(columns.current[row]), int(columns.status[row]))
            for row in np.flatnonzero(changed).tolist()
        },
        "given": columns.given.tolist(),
        "suggested": columns.suggested.tolist(),
        "classes": [(c.id, c.key, c.name, c.shortcut, c.note) for c in session.shown_classes],
        "remarks": {
            row: (remarks.notes_of(row), remarks.tags_of(row)) for row in range(len(session))
        },
    }


@dataclass
class Walk:
    """A person without a plan, and what they know to be true."""

    project: Path
    open_window: OpenWindow
    random: random.Random
    window: MainWindow = field(init=False)
    state: State = field(init=False)
    past: list[State] = field(default_factory=list)
    future: list[State] = field(default_factory=list)
    acts: int = 0

    def __post_init__(self) -> None:
        self.window = self.open_window(self.project)
        self.state = state_of(self.review.session)

    @property
    def review(self) -> ReviewModel:
        assert self.window.project.review is not None
        return self.window.project.review

    def step(self) -> None:
        kind = self.random.choices(list(KINDS), list(KINDS.values()))[0]
        top = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        if top is not None:
            QTest.keyClick(top, KEY.Key_Escape)
            return
        rows, newest = set(self.review.selected_rows().tolist()), self.operation()
        key = getattr(self, kind)()
        QApplication.processEvents()
        with Session.open(self.project, read_only=True) as session:
            new = state_of(session)
            self.compare(session, new)
        if kind in ("undo", "redo"):
            self.reversed_to(new, *((self.past, self.future)[:: 1 if kind == "undo" else -1]))
        elif self.operation() != newest:
            self.acts += 1
            self.past.append(self.state)
            self.future.clear()
            if kind == "verdict":
                self.only_those_decided(new, rows, key)
            else:
                assert kind in ("classes", "remark"), kind
        elif kind != "detect":
            assert new == self.state, kind
        self.state = new
        if kind == "detect":
            # What is suggested is another thing, and no act of a review.
            others = {"suggested": new["suggested"]}
            self.past = [each | others for each in self.past]
            self.future = [each | others for each in self.future]

    def operation(self) -> int | None:
        return self.review.session.newest_operation()

    def reversed_to(self, new: State, taken: list[State], given: list[State]) -> None:
        wanted = self.state
        if taken:
            given.append(self.state)
            wanted = taken.pop()
        assert new == wanted

    def only_those_decided(self, new: State, rows: set[int], key: str) -> None:
        old = self.state["verdicts"]
        changed = {
            row for row in {*old, *new["verdicts"]} if old.get(row) != new["verdicts"].get(row)
        }
        if key != "A":
            assert changed <= rows
        if key in "qe":
            wanted = KEPT if key == "q" else EXCLUDED
            assert {new["verdicts"][row][1] for row in changed} <= {wanted}

    def compare(self, session: Session, new: State) -> None:
        own = self.review.session
        assert state_of(own) == new
        assert own.counts() == session.counts()
        assert own.counts().reviewed == np.count_nonzero(own.columns.status != UNSEEN)
        assert str(own.undo_text()) == str(session.undo_text())
        assert str(own.redo_text()) == str(session.redo_text())
        for name, text in (("undo", own.undo_text()), ("redo", own.redo_text())):
            action = self.window.findChild(QAction, name)
            assert action is not None and action.isEnabled() == (text is not None)
        order, selection = self.review.order, self.review.selection
        assert len(np.unique(order)) == len(order) == len(selection.mask)
        assert 0 <= selection.current < len(order) or not len(order)
        if QApplication.activeModalWidget() is None and QApplication.activePopupWidget() is None:
            focus = QApplication.focusWidget()
            assert focus is not None and focus.isVisible()

    # What a person does

    def keys_go_to(self) -> QWidget:
        assert self.window.page is not None
        return QApplication.focusWidget() or self.window.page.grid

    def pictures(self) -> QWidget:
        """With the keys: in a field Ctrl+Z takes letters back, and letters are text."""
        assert self.window.page is not None
        self.window.page.focus_grid()
        return self.keys_go_to()

    def verdict(self) -> str:
        pictures = self.pictures()
        key = self.random.choices(list(VERDICTS), list(VERDICTS.values()))[0]
        special = {"\b": (KEY.Key_Backspace, PLAIN), "A": (KEY.Key_A, CONTROL | SHIFT)}
        if key in special:
            QTest.keyClick(pictures, *special[key])
        else:
            QTest.keyClicks(pictures, key)
        return key

    def move(self) -> None:
        QTest.keyClick(self.keys_go_to(), *self.random.choice(MOVES))

    def undo(self) -> None:
        QTest.keyClick(self.pictures(), KEY.Key_Z, CONTROL)

    def redo(self) -> None:
        QTest.keyClick(self.pictures(), KEY.Key_Z, CONTROL | SHIFT)

    def click(self) -> None:
        assert self.window.page is not None
        pictures = self.window.page.grid.viewport()
        if pictures.isVisible():
            size = pictures.size()
            place = QPoint(
                self.random.randrange(size.width()), self.random.randrange(size.height())
            )
            modifier = self.random.choice([PLAIN, PLAIN, CONTROL, SHIFT])
            QTest.mouseClick(pictures, Qt.MouseButton.LeftButton, modifier, place)

    def view(self) -> None:
        self.review.show_view(self.random.choice(VIEWS))

    def mask(self) -> None:
        chosen = np.zeros(len(self.review.session), bool)
        chosen[self.random.sample(range(len(chosen)), 8)] = True
        self.review.show_view(replace(self.review.spec, flagged=None), chosen, topic="some")

    def classes(self) -> None:
        edits = self.review.session.class_edits
        there = [each.id for each in self.review.session.shown_classes]
        one, other = self.random.sample(there, 2)
        name = f"class {self.random.random()}"
        acts = [
            lambda: edits.add(name),
            lambda: edits.rename(one, name),
            lambda: edits.assign_key(one, self.random.choice("12345")),
            lambda: edits.note(one, name),
            lambda: edits.merge([one], other),
            lambda: edits.delete(one),
        ]
        self.review.do(self.random.choice(acts if len(there) > 3 else acts[:4]))

    def remark(self) -> None:
        remarks, rows = self.review.session.remarks, self.review.selected_rows()
        if len(rows):
            name = self.random.choice(["blurred", "dark"])
            act = self.random.choice([remarks.note, remarks.tag, remarks.untag])
            self.review.do(lambda: act(rows, name))

    def detect(self) -> None:
        record_detection(self.review.session)

    def reopen(self) -> None:
        self.window.close()
        QApplication.processEvents()
        self.window = self.open_window(self.project)

    def advance(self) -> None:
        self.review.auto_advance = not self.review.auto_advance

    def resize(self) -> None:
        self.window.resize(self.random.choice([900, 1300, 1900]), self.random.choice([600, 860]))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_pressed_the_window_shows_what_is_on_disk(
    open_window: OpenWindow, project: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(questions, "ask_bulk", lambda *_args, **_more: chance.random() < 0.6)
    walk = Walk(project, open_window, chance)
    for _ in range(STEPS):
        walk.step()
    assert walk.acts > 10
