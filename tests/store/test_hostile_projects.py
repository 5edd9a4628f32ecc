"""A project from somebody else reaches nothing outside its own folder, whatever it says."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.main import run_verb
from lnl_gui.session.session import Session
from lnl_gui.store.database.containment import is_inside
from lnl_gui.store.history.merge import merge
from lnl_gui.store.jobs import runs
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message
from tests.builders import add_detection, make_project

Change = Callable[[sqlite3.Connection, Path], None]


def silent(said: Message) -> None:
    pass


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = make_project(tmp_path / "theirs" / "pets.lnl", count=12)
    add_detection(folder)
    with Session.open(folder, reviewer="eve") as session:
        session.exclude(np.array([1, 2]))
    return folder


@pytest.fixture
def treasure(tmp_path: Path) -> Path:
    """Somebody's files outside the project, in folders called as a project's own."""
    place = tmp_path / "home"
    for name in ("parts", "detectors/deep", "projections"):
        (place / name).mkdir(parents=True)
        (place / name / "letter.txt").write_text("dear")
    (place / "writer.lock").write_text("dear")
    (place / "result.json").write_text('{"artifacts": {}, "metrics": {}, "inputs": {}}')
    return place


def files_of(folder: Path) -> dict[str, str]:
    """Contents by name, but for what SQLite shares between readers."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.endswith(("-shm", "-wal"))
    }


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "project.db")) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("identifier", ["{home}", "../../home", "..", ".", "a/../../../home"])
@pytest.mark.parametrize("state", ["running", "done"])
def test_no_run_is_a_folder_elsewhere(
    project: Path, treasure: Path, identifier: str, state: str
) -> None:
    name = identifier.format(home=treasure)
    spec = '{"seed": 0}'
    change(
        project,
        f"INSERT INTO run(id, kind, spec, state, versions, started) VALUES"
        f" ('{name}', 'detect', '{spec}', '{state}', '{{}}', 9e9)",
    )
    before = files_of(treasure)
    with Session.open(project, announce=silent) as session:
        assert [run.kind for run in session.runs.all()] == ["detect"]
        for act in (session.runs.forget, lambda name: runs.load_run(session.project, name)):
            with pytest.raises(UserError):
                act(name)
        assert session.undo() is not None
    assert files_of(treasure) == before


@pytest.mark.parametrize(
    "path", ["{home}/letter", "../../home/parts", "a/../../../x", "C:\\x", "\\x"]
)
def test_no_artifact_lies_elsewhere(project: Path, treasure: Path, path: str) -> None:
    with open_project(project) as opened:
        run = runs.latest_run(opened, "detect")
        assert run is not None
    place = path.format(home=treasure)
    change(project, f"INSERT INTO artifact VALUES ('{run.id}', 'embedding:x', '{place}')")
    with open_project(project) as opened:
        assert runs.load_run(opened, run.id).artifacts == {}


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("link", ["arrays", "runs", "models", "writer.lock", "arrays/detectors"])
@pytest.mark.parametrize("read_only", [True, False])
def test_links_out_of_a_project_are_refused(
    project: Path, treasure: Path, link: str, read_only: bool
) -> None:
    place = project / link
    shutil.rmtree(place, ignore_errors=True)
    place.unlink(missing_ok=True)
    place.symlink_to(treasure / "writer.lock" if link == "writer.lock" else treasure)
    before = files_of(treasure)
    with pytest.raises(UserError, match="leads out of the project"):
        Session.open(project, announce=silent, read_only=read_only)
    assert files_of(treasure) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_in_place_of_a_file_is_refused(project: Path) -> None:
    os.mkfifo(project / "arrays" / "facts.npy")
    with pytest.raises(UserError, match="no file"):
        Session.open(project, announce=silent)


def test_a_link_inside_a_project_is_no_reason_to_refuse_it(project: Path) -> None:
    (project / "arrays" / "again").symlink_to(project / "runs", target_is_directory=True)
    Session.open(project, announce=silent).close()


HOSTILE = [
    "UPDATE sample SET id = 900000000000 WHERE id = 11",
    "UPDATE sample SET id = -5 WHERE id = 11",
    "DELETE FROM sample WHERE id = 3",
    "UPDATE sample SET given = 7 WHERE id = 0",
    "UPDATE sample SET path = x'00ff' WHERE id = 0",
    "UPDATE sample SET split = 'x' WHERE id = 0",
    "UPDATE class SET id = 99 WHERE id = 2",
    "UPDATE current SET status = 99",
    "UPDATE current SET label = 7",
    "INSERT INTO current VALUES (5000, 0, 1)",
    "UPDATE op SET kind = x'01'",
    "UPDATE op SET time = 'noon'",
    "UPDATE op SET time = 9e999",
    "UPDATE op SET guid = NULL",
    "UPDATE op_change SET sample_id = 5000 WHERE sample_id = 1",
    "UPDATE op_change SET new_status = 200",
    "UPDATE op_change SET new_label = 77",
    "CREATE TRIGGER evil AFTER INSERT ON op BEGIN UPDATE current SET label = 0; END",
    "CREATE VIEW evil AS SELECT 1",
]


