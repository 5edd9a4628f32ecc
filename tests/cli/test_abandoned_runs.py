"""`lnl-gui info` tells a run whose process was killed from one that is at work."""

import json
from pathlib import Path

import pytest

from lnl_gui.cli.exit_codes import DONE
from lnl_gui.cli.main import run_verb
from lnl_gui.session.session import Session
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import EmbedParameters
from lnl_gui.util.files.atomic import write_json
from tests.builders import make_project


def told(capsys: pytest.CaptureFixture[str], project: Path) -> tuple[str, str]:
    """The state of the newest run, and what people read of it."""
    capsys.readouterr()
    assert run_verb(["info", str(project)]) == DONE
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("run "))
    assert run_verb(["info", str(project), "--json"]) == DONE
    return json.loads(capsys.readouterr().out)["runs"][-1]["state"], line.split(": ")[-1]


@pytest.mark.parametrize(
    ("with_result", "state", "said"),
    [(False, runs.INTERRUPTED, "Interrupted"), (True, runs.DONE, "Done")],
)
def test_a_run_is_at_work_only_while_somebody_writes(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    with_result: bool,
    state: str,
    said: str,
) -> None:
    project = make_project(tmp_path / "pets.lnl", count=12)
    with Session.open(project) as session:
        run = session.runs.start(EmbedParameters())
        assert told(capsys, project) == (runs.RUNNING, "Running")
        if with_result:
            write_json(run.folder / runs.RESULT, {"artifacts": {}, "metrics": {}, "inputs": {}})
    assert told(capsys, project) == (state, said)
    # Nothing was written: who opens it next settles it.
    with Session.open(project, read_only=True) as session:
        assert session.runs.all()[-1].state == runs.RUNNING
