"""A model that is older than the verdicts is called so in the steps, the banner and its tab."""

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from lnl_gui.__main__ import main
from lnl_gui.gui.dialogs.choices import ReviewState
from lnl_gui.gui.dialogs.export import ExportDialog
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.session.changes import Changes
from lnl_gui.store import run_inputs
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import ExportParameters, FinetuneParameters
from lnl_gui.store.jobs.runs import RunResult
from tests.gui.review.test_review_keys import parts

FIGURES = {"after": {"accuracy": 0.9, "samples": 10}, "holdout_samples": 10}


@pytest.fixture
def trained(window: MainWindow) -> MainWindow:
    """All suspects decided, and a model of that."""
    _, review = parts(window)
    review.decide_rows("accept", review.order)
    session, parameters = review.session, FinetuneParameters()
    run = session.runs.start(parameters)
    result = RunResult({}, FIGURES, run_inputs.inputs_of(session.project, parameters))
    runs.write_result(run.folder, result)
    review.announce(session.runs.finish(run.id, "done", result))
    return window


def said(window: MainWindow) -> str:
    return window.top_bar.steps.accessibleName()


def test_verdicts_after_a_training(trained: MainWindow) -> None:
    _, review = parts(trained)
    assert trained.page is not None
    age = trained.page.details.training.age
    assert "out of date" not in said(trained) and age.isHidden()
    assert trained.banner.title.full() == "Export"
    review.decide_rows("exclude", review.order[:1])
    assert "Fine-tune: out of date" in said(trained) and not age.isHidden()
    assert trained.banner.title.full() == "The trained model is out of date"
    assert trained.banner.primary.text() == "Fine-tune again"
    review.undo()
    assert "out of date" not in said(trained) and age.isHidden()
    assert trained.banner.title.full() == "Export"


def test_the_command_line_names_what_the_banner_says(
    trained: MainWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    _, review = parts(trained)

    def named() -> str:
        assert main(["info", str(review.session.folder), "--json"]) == 0
        return str(json.loads(capsys.readouterr().out)["next_step"])

    assert named() == trained.banner.title.full() == "Export"
    review.decide_rows("exclude", review.order[:1])
    assert named() == trained.banner.title.full() == "The trained model is out of date"
    for file in map(review.session.images.file_of, range(len(review.session))):
        file.unlink()
    review.session.images.look_for_files_again()
    review.announce(Changes())
    title = trained.banner.title.full()
    assert named() == title and title.startswith("The images are not there: ")


def test_a_training_that_verdicts_have_overtaken_is_not_offered_for_the_export(
    trained: MainWindow,
) -> None:
    _, review = parts(trained)
    run = review.session.runs.latest("finetune")
    assert run is not None
    job = Job(1, "finetune", review.session.folder, run.id, {}, state=JobState.DONE)
    trained.workflow.ended.emit(job)
    assert "The model is saved." in trained.banner.text.full()
    assert trained.banner.primary.text() == "Export…"
    review.decide_rows("exclude", review.order[:1])
    trained.workflow.ended.emit(job)
    assert trained.banner.text.full().startswith("Out of date already")
    assert trained.banner.property("tone") == "warning"
    buttons = (trained.banner.primary.text(), trained.banner.second.text())
    assert buttons == ("Go on reviewing", "Fine-tune again")


def test_a_training_ticks_no_review(window: MainWindow) -> None:
    _, review = parts(window)
    review.verdict("keep")
    run = review.session.runs.start(FinetuneParameters())
    review.announce(review.session.runs.finish(run.id, "done", RunResult({}, FIGURES)))
    assert "Step 4 of 6: Review" in said(window)
    assert "Review: 19 suspects left" in said(window)


def test_an_export_in_part_is_no_green_end(trained: MainWindow) -> None:
    _, review = parts(trained)
    run = review.session.runs.start(ExportParameters(destination="curated"))
    result = RunResult({}, {"exported": 38, "missing": 2, "partial": True})
    review.announce(review.session.runs.finish(run.id, "done", result))
    assert "Export: in part" in said(trained) and "finished" not in said(trained)
    assert trained.banner.title.full() == "The export is not up to date"
    assert trained.banner.property("tone") == "warning"
    review.announce(Changes())
    again = review.session.runs.start(ExportParameters(destination="all"))
    review.announce(review.session.runs.finish(again.id, "done", RunResult({}, {"exported": 40})))
    assert "finished" in said(trained) and trained.banner.title.full() == "Done"


def test_the_export_dialog_says_so(qtbot: object, tmp_path: Path) -> None:
    for outdated in (False, True):
        state = ReviewState(40, has_model=True, model_outdated=outdated)
        dialog = ExportDialog(state, destination=str(tmp_path / "out"), dataset=tmp_path)
        words = [each.text() for each in dialog.findChildren(QLabel)]
        assert any("out of date" in text for text in words) == outdated
        dialog.deleteLater()
