"""The workflow in the window: jobs follow each other, are recorded, fail and are taken up again.

The worker is a script that leaves in the run's folder what the real jobs leave.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.jobs.job import JobState
from lnl_gui.gui.open_dataset.dialog import OpenChoice
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell.controllers import project_controller, training_start
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.shell.program.bug_reports import BugReports
from lnl_gui.gui.style.theme import Theme
from lnl_gui.jobs.launch import worker_command
from lnl_gui.session.acts.verdicts import KEEP
from lnl_gui.session.figures.stages import ProjectStage
from lnl_gui.store.jobs.job_kinds import from_dict
from lnl_gui.store.jobs.parameters import (
    DetectParameters,
    EmbedParameters,
    ExportParameters,
    FinetuneParameters,
    ImportParameters,
)
from tests.conftest import draw_image
from tests.gui.conftest import OpenWindow
from tests.gui.events import drop
from tests.gui.projects import make_project

COUNT = 12
WORKER = """
import json, pathlib, sys, time
import numpy as np
say = lambda **m: print(json.dumps(m), flush=True)
say(type='ready', pid=1, version='test')
wait = pathlib.Path(sys.argv[1])
for line in sys.stdin:
    job = json.loads(line)
    if job['type'] != 'start':
        if job['type'] == 'cancel':
            continue
        break
    folder = pathlib.Path(job['project']) / 'runs' / job['run_id']
    say(type='progress', stage={'template': job['kind']}, done=3, total=12, rate=1.5, eta_s=6.0)
    while (wait / job['kind']).exists():
        time.sleep(0.01)
    if (wait / 'fail').exists():
        (wait / 'fail').unlink()
        say(type='error', code='disk_full', message={'template': 'The disk is full.'},
            hint={'template': 'Free some space.'},
            retryable=True)
        continue
    if job['kind'] == 'embed':
        (folder / 'unreadable.json').write_text(json.dumps({'11': 'is empty'}))
    if job['kind'] == 'detect':
        n = 12
        flagged = np.isin(np.arange(n), (8, 9, 10))
        for name, values in dict(suspicion=np.linspace(0, 1, n, dtype='f4'),
                                 suggested=np.full(n, 1, 'i4'), flagged=flagged,
                                 loss=np.ones(n, 'f4')).items():
            np.save(folder / f'{name}.npy', values)
        (folder / 'summary.json').write_text(json.dumps(dict(warnings=[dict(
            template='{n} have no embedding.', fields=[['n', 2]], plural='')])))
    metrics = {}
    if job['kind'] == 'first_look':
        looked = np.isin(np.arange(12), (1, 2, 5, 6))
        for name, values in dict(suspicion=np.where(looked, 0.9, np.nan).astype('f4'),
                                 suggested=np.where(looked, 1, -1).astype('i4'),
                                 flagged=np.isin(np.arange(12), (2, 5)),
                                 loss=np.ones(12, 'f4')).items():
            np.save(folder / f'{name}.npy', values)
        (folder / 'summary.json').write_text('{}')
        metrics = dict(looked_at=4, of=12, flagged=2, noise_rate=0.25,
                       noise_rate_interval=[0.1, 0.4])
        if (wait / 'no look').exists():
            say(type='error', code='too_many_classes', message={'template': 'Too many.'},
                hint={'template': ''}, retryable=False)
            continue
    if job['kind'] == 'finetune':
        for epoch in range(2):
            say(type='event', name='epoch', values=dict(series='curated', loss=1.0 / (epoch + 1),
                training_accuracy=0.5, holdout_accuracy=0.6))
        metrics = dict(after=dict(accuracy=0.75, samples=40), before=dict(accuracy=0.5, samples=40),
                       holdout_samples=40,
                       epochs=[], warnings=['Few samples.', dict(
                           template='{n} were left out.', fields=[['n', 3]], plural='')])
    if job['kind'] == 'forecast':
        metrics = json.loads((wait / 'pace').read_text())
    if job['kind'] == 'export':
        metrics = dict(exported=11)
    say(type='result', artifacts={}, metrics=metrics)
    say(type='done')
