"""An update that is killed leaves the project as it was, and is made whole or not at all."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.session.session import Session
from lnl_gui.store import runs
from lnl_gui.store.parameters import ImportParameters, UpdateParameters
from lnl_gui.store.project import open_project
from tests.conftest import draw_image

_KILLED = """
import os, sys
from importlib import import_module
from pathlib import Path

where, name, project = sys.argv[1:]
module = import_module(where)
wrapped = getattr(module, name)

def kill(*arguments, **options):
    wrapped(*arguments, **options)
    os._exit(9)  # nothing is rolled back, flushed or closed, as with a kill

setattr(module, name, kill)
from lnl_gui.cli.jobs import run_job
from lnl_gui.session.session import Session
from lnl_gui.store.parameters import UpdateParameters
with Session.open(Path(project)) as session:
    run_job(session, UpdateParameters(), quiet=True)
"""
_MAKING = "lnl_gui.store.dataset_changes"


@pytest.fixture
def project(class_folders: Path, tmp_path: Path) -> Path:
    """A project whose dataset has since got a class, lost an image and moved another."""
    folder = tmp_path / "shapes.lnl"
    import_dataset(ImportParameters(str(class_folders), str(folder)), quiet=True)
    with Session.open(folder, reviewer="ann") as session:
        session.exclude(np.array([3, 4]))
    (class_folders / "hexagon").mkdir()
    for i in range(3):
        draw_image(1, 900 + i).save(class_folders / "hexagon" / f"{i}.png")
    (class_folders / "stripes" / "stripes-03.png").unlink()
    return folder


def everything(project: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that the database says of the dataset and of what was decided."""
    with open_project(project, read_only=True) as opened:
        tables = ("sample", "class", "split", "skipped", "current", "op", "op_change", "meta")
        return {
            table: opened.connection.execute(f"SELECT * FROM {table}").fetchall()
            for table in tables
        }


def killed(project: Path, module: str, function: str) -> None:
    command = [sys.executable, "-c", _KILLED, module, function, str(project)]
    assert subprocess.run(command, check=False, timeout=300).returncode == 9


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("lnl_gui.pipeline.datasets.update", "read_listing"),
        ("lnl_gui.pipeline.datasets.update", "write_changes"),
        (_MAKING, "_write_names"),
        (_MAKING, "_write_samples"),
        (_MAKING, "replace_source_state"),
        (_MAKING, "insert_operation"),
    ],
    ids=lambda value: value.rpartition(".")[2],
)
def test_a_killed_update_leaves_everything_as_it_was(
    project: Path, module: str, function: str
) -> None:
    before = everything(project)
    killed(project, module, function)
    assert everything(project) == before
    with Session.open(project) as session:
        # Found and recorded as finished, it is made now; else it is begun again.
        found = len(session) == 39
        assert found == (module == _MAKING)
        if not found:
            assert session.runs.all()[-1].state == runs.INTERRUPTED
            run_job(session, UpdateParameters(), quiet=True)
    with Session.open(project) as session:
        assert len(session) == 39 and session.columns.missing.sum() == 1
        assert [entry.name for entry in session.classes][-1] == "hexagon"
        assert (session.columns.status[[3, 4]] == 3).all()
        assert [run.state for run in session.runs.all() if run.kind == "update"][-1] == runs.DONE


def test_an_update_killed_when_it_was_made_is_not_made_twice(project: Path) -> None:
    killed(project, "lnl_gui.store.finish_run", "apply_changes")
    with Session.open(project) as session:
        assert len(session) == 39
        kinds = [row[0] for row in session.project.connection.execute("SELECT kind FROM op")]
        assert kinds.count("update") == 1
        assert session.runs.all()[-1].state == runs.DONE
