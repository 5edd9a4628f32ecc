"""Jobs in the real worker process, and in small scripts that behave badly on purpose."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QProcess
from pytestqt.qtbot import QtBot

from lnl_gui.gui.jobs import worker_process
from lnl_gui.gui.jobs.controller import JobController
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.store.jobs.job_kinds import to_dict
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import is_project

SECONDS = 40_000
READY = "import sys, json, time\nsay = lambda **m: print(json.dumps(m), flush=True)\n"
READY += "say(type='ready', pid=1, version='test')\n"
IGNORES_CANCEL = READY + (
    "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "sys.stdin.readline()\nsay(type='progress', stage={'template': 's'}, done=1, total=9, rate=1.0,"
    " eta_s=8.0)\n"
    "time.sleep(600)\n"
)
WITH_CHILD = READY + (
    "import subprocess\nsys.stdin.readline()\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "say(type='log', text={'template': str(child.pid)})\ntime.sleep(600)\n"
)
LEAVES_ONCE = READY + (
    "import pathlib\nmark = pathlib.Path(sys.argv[1])\nline = sys.stdin.readline()\n"
    "if not mark.exists():\n    mark.touch()\n    sys.exit(0)\n"
    "say(type='result', artifacts={}, metrics={'n': 3})\nsay(type='done')\nsys.stdin.readline()\n"
)
NOISY = READY + (
    "for line in sys.stdin:\n    job = json.loads(line)\n    if job['type'] != 'start': break\n"
    "    print('not a message', flush=True)\n    print('on stderr', file=sys.stderr, flush=True)\n"
    "    say(type='event', name='epoch', values={'loss': 0.5})\n"
    "    say(type='result', artifacts={'a': 'b'}, metrics={'kind': job['kind']})\n"
    "    say(type='done')\n"
)


IN_PIECES = READY + (
    "sys.stdin.readline()\nerrors = sys.stderr.buffer\n"
    "for piece in 'Gr\u00fc\u00dfe, 1\\nthe rest'.encode():\n"
    "    errors.write(bytes([piece])); errors.flush(); time.sleep(0.02)\n"
    "sys.exit(3)\n"
)

QUITS = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from lnl_gui.gui.inspector import reveal
from lnl_gui.gui.jobs.controller import JobController

sleeper = (sys.executable, ["-c", "import time; time.sleep(600)"])
application = QGuiApplication([])
controller = JobController(command=sleeper)
controller.submit("demo", Path(), "", {})
reveal.reveal_command = lambda file, platform: [sleeper[0], *sleeper[1]]
reveal.reveal(Path())
QTimer.singleShot(0, application.quit)
application.exec()
"""

Scripted = Callable[..., JobController]


def script(source: str, *arguments: str) -> tuple[str, list[str]]:
    return sys.executable, ["-c", source, *arguments]


@pytest.fixture
def controller(qtbot: QtBot) -> Iterator[JobController]:
    made = JobController(grace=(150, 150))
    yield made
    made.shutdown()