"""
SECONDS = 40_000


@pytest.fixture
def hold(tmp_path: Path) -> Path:
    """While a file named after a job's kind lies here, that job goes on."""
    folder = tmp_path / "hold"
    folder.mkdir()
    return folder


@pytest.fixture
def fresh(open_window: OpenWindow, tmp_path: Path, hold: Path) -> MainWindow:
    """A window on a project that has only been imported."""
    window = open_window(make_project(tmp_path / "fresh.lnl", COUNT, detected=False))
    window.controller._worker._command = (sys.executable, ["-c", WORKER, str(hold)])
    return window


def wait_idle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.controller.busy, timeout=SECONDS)


def shown(window: MainWindow) -> str:
    return " ".join(window.notifications.texts())


def test_one_button_embeds_detects_and_shows_the_suspects(
    qtbot: QtBot, fresh: MainWindow, hold: Path
) -> None:
    assert fresh.project.review is not None
    session = fresh.project.review.session
    assert (fresh.banner.title.full(), fresh.banner.primary.text()) == ("Find suspects",) * 2
    assert len(fresh.project.review.order) == COUNT  # everything can be looked at before
    (hold / "embed").touch()
    qtbot.mouseClick(fresh.banner.primary, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "25 %" in fresh.banner.title.full(), timeout=SECONDS)
    assert fresh.banner.text.full() == "3 of 12  ·  1.5 a second  ·  6 s left"
    assert fresh.banner.stop.isVisible() and not fresh.banner.primary.isVisible()
    (hold / "embed").unlink()
    wait_idle(qtbot, fresh)
    assert [run.kind for run in session.runs.all()] == ["embed", "detect"]
    assert session.stage() is ProjectStage.DETECTED
    assert session.counts().unreadable == 1
    assert fresh.project.review.order.tolist() == [10, 9, 8]  # flagged, readable, worst first
    assert fresh.banner.primary.text() == "Start review"
    assert fresh.notifications.texts()[-2:] == ["3 suspects found", "2 have no embedding."]


PROVISIONAL = (
    "Provisional, from 4 of 12 images: about 25 % of the labels are wrong (95 % interval 10 % to"
    " 40 %), 2 suspects so far."
)


def test_embedding_and_detection_run_on_the_device_that_was_chosen(
    qtbot: QtBot, fresh: MainWindow
) -> None:
    review = fresh.project.review
    assert review is not None
    settings = fresh.settings
    settings.update(replace(settings.value, preferences=(("device", "cpu"),)))
    fresh.commands.find_suspects()
    wait_idle(qtbot, fresh)
    runs = review.session.runs.all()
    assert [(run.kind, run.parameters["device"]) for run in runs] == [
        ("embed", "cpu"),
        ("detect", "cpu"),
    ]


