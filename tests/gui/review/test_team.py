"""Notes, tags, packs and reviews that come back, in the real window."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.question import ChoiceDialog
from lnl_gui.gui.dialogs.remarks import RemarkChoice, RemarkDialog
from lnl_gui.gui.dialogs.send_pack import SendDialog
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.pipeline.output import pack as packing
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import ASKED
from lnl_gui.store.jobs.parameters import PackParameters
from lnl_gui.util.errors import UserError
from tests.builders import make_drawn_project
from tests.gui.conftest import OpenWindow
from tests.gui.review.test_review_keys import CONTROL
from tests.session.test_session import Quiet


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_drawn_project(tmp_path)


@pytest.fixture
def window(open_window: OpenWindow, folder: Path) -> MainWindow:
    return open_window(folder)


def test_a_key_leaves_notes_tags_and_second_labels(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, review = window.page, window.project.review
    assert page is not None and review is not None
    row = review.current_row
    assert row is not None
    answers = [
        RemarkChoice("Blurred.", ("night", "zoo"), ("bird",)),
        RemarkChoice("Blurred.", ("zoo",), ()),
    ]
    seen = []

    def answer(_parent: object, before: RemarkChoice, **_known: object) -> RemarkChoice:
        seen.append(before)
        return answers[len(seen) - 1]

    monkeypatch.setattr("lnl_gui.gui.review.team_controller.ask_remarks", answer)
    page.focus_grid()
    qtbot.keyClick(page.grid, Qt.Key.Key_T)
    said = review.session.remarks
    assert said.tags_of(row) == ["night", "zoo"] and said.also_of(row) == (2,)
    assert page.filters.more.combos["tag"].count() == 3
    qtbot.keyClick(page.grid, Qt.Key.Key_T)
    assert seen == [RemarkChoice("", (), ()), answers[0]]
    assert said.tags_of(row) == ["zoo"] and said.also_of(row) == ()
    assert len(said.notes_of(row)) == 1 and review.counts().reviewed == 0
    # Each dialog is one step of undo.
    qtbot.keyClick(page.grid, Qt.Key.Key_Z, CONTROL)
    assert said.tags_of(row) == ["night", "zoo"] and said.also_of(row) == (2,)
    qtbot.keyClick(page.grid, Qt.Key.Key_Z, CONTROL)
    assert not said.all.any
    qtbot.keyClick(page.grid, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert said.tags_of(row) == ["night", "zoo"] and len(said.notes_of(row)) == 1
    qtbot.keyClick(page.grid, Qt.Key.Key_C)
    assert review.session.columns.status[row] == ASKED


def test_the_dialogs_read_what_is_typed(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = RemarkDialog(
        RemarkChoice("", ("a",), ()), known_tags=["a"], classes=["cat"], samples=3
    )
    qtbot.addWidget(dialog)
    dialog.tags.setText("a, b ,, a")
    dialog.note.setPlainText(" n ")
    assert dialog.parameters() == RemarkChoice("n", ("a", "b"), ())
    send = SendDialog((4, 2, 1), tmp_path / "x.lnlpack")
    qtbot.addWidget(send)
    send.most.setValue(2)
    assert send.parameters() == PackParameters(str(tmp_path / "x.lnlpack"), (4, 2))
    for place in ("x.zip", "nowhere/x.lnlpack"):
        send.place.set_text(str(tmp_path / place))
        with pytest.raises(UserError):
            send.parameters()


def test_a_pack_opens_in_the_window_and_its_review_is_taken_in(
    window: MainWindow, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out.lnlpack"
    packing.run(
        PackParameters(str(file), (0, 3)), Quiet(), project_folder=folder, run_folder=tmp_path
    )
    window.projects.open_source(str(file))
    review = window.project.review
    assert review is not None and review.session.folder == tmp_path / "out.lnl"
    assert len(review.order) == 2
    review.verdict("accept")
    back = tmp_path / "back.jsonl"
    monkeypatch.setattr(questions, "ask_journal_file", lambda *_: back)
    window.action_table["send-back"].trigger()
    assert back.is_file()
    window.projects.open_project(folder, ask=False)
    monkeypatch.setattr(questions, "ask_review_file", lambda *_: back)
    window.action_table["take-in"].trigger()
    review = window.project.review
    assert review is not None and review.counts().reviewed == 1
    (tmp_path / "bad.lnlpack").write_text("hello")
    window.projects.open_source(str(tmp_path / "bad.lnlpack"))
    assert review is window.project.review


@pytest.mark.parametrize(("answer", "reviewed"), [(None, 0), ("leave", 0), ("take", 1)])
def test_a_review_of_other_pictures_asks(
    window: MainWindow,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: str | None,
    reviewed: int,
) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "other.lnl"))
    for place, letter in ((folder, b"A"), (other, b"B")):
        with Session.open(place, reviewer="bob") as session:
            facts = np.zeros(len(session), [("content_hash", "S32")])
            facts["content_hash"] = [letter + str(row).encode() for row in range(len(session))]
            np.save(place / "arrays" / "facts.npy", facts)
            if place == other:
                session.exclude(np.array([0]))
                session.team.write_journal(tmp_path / "back.jsonl")
    window.projects.open_project(folder, ask=False)
    monkeypatch.setattr(questions, "ask_review_file", lambda *_: tmp_path / "back.jsonl")
    asked: list[str] = []
    monkeypatch.setattr(
        questions, "ask_other_pictures", lambda _, said: asked.append(said) or answer
    )
    window.action_table["take-in"].trigger()
    review = window.project.review
    assert review is not None and review.counts().reviewed == reviewed
    assert len(asked) == 1 and "other pictures" in asked[0]


@pytest.mark.parametrize(("button", "chosen"), [("accept_button", True), ("other_button", False)])
def test_a_choice_says_which_button_was_pressed(qtbot: QtBot, button: str, chosen: bool) -> None:
    dialog = ChoiceDialog("Which?", "One of two.", "This", "That")
    qtbot.addWidget(dialog)
    getattr(dialog, button).click()
    assert dialog.result() == ChoiceDialog.DialogCode.Accepted
    assert dialog.parameters() is chosen
