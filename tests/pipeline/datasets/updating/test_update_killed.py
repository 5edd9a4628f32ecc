"""An update that is killed leaves the project as it was, and is made whole or not at all."""

import os
import subprocess
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.session.session import Session
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import ImportParameters, UpdateParameters
from lnl_gui.store.project import open_project
from tests.campaign.faults import CAN_FORK, KILLED, exit_code
from tests.conftest import draw_image

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


def update_and_die(module: str, function: str, project: str) -> None:
    """Update until a function has done its work; nothing is rolled back, flushed or closed then."""
    place = import_module(module)
    wrapped = getattr(place, function)

    def kill(*arguments: object, **options: object) -> None:
        wrapped(*arguments, **options)
        os._exit(KILLED)

    setattr(place, function, kill)
    with Session.open(Path(project)) as session:
        run_job(session, UpdateParameters(), quiet=True)


def killed(project: Path, module: str, function: str) -> None:
    arguments = (module, function, str(project))
    if CAN_FORK:
        assert exit_code(partial(update_and_die, *arguments)) == KILLED
        return
    own = f"from {__name__} import update_and_die as act; import sys; act(*sys.argv[1:])"
    command = [sys.executable, "-c", own, *arguments]
    assert subprocess.run(command, check=False, timeout=300).returncode == KILLED


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("lnl_gui.pipeline.datasets.updating.update", "read_listing"),
        ("lnl_gui.pipeline.datasets.updating.update", "write_changes"),
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