def test_a_first_look_gives_suspects_while_the_whole_is_embedded(
    qtbot: QtBot, fresh: MainWindow, hold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = fresh.project.review
    assert review is not None
    monkeypatch.setattr("lnl_gui.session.session.FIRST_LOOK_FROM", COUNT)
    (hold / "embed").touch()
    fresh.commands.find_suspects()
    qtbot.waitUntil(lambda: "25 %" in fresh.banner.title.full(), timeout=SECONDS)
    qtbot.waitUntil(lambda: "Embed" in fresh.banner.title.full(), timeout=SECONDS)
    assert fresh.banner.text.full().startswith(PROVISIONAL)
    assert review.order.tolist() == [2, 5]
    assert review.session.stage() is ProjectStage.IMPORTED
    review.verdict(KEEP)
    seen, order = review.current_row, review.order.tolist()
    (hold / "embed").unlink()
    wait_idle(qtbot, fresh)
    assert [run.kind for run in review.session.runs.all()] == ["first_look", "embed", "detect"]
    # What is looked at stays where it is, and the verdict is kept.
    assert (review.current_row, review.order.tolist()) == (seen, order)
    assert review.session.counts().reviewed == 1
    assert review.session.columns.flagged.nonzero()[0].tolist() == [8, 9, 10]
    assert not review.session.statistics.provisional
    assert not review.session.wants_first_look
    assert PROVISIONAL not in fresh.banner.text.full()


def test_who_only_looks_at_the_first_suspects_keeps_them_too(
    qtbot: QtBot, fresh: MainWindow, hold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = fresh.project.review
    assert review is not None
    monkeypatch.setattr("lnl_gui.session.session.FIRST_LOOK_FROM", COUNT)
    fresh.commands.find_suspects()
    wait_idle(qtbot, fresh)
    assert review.order.tolist() == [2, 5]
    assert fresh.notifications.texts()[-2:] == ["3 suspects found", "2 have no embedding."]


def test_a_first_look_that_fails_stops_nothing(
    qtbot: QtBot, fresh: MainWindow, hold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = fresh.project.review
    assert review is not None
    monkeypatch.setattr("lnl_gui.session.session.FIRST_LOOK_FROM", COUNT)
    (hold / "no look").touch()
    fresh.commands.find_suspects()
    wait_idle(qtbot, fresh)
    assert [(run.kind, run.state) for run in review.session.runs.all()] == [
        ("first_look", "failed"),
        ("embed", "done"),
        ("detect", "done"),
    ]
    assert review.order.tolist() == [10, 9, 8]


def test_cancel_keeps_the_run_and_goes_on(qtbot: QtBot, fresh: MainWindow, hold: Path) -> None:
    assert fresh.project.review is not None
    fresh.controller._worker._grace = (50, 50)
    (hold / "embed").touch()
    fresh.commands.find_suspects()
    qtbot.waitUntil(lambda: "25 %" in fresh.banner.title.full(), timeout=SECONDS)
    qtbot.mouseClick(fresh.banner.stop, Qt.MouseButton.LeftButton)
    wait_idle(qtbot, fresh)
    assert [(run.kind, run.state) for run in fresh.project.review.session.runs.all()] == [
        ("embed", "cancelled")
    ]
    assert fresh.banner.title.full() == "Embed was stopped"
    (hold / "embed").unlink()
    qtbot.mouseClick(fresh.banner.primary, Qt.MouseButton.LeftButton)  # "Go on"
    wait_idle(qtbot, fresh)
    assert [(run.kind, run.state) for run in fresh.project.review.session.runs.all()] == [
        ("embed", "done"),  # the same run, taken up again
        ("detect", "done"),
    ]


def test_a_failure_says_what_to_do_and_can_be_tried_again(
    qtbot: QtBot, fresh: MainWindow, hold: Path
) -> None:
    assert fresh.project.review is not None
    (hold / "fail").touch()
    fresh.commands.find_suspects()
    wait_idle(qtbot, fresh)
    assert fresh.banner.title.full() == "The disk is full."
    assert fresh.banner.text.full() == "Free some space."
    assert fresh.banner.property("tone") == "danger"
    assert fresh.project.review.session.runs.all()[0].state == "failed"
    qtbot.mouseClick(fresh.banner.primary, Qt.MouseButton.LeftButton)
    wait_idle(qtbot, fresh)
    assert fresh.project.review.session.stage() is ProjectStage.DETECTED


def test_what_is_tried_again_goes_on_as_it_was_asked_for(
    qtbot: QtBot, fresh: MainWindow, hold: Path
) -> None:
    assert fresh.project.review is not None
    (hold / "fail").touch()
    asked = DetectParameters(seed=7, emphasis=0.5)
    fresh.workflow.start(EmbedParameters(), then=asked)
    wait_idle(qtbot, fresh)
    qtbot.mouseClick(fresh.banner.primary, Qt.MouseButton.LeftButton)
    wait_idle(qtbot, fresh)
    embed, detect = fresh.project.review.session.runs.all()
    assert (embed.state, detect.state) == ("done", "done")
    assert from_dict(DetectParameters, detect.parameters) == asked
    fresh.workflow.start(EmbedParameters(encoders=("timm:other",)), then=asked)
    wait_idle(qtbot, fresh)
    fresh.workflow.retry()  # the detection was the last: embedding again is not called for
    wait_idle(qtbot, fresh)
    assert [run.kind for run in fresh.project.review.session.runs.all()][2:] == [
        "embed",
        "detect",
        "detect",
    ]


def test_a_training_leaves_the_sample_to_who_goes_on_reviewing(
    qtbot: QtBot, fresh: MainWindow
) -> None:
    page, review = fresh.page, fresh.project.review
    assert page is not None and review is not None
    fresh.commands.find_suspects()
    wait_idle(qtbot, fresh)
    page.focus_grid()
    assert review.undecided_shown()
    fresh.commands.finetune()
    wait_idle(qtbot, fresh)
    assert page.details.currentWidget() is page.details.inspector
    # Its curves are there all the same.
    assert "Few samples." in page.details.training.notes.text()
    while review.undecided_shown():
        review.verdict(KEEP)
    fresh.commands.finetune()
    wait_idle(qtbot, fresh)
    assert page.details.currentWidget() is page.details.training


def test_finetune_and_export_report_their_results(
    qtbot: QtBot, fresh: MainWindow, tmp_path: Path
) -> None:
    assert fresh.page is not None and fresh.project.review is not None
    fresh.commands.find_suspects()
    wait_idle(qtbot, fresh)
    fresh.project.review.verdict(KEEP)
    fresh.page.filters.text.setFocus()
    fresh.commands.finetune()
    wait_idle(qtbot, fresh)
    assert "75.0 %, by their labels, which are not corrected" in fresh.banner.title.full()
    assert fresh.page.details.currentWidget() is fresh.page.details.training
    notes = fresh.page.details.training.notes.text()
    assert "Few samples." in notes and "3 were left out." in notes
    fresh.workflow.export(ExportParameters(destination=str(tmp_path / "out")))
    wait_idle(qtbot, fresh)
    assert fresh.banner.title.full() == "Exported 11 images"
    qtbot.mouseClick(fresh.banner.second, Qt.MouseButton.LeftButton)
    assert "2 suspects not reviewed" in fresh.banner.title.full()


def test_epochs_draw_curves_while_training(qtbot: QtBot, fresh: MainWindow, hold: Path) -> None:
    assert fresh.page is not None
    seen = []
    fresh.controller.figure.connect(lambda job, event: seen.append(event.values["loss"]))
    fresh.commands.finetune()
    wait_idle(qtbot, fresh)
    assert seen == [1.0, 0.5]


@pytest.mark.parametrize(
    ("seconds", "yes", "asked", "trained"),
    [(7200.0, False, 1, 0), (7200.0, True, 1, 1), (600.0, False, 0, 1), (None, False, 0, 1)],
)
def test_a_training_of_hours_is_asked_about_first(
    qtbot: QtBot,
    fresh: MainWindow,
    hold: Path,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float | None,
    yes: bool,
    asked: int,
    trained: int,
) -> None:
    assert fresh.project.review is not None
    (hold / "pace").write_text(json.dumps({"seconds": seconds}))
    said: list[str] = []
    settled: list[object] = []
    monkeypatch.setattr(
        questions, "ask_long_training", lambda _parent, words: (said.append(words), yes)[1]
    )
    real = training_start._settled
    monkeypatch.setattr(
        training_start, "_settled", lambda *given: (settled.append(given), real(*given))[1]
    )
    training_start.start_training(fresh.models._context, FinetuneParameters())
    wait_idle(qtbot, fresh)
    if seconds is not None:
        qtbot.waitUntil(lambda: bool(settled), timeout=SECONDS)
        assert ("2.0 hours" in said[0]) if asked else ("about 10 minutes" in shown(fresh))
    runs = fresh.project.review.session.runs
    if trained:
        qtbot.waitUntil(lambda: bool(runs.all()), timeout=SECONDS)
        wait_idle(qtbot, fresh)
    assert len(said) == asked
    assert [run.kind for run in runs.all()] == ["finetune"] * trained


def test_another_project_does_not_get_the_result(
    qtbot: QtBot, fresh: MainWindow, hold: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(questions, "ask_stop_job", lambda *args: asked.append(args) or True)
    fresh.controller._worker._grace = (50, 50)
    (hold / "embed").touch()
    fresh.commands.find_suspects()
    qtbot.waitUntil(lambda: "25 %" in fresh.banner.title.full(), timeout=SECONDS)
    fresh.projects.open_project(project)
    assert len(asked) == 1
    wait_idle(qtbot, fresh)
    assert fresh.project.review is not None
    assert [run.kind for run in fresh.project.review.session.runs.all()] == ["embed", "detect"]
    assert all(run.state == "done" for run in fresh.project.review.session.runs.all())
    assert fresh.controller.jobs[0].state is JobState.CANCELLED


def test_the_real_worker_imports_a_dropped_folder(
    qtbot: QtBot, theme: Theme, class_folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = MainWindow(theme, Settings())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    project = tmp_path / "dropped.lnl"

    def answer(previews: object, parent: object, source: str, known: object) -> OpenChoice:
        return OpenChoice(ImportParameters(source=source, project=str(project)), True)

    found: list[object] = []
    monkeypatch.setattr(window.workflow, "find_suspects", found.append)

    monkeypatch.setattr(project_controller, "ask_open_dataset", answer)
    drop(window, class_folders)
    qtbot.waitUntil(lambda: window.project.review is not None, timeout=SECONDS)
    qtbot.waitUntil(lambda: len(found) == 1, timeout=SECONDS)
    assert window.project.review is not None
    assert len(window.project.review.session) == 36
    assert window.settings.value.recent == (str(project),)
    window.close()


def test_a_second_job_is_refused_in_words(qtbot: QtBot, fresh: MainWindow, hold: Path) -> None:
    (hold / "embed").touch()
    fresh.commands.find_suspects()
    fresh.commands.finetune()
    assert fresh.notifications.texts() == ["Another job is at work."]
    assert len(fresh.controller.jobs) == 1
    (hold / "embed").unlink()
    wait_idle(qtbot, fresh)


def test_an_import_stops_the_running_job_first_if_one_agrees(
    qtbot: QtBot,
    fresh: MainWindow,
    hold: Path,
    tmp_path: Path,
    class_folders: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fresh.controller._worker._grace = (50, 50)
    (hold / "embed").touch()
    fresh.commands.find_suspects()
    qtbot.waitUntil(lambda: "25 %" in fresh.banner.title.full(), timeout=SECONDS)
    target = tmp_path / "new.lnl"
    parameters = ImportParameters(source=str(class_folders), project=str(target))
    monkeypatch.setattr(questions, "ask_stop_job", lambda *args: False)
    fresh.projects.import_dataset(parameters)
    assert len(fresh.controller.jobs) == 1
    monkeypatch.setattr(questions, "ask_stop_job", lambda *args: True)
    fresh.controller._worker._command = worker_command()
    fresh.projects.import_dataset(parameters)
    qtbot.waitUntil(
        lambda: fresh.project.review is not None and fresh.project.review.session.folder == target,
        timeout=SECONDS,
    )
    assert fresh.controller.jobs[0].state is JobState.CANCELLED


@pytest.mark.parametrize("agreed", [False, True])
def test_a_doubtful_dataset_opens_only_when_the_person_says_so(
    qtbot: QtBot, fresh: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agreed: bool
) -> None:
    for place in ("a/cat", "a/dog", "b/cat", "b/dog"):
        (tmp_path / "set" / place).mkdir(parents=True)
        draw_image(0, 1).save(tmp_path / "set" / place / "1.png")
    fresh.controller._worker._command = worker_command()
    asked: list[str] = []

    def answer(parent: object, doubt: str) -> bool:
        asked.append(doubt)
        return agreed

    monkeypatch.setattr(questions, "ask_doubtful", answer)
    target = tmp_path / "new.lnl"
    fresh.projects.import_dataset(ImportParameters(str(tmp_path / "set"), str(target)))
    qtbot.waitUntil(lambda: bool(asked), timeout=SECONDS)
    wait_idle(qtbot, fresh)
    assert len(asked) == 1 and "The same folder names" in asked[0]
    assert target.exists() == agreed


def test_a_folder_that_is_no_project_is_told(
    qtbot: QtBot, fresh: MainWindow, tmp_path: Path
) -> None:
    fresh.projects.open_project(tmp_path / "nothing")
    assert len(fresh.notifications.texts()) == 1
    assert fresh.project.review is not None  # what was open stays open


def test_an_exception_in_a_slot_is_reported_and_the_window_stays(
    qtbot: QtBot, fresh: MainWindow
) -> None:
    reports = BugReports(fresh, fresh.notifications)
    reports.show_bug("ValueError: oops", "a report")
    assert fresh.notifications.texts() == ["An error in LNL itself"]
