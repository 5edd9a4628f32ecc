"""The noise test in the window: the dialog, the job, the table."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.noise_test import NoiseTestDialog
from lnl_gui.gui.dialogs.noise_test_result import NOISES, NoiseTestResult, summary
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.review import noise_test_controller
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.widgets.rows_model import RowsModel
from lnl_gui.store.jobs.benchmark_names import GIVEN, KINDS
from lnl_gui.store.jobs.parameters import NoiseTestParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import UserError
from tests.gui.conftest import OpenWindow
from tests.gui.projects import make_project


def figures(noise: str, detector: str, recall: float | None) -> dict[str, object]:
    return {
        "noise": noise,
        "rate": 0.0 if noise == "given" else 0.2,
        "method": f"detect:{detector}",
        "seeds": 1,
        "precision": None if recall is None else 0.9,
        "recall": recall,
        "f1": recall,
        "average_precision": recall,
        "suggestion_accuracy": None,
        "seconds": 1.0,
    }


METRICS = {
    "note": "Judged on 200 samples a person decided on.",
    "means": [
        figures("symmetric_exclusive", "consensus", 0.95),
        figures("symmetric_exclusive", "near", 0.5),
        figures("asymmetric", "consensus", 0.7),
    ],
}


def test_the_dialog_gives_the_parameters(qtbot: QtBot) -> None:
    dialog = NoiseTestDialog(120)
    qtbot.addWidget(dialog)
    assert dialog.parameters() == NoiseTestParameters()
    dialog.rate.setValue(35)
    assert "35 %" in dialog.rate_hint.text()
    for kind in ("asymmetric", "instance_xia"):
        dialog.kinds[kind].setChecked(False)
    dialog.part.setCurrentIndex(1)
    dialog.seeds.setValue(3)
    wanted = NoiseTestParameters(noises=("symmetric_exclusive:0.35",), part="confirmed", seeds=3)
    assert dialog.parameters() == wanted
    dialog.kinds["symmetric_exclusive"].setChecked(False)
    with pytest.raises(UserError, match="No kind"):
        dialog.parameters()


def test_the_result_says_it_in_a_sentence_and_a_table(qtbot: QtBot) -> None:
    dialog = NoiseTestResult(METRICS, titles={"near": "Neighbours"})
    qtbot.addWidget(dialog)
    assert dialog.sentence.text().startswith("70 to 95 of 100 wrong labels are flagged")
    assert "; 90 of 100 flagged labels really are wrong" in dialog.sentence.text()
    model = dialog.table.model()
    assert isinstance(model, RowsModel)
    lines = [line.split("\t") for line in model.as_text().splitlines()]
    assert lines[0][:4] == ["Wrong labels", "Detector", "Precision", "Recall"]
    assert lines[2][:4] == [
        "Symmetric, of the other classes 20 %",
        "Neighbours",
        "90.0 %",
        "50.0 %",
    ]
    assert lines[1][-1] == "–"


def test_every_kind_of_noise_has_a_title() -> None:
    assert set(NOISES) == {*KINDS, GIVEN}


def test_a_result_without_the_consensus_has_words() -> None:
    assert summary([]) and summary([figures("given", "consensus", None)])


def test_the_job_is_started_and_its_figures_shown(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = window.controller.jobs

    def submit(kind: str, project: Path, run_id: str, parameters: dict[str, object]) -> Job:
        jobs.append(Job(len(jobs) + 1, kind, project, run_id, dict(parameters)))
        return jobs[-1]

    monkeypatch.setattr(window.controller, "submit", submit)
    monkeypatch.setattr(
        noise_test_controller, "ask_noise_test", lambda *_: NoiseTestParameters(seeds=2)
    )
    window.action_table["trust"].trigger()
    assert jobs[0].kind == "noise_test" and jobs[0].parameters["seeds"] == 2
    assert jobs[0].title == "Noise test"
    jobs[0].state, jobs[0].result = JobState.DONE, RunResult({}, METRICS)
    window.controller.finished.emit(jobs[0])

    def results() -> list[NoiseTestResult]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, NoiseTestResult)]

    # It waits until it is asked for: somebody may be reviewing.
    assert results() == []
    [said] = window.notifications.messages()
    assert "90 of 100 flagged labels really are wrong" in said.accessibleName()
    [show] = said.findChildren(QPushButton)
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    shown = results()
    assert len(shown) == 1 and shown[0].isVisible() and not shown[0].isModal()
    assert shown[0].table.model().rowCount() == 3
    shown[0].close()


def test_nothing_to_test_before_the_images_are_looked_at(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    fresh = open_window(make_project(tmp_path / "fresh.lnl", 8, detected=False))
    fresh.action_table["trust"].trigger()
    assert "The images have not been looked at yet." in fresh.notifications.texts()
    assert fresh.controller.jobs == []