@pytest.mark.parametrize("statement", HOSTILE)
def test_numbers_that_lead_nowhere_are_refused_when_met_and_merged(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    mine = tmp_path / "mine.lnl"
    shutil.copytree(project, mine)
    with Session.open(project, reviewer="eve") as session:
        session.exclude(np.array([4]))
    change(project, statement)
    with open_project(mine) as opened:
        with pytest.raises(UserError, match="no LNL"):
            merge(opened, project)
        assert opened.connection.execute("SELECT count(*) FROM op").fetchone() == (1,)
    # Somebody else's: the same folder on another machine.
    monkeypatch.setenv("LNL_HOME", str(tmp_path / "elsewhere"))
    before = files_of(project)
    with pytest.raises(UserError, match="no LNL"):
        Session.open(project, announce=silent)
    assert files_of(project) == before


def test_a_project_from_elsewhere_is_announced_once_before_anything_is_written(
    project: Path, tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def announce(text: Message) -> None:
        said.append(str(text))
        assert files_of(project) == before

    before = files_of(project)
    Session.open(project, announce=announce).close()
    assert not said
    monkeypatch.setenv("LNL_HOME", str(tmp_path / "elsewhere"))
    with Session.open(project, announce=announce, read_only=True):
        assert not said
    before = files_of(project)
    Session.open(project, announce=announce).close()
    assert len(said) == 1 and "another machine" in said[0]
    Session.open(project, announce=announce).close()
    monkeypatch.setenv("LNL_HOME", str(own_home))
    Session.open(project, announce=announce).close()
    assert len(said) == 1


def test_who_does_not_want_a_project_from_elsewhere_leaves_it_as_it_is(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LNL_HOME", str(tmp_path / "elsewhere"))
    before = files_of(project)

    def refuse(_: Message) -> None:
        raise UserError(Message("no"))

    with pytest.raises(UserError, match="no"):
        Session.open(project, announce=refuse)
    assert files_of(project) == before


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '"a"', "null", '{"op": "x"}'])
def test_damaged_parameters_of_operations_runs_and_views_are_passed_over(
    project: Path, text: str
) -> None:
    with closing(sqlite3.connect(project / "project.db")) as connection, connection:
        for statement in (
            "UPDATE op SET params = ?",
            "UPDATE run SET spec = ?",
            "UPDATE run SET metrics = ?",
            "INSERT INTO view VALUES ('mine', ?)",
            "INSERT INTO meta VALUES ('import', ?)",
        ):
            connection.execute(statement, (text,))
    with Session.open(project) as session:
        assert session.runs.latest("detect") is not None
        session.views.saved()
        assert session.undo_text() is not None
        assert session.undo() is not None
        assert session.columns.status.max() == 0


@pytest.mark.parametrize(
    ("statement", "is_damage"),
    [
        ("UPDATE current SET status = 77", True),
        ("UPDATE op SET id = 9223372036854775807 WHERE id = (SELECT max(id) FROM op)", True),
        ("UPDATE class SET name = x'6f6b' WHERE id = 0", False),
    ],
)
def test_what_no_program_writes_is_damage_and_no_fault(
    project: Path,
    tmp_path: Path,
    statement: str,
    is_damage: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change(project, statement)
    out = str(tmp_path / "out")
    codes = [
        run_verb(["info", str(project)]),
        run_verb(["export", str(project), out, "--images", "none", "--partial"]),
    ]
    # Code 1 is a fault of the program's own; that no image lies there is an error of its own.
    assert set(codes) <= {0, 3}
    assert ("damaged" in capsys.readouterr().err) == is_damage


def test_an_undo_that_changes_samples_by_itself_is_not_merged(tmp_path: Path) -> None:
    here, there = (make_project(tmp_path / f"{name}.lnl", count=6) for name in ("here", "there"))
    with Session.open(there, reviewer="eve") as session:
        session.exclude(np.array([1]))
        session.undo()
        with session.project.transaction() as connection:
            connection.execute(
                "INSERT INTO op_change SELECT (SELECT max(id) FROM op), sample_id, old_label,"
                " new_label, old_status, new_status FROM op_change"
            )
    with open_project(here) as project, pytest.raises(UserError, match="it is damaged"):
        merge(project, there)
    with Session.open(here, reviewer="ann") as session:
        assert not session.columns.status.any() and session.undo() is None


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("models/a", True),
        ("not there/yet", True),
        (".", True),
        ("", False),
        ("a\0b", False),
        (b"models/a", False),
        (None, False),
        ("/models", False),
        ("models/../models", False),
        ("..", False),
        ("C:models", False),
        ("C:\\models", False),
        ("\\\\server\\models", False),
        ("models\\..\\..\\x", False),
    ],
)
def test_a_path_stays_inside_by_the_rules_of_every_system(
    project: Path, path: object, inside: bool
) -> None:
    assert is_inside(project, path) is inside


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_path_through_a_link_stays_inside_where_the_link_does(
    project: Path, tmp_path: Path
) -> None:
    (project / "models" / "away").symlink_to(tmp_path)
    (project / "models" / "near").symlink_to(project / "runs")
    (project / "models" / "circle").symlink_to(project / "models" / "circle")
    found = {name: is_inside(project, f"models/{name}/x") for name in ("away", "near")}
    assert found == {"away": False, "near": True}
    with pytest.raises(UserError, match="circle leads out of the project"):
        Session.open(project, announce=silent)
