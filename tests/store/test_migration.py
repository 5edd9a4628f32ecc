"""A project of format 1.0, as that version wrote it, in today's program."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store import schema
from lnl_gui.store.journal_file import write_journal
from lnl_gui.store.merge import merge, operation_guids
from lnl_gui.store.project import DATABASE, open_project
from lnl_gui.store.samples import KEPT, RELABELLED
from tests.builders import make_project


def old_project(folder: Path) -> Path:
    for part in ("arrays", "runs", "models"):
        (folder / part).mkdir(parents=True)
    connection = sqlite3.connect(folder / DATABASE)
    connection.executescript((Path(__file__).parent / "project-1.0.sql").read_text("utf-8"))
    connection.close()
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return old_project(tmp_path / "old.lnl")


def tables(database: Path) -> set[str]:
    connection = sqlite3.connect(database)
    found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql <> ''")}
    connection.close()
    return found


def test_verdicts_and_undo_survive_the_migration(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        assert schema.version_of(session.project.connection) == schema.VERSION
        assert session.columns.current.tolist() == [2, 0, 2, 0, 1, 2]
        assert session.columns.status.tolist() == [RELABELLED, RELABELLED, 0, KEPT, 0, 0]
        while session.undo() is not None:
            pass
        np.testing.assert_array_equal(session.columns.current, session.columns.given)
        assert len(session.statistics.draw_audit(3, seed=0).rows) == 3


def test_a_migrated_project_is_laid_out_like_a_new_one(folder: Path, tmp_path: Path) -> None:
    open_project(folder).close()
    make_project(tmp_path / "new.lnl")
    assert tables(folder / DATABASE) == tables(tmp_path / "new.lnl" / DATABASE)


def test_the_old_database_is_kept_beside(folder: Path) -> None:
    open_project(folder).close()
    backup = sqlite3.connect(folder / "project.version-1000.backup.db")
    assert schema.version_of(backup) == 1000
    assert backup.execute("SELECT count(*) FROM op").fetchone() == (5,)
    backup.close()


def test_copies_migrated_apart_know_each_others_operations(folder: Path, tmp_path: Path) -> None:
    other = old_project(tmp_path / "other.lnl")
    with open_project(other) as project:
        names = set(operation_guids(project).values())
        assert len(names) == 5
    with open_project(folder) as project:
        assert set(operation_guids(project).values()) == names
        assert merge(project, other).operations == 0


def test_an_old_project_can_be_read_without_migrating_it(folder: Path, tmp_path: Path) -> None:
    with Session.open(folder, read_only=True) as session:
        assert session.columns.current.tolist() == [2, 0, 2, 0, 1, 2]
        assert session.statistics.audit_reports() == []
        assert session.team.agreement() == []
        assert write_journal(session.project, tmp_path / "journal.jsonl") == 5
        assert schema.version_of(session.project.connection) == 1000
    with Session.open(old_project(tmp_path / "other.lnl"), reviewer="eve") as session:
        assert merge(session.project, folder).operations == 0
