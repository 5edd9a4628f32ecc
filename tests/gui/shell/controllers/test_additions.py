"""Reviewed images join the dataset from the window: asked first, done by the real worker."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lnl_gui.cli.jobs import import_dataset
from lnl_gui.gui.dialogs.extend import ExtendDialog
from lnl_gui.gui.open_dataset.project_place import default_project
from lnl_gui.gui.shell.controllers import addition_controller
from lnl_gui.session.session import Session
from lnl_gui.session.undo_addition import last_addition
from lnl_gui.store.dataset.samples import KEPT
from lnl_gui.store.jobs.parameters import ExtendParameters, ImportParameters, PredictParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import UserError
from tests.conftest import draw_image
from tests.gui.conftest import OpenWindow

WAIT = 60_000


@pytest.fixture
def project(class_folders: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "shapes.lnl"
    import_dataset(ImportParameters(str(class_folders), str(folder)), quiet=True)
    return folder


@pytest.fixture
def reviewed(project: Path) -> Path:
    """Two new images that a model of the project has classified, one of them decided on."""
    with Session.open(project) as session:
        run = session.runs.start(PredictParameters(source="new"))
        table = run.folder / "predictions.csv"
        lines = ["path,label,probability"]
        for number, label in enumerate(("circle", "square")):
            file = project.parent / "new" / f"{number}.png"
            file.parent.mkdir(exist_ok=True)
            draw_image(number, 9000 + number).save(file)
            lines.append(f"{file},{label},0.5")
        table.write_text("\n".join(lines))
        artifacts = {"predictions": table.relative_to(project).as_posix()}
        session.runs.finish(run.id, "done", RunResult(artifacts, {}))
    folder = default_project(table)
    # Beside the project and not in the folder of its run.
    assert folder == project.with_name("shapes-new.lnl")
    import_dataset(ImportParameters(str(table), str(folder)), quiet=True)
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.array([0]))
    return folder


def test_the_dialog_wants_a_project(qtbot: QtBot, tmp_path: Path, project: Path) -> None:
    dialog = ExtendDialog(("train", "test"), tmp_path)
    qtbot.addWidget(dialog)
    with pytest.raises(UserError):
        dialog.parameters()
    dialog.reviewed.set_text(str(project))
    dialog.part.setCurrentIndex(2)
    dialog.undecided.setChecked(True)
    wanted = ExtendParameters(str(project), "test", undecided=True, preview=True)
    assert dialog.parameters() == wanted


def test_from_their_own_project_reviewed_images_join_the_dataset(
    qtbot: QtBot,
    open_window: OpenWindow,
    project: Path,
    reviewed: Path,
    class_folders: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = sorted(class_folders.rglob("*.png"))
    window = open_window(reviewed)
    asked: list[str] = []

    def agree(_parent: object, title: str, text: str, action: str) -> bool:
        asked.append(f"{title} {text} {action}")
        return True

    guesses: list[Path | None] = []

    def choose(_parent: object, _parts: object, guess: Path | None) -> ExtendParameters:
        guesses.append(guess)
        return ExtendParameters(str(guess), preview=True)

    monkeypatch.setattr(addition_controller, "ask_yes", agree)
    monkeypatch.setattr(addition_controller, "ask_extend", choose)
    with qtbot.waitSignal(window.workflow.ended, timeout=WAIT):
        window.action_table["extend"].trigger()
    assert window.project.review is not None
    assert window.project.review.session.folder == project and guesses == [reviewed]
    assert window.banner.title.text() == "1 image can join the dataset"
    assert sorted(class_folders.rglob("*.png")) == before, "nothing is done before the yes"
    with qtbot.waitSignal(window.workflow.ended, timeout=WAIT):
        window.banner.primary.click()
    assert "By class: circle: 1." in asked[-1] and "not decided on: 1" in asked[-1]
    assert "Add 1 image" in asked[-1]
    new = class_folders / "circle" / "0.png"
    assert new.is_file() and len(sorted(class_folders.rglob("*.png"))) == len(before) + 1
    session = window.project.review.session
    row = session.columns.paths.index("circle/0.png")
    assert session.columns.status[row] == KEPT and session.history(row)[-1].reviewer == "ann"
    assert window.notifications.texts()[-1] == "1 new image is in the dataset"
    assert window.page is not None
    assert window.project.review.current_row == 0, "somebody goes on reviewing at once"
    # From the dataset's own project the same images are the first guess.
    with qtbot.waitSignal(window.workflow.ended, timeout=WAIT):
        window.additions._ask()
    assert guesses[-1] == reviewed
    undo = window.action_table["undo-extend"]
    assert undo.isEnabled()
    ended: list[str] = []
    window.workflow.ended.connect(lambda job: ended.append(job.kind))
    undo.trigger()
    qtbot.waitUntil(lambda: "update" in ended, timeout=WAIT)
    assert "Remove 1 image" in asked[-1] and "missing files" in asked[-1]
    assert sorted(class_folders.rglob("*.png")) == before, "the dataset is as it was"
    assert not class_folders.with_name(f"{class_folders.name}.undo").exists()
    assert "1 image taken out of the dataset again" in window.notifications.texts()
    session = window.project.review.session
    row = session.columns.paths.index("circle/0.png")
    assert session.columns.missing[row] and session.columns.status[row] == KEPT
    assert not undo.isEnabled() and "taken out again" in undo.toolTip()


def test_without_an_addition_the_undo_is_off_and_says_why(
    open_window: OpenWindow, project: Path
) -> None:
    window = open_window(project)
    undo = window.action_table["undo-extend"]
    assert not undo.isEnabled()
    assert undo.toolTip() == "No images have been added to this dataset."


def test_a_folder_elsewhere_is_never_used_to_undo(project: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "elsewhere" / "shapes.undo"
    foreign.mkdir(parents=True)
    with Session.open(project) as session:
        run = session.runs.start(ExtendParameters("x", preview=True))
        result = RunResult({}, {"undo": str(foreign), "copied": 1})
        session.runs.finish(run.id, "done", result)
        with pytest.raises(UserError, match="taken out again"):
            last_addition(session)
