"""A search for training settings and new images in the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.choices import RecipeChoice
from lnl_gui.gui.dialogs.predictions import PredictionsWindow
from lnl_gui.gui.dialogs.trials import TrialsWindow, best_of
from lnl_gui.gui.dialogs.tune import TuneDialog
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.shell.controllers import model_controller
from lnl_gui.gui.shell.controllers.model_controller import read_predictions
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.jobs import protocol
from lnl_gui.store.jobs.parameters import (
    FinetuneParameters,
    JobParameters,
    PredictParameters,
    TuneParameters,
)
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.training.training_size import TrainingSize
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, to_json

TRIALS = [
    {"number": 1, "validation_accuracy": 0.7, "learning_rate": 0.01, "epochs": 4},
    {"number": 2, "validation_accuracy": None, "learning_rate": 5.0, "epochs": 2},
    {"number": 3, "validation_accuracy": 0.8, "learning_rate": 0.02, "epochs": 6},
]


def record(window: MainWindow, parameters: JobParameters, result: RunResult) -> Job:
    """A job of the open project that is over, its run recorded."""
    assert window.project.review is not None
    runs = window.project.review.session.runs
    run = runs.start(parameters)
    runs.finish(run.id, "done", result)
    job = Job(1, run.kind, window.project.review.session.folder, run.id, run.parameters)
    job.state = JobState.DONE
    return job


def test_only_recipes_with_numbers_are_searched(qtbot: QtBot) -> None:
    recipes = [
        RecipeChoice("quick", "Quick", "", epochs=4, constants={"epochs": 4, "batch_size": 64}),
        RecipeChoice("linear_probe", "Linear", ""),
    ]
    dialog = TuneDialog(recipes)
    qtbot.addWidget(dialog)
    assert dialog.recipe.count() == 1
    dialog.trials.setValue(7)
    assert dialog.parameters() == TuneParameters(recipe="quick", trials=7)
    shown = {dialog.space._text(line, 0): dialog.space._text(line, 1) for line in range(2)}
    assert shown == {"batch_size": "32,64,128", "epochs": "4"}
    for line, text in ((0, "64"), (1, "2..8")):
        item = dialog.space.table.item(line, 1)
        assert item is not None
        item.setText(text)
    space = (("batch_size", "64"), ("epochs", "2..8"))
    assert dialog.parameters() == TuneParameters(recipe="quick", trials=7, space=space)
    item = dialog.space.table.item(1, 1)
    assert item is not None
    item.setText("few")
    with pytest.raises(UserError, match="epochs cannot be few"):
        dialog.parameters()


def test_a_recipe_that_needs_more_images_is_not_searched(qtbot: QtBot) -> None:
    numbers = {"epochs": 4}
    recipes = [
        RecipeChoice("large", "Large", "", epochs=4, least_samples=801, constants=numbers),
        RecipeChoice("small", "Small", "", epochs=4, least_samples=800, constants=numbers),
    ]
    # A fifth of the images is held out.
    for images, offered in ((1000, ["small"]), (1001, ["large", "small"]), (999, [])):
        dialog = TuneDialog(recipes, size=TrainingSize(drawn=(images, 0), part=images))
        qtbot.addWidget(dialog)
        model = dialog.recipe.model()
        flags = [model.flags(model.index(place, 0)) for place in range(2)]
        enabled = [bool(each & Qt.ItemFlag.ItemIsEnabled) for each in flags]
        assert [choice.name for choice, on in zip(recipes, enabled, strict=True) if on] == offered
        assert dialog.recipe.currentData() == (offered[0] if offered else None)
        said = any("Large: Below 801" in each.text() for each in dialog.findChildren(QLabel))
        assert said == ("large" not in offered)
        if not offered:
            with pytest.raises(UserError, match="No recipe was chosen"):
                dialog.parameters()


def test_the_best_trial_is_told_apart(qtbot: QtBot) -> None:
    window = TrialsWindow(None)  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.show_trials(TRIALS, over=False)
    assert window.said.text() == "Best so far: 80.0 %, 70.0 % with the numbers of the recipe"
    assert not window.train.isEnabled()
    model = window.table.model()
    assert best_of(TRIALS) == TRIALS[2]
    bold = [bool(model.index(row, 0).data(Qt.ItemDataRole.FontRole)) for row in range(3)]
    assert bold == [False, False, True]
    cells = [[model.index(row, column).data() for column in range(4)] for row in range(3)]
    assert cells[0] == ["1", "70.0 %", "0.01", "4"]
    assert cells[1][1] == "learnt nothing"
    with qtbot.waitSignal(window.train_requested) as caught:
        window.show_trials(TRIALS, over=True)
        window.train.click()
    assert caught.args == [TRIALS[2]]
    window.show_trials(TRIALS[1:2], over=True)
    assert window.said.text() == "No trial learnt anything." and not window.train.isEnabled()
    probe = {"number": 4, "validation_accuracy": 0.1, "kept_probe": True, "probe_accuracy": 0.9}
    window.show_trials([probe | {"epochs": 2}], over=False)
    assert best_of([probe]) is None
    assert window.said.text() == "No setting has beaten the linear probe so far."
    cells = [window.table.model().index(0, column).data() for column in range(3)]
    assert cells[1].startswith("kept the linear probe (90.0") and cells[2] == "2"
    nothing = {"validation_samples": 30, "nothing_beat_the_probe": True, "best": None}
    window.show_trials([probe], over=True, metrics=nothing)
    assert "nothing to recommend" in window.said.text() and not window.train.isEnabled()
    window.show_trials(TRIALS, over=True, metrics={"trials": TRIALS})
    assert "former version" in window.said.text() and window.train.isEnabled()


def test_trials_are_seen_as_they_come_and_the_best_is_trained_with(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = window.models
    models._show_window()
    job = Job(1, "tune", Path(), "", {})
    for trial in (*TRIALS, TRIALS[0]):
        window.workflow.controller.figure.emit(job, protocol.Event("trial", trial))
    assert models.window is not None
    assert sorted(each["number"] for each in models.window.model.rows) == [1, 2, 3]
    over = record(
        window, TuneParameters(recipe="co_teaching", seed=5), RunResult({}, {"trials": TRIALS})
    )
    window.workflow.ended.emit(over)
    assert models.window.train.isEnabled()
    started: list[FinetuneParameters] = []
    # A few of its steps are measured first, by the real worker: see `test_workflow`.
    monkeypatch.setattr(model_controller, "start_training", lambda _, asked: started.append(asked))
    models.window.train.click()
    assert started == [
        FinetuneParameters(
            recipe="co_teaching", seed=5, settings=(("learning_rate", "0.02"), ("epochs", "6"))
        )
    ]


def test_without_a_model_new_images_are_refused(window: MainWindow) -> None:
    window.action_table["predict"].trigger()
    assert window.notifications.texts() == ["There is no trained model yet."]
    window.action_table["trials"].trigger()
    window.action_table["predictions"].trigger()
    told = window.notifications.texts()
    assert "There are no trials yet." in told and "No new images were classified yet." in told


def test_new_images_are_classified_and_can_be_reviewed(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.project.review is not None
    folder = window.project.review.session.folder
    (folder / "models").mkdir(exist_ok=True)
    record(window, FinetuneParameters(), RunResult({"model": "models/one"}, {}))
    monkeypatch.setattr(questions, "ask_new_images", lambda _parent: tmp_path)
    started: list[JobParameters] = []
    monkeypatch.setattr(window.workflow, "start", started.append)
    window.action_table["predict"].trigger()
    assert started == [PredictParameters(source=str(tmp_path))]
    table = folder / "runs" / "predictions.csv"
    table.parent.mkdir(exist_ok=True)
    table.write_text("path,label,probability\n/new/a.png,cat,0.4000\n/new/b.png,dog,0.9900\n")
    job = record(
        window,
        PredictParameters(source=str(tmp_path)),
        RunResult(
            {"predictions": "runs/predictions.csv"},
            {
                "classified": 2,
                "uncertain": 1,
                "unreadable": 1,
                "warnings": [to_json(message("The model names a class that is gone."))],
            },
        ),
    )
    window.workflow.ended.emit(job)
    assert window.findChild(PredictionsWindow) is None, "nothing comes up over a review"
    assert window.banner.title.text() == "2 images classified; to look at: 1"
    assert window.banner.text.text().startswith("The model names a class that is gone.")
    window.banner.primary.click()
    shown = window.findChild(PredictionsWindow)
    assert shown is not None and shown.isVisible()
    assert shown.said.text().startswith("1 of 2 images need a look")
    assert any("not calibrated" in each.text() for each in shown.findChildren(QLabel))
    assert [shown.table.model().index(0, column).data() for column in range(3)] == [
        "a.png",
        "cat",
        "40 %",
    ]
    opened: list[str] = []
    monkeypatch.setattr(window.models, "_open_source", opened.append)
    shown.review.click()
    assert opened == [str(table)]
    assert [each.label for each in read_predictions(table)] == ["cat", "dog"]
