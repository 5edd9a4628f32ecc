"""Refreshing the dataset and locating its folder in the real window, with the real worker."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.cli.verbs.info import collect_facts
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.attach import AttachDialog
from lnl_gui.gui.dialogs.question import QuestionDialog
from lnl_gui.gui.shell.banners import banner_controller
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.session.browsing.derived_columns import MISSING, OTHER_PICTURE, SOURCE_LABEL
from lnl_gui.session.changes import Changes
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import RELABELLED
from lnl_gui.store.jobs.parameters import (
    EmbedParameters,
    ExportParameters,
    ImportParameters,
)
from tests.conftest import draw_image
from tests.gui.conftest import OpenWindow

WAIT = 60_000


def press_last(window: MainWindow, text: str) -> None:
    buttons = window.notifications._shown[-1].findChildren(QPushButton)
    next(button for button in buttons if button.text() == text).click()


@pytest.fixture
def project(class_folders: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "shapes.lnl"
    import_dataset(ImportParameters(str(class_folders), str(folder)), quiet=True)
    return folder


def run_action(qtbot: QtBot, window: MainWindow, act: Callable[[], object]) -> None:
    with qtbot.waitSignal(window.workflow.ended, timeout=WAIT):
        act()


def session_of(window: MainWindow) -> Session:
    review = window.project.review
    assert review is not None
    return review.session


def told(window: MainWindow) -> list[str]:
    return [shown.text for shown in window.notifications._shown]


def test_refresh_takes_in_what_is_new_and_marks_what_is_missing(
    qtbot: QtBot, open_window: OpenWindow, project: Path, class_folders: Path
) -> None:
    window = open_window(project)
    session = session_of(window)
    first = session.columns.paths.index("square/square-00.png")
    session.keep(np.array([first]))
    draw_image(1, 999).save(class_folders / "circle" / "new.png")
    (class_folders / "stripes" / "stripes-03.png").unlink()
    run_action(qtbot, window, window.action_table["update"].trigger)
    session = session_of(window)
    assert len(session) == 37 and session.columns.status[first] == 1
    assert session.columns.missing.sum() == 1
    assert told(window)[-1] == "1 new, 0 moved, 1 missing, 0 changed"
    press_last(window, "Show missing")
    review = window.project.review
    assert review is not None and review.spec.issue == (MISSING,)
    assert [session.path_of(row) for row in review.order] == ["stripes/stripes-03.png"]
    assert window.banner._content.title == "Find suspects"  # what is marked is no alarm any more


def test_pictures_replaced_under_a_decision_are_named_and_moved_ones_keep_theirs(
    qtbot: QtBot,
    open_window: OpenWindow,
    project: Path,
    class_folders: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Session.open(project) as embedding:
        run_job(embedding, EmbedParameters(encoders=("bundled-fast",)), quiet=True)
    window = open_window(project)
    paths = session_of(window).columns.paths
    rows = [paths.index(f"circle/circle-0{number}.png") for number in (3, 5)]
    session_of(window).keep(np.array(rows))
    folder = class_folders / "circle"
    draw_image(1, 999).save(folder / "circle-03.png")
    for old, new in (("circle-05", "aside"), ("circle-06", "circle-05"), ("aside", "circle-06")):
        (folder / f"{old}.png").rename(folder / f"{new}.png")
    run_action(qtbot, window, window.action_table["update"].trigger)
    assert told(window)[-2] == "0 new, 2 moved, 0 missing, 1 changed"
    assert "decided on is another file now: circle/circle-03.png" in told(window)[-1]
    session = session_of(window)
    assert [session.path_of(row) for row in rows] == [
        "circle/circle-03.png",
        "circle/circle-06.png",
    ]
    # A decision belongs to the picture that it was made on.
    assert session.columns.status[rows].tolist() == [0, 1]
    # Nothing else is to be done first, nor is it said that all is well.
    title = "1 decision was made on another picture than the one there now"
    assert window.banner._content.title == title
    assert window.banner._content.buttons[1][0] == "Find suspects"
    qtbot.mouseClick(window.banner.primary, Qt.MouseButton.LeftButton)
    review = window.project.review
    assert review is not None and review.spec.issue == (OTHER_PICTURE,)
    assert review.order.tolist() == rows[:1]
    assert window.page is not None and window.page.grid.hasFocus()
    # Nor is the picture of before shown in its place.
    assert session.images.thumbnail_of(rows[0]) is None
    assert session.images.thumbnail_of(rows[1]) is not None
    monkeypatch.setattr(banner_controller, "ask_yes", lambda *_: True)
    assert window.banner._content.buttons[0][0] == "Let all stand…"
    qtbot.mouseClick(window.banner.primary, Qt.MouseButton.LeftButton)
    assert session.columns.status[rows].tolist() == [1, 1]
    assert window.banner._content.title == "Find suspects"
    session.undo()
    review.announce(Changes(labels=True, rows=np.array(rows)))
    assert session.columns.status[rows].tolist() == [0, 1]
    assert window.banner._content.title == title
    review.move_to(0)
    qtbot.keyClicks(window.page.grid, "q")
    assert window.banner._content.title == "Find suspects"


def test_an_export_refused_for_other_pictures_leads_to_what_helps(
    qtbot: QtBot, open_window: OpenWindow, project: Path, class_folders: Path
) -> None:
    with Session.open(project) as session:
        run_job(session, EmbedParameters(encoders=("bundled-fast",)), quiet=True)
        session.keep(np.array([list(session.columns.paths).index("circle/circle-03.png")]))
        draw_image(1, 999).save(class_folders / "circle" / "circle-03.png")
    window = open_window(project)
    destination = str(project.parent / "out")
    run_action(qtbot, window, lambda: window.workflow.export(ExportParameters(destination)))
    shown = window.banner._content
    assert "was decided on holds something else now" in shown.title
    assert shown.buttons[0][0] == "Refresh"
    assert "Refresh" in shown.text and "lnl-gui" not in shown.text
    run_action(qtbot, window, window.action_table["update"].trigger)
    run_action(qtbot, window, lambda: window.workflow.export(ExportParameters(destination)))
    (metrics,) = [run.metrics for run in session_of(window).runs.all() if run.kind == "export"][-1:]
    assert metrics["other_pictures"] == 1


def test_changed_labels_are_shown_and_taken_over_on_request(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "images").mkdir()
    rows = []
    for i in range(12):
        draw_image(i % 2, i).save(tmp_path / "images" / f"{i}.png")
        rows.append(f"images/{i}.png,{'ab'[i % 2]}")
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(["path,label", *rows]), encoding="utf-8")
    project = tmp_path / "p.lnl"
    import_dataset(ImportParameters(str(table), str(project)), quiet=True)
    window = open_window(project)
    session_of(window).exclude(np.array([1]))
    rows[:2] = ["images/0.png,b", "images/1.png,a"]
    table.write_text("\n".join(["path,label", *rows]), encoding="utf-8")
    run_action(qtbot, window, window.action_table["update"].trigger)
    assert told(window)[-2:] == [
        "1 label that was decided on is another in the dataset now: the decision stands.",
        "1 label changed in the dataset",
    ]
    # What is said for some seconds stands in the banner until it is settled.
    standing = "Take them over, or decide one by one. 1 label that was decided on is another"
    assert window.banner.title.full().startswith("1 label changed in the dataset; nobody")
    assert window.banner.text.full().startswith(standing)
    facts = collect_facts(session_of(window))
    assert (facts["labels_changed"], facts["labels_changed_decided"]) == (2, 1)
    press_last(window, "Show them")
    review = window.project.review
    assert review is not None and review.spec.issue == (SOURCE_LABEL,)
    asked: list[tuple[int, int]] = []

    def agree(_parent: object, undecided: int, decided: int) -> bool:
        asked.append((undecided, decided))
        return True

    monkeypatch.setattr(questions, "ask_take_labels", agree)
    assert window.banner.primary.text() == "Take them over…"
    window.banner.primary.click()
    assert "label changed" not in window.banner.title.full()
    columns = session_of(window).columns
    assert asked == [(1, 1)]
    assert (columns.current[0], columns.status[0]) == (1, RELABELLED)
    assert columns.status[1] == 3  # excluded it stays
    window.action_table["undo"].trigger()
    assert columns.current[0] == 0
    assert window.banner.title.full().startswith("1 label changed in the dataset; nobody")


def test_a_folder_that_is_gone_is_said_in_red_and_can_be_located(
    qtbot: QtBot,
    open_window: OpenWindow,
    project: Path,
    class_folders: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.move(class_folders, tmp_path / "away")
    window = open_window(project)
    assert window.banner.property("tone") == "danger"
    assert "not there" in window.banner._content.title
    answers = iter([tmp_path / "empty", tmp_path / "away"])
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(questions, "ask_image_folder", lambda *_: next(answers))
    run_action(qtbot, window, window.banner.primary.click)
    assert "None of the 36 images" in window.banner._content.title
    run_action(qtbot, window, window.action_table["locate"].trigger)
    session = session_of(window)
    assert session.dataset_root == tmp_path / "away" and session.images.absent_files.absent == 0
    assert told(window)[-1] == "36 images found, 0 missing"
    assert window.banner.property("tone") != "danger"


def test_an_export_with_missing_images_needs_a_yes(
    qtbot: QtBot,
    open_window: OpenWindow,
    project: Path,
    class_folders: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = open_window(project)
    (class_folders / "stripes" / "stripes-03.png").unlink()
    out = tmp_path / "out"
    run_action(qtbot, window, lambda: window.workflow.export(ExportParameters(str(out))))
    assert window.banner.property("tone") == "danger" and not out.exists()
    assert "1 of 36 images are missing" in window.banner._content.title
    answers = iter([False, True])
    monkeypatch.setattr(questions, "ask_without_missing", lambda *_: next(answers))
    window.banner.second.click()
    assert not window.workflow.busy
    run_action(qtbot, window, window.banner.second.click)
    assert (out / "manifest.json").is_file()
    assert window.banner.property("tone") == "warning"
    assert window.banner._content.title == "Exported in part: 1 image missing"


def test_most_of_a_dataset_gone_is_asked_about(
    qtbot: QtBot,
    open_window: OpenWindow,
    project: Path,
    class_folders: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = open_window(project)
    for name in ("stripes", "circle"):
        shutil.rmtree(class_folders / name)
    asked: list[str] = []

    def agree(_parent: object, said: str) -> bool:
        asked.append(said)
        return True

    monkeypatch.setattr(questions, "ask_few_found", agree)
    window.action_table["update"].trigger()
    qtbot.waitUntil(lambda: session_of(window).columns.missing.sum() > 0, timeout=WAIT)
    assert len(asked) == 1 and "no longer in" in asked[0]


def test_predictions_are_attached_from_the_menu(
    qtbot: QtBot,
    open_window: OpenWindow,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = open_window(project)
    columns = session_of(window).columns
    values = np.full((36, 3), 0.1)
    values[np.arange(36), columns.given] = 0.8
    np.save(tmp_path / "mine.npy", values)
    monkeypatch.setattr(AttachDialog, "exec", lambda _: QDialog.DialogCode.Accepted)
    opened: list[AttachDialog] = []
    begin = AttachDialog.__init__

    def filled(dialog: AttachDialog, *arguments: Any, **options: Any) -> None:
        begin(dialog, *arguments, **options)
        dialog._frame.accept_button.click()
        assert "Choose a file" in dialog.complaint.text()
        dialog.file.set_text(str(tmp_path / "mine.npy"))
        dialog.classes.setText("circle, square, stripes")
        opened.append(dialog)

    monkeypatch.setattr(AttachDialog, "__init__", filled)
    run_action(qtbot, window, window.action_table["attach"].trigger)
    assert len(opened) == 1
    assert "36 rows attached as attached:mine" in told(window)
    assert any("hide wrong labels" in text for text in told(window))
    assert session_of(window).runs.all()[-1].state == "done"


@pytest.mark.parametrize(
    ("button", "label", "asks_again"),
    [("Take the new labels", "b", False), ("Read it as before", "a", False), ("Cancel", "a", True)],
)
def test_a_reading_that_would_be_another_is_asked_about(
    qtbot: QtBot,
    open_window: OpenWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    button: str,
    label: str,
    *,
    asks_again: bool,
) -> None:
    data, project = tmp_path / "data", tmp_path / "p.lnl"
    rows = ["path,label"]
    for i in range(12):
        folder = "ab"[i % 2]
        (data / folder).mkdir(parents=True, exist_ok=True)
        draw_image(i % 2, i).save(data / folder / f"{i}.png")
        rows.append(f"{folder}/{i}.png,{'b' if i == 0 else folder}")
    import_dataset(ImportParameters(str(data), str(project)), quiet=True)
    (data / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    window = open_window(project)
    asked: list[str] = []

    def press(dialog: QuestionDialog) -> int:
        asked.append(dialog.text.text())
        found = {found.text().replace("&", ""): found for found in dialog.findChildren(QPushButton)}
        assert set(found) == {"Take the new labels", "Read it as before", "Cancel"}
        # Who presses Enter changes no label.
        assert [name for name in found if found[name].isDefault()] == ["Read it as before"]
        found[button].click()
        return dialog.result()

    monkeypatch.setattr(QuestionDialog, "exec", press)

    def settled() -> bool:
        return len(asked) > 0 and not window.workflow.busy

    window.action_table["update"].trigger()
    qtbot.waitUntil(settled, timeout=WAIT)
    assert len(asked) == 1 and "a/0.png" in asked[0] and "labels.csv" in asked[0]
    columns = session_of(window).columns
    found = columns.source_label[columns.paths.index("a/0.png")]
    assert (found == 1) == (label == "b")
    # The answer is remembered, and so is that there was none.
    window.action_table["update"].trigger()
    qtbot.waitUntil(settled, timeout=WAIT)
    qtbot.waitUntil(lambda: len(asked) == 1 + asks_again, timeout=WAIT)
