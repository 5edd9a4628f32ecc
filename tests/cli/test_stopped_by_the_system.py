"""A batch system, a stopped container or a closed terminal ends a command as Ctrl+C does."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.jobs import runs
from tests.builders import make_project

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

# The signal comes when the job first tells how far it is, and perhaps once more at the next.
STOPPED = """
import signal, sys
from lnl_gui.jobs import runner
from lnl_gui.library import jobs
from lnl_gui.util.messages import message

# Whatever started the tests, such as nohup.
signal.signal({number}, signal.SIG_IGN if {ignored} else signal.SIG_DFL)


def body(kind, parameters, context, *, project, run_id):
    for done in range(5):
        for _ in range({times}):
            signal.raise_signal({number})
        context.progress(message("x"), done, 5)
    return runner.RunResult({{}})


jobs.run_body = body
sys.argv = ["lnl-gui", "detect", {project!r}, "--json"]
from lnl_gui.__main__ import run
sys.exit(run())
"""


def stop(project: Path, number: int, *, times: int = 1, ignored: bool = False) -> tuple[int, str]:
    code = STOPPED.format(number=int(number), times=times, project=str(project), ignored=ignored)
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert "KeyboardInterrupt" not in ended.stderr
    return ended.returncode, ended.stdout


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize(("times", "state"), [(1, runs.CANCELLED), (2, runs.FAILED)])
def test_a_job_is_stopped_and_recorded(name: str, times: int, state: str, tmp_path: Path) -> None:
    project = make_project(tmp_path / "p.lnl")
    code, said = stop(project, getattr(signal, name), times=times)
    assert code == 130 and json.loads(said)["error"] == "stopped"
    with Session.open(project) as session:
        assert not session.read_only
        assert [run.state for run in session.runs.all()] == [state]


def test_what_nohup_ignores_stops_nothing(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p.lnl")
    stop(project, signal.SIGHUP, ignored=True)
    with Session.open(project) as session:
        assert [run.state for run in session.runs.all()] == [runs.DONE]
