"""What the worker offers reaches the dialogs; background requests disturb no job and no list."""

import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.choices import (
    AUTOMATIC,
    DetectorChoice,
    DeviceChoice,
    EncoderChoice,
    RecipeChoice,
)
from lnl_gui.gui.jobs.catalogue import Catalogue, CatalogueController
from lnl_gui.gui.jobs.controller import JobController
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.shell.controllers import job_questions
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.learn.recipes.registry import list_recipes
from lnl_gui.store.jobs.parameters import DetectParameters, EmbedParameters
from lnl_gui.util.errors import UserError

SECONDS = 60_000
SLOW_REQUEST = """
import json, sys, time
say = lambda **m: print(json.dumps(m), flush=True)
say(type='ready', pid=1, version='test')
order = []
for line in sys.stdin:
    job = json.loads(line)
    if job['type'] != 'start': break
    order.append(job['kind'])
    time.sleep(0.3 if job['kind'] == 'catalogue' else 0)
    say(type='log', text={'template': 'working'})
    say(type='result', artifacts={}, metrics={'order': order})
    say(type='done')
"""
DIES = "import sys; sys.exit(3)"
FOUND = Catalogue(
    (EncoderChoice("bundled", "Bundled", ""), EncoderChoice("dinov2-s", "DINOv2", "", "timm")),
    (DetectorChoice("a", "A", ""), DetectorChoice("b", "B", "", default=False)),
    (RecipeChoice("quick", "Quick", ""),),
    (AUTOMATIC, DeviceChoice("cpu", "Processor")),
)


def test_the_real_worker_says_what_there_is_and_no_list_shows_it(qtbot: QtBot) -> None:
    controller = JobController()
    catalogue = CatalogueController(controller)
    shown: list[Job] = []
    controller.changed.connect(shown.append)
    try:
        taken: list[Catalogue] = []
        catalogue.when_ready(taken.append)
        assert not controller.busy
        qtbot.waitUntil(lambda: bool(taken), timeout=SECONDS)
        names = [recipe.name for recipe in list_recipes()]
        assert [recipe.name for recipe in taken[0].recipes] == names
        lora = next(recipe for recipe in taken[0].recipes if recipe.name == "lora")
        assert "vision transformer" in lora.unfit["bundled"] and "dinov2-s" not in lora.unfit
        assert taken[0].devices[0] == AUTOMATIC and taken[0].devices[-1].name == "cpu"
        assert {choice.name for choice in taken[0].encoders} > {"bundled", "dinov2-s"}
        assert shown == [] and controller.jobs == []
        catalogue.when_ready(taken.append)
        assert taken[1] is taken[0]
    finally:
        controller.shutdown()


def test_a_job_waits_for_a_background_request_and_takes_its_own_answer(qtbot: QtBot) -> None:
    controller = JobController(command=(sys.executable, ["-c", SLOW_REQUEST]))
    answers: list[Job] = []
    controller.answered.connect(answers.append)
    try:
        controller.ask("catalogue")
        qtbot.waitUntil(lambda: controller._requests[0].state is JobState.RUNNING, timeout=SECONDS)
        job = controller.submit("embed", Path("p"), "1", {})
        assert controller.current is job and job.state is JobState.STARTING
        qtbot.waitUntil(lambda: job.is_over, timeout=SECONDS)
        assert job.state is JobState.DONE and job.result is not None
        assert job.result.metrics == {"order": ["catalogue", "embed"]}
        assert answers[0].result is not None
        assert answers[0].result.metrics == {"order": ["catalogue"]}
        assert controller.jobs == [job]
    finally:
        controller.shutdown()


def test_cancelling_a_waiting_job_leaves_the_background_request_to_a_new_worker(
    qtbot: QtBot,
) -> None:
    controller = JobController(command=(sys.executable, ["-c", SLOW_REQUEST]))
    answers: list[Job] = []
    controller.answered.connect(answers.append)
    try:
        controller.ask("catalogue")
        qtbot.waitUntil(lambda: controller._requests[0].state is JobState.RUNNING, timeout=SECONDS)
        job = controller.submit("embed", Path("p"), "1", {})
        controller.cancel(job)
        assert job.state is JobState.CANCELLED
        qtbot.waitUntil(lambda: bool(answers), timeout=SECONDS)
        assert answers[0].state is JobState.DONE
    finally:
        controller.shutdown()


def test_a_worker_that_dies_at_once_is_told_and_can_be_asked_again(qtbot: QtBot) -> None:
    controller = JobController(command=(sys.executable, ["-c", DIES]))
    catalogue = CatalogueController(controller)
    refusals: list[UserError] = []
    catalogue.refused.connect(refusals.append)
    try:
        for count in (1, 2):
            catalogue.when_ready(lambda found: None)
            qtbot.waitUntil(lambda count=count: len(refusals) == count, timeout=SECONDS)
        assert "exit code 3" in str(refusals[0].message)
    finally:
        controller.shutdown()


def test_new_preferences_need_a_new_worker(qtbot: QtBot) -> None:
    controller = JobController(command=(sys.executable, ["-c", SLOW_REQUEST]))
    try:
        first = controller.submit("embed", Path("p"), "1", {})
        qtbot.waitUntil(lambda: first.is_over, timeout=SECONDS)
        controller.renew_worker()
        assert controller.worker_pid == 0
        second = controller.submit("detect", Path("p"), "2", {})
        qtbot.waitUntil(lambda: second.is_over, timeout=SECONDS)
        assert second.result is not None and second.result.metrics == {"order": ["detect"]}
    finally:
        controller.shutdown()


def test_find_suspects_with_options_embeds_what_is_missing(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        window.workflow, "start", lambda spec, then=None: started.append((spec, then))
    )
    asked: dict[str, object] = {}

    def ask_embed(parent: object, encoders: object, devices: object, **rest: object) -> object:
        asked.update(encoders=encoders, devices=devices, **rest)
        return EmbedParameters(encoders=("dinov2-s",), device="cpu")

    monkeypatch.setattr(job_questions, "ask_embed", ask_embed)
    monkeypatch.setattr(
        job_questions, "ask_detect", lambda *_args, **_rest: DetectParameters(detectors=("b",))
    )
    window.catalogue.found = FOUND
    window.action_table["find-suspects-options"].trigger()
    assert asked["encoders"] == FOUND.encoders and asked["devices"] == FOUND.devices
    assert asked["chosen"] == ("bundled",)
    spec, then = started[0]
    assert spec == EmbedParameters(encoders=("dinov2-s",), device="cpu")
    assert then == DetectParameters(detectors=("b",), encoders=("dinov2-s",), device="cpu")
