"""A damaged database is checked, and what can be read of it is saved."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.main import run_verb
from lnl_gui.session.session import Session
from lnl_gui.store.check import check_project
from lnl_gui.store.history.backups import backups
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from tests.builders import add_detection, make_project

COUNT = 1200
PAGE = 4096


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_project(tmp_path_factory.mktemp("big") / "pets.lnl", count=COUNT)
    add_detection(folder)
    with Session.open(folder, reviewer="ann") as session:
        for start in range(0, 600, 30):
            session.exclude(np.arange(start, start + 15))
            session.relabel(np.arange(start + 15, start + 30), 2)
        session.undo()
    return folder


@pytest.fixture
def project(original: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "pets.lnl"
    shutil.copytree(original, folder)
    return folder


def verdicts(folder: Path) -> tuple[list[int], list[int]]:
    with Session.open(folder, reviewer="ann") as session:
        return session.columns.current.tolist(), session.columns.status.tolist()


def pages_of(database: Path, *names: str) -> list[int]:
    """Pages of a table or index, from 1 on; without its root where there are others."""
    with closing(sqlite3.connect(database)) as connection:
        try:
            marks = ", ".join("?" * len(names))
            rows = connection.execute(
                f"SELECT pageno FROM dbstat WHERE name IN ({marks}) AND pagetype = 'leaf'", names
            )
            return [number for (number,) in rows]
        except sqlite3.OperationalError:
            pytest.skip("this SQLite does not tell which pages a table has")


def spoil(database: Path, pages: list[int]) -> None:
    with database.open("r+b") as stream:
        for number in pages:
            stream.seek((number - 1) * PAGE)
            stream.write(b"\xa5" * PAGE)


def test_a_whole_project_has_nothing_to_mend(project: Path) -> None:
    before = (project / "project.db").read_bytes()
    assert check_project(project) == []
    assert run_verb(["check", str(project)]) == 0
    assert (project / "project.db").read_bytes() == before


@pytest.mark.parametrize("backup", [True, False])
@pytest.mark.parametrize("table", ["sample", "op_change", "op_change_sample", "current", "run"])
def test_verdicts_are_salvaged_from_damaged_pages(
    project: Path, original: Path, table: str, backup: bool
) -> None:
    expected = verdicts(original)
    database = project / "project.db"
    pages = pages_of(database, table)
    spoil(database, pages[: max(1, len(pages) // 2)])
    if not backup:
        shutil.rmtree(project / "backups")
    assert run_verb(["check", str(project)]) == 3
    found = check_project(project, repair=True)
    assert found and any(finding.mended for finding in found)
    assert verdicts(project) == expected
    assert (project / "damaged-1" / "project.db").is_file()
    # Nothing is left to mend but what is computed again.
    assert [str(f.text) for f in check_project(project) if "lnl-gui" not in str(f.text)] == []
    with Session.open(project, reviewer="ann") as session:
        assert session.undo() is not None


def test_lost_operations_come_back_from_the_backup(project: Path, original: Path) -> None:
    expected = verdicts(original)
    database = project / "project.db"
    spoil(database, [*pages_of(database, "op"), *pages_of(database, "current", "op_change")])
    check_project(project, repair=True)
    assert verdicts(project) == expected


@pytest.mark.parametrize("keep", [0, 100, PAGE, 3 * PAGE])
def test_a_file_that_is_no_database_any_more_says_what_to_do(project: Path, keep: int) -> None:
    database = project / "project.db"
    database.write_bytes(database.read_bytes()[:keep])
    with pytest.raises(UserError, match=r"check|not an LNL"):
        Session.open(project)
    with pytest.raises(UserError, match="backups"):
        check_project(project, repair=True)
    # The file as it was, and the backups, are there.
    assert database.stat().st_size == keep and backups(project)
    fresh = make_project(project.parent / "fresh.lnl", count=COUNT)
    with Session.open(fresh, reviewer="bob") as session:
        session.team.replay(backups(project)[0])
        assert (session.columns.status != 0).sum() > 500


def test_the_journal_is_compared_with_the_present_state(project: Path, original: Path) -> None:
    expected = verdicts(original)
    with closing(sqlite3.connect(project / "project.db")) as connection, connection:
        connection.execute("UPDATE current SET label = 0, status = 1 WHERE sample_id < 40")
        connection.execute("INSERT INTO current VALUES (1100, 1, 3)")
        connection.execute("UPDATE op SET params = '{' WHERE id = 1")
        connection.execute(
            "INSERT INTO run(id, kind, spec, state, versions, started)"
            " VALUES ('../x', 'detect', '{}', 'done', '{}', 1)"
        )
    assert len(check_project(project)) == 3
    assert all(finding.mended for finding in check_project(project, repair=True))
    current, status = verdicts(project)
    # A verdict that only the state tells is kept, and put on record.
    assert (current[1100], status[1100]) == (1, 3)
    assert current[:1100] == expected[0][:1100] and status[:1100] == expected[1][:1100]
    assert check_project(project) == []


def test_nothing_is_mended_while_another_window_writes(project: Path) -> None:
    with open_project(project), pytest.raises(UserError, match="another window"):
        check_project(project, repair=True)


def test_backups_are_made_by_themselves_and_old_ones_kept(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "pets.lnl", count=20)
    Session.open(folder, reviewer="ann").close()
    assert backups(folder) == []
    for _ in range(8):
        with Session.open(folder, reviewer="ann") as session:
            for _ in range(20):
                session.keep(np.array([3]))
                session.exclude(np.array([3]))
    numbers = [int(file.stem[-9:]) for file in backups(folder)]
    assert numbers[:3] == [320, 280, 240] and numbers[-1] < 110 and len(numbers) <= 6
    other = make_project(tmp_path / "other.lnl", count=20)
    with Session.open(other, reviewer="bob") as session:
        session.team.replay(backups(folder)[0])
        assert session.columns.status[3] == 3