@pytest.fixture
def scripted(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    """Controllers whose worker is a script; each is shut down at the end."""
    # Scripts that do not end by themselves are ended soon.
    monkeypatch.setattr(worker_process, "SHUTDOWN_MILLISECONDS", 200)
    made: list[JobController] = []

    def make(source: str, *arguments: str) -> JobController:
        made.append(JobController(command=script(source, *arguments), grace=(150, 150)))
        return made[-1]

    yield make
    for each in made:
        each.shutdown()


def wait_over(qtbot: QtBot, job: Job) -> None:
    qtbot.waitUntil(lambda: job.is_over, timeout=SECONDS)


def import_job(controller: JobController, source: Path, project: Path) -> Job:
    parameters = ImportParameters(source=str(source), project=str(project))
    return controller.submit("import", project, "", to_dict(parameters))


def test_the_real_worker_imports_and_stays(
    qtbot: QtBot, controller: JobController, class_folders: Path, tmp_path: Path
) -> None:
    first = import_job(controller, class_folders, tmp_path / "one.lnl")
    second = import_job(controller, class_folders, tmp_path / "two.lnl")
    assert second.state is JobState.WAITING
    wait_over(qtbot, first)
    pid = controller.worker_pid
    wait_over(qtbot, second)
    assert (first.state, second.state) == (JobState.DONE, JobState.DONE)
    assert first.result is not None and first.result.metrics["samples"] == 36
    assert is_project(tmp_path / "one.lnl") and is_project(tmp_path / "two.lnl")
    assert controller.worker_pid == pid and psutil.pid_exists(pid)


def test_an_error_says_what_to_do_and_the_worker_lives(
    qtbot: QtBot, controller: JobController, class_folders: Path, tmp_path: Path
) -> None:
    gone = import_job(controller, tmp_path / "nowhere", tmp_path / "a.lnl")
    wait_over(qtbot, gone)
    assert gone.state is JobState.FAILED
    assert gone.error is not None and "nowhere" in str(gone.error.message)
    after = import_job(controller, class_folders, tmp_path / "b.lnl")
    wait_over(qtbot, after)
    assert after.state is JobState.DONE


def test_a_killed_worker_fails_the_job_and_the_next_gets_a_new_one(
    qtbot: QtBot, scripted: Scripted, tmp_path: Path
) -> None:
    controller = scripted(IGNORES_CANCEL)
    job = controller.submit("embed", tmp_path, "run", {})
    qtbot.waitUntil(lambda: job.done == 1, timeout=SECONDS)
    pid = controller.worker_pid
    psutil.Process(pid).kill()
    wait_over(qtbot, job)
    assert job.state is JobState.FAILED
    assert job.error is not None and job.error.code == "worker_died" and job.error.retryable
    again = controller.submit("embed", tmp_path, "run", {})
    qtbot.waitUntil(lambda: again.done == 1, timeout=SECONDS)
    assert controller.worker_pid not in (0, pid)
    controller.shutdown()


def test_the_real_worker_killed_while_idle_is_replaced(
    qtbot: QtBot, controller: JobController, class_folders: Path, tmp_path: Path
) -> None:
    wait_over(qtbot, import_job(controller, class_folders, tmp_path / "one.lnl"))
    psutil.Process(controller.worker_pid).kill()
    qtbot.waitUntil(lambda: controller.worker_pid == 0, timeout=SECONDS)
    job = import_job(controller, class_folders, tmp_path / "two.lnl")
    wait_over(qtbot, job)
    assert job.state is JobState.DONE


@pytest.mark.skipif(sys.platform == "win32", reason="a Windows process cannot ignore terminate")
def test_a_job_that_ignores_cancel_is_ended_with_force(
    qtbot: QtBot, scripted: Scripted, tmp_path: Path
) -> None:
    controller = scripted(IGNORES_CANCEL)
    job = controller.submit("embed", tmp_path, "run", {})
    qtbot.waitUntil(lambda: job.done == 1, timeout=SECONDS)
    pid = controller.worker_pid
    controller.cancel(job)
    assert job.state is JobState.CANCELLING
    wait_over(qtbot, job)
    assert job.state is JobState.CANCELLED
    qtbot.waitUntil(lambda: not psutil.pid_exists(pid), timeout=SECONDS)


def test_force_takes_the_children_along(qtbot: QtBot, scripted: Scripted, tmp_path: Path) -> None:
    controller = scripted(WITH_CHILD)
    job = controller.submit("embed", tmp_path, "run", {})
    qtbot.waitUntil(lambda: bool(job.log), timeout=SECONDS)
    child = int(job.log[0])
    controller.shutdown()
    assert job.state is JobState.CANCELLED
    qtbot.waitUntil(lambda: _is_gone(child), timeout=SECONDS)


def _is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_worker_that_had_just_left_is_started_again_for_the_job(
    qtbot: QtBot, scripted: Scripted, tmp_path: Path
) -> None:
    controller = scripted(LEAVES_ONCE, str(tmp_path / "mark"))
    job = controller.submit("detect", tmp_path, "run", {})
    wait_over(qtbot, job)
    assert job.state is JobState.DONE
    assert job.result is not None and job.result.metrics == {"n": 3}
    controller.shutdown()


def test_a_worker_that_leaves_every_time_is_given_up(
    qtbot: QtBot, scripted: Scripted, tmp_path: Path
) -> None:
    controller = scripted(READY + "sys.stdin.readline()\n")
    job = controller.submit("detect", tmp_path, "run", {})
    wait_over(qtbot, job)
    assert job.state is JobState.FAILED


def test_prints_and_figures(qtbot: QtBot, scripted: Scripted, tmp_path: Path) -> None:
    controller = scripted(NOISY)
    figures = []
    controller.figure.connect(lambda job, event: figures.append((job.number, event.values)))
    job = controller.submit("finetune", tmp_path, "run", {})
    wait_over(qtbot, job)
    assert job.result is not None and job.result.metrics == {"kind": "finetune"}
    assert figures == [(job.number, {"loss": 0.5})]
    qtbot.waitUntil(lambda: any("on stderr" in line for line in job.log), timeout=SECONDS)
    assert any("not a message" in line for line in job.log)


def test_a_line_that_comes_in_pieces_is_one_line_of_the_log(
    qtbot: QtBot, scripted: Scripted, tmp_path: Path
) -> None:
    job = scripted(IN_PIECES).submit("embed", tmp_path, "run", {})
    wait_over(qtbot, job)
    assert list(job.log) == ["Grüße, 1", "the rest"]
    assert job.error is not None and job.error.details == "Grüße, 1\nthe rest"


def test_a_waiting_job_is_cancelled_without_the_worker(
    qtbot: QtBot, scripted: Scripted, tmp_path: Path
) -> None:
    controller = scripted(IGNORES_CANCEL)
    running = controller.submit("embed", tmp_path, "one", {})
    waiting = controller.submit("detect", tmp_path, "two", {})
    controller.cancel(waiting)
    assert waiting.state is JobState.CANCELLED and not running.is_over
    controller.shutdown()
    assert running.state is JobState.CANCELLED


def test_an_executable_that_is_not_there(qtbot: QtBot, scripted: Scripted, tmp_path: Path) -> None:
    controller = JobController(command=(str(tmp_path / "no-such-program"), []))
    job = controller.submit("embed", tmp_path, "run", {})
    wait_over(qtbot, job)
    assert job.state is JobState.FAILED
    assert job.error is not None and job.error.code == "worker_start"


def test_a_worker_given_up_a_moment_ago_is_gone_when_the_window_is(
    scripted: Scripted, tmp_path: Path
) -> None:
    controller = scripted("import time\ntime.sleep(600)\n")
    job = controller.submit("demo", tmp_path, "", {})
    pid = controller.worker_pid
    controller.cancel(job)
    assert job.state is JobState.CANCELLED and controller.worker_pid == 0
    controller.shutdown()
    assert not psutil.pid_exists(pid)


def test_a_closed_controller_starts_nothing(scripted: Scripted, tmp_path: Path) -> None:
    controller = scripted("import time\ntime.sleep(600)\n")
    first = controller.submit("demo", tmp_path, "", {})
    controller.close()
    # Such as a timer's request between the window's last event and its end.
    controller.ask("catalogue")
    late = controller.submit("demo", tmp_path, "", {}, body=lambda _context: RunResult())
    controller.renew_worker()
    assert first.state is JobState.CANCELLED and late.state is JobState.WAITING
    assert controller.worker_pid == 0
    states = {process.state() for process in controller.findChildren(QProcess)}
    assert states == {QProcess.ProcessState.NotRunning}


def test_a_program_that_quits_with_its_window_open_ends_its_processes() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", QUITS], capture_output=True, text=True, timeout=120
    )
    # Qt would say "QProcess: Destroyed while process is still running".
    assert (ended.returncode, ended.stderr) == (0, "")
