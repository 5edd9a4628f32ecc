"""'Run jobs on' of the preferences: the window's worker has it done on another machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.preferences import Preferences, PreferencesDialog
from lnl_gui.gui.jobs.controller import JobController
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.settings.environment import apply_environment
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell.controllers.preferences import _settings
from lnl_gui.jobs.remote_host import HOST_VARIABLE
from lnl_gui.store.jobs.job_kinds import to_dict
from lnl_gui.store.jobs.parameters import EmbedParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.process.cores import PROCESSES_VARIABLE
from tests.jobs.other_machine import copy_there, needs_shell, small_project, stand_in

SECONDS = 60_000


@pytest.fixture
def controller(qtbot: QtBot) -> Iterator[JobController]:
    made = JobController()
    yield made
    made.shutdown()


def _embed(controller: JobController, project: Path) -> Job:
    return controller.submit("embed", project, "embed-1", to_dict(EmbedParameters()))


@needs_shell
def test_jobs_of_the_window_run_where_the_preferences_say(
    qtbot: QtBot, controller: JobController, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, project = stand_in(tmp_path, monkeypatch), small_project(tmp_path)
    monkeypatch.setenv(HOST_VARIABLE, "")
    monkeypatch.setenv(PROCESSES_VARIABLE, "")
    dialog = PreferencesDialog(Preferences())
    qtbot.addWidget(dialog)
    assert not dialog.test_host.isEnabled()
    dialog.host.setText("gpu ")
    dialog.all_gpus.setChecked(True)
    assert dialog.test_host.isEnabled()
    chosen = _settings(Settings(), dialog.parameters())
    assert apply_environment(chosen, Settings())
    assert (os.environ[HOST_VARIABLE], os.environ[PROCESSES_VARIABLE]) == ("gpu", "gpus")

    job = _embed(controller, project)
    qtbot.waitUntil(lambda: job.is_over, timeout=SECONDS)
    assert job.state is JobState.DONE, job.error
    assert (project / "arrays" / "embedding-x.npy").read_bytes() == b"made"
    assert job.result is not None
    assert job.result.metrics["variables"] == {HOST_VARIABLE: "", PROCESSES_VARIABLE: "gpus"}

    monkeypatch.setenv("FAKE_WORKER", "waits")
    controller.renew_worker()
    stopped = _embed(controller, project)
    qtbot.waitUntil(lambda: str(stopped.stage) == "thinking", timeout=SECONDS)
    controller.cancel(stopped)
    qtbot.waitUntil(lambda: stopped.is_over, timeout=SECONDS)
    assert stopped.state is JobState.CANCELLED
    assert (copy_there(home) / "told").read_text() == "cancel"


def test_what_is_no_host_is_refused_by_the_preferences(qtbot: QtBot) -> None:
    dialog = PreferencesDialog(Preferences())
    qtbot.addWidget(dialog)
    dialog.host.setText("-oProxyCommand=x")
    with pytest.raises(UserError, match="no name of a host"):
        dialog.parameters()
    # Nor is it tried.
    dialog.test_host.click()
    assert "no name of a host" in dialog.complaint.text()
