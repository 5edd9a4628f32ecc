"""The window on damaged projects, projects from elsewhere, and projects that vanish."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.project_faults import FaultsDialog
from lnl_gui.gui.shell.controllers import care_controller
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.session.changes import Changes
from lnl_gui.session.checking import ProjectFault
from lnl_gui.session.session import Session
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from tests.builders import make_project as make_plain_project
from tests.gui.conftest import OpenWindow


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed on Windows")
def test_verdicts_of_a_vanished_project_are_saved_elsewhere(
    window: MainWindow, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "saved.jsonl"
    monkeypatch.setattr(questions, "ask_journal_file", lambda *_: target)
    review = window.project.review
    assert review is not None
    review.verdict("exclude")
    shutil.rmtree(project)
    review.verdict("keep")
    [shown] = [m for m in window.notifications.messages() if "is gone" in m.text]
    save = next(b for b in shown.findChildren(QPushButton) if b.text() == "Save the verdicts…")
    save.click()
    assert target.read_text(encoding="utf-8").count("\n") == 3
    assert any("saved.jsonl" in text for text in window.notifications.texts())


def test_damage_is_told_of_and_mended(
    open_window: OpenWindow, project: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    [loss] = project.glob("runs/*/loss.npy")
    loss.write_bytes(loss.read_bytes()[:50])
    (project / "arrays" / ".x.npy.0123456789ab").write_bytes(b"half")
    shown: list[tuple[list[str], bool]] = []

    def show(_parent: object, found: list[ProjectFault], *, may_repair: bool) -> bool:
        shown.append(([str(fault.text) for fault in found], may_repair))
        return may_repair

    monkeypatch.setattr(care_controller, "show_faults", show)
    window = open_window(project)
    assert "loss.npy" in window.banner.title.full()
    (project / "arrays" / ".y.npy.0123456789ab").write_bytes(b"half")
    window.action_table["check"].trigger()
    qtbot.waitUntil(lambda: len(shown) == 2, timeout=20_000)
    assert [may for _, may in shown] == [True, False]
    assert any("loss.npy" in text for text in shown[0][0])
    assert any("half written" in text for text in shown[0][0])
    assert window.project.review is not None
    assert not list(project.glob("arrays/.y*"))


def test_a_project_that_cannot_be_opened_is_repaired_when_asked(
    open_window: OpenWindow, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = make_plain_project(tmp_path / "broken.lnl", count=600)
    with Session.open(broken, reviewer="ann") as session:
        session.exclude(np.arange(50))
    database = bytearray((broken / "project.db").read_bytes())
    database[4096 : 4096 * 3] = b"\xa5" * 8192
    (broken / "project.db").write_bytes(database)
    asked: list[str] = []
    monkeypatch.setattr(questions, "ask_repair", lambda _, said: bool(asked.append(said)) or False)
    window = open_window(project)
    window.projects.open_project(broken)
    assert len(asked) == 1 and "damaged" in asked[0]
    assert any("damaged" in text for text in window.notifications.texts())


def test_a_project_from_elsewhere_is_opened_only_when_asked(
    open_window: OpenWindow, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = make_plain_project(tmp_path / "theirs.lnl", count=12)
    monkeypatch.setenv("LNL_HOME", str(tmp_path / "elsewhere"))
    answers = [False, True]
    said: list[str] = []

    def answer(_parent: object, text: str) -> bool:
        said.append(text)
        return answers.pop(0)

    monkeypatch.setattr(questions, "ask_foreign", lambda *_: True)
    window = open_window(project)
    monkeypatch.setattr(questions, "ask_foreign", answer)
    window.projects.open_project(theirs)
    review = window.project.review
    assert review is not None and review.session.name == "animals"
    window.projects.open_project(theirs)
    assert window.project.review is not None
    assert window.project.review.session.name == "theirs"
    assert len(said) == 2 and "another machine" in said[0]


def test_the_list_of_faults_says_what_was_mended(qtbot: QtBot) -> None:
    faults = [ProjectFault(Message("one"), mended=True), ProjectFault(Message("two"))]
    dialog = FaultsDialog(faults, may_repair=False)
    qtbot.addWidget(dialog)
    assert [dialog.faults.item(row).text() for row in range(2)] == ["mended: one", "damaged: two"]
    assert not dialog.repair.isVisibleTo(dialog)


def test_labels_that_cannot_be_judged_look_like_none_that_are_right(
    open_window: OpenWindow, project: Path
) -> None:
    [summary] = project.glob("runs/*/summary.json")
    values = json.loads(summary.read_text(encoding="utf-8"))
    values |= {"samples": 30, "noise_rate": None, "warnings": ["Embed again."]}
    values |= {"noise_rate_interval": [0.0, 1.0]}
    summary.write_text(json.dumps(values), encoding="utf-8")
    window = open_window(project)
    assert window.banner.title.full() == "The labels cannot be judged"
    assert window.banner.text.full() == "Embed again."
    assert window.banner.primary.text() == "Find suspects with options…"


@pytest.mark.parametrize("saved", [Changes(labels=True), Changes(remarks=True), Changes()])
def test_what_was_not_saved_is_told_until_a_later_change_is(
    window: MainWindow, saved: Changes
) -> None:
    window.project.refused.emit(UserError(message("The disk is full."), code="disk_full"))
    assert window.notifications.texts() == ["The disk is full."]
    window.project.changed.emit(saved)
    stays = not (saved.labels or saved.remarks)
    assert window.notifications.texts() == ["The disk is full."] * stays
